"""Messages of SMB 1 ([MS-CIFS] section 2.2.3)."""

from __future__ import annotations

import struct

from decnet_streams import Malformed

MAGIC = b"\xffSMB"
HEAD = struct.Struct("<4sBIBHH8s2xHHHH")
HEAD_BYTES = 32
NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, ECHO = 0x72, 0x73, 0x74, 0x75, 0x71, 0x2B
DIALECTS_LIMIT = 32
FROM_SERVER = 0x80
EXTENDED_SECURITY, UNICODE, KEPT_FLAGS = 0x0800, 0x8000, 0xC843


def dialects_of(packet: bytes) -> list[bytes] | None:
    """What a negotiation of SMB 1 offers; None for any other message."""
    request = Old.of(packet)
    if request.command != NEGOTIATE:
        return None
    offered = request.data.split(b"\0")
    if len(offered) > DIALECTS_LIMIT + 1 or any(one[:1] != b"\2" for one in offered[:-1]):
        raise Malformed("no list of dialects", packet[:128])
    return [one[1:] for one in offered[:-1]]


class Old:
    """One message of a client."""

    def __init__(self, packet: bytes) -> None:
        self.packet = packet

    @classmethod
    def of(cls, packet: bytes) -> Old:
        """Reads it."""
        made = cls(packet)
        if len(packet) < HEAD_BYTES + 3:
            raise Malformed("a message of SMB 1 shorter than its head", packet)
        (
            magic,
            made.command,
            _,
            made.flags,
            made.flags2,
            made.process_high,
            _,
            made.tree,
            made.process,
            made.user,
            made.multiplex,
        ) = HEAD.unpack_from(packet)
        words = 2 * packet[HEAD_BYTES]
        begin = HEAD_BYTES + 1 + words
        if magic != MAGIC or len(packet) < begin + 2:
            raise Malformed("no message of SMB 1", packet[:128])
        made.words = packet[HEAD_BYTES + 1 : begin]
        count = struct.unpack_from("<H", packet, begin)[0]
        made.data = packet[begin + 2 : begin + 2 + count]
        made.data_at = begin + 2
        return made

    def layout(self, layout: str) -> tuple:
        """The words of the message."""
        shape = struct.Struct("<" + layout)
        if len(self.words) < shape.size:
            raise Malformed("too few words", self.packet[:128])
        return shape.unpack_from(self.words)

    def reply(
        self, code: int, words: bytes = b"", data: bytes = b"", *, user: int = 0, tree: int = 0
    ) -> bytes:
        """What it is answered with."""
        head = HEAD.pack(
            MAGIC,
            self.command,
            code,
            self.flags & 0x18 | FROM_SERVER | 0x08,
            self.flags2 & KEPT_FLAGS,
            self.process_high,
            bytes(8),
            tree or self.tree,
            self.process,
            user or self.user,
            self.multiplex,
        )
        return head + bytes([len(words) // 2]) + words + struct.pack("<H", len(data)) + data

    def strings(self, at: int, count: int) -> list[str]:
        """Strings in the data, from a place on: in 16-bit characters, if the client says so."""
        if self.flags2 & UNICODE:
            at += (self.data_at + at) % 2
            texts = self.data[at:].decode("utf-16-le", "replace").split("\0")
        else:
            texts = self.data[at:].decode("cp437").split("\0")
        return (texts + [""] * count)[:count]

    def text(self, words: int, before: bytes, *texts: str) -> bytes:
        """Strings for a reply of so many words, behind what stands before them."""
        if not self.flags2 & UNICODE:
            return before + b"".join(text.encode("cp437", "replace") + b"\0" for text in texts)
        padding = bytes((HEAD_BYTES + 3 + 2 * words + len(before)) % 2)
        return before + padding + b"".join((text + "\0").encode("utf-16-le") for text in texts)
