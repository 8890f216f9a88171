"""Messages of SMB 2 and 3 ([MS-SMB2] sections 2.2.1 and 2.2.2): heads, compounds, errors."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_streams import Malformed

MAGIC = b"\xfeSMB"
HEAD = struct.Struct("<4sHHIHHIIQIIQ16s")
HEAD_BYTES = 64
COMPOUND_LIMIT = 16
CREDITS_LIMIT = 256

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, CREATE, CLOSE, FLUSH, READ, WRITE = range(10)
LOCK, IOCTL, CANCEL, ECHO, QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO, SET_INFO, OPLOCK_BREAK = range(10, 19)

FROM_SERVER, RELATED, SIGNED = 0x1, 0x4, 0x8

MODE_ENABLED, MODE_REQUIRED = 1, 2
IS_GUEST, IS_NULL = 1, 2


def name_of(dialect: int) -> str:
    """A dialect as it is spoken of."""
    minor = dialect & 0xF
    return f"SMB {dialect >> 8}.{dialect >> 4 & 0xF}" + (f".{minor}" if minor else "")


@dataclass(frozen=True)
class Request:
    """One message of a client."""

    command: int
    flags: int
    credits: int
    message: int
    tree: int
    session: int
    raw: bytes
    """All of it: offsets in a body count from here."""

    @property
    def is_related(self) -> bool:
        """It goes on with what the message before has opened."""
        return bool(self.flags & RELATED)

    @property
    def is_signed(self) -> bool:
        """It claims to be."""
        return bool(self.flags & SIGNED)

    def fields(self, layout: str, size: int) -> tuple:
        """The fixed part of the body, which begins with its StructureSize."""
        body = struct.Struct("<H" + layout)
        if len(self.raw) < HEAD_BYTES + body.size:
            raise Malformed("a body that ends too early", self.raw[:128])
        found, *rest = body.unpack_from(self.raw, HEAD_BYTES)
        if found != size:
            raise Malformed(f"a body of structure {found}, not {size}", self.raw[:128])
        return tuple(rest)

    def buffer(self, offset: int, length: int) -> bytes:
        """What the body points to."""
        if length == 0:
            return b""
        if offset < HEAD_BYTES or offset + length > len(self.raw):
            raise Malformed("a buffer beyond the end of the message", self.raw[:128])
        return self.raw[offset : offset + length]

    def text(self, offset: int, length: int) -> str:
        """A string that the body points to."""
        return self.buffer(offset, length).decode("utf-16-le", "replace")


def requests_of(data: bytes) -> list[Request]:
    """The messages of one packet ([MS-SMB2] section 3.3.5.2.7)."""
    found: list[Request] = []
    at = 0
    while True:
        if len(found) == COMPOUND_LIMIT or len(data) - at < HEAD_BYTES:
            raise Malformed("a message shorter than its head", data[at : at + 128])
        magic, size, _, _, command, credits, flags, after, message, _, tree, session, _ = HEAD.unpack_from(
            data, at
        )
        if magic != MAGIC or size != HEAD_BYTES or flags & FROM_SERVER:
            raise Malformed("no head of a request", data[at : at + 128])
        if after and (after < HEAD_BYTES or after % 8 or at + after > len(data)):
            raise Malformed("a compound that is not one", data[at : at + 128])
        raw = data[at : at + after] if after else data[at:]
        found.append(Request(command, flags, credits, message, tree, session, raw))
        if not after:
            return found
        at += after


@dataclass(frozen=True)
class Reply:
    """What one request is answered with."""

    status: int
    body: bytes
    tree: int = 0
    session: int = 0


def failure(status: int) -> Reply:
    """An error ([MS-SMB2] section 2.2.2)."""
    return Reply(status, struct.pack("<HBBIB", 9, 0, 0, 0, 0))


def encode(request: Request, reply: Reply, after: int = 0) -> bytes:
    """A reply, not signed yet; `after`: bytes to the next one of a compound."""
    granted = min(max(request.credits, 1), CREDITS_LIMIT)
    flags = FROM_SERVER | request.flags & RELATED
    charge = 1 if request.command != NEGOTIATE else 0
    head = HEAD.pack(
        MAGIC,
        HEAD_BYTES,
        charge,
        reply.status,
        request.command,
        granted,
        flags,
        after,
        request.message,
        0xFEFF,
        reply.tree,
        reply.session,
        bytes(16),
    )
    return head + reply.body
