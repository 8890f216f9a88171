"""An MQTT broker that passes for mosquitto: who wants in, what is subscribed to, and what is published."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from packets import (
    DISCONNECT,
    PINGREQ,
    PINGRESP,
    PUBACK,
    PUBCOMP,
    PUBLISH,
    PUBREC,
    PUBREL,
    SUBACK,
    SUBSCRIBE,
    UNSUBACK,
    UNSUBSCRIBE,
    V5,
    Connect,
    Packet,
    block,
    connack,
    encode,
    parse_connect,
    parse_publish,
    parse_topics,
    publish,
    read_packet,
)
from topics import Topics, is_filter, matches

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(message_bytes=32 * 1024, idle_seconds=180, seconds=3600)
PACKETS_LIMIT = 2000
WRONG_VERSION, WRONG_CLIENT = 1, 2
NOT_AUTHORIZED = {V5: 0x87}
REFUSED = 5
"""Return code of CONNACK before version 5."""
ALIASES = b"\x22\0\x0a"
RECEIVE_MAXIMUM = b"\x21\0\x14"
ASSIGNED_CLIENT = b"\x12"
NOBODY_SUBSCRIBES = b"\x10"
FAILED_FILTER = {V5: 0x8F}


class Broker:
    """What the connections of a decky share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self._logins = Logins(config)
        self._topics = Topics(identity)

    async def converse(self, stream: Stream) -> None:
        """One connection."""
        connect = parse_connect(await read_packet(stream))
        if not connect.version:
            await stream.send(connack(0, WRONG_VERSION))
            raise Ended("a version that is not spoken")
        if connect.version < V5 and not connect.client and not connect.is_clean:
            await stream.send(connack(connect.version, WRONG_CLIENT))
            raise Ended("no client identifier")
        if not self._is_let_in(stream, connect):
            await stream.send(connack(connect.version, NOT_AUTHORIZED.get(connect.version, REFUSED)))
            raise Ended("login refused")
        await stream.send(_welcome(connect))
        for _ in range(PACKETS_LIMIT):
            packet = await read_packet(stream)
            if packet.kind == DISCONNECT:
                return
            await stream.send(self._answer(stream, packet, connect.version))

    def _is_let_in(self, stream: Stream, connect: Connect) -> bool:
        username, password = _text(connect.username), _text(connect.password)
        accepted = self._logins.accepts(stream.session.source, username or "", password or "")
        stream.session.event(
            "auth",
            method="password" if connect.username is not None else "anonymous",
            username=connect.username,
            password=connect.password,
            client_id=connect.client or None,
            version=connect.version,
            accepted=accepted,
        )
        return accepted

    def _answer(self, stream: Stream, packet: Packet, version: int) -> bytes:
        if packet.kind == PUBLISH:
            return _published(stream, packet, version)
        if packet.kind == SUBSCRIBE:
            return self._subscribed(stream, packet, version)
        if packet.kind == UNSUBSCRIBE:
            number, topics = parse_topics(packet, version)
            stream.session.event("request", method="unsubscribe", topic=topics[0][0])
            told = b"\0" + b"\0" * len(topics) if version == V5 else b""
            return encode(UNSUBACK, struct.pack(">H", number) + told)
        if packet.kind == PINGREQ:
            return encode(PINGRESP)
        if packet.kind == PUBREL and len(packet.body) >= 2:
            return encode(PUBCOMP, packet.body[:2])
        if packet.kind in {PUBACK, PUBREC, PUBCOMP}:
            return b""
        raise Malformed(f"packet of type {packet.kind}", packet.body)

    def _subscribed(self, stream: Stream, packet: Packet, version: int) -> bytes:
        number, topics = parse_topics(packet, version)
        codes, messages = bytearray(), b""
        retained = self._topics.retained()
        for topic, quality in topics:
            stream.session.event("request", method="subscribe", topic=topic, qos=quality)
            text = _text(topic) or ""
            if not is_filter(text):
                codes.append(FAILED_FILTER.get(version, 0x80))
                continue
            codes.append(min(quality, 2))
            found = (name for name in retained if matches(text, name))
            messages += b"".join(publish(name.encode(), retained[name], version) for name in found)
        head = struct.pack(">H", number) + (b"\0" if version == V5 else b"")
        return encode(SUBACK, head + bytes(codes)) + messages[: LIMITS.message_bytes]


def _published(stream: Stream, packet: Packet, version: int) -> bytes:
    message = parse_publish(packet, version)
    stream.session.event(
        "request",
        method="publish",
        topic=message.topic,
        value=message.payload,
        size=len(message.payload),
        qos=message.quality,
        retain=message.is_retained,
    )
    if message.quality == 0:
        return b""
    told = NOBODY_SUBSCRIBES if version == V5 else b""
    return encode(PUBACK if message.quality == 1 else PUBREC, struct.pack(">H", message.number) + told)


def _welcome(connect: Connect) -> bytes:
    """CONNACK with what mosquitto tells in version 5."""
    properties = ALIASES
    if not connect.client:
        properties += ASSIGNED_CLIENT + block(f"auto-{str(uuid.uuid4()).upper()}".encode())
    return connack(connect.version, 0, properties + RECEIVE_MAXIMUM)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogateescape")


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    broker = Broker(identity, config)
    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], broker.converse))
