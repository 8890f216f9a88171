"""MySQL's client/server protocol: packets, and the basic types in them.

Source: the manual of MySQL's internals, "Client/Server Protocol", and MariaDB's Knowledge Base.
"""

from __future__ import annotations

import struct

from decnet_packet_reader import PacketReader
from decnet_streams import Malformed, Stream

SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_ATTRS = 1 << 15, 1 << 19, 1 << 20
LENENC_AUTH, DEPRECATE_EOF, QUERY_ATTRIBUTES = 1 << 21, 1 << 24, 1 << 27
MYSQL, CONNECT_WITH_DB, PROTOCOL_41, TLS = 1 << 0, 1 << 3, 1 << 9, 1 << 11
OPTIONAL_METADATA = 1 << 25
COMPRESS, ZSTD = 1 << 5, 1 << 26
EXTENDED_METADATA, CACHE_METADATA = 1 << 3, 1 << 4
"""Of MariaDB's further 32 bits."""
AUTOCOMMIT = 2
"""SERVER_STATUS_AUTOCOMMIT, the only status there is here."""


class Channel:
    """Packets over a stream: three bytes of length and one that counts up within an exchange."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.sequence = 0

    async def read(self) -> bytes:
        """The next packet."""
        head = await self.stream.exactly(4)
        if head[3] != self.sequence:
            raise Malformed(f"packet {head[3]} where {self.sequence} was due", head)
        self.sequence = (self.sequence + 1) % 256
        return await self.stream.exactly(int.from_bytes(head[:3], "little"))

    async def send(self, *packets: bytes) -> None:
        """Sends packets one after the other."""
        out = bytearray()
        for packet in packets:
            out += struct.pack("<I", len(packet))[:3] + bytes([self.sequence]) + packet
            self.sequence = (self.sequence + 1) % 256
        await self.stream.send(bytes(out))


class Reader(PacketReader):
    """The parts that MySQL has."""

    def number(self, size: int) -> int:
        """An integer of so many bytes, little endian."""
        return int.from_bytes(self.take(size), "little")

    def text(self) -> bytes:
        """Up to a NUL."""
        end = self._data.find(b"\0", self._place)
        if end < 0:
            raise Malformed("a text without an end", self._data)
        text = self._data[self._place : end]
        self._place = end + 1
        return text

    def last_text(self) -> bytes:
        """Up to a NUL, or to the end: some clients leave the last NUL out."""
        return self.rest().split(b"\0", 1)[0] if b"\0" not in self._data[self._place :] else self.text()

    def lenenc(self) -> int:
        """A length-encoded integer."""
        first = self.number(1)
        size = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first, 0)
        return self.number(size) if size else first

    def block(self) -> bytes:
        """A length-encoded string."""
        return self.take(self.lenenc())


def lenenc(number: int) -> bytes:
    """A length-encoded integer."""
    if number < 0xFB:
        return bytes([number])
    if number < 1 << 16:
        return b"\xfc" + struct.pack("<H", number)
    return b"\xfd" + struct.pack("<I", number)[:3]


def block(text: bytes | str) -> bytes:
    """A length-encoded string."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return lenenc(len(data)) + data


def ok(affected: int = 0) -> bytes:
    """OK_Packet."""
    return b"\0" + lenenc(affected) + b"\0" + struct.pack("<HH", AUTOCOMMIT, 0)


def failure(code: int, state: str, text: str, *, old: bool = False) -> bytes:
    """ERR_Packet; `old`: as before 4.1, without an SQL state."""
    sql_state = b"" if old else b"#" + state.encode()
    return b"\xff" + struct.pack("<H", code) + sql_state + text.encode("utf-8", "surrogateescape")
