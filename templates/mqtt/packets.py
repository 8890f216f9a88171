"""MQTT control packets of 3.1, 3.1.1 and 5.0 (OASIS, "MQTT Version 3.1.1" and "MQTT Version 5.0")."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_packet_reader import PacketReader
from decnet_streams import Malformed, Stream

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 8, 9, 10, 11, 12, 13, 14, 15
V5 = 5
NAMES = {(b"MQIsdp", 3), (b"MQTT", 4), (b"MQTT", 5)}
TOPICS_LIMIT = 64
"""Topic filters of one packet."""


@dataclass(frozen=True)
class Packet:
    """A packet with the flags of its first byte."""

    kind: int
    flags: int
    body: bytes


async def read_packet(stream: Stream) -> Packet:
    """The next packet."""
    first = (await stream.exactly(1))[0]
    size = 0
    for place in range(4):
        byte = (await stream.exactly(1))[0]
        size |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    else:
        raise Malformed("a length of more than four bytes", bytes([first]))
    return Packet(first >> 4, first & 0x0F, await stream.exactly(size))


class Reader(PacketReader):
    """The parts that MQTT has."""

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def short(self) -> int:
        """Two bytes."""
        return int.from_bytes(self.take(2), "big")

    def block(self) -> bytes:
        """Binary data, or a text, with its length in front."""
        return self.take(self.short())

    def skip_properties(self, version: int) -> None:
        """Those of version 5, which nothing here depends on."""
        if version < V5:
            return
        size = 0
        for place in range(4):
            byte = self.byte()
            size |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                break
        self.take(size)


@dataclass(frozen=True)
class Connect:
    """CONNECT; `version` is 0 for one that is not spoken here."""

    version: int
    is_clean: bool
    client: bytes = b""
    username: bytes | None = None
    password: bytes | None = None


def parse_connect(packet: Packet) -> Connect:
    """Reads the first packet."""
    if packet.kind != CONNECT or packet.flags:
        raise Malformed("no CONNECT packet", bytes([packet.kind << 4 | packet.flags]) + packet.body)
    reader = Reader(packet.body)
    name, version, flags = reader.block(), reader.byte(), reader.byte()
    if name not in {b"MQTT", b"MQIsdp"}:
        raise Malformed("another protocol", packet.body)
    if (name, version) not in NAMES:
        return Connect(0, is_clean=False)
    if flags & 1:
        raise Malformed("reserved flag", packet.body)
    reader.short()
    reader.skip_properties(version)
    client = reader.block()
    if flags & 0x04:
        # The will: its topic and its message.
        reader.skip_properties(version)
        reader.block()
        reader.block()
    username = reader.block() if flags & 0x80 else None
    password = reader.block() if flags & 0x40 else None
    return Connect(version, bool(flags & 0x02), client, username, password)


@dataclass(frozen=True)
class Publish:
    """PUBLISH."""

    topic: bytes
    quality: int
    number: int
    payload: bytes
    is_retained: bool


def parse_publish(packet: Packet, version: int) -> Publish:
    """Reads a message to a topic."""
    quality = packet.flags >> 1 & 3
    reader = Reader(packet.body)
    topic = reader.block()
    number = reader.short() if quality else 0
    if quality == 3 or b"+" in topic or b"#" in topic:
        raise Malformed("quality of service" if quality == 3 else "a wildcard in a topic", packet.body)
    reader.skip_properties(version)
    return Publish(topic, quality, number, reader.rest(), bool(packet.flags & 1))


def parse_topics(packet: Packet, version: int) -> tuple[int, list[tuple[bytes, int]]]:
    """Packet identifier and filters of SUBSCRIBE (with the wanted quality of service) or UNSUBSCRIBE."""
    if packet.flags != 2:
        raise Malformed("reserved flags", packet.body)
    reader = Reader(packet.body)
    number = reader.short()
    reader.skip_properties(version)
    topics: list[tuple[bytes, int]] = []
    while not reader.is_over and len(topics) < TOPICS_LIMIT:
        topic = reader.block()
        topics.append((topic, reader.byte() & 3 if packet.kind == SUBSCRIBE else 0))
    if not topics:
        raise Malformed("no topic", packet.body)
    return number, topics


def encode(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    """A packet."""
    size, length = len(body), bytearray()
    while True:
        length.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return bytes([kind << 4 | flags]) + bytes(length) + body


def connack(version: int, code: int, properties: bytes = b"") -> bytes:
    """CONNACK."""
    more = bytes([len(properties)]) + properties if version == V5 else b""
    return encode(CONNACK, bytes([0, code]) + more)


def block(data: bytes) -> bytes:
    """With its length in front."""
    return struct.pack(">H", len(data)) + data


def publish(topic: bytes, payload: bytes, version: int) -> bytes:
    """A retained message, at most once."""
    return encode(PUBLISH, block(topic) + (b"\0" if version == V5 else b"") + payload, flags=1)
