"""Messages of connection-oriented DCE/RPC (C706 chapter 12, [MS-RPCE] section 2.2.2), little-endian."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

HEAD_BYTES = 16
REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK, ALTER, ALTER_RESPONSE, AUTH3 = (
    0,
    2,
    3,
    11,
    12,
    13,
    14,
    15,
    16,
)
FIRST, LAST, HAS_OBJECT = 0x01, 0x02, 0x80
CONTEXTS_LIMIT = 32

NDR = (UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2)
NO_SYNTAX = (UUID(int=0), 0)
FEATURES = bytes.fromhex("2c1cb76c12984045")
"""How the UUID of a bind time feature negotiation begins ([MS-RPCE] section 3.3.1.5.3)."""

ACCEPTANCE, PROVIDER_REJECTION, NEGOTIATE_ACK = 0, 2, 3
NO_ABSTRACT_SYNTAX, NO_TRANSFER_SYNTAX = 1, 2
NAK_VERSION, NAK_AUTHENTICATION = 4, 8

Syntax = tuple[UUID, int]
"""An interface or a transfer syntax, and its version: major | minor << 16."""


class NotRpc(ValueError):
    """Bytes that are no message of DCE/RPC; the text says why."""


class WrongVersion(NotRpc):
    """Not version 5. A server says so."""


@dataclass(frozen=True)
class Head:
    """The first 16 bytes of every message."""

    kind: int
    flags: int
    length: int
    """Of the whole message."""
    auth_length: int
    call: int


@dataclass(frozen=True)
class Verifier:
    """Authentication at the end of a message ([MS-RPCE] section 2.2.2.11)."""

    kind: int
    level: int
    context: int
    token: bytes


@dataclass(frozen=True)
class Context:
    """One interface that a client wants to talk to."""

    number: int
    interface: Syntax
    transfers: tuple[Syntax, ...]


def head_of(data: bytes) -> Head:
    """Reads the first 16 bytes."""
    if len(data) < HEAD_BYTES:
        raise NotRpc("shorter than a header")
    if data[0] != 5 or data[1] > 1:
        raise WrongVersion(f"version {data[0]}.{data[1]}")
    if data[4] & 0xF0 != 0x10:
        raise NotRpc("not little-endian")
    length, auth_length, call = struct.unpack_from("<HHI", data, 8)
    if length < HEAD_BYTES + (auth_length + 8 if auth_length else 0):
        raise NotRpc(f"a length of {length}")
    return Head(data[2], data[3], length, auth_length, call)


def split(head: Head, message: bytes) -> tuple[bytes, Verifier | None]:
    """The body of a message, and its authentication."""
    if not head.auth_length:
        return message[HEAD_BYTES:], None
    at = len(message) - head.auth_length - 8
    kind, level, padding, context = struct.unpack_from("<BBBxI", message, at)
    if at - padding < HEAD_BYTES:
        raise NotRpc("more padding than message")
    return message[HEAD_BYTES : at - padding], Verifier(kind, level, context, message[at + 8 :])


def contexts_of(body: bytes) -> tuple[int, int, list[Context]]:
    """The client's longest fragment, the association group and what it wants, of a bind or alter_context."""
    try:
        longest, group, count = struct.unpack_from("<2xHIB", body)
        at = 12
        found = []
        for _ in range(min(count, CONTEXTS_LIMIT)):
            number, transfers = struct.unpack_from("<HB", body, at)
            interface = _syntax_at(body, at + 4)
            offered = tuple(_syntax_at(body, at + 24 + 20 * index) for index in range(transfers))
            found.append(Context(number, interface, offered))
            at += 24 + 20 * transfers
    except struct.error:
        raise NotRpc("a bind that ends too early") from None
    if not found:
        raise NotRpc("a bind to nothing")
    return longest, group, found


def request_of(head: Head, body: bytes) -> tuple[int, int, bytes]:
    """Number of the context, number of the operation, and the arguments."""
    begin = 24 if head.flags & HAS_OBJECT else 8
    if len(body) < begin:
        raise NotRpc("a request that ends too early")
    context, operation = struct.unpack_from("<4xHH", body)
    return context, operation, body[begin:]


def message(
    kind: int, call: int, body: bytes, verifier: Verifier | None = None, flags: int = FIRST | LAST
) -> bytes:
    """A whole message."""
    trailer = b""
    length = 0
    if verifier is not None:
        padding = -len(body) % 4
        trailer = bytes(padding) + struct.pack(
            "<BBBxI", verifier.kind, verifier.level, padding, verifier.context
        )
        trailer += verifier.token
        length = len(verifier.token)
    total = HEAD_BYTES + len(body) + len(trailer)
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", total, length, call) + body + trailer


def bind_ack(longest: int, group: int, address: str, results: list[tuple[int, int, Syntax]]) -> bytes:
    """The body of a bind_ack or alter_context_resp."""
    named = address.encode("ascii") + b"\0" if address else b""
    head = struct.pack("<HHIH", longest, longest, group, len(named)) + named
    head += bytes(-len(head) % 4) + struct.pack("<B3x", len(results))
    return head + b"".join(
        struct.pack("<HH16sI", result, reason, syntax[0].bytes_le, syntax[1])
        for result, reason, syntax in results
    )


def bind_nak(reason: int) -> bytes:
    """The body of a bind_nak: the only version is 5.0. Windows pads it with three bytes."""
    return struct.pack("<HBBB3x", reason, 1, 5, 0)


def fault(context: int, status: int) -> bytes:
    """The body of a fault (C706 section 12.6.4.7)."""
    return struct.pack("<IHBxI4x", 32, context, 0, status)


def responses(call: int, context: int, stub: bytes, longest: int) -> list[bytes]:
    """An answer, in as many fragments as it takes."""
    room = (longest - HEAD_BYTES - 8) & ~7
    parts = [stub[at : at + room] for at in range(0, len(stub), room)] or [b""]
    left = len(stub)
    made = []
    for index, part in enumerate(parts):
        flags = (FIRST if index == 0 else 0) | (LAST if index == len(parts) - 1 else 0)
        body = struct.pack("<IHBx", left, context, 0) + part
        made.append(message(RESPONSE, call, body, flags=flags))
        left -= len(part)
    return made


def _syntax_at(body: bytes, at: int) -> Syntax:
    uuid, version = struct.unpack_from("<16sI", body, at)
    return UUID(bytes_le=uuid), version
