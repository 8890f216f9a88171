"""TPKT (RFC 1006 section 6) and X.224 as RDP begins with them ([MS-RDPBCGR] section 2.2.1.1)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from decnet_streams import Malformed, Stream

TLS, HYBRID = 0x1, 0x2
"""Protocols that a client asks for: TLS alone, and CredSSP in TLS."""
SSL_REQUIRED, HYBRID_REQUIRED = 1, 5
"""Why a negotiation fails ([MS-RDPBCGR] section 2.2.1.2.2)."""
_CONNECTION_REQUEST, _CONNECTION_CONFIRM = 0xE0, 0xD0
_REQUEST, _RESPONSE, _FAILURE = 1, 2, 3
_SOURCE = 0x1234
_FLAGS = 0x1F
"""Of Windows 10 and later: among others, restricted administration and redirected authentication."""
_COOKIE = re.compile(rb"Cookie: mstshash=([^\r\n]{0,128})\r\n")
_TOKEN_LIMIT = 512
DATA = b"\x02\xf0\x80"
HEAD_BYTES = 4
HANDSHAKE = 0x16
"""What TLS begins with: Windows takes it in the place of a connection request."""


@dataclass(frozen=True)
class Connect:
    """What a client begins with."""

    cookie: bytes | None
    """Often the user's name, at most nine letters of it."""
    protocols: int | None
    """None of a client that knows of no negotiation."""


async def packet(stream: Stream, head: bytes = b"") -> bytes:
    """What the next TPKT holds; `head`: its first four bytes, where they were read before."""
    head = head or await stream.exactly(HEAD_BYTES)
    length = int.from_bytes(head[2:], "big")
    if head[0] != 3 or length < 7:
        raise Malformed("no TPKT", head)
    return await stream.exactly(length - 4)


def framed(content: bytes) -> bytes:
    """A TPKT."""
    return struct.pack(">BBH", 3, 0, len(content) + 4) + content


def connect_of(data: bytes) -> Connect:
    """Reads a connection request."""
    if data[0] + 1 != len(data) or len(data) < 7 or data[1] & 0xF0 != _CONNECTION_REQUEST:
        raise Malformed("no connection request", data)
    rest = data[7:]
    cookie = _COOKIE.match(rest)
    if cookie is not None:
        rest = rest[cookie.end() :]
    elif rest.startswith(b"Cookie: ") and b"\r\n" in rest[:_TOKEN_LIMIT]:
        # A routing token of a load balancer.
        rest = rest[rest.index(b"\r\n") + 2 :]
    protocols = None
    if len(rest) >= 8 and rest[0] == _REQUEST and rest[2:4] == b"\x08\0":
        protocols = int.from_bytes(rest[4:8], "little")
    return Connect(cookie[1] if cookie else None, protocols)


def confirm(protocol: int | None) -> bytes:
    """The answer: the protocol that was chosen; None to a client that has asked for none."""
    return _answer(b"" if protocol is None else struct.pack("<BBHI", _RESPONSE, _FLAGS, 8, protocol))


def refuse(reason: int) -> bytes:
    """The answer to a client that has asked for too little."""
    return _answer(struct.pack("<BBHI", _FAILURE, 0, 8, reason))


def _answer(negotiation: bytes) -> bytes:
    head = struct.pack(">BBHHB", 6 + len(negotiation), _CONNECTION_CONFIRM, 0, _SOURCE, 0)
    return framed(head + negotiation)
