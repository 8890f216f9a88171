"""Negotiation of SMB 2 and 3 ([MS-SMB2] sections 2.2.3, 2.2.4 and 3.3.5.4)."""

from __future__ import annotations

import os
import struct
import time

import decnet_spnego as spnego
from decnet_streams import Malformed
from machine import Machine, filetime
from smb2 import HEAD_BYTES, MODE_ENABLED, Request

ANY_SMB2 = 0x02FF
"""Answers "SMB 2.???" of SMB 1: the client is to negotiate again."""
SMB_3_1_1 = 0x0311
DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302, SMB_3_1_1)
DIALECTS_LIMIT = 64
DFS, LEASING, MANY_CREDITS = 0x1, 0x2, 0x4
MOST_BYTES = 65_536
"""Of one read, write or transaction. Real servers allow 8 MiB from SMB 2.1 on, of each client."""
_PREAUTH_INTEGRITY, _SHA512 = 1, 1


def choose(request: Request) -> int | None:
    """The highest dialect that both sides have."""
    count, *_ = request.fields("HHHI16sQ", 36)
    if not 1 <= count <= DIALECTS_LIMIT:
        raise Malformed(f"{count} dialects", request.raw[:128])
    listed = request.buffer(HEAD_BYTES + 36, 2 * count)
    offered = set(struct.unpack(f"<{count}H", listed))
    return max(offered & set(DIALECTS), default=None)


def capabilities(dialect: int) -> int:
    """What Windows and Samba say that they can, but for encryption."""
    return DFS if dialect in (0x0202, ANY_SMB2) else DFS | LEASING | MANY_CREDITS


def answer(machine: Machine, dialect: int, now: float | None = None) -> bytes:
    """The body of the response."""
    blob = spnego.offer(machine.mechanisms)
    at = HEAD_BYTES + 64
    contexts = b""
    if dialect == SMB_3_1_1:
        salt = os.urandom(32)
        integrity = struct.pack("<HHH", 1, len(salt), _SHA512) + salt
        contexts = struct.pack("<HHI", _PREAUTH_INTEGRITY, len(integrity), 0) + integrity
    padding = bytes(-(at + len(blob)) % 8) if contexts else b""
    return (
        struct.pack(
            "<HHHH16sIIIIQQHHI",
            65,
            MODE_ENABLED,
            dialect,
            1 if contexts else 0,
            machine.guid,
            capabilities(dialect),
            MOST_BYTES,
            MOST_BYTES,
            MOST_BYTES,
            filetime(time.time() if now is None else now),
            machine.started,
            at,
            len(blob),
            at + len(blob) + len(padding) if contexts else 0,
        )
        + blob
        + padding
        + contexts
    )
