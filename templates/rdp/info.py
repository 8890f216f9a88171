"""The client's info, in which it may send a password, and its licence ([MS-RDPBCGR] 2.2.1.11, 2.2.1.12)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_streams import Malformed

INFO, LICENSE = 0x0040, 0x0080
"""What a security header marks."""
AUTO_LOGON, UNICODE = 0x8, 0x10
TEXT_LIMIT = 512
"""Bytes of one text."""
_VALID_CLIENT, _NO_TRANSITION = 7, 2


@dataclass(frozen=True)
class Info:
    """Who the client says that it is."""

    username: str
    domain: str
    password: str
    is_login: bool
    """It wants to log in with this now, not to be asked on the screen."""


def is_info(data: bytes) -> bool:
    """Whether it is the client's info."""
    return len(data) >= 4 and bool(int.from_bytes(data[:2], "little") & INFO)


def info_of(data: bytes) -> Info:
    """Reads it, behind the security header."""
    if len(data) < 22:
        raise Malformed("info that ends too early", data)
    flags, *sizes = struct.unpack_from("<I5H", data, 8)
    width = 2 if flags & UNICODE else 1
    at = 22
    texts = []
    for size in sizes[:3]:
        if size > TEXT_LIMIT or at + size > len(data):
            raise Malformed("a text beyond the end of the info", data[:64])
        texts.append(data[at : at + size].decode("utf-16-le" if width == 2 else "cp1252", "replace"))
        at += size + width
    domain, username, password = (text.split("\0")[0] for text in texts)
    return Info(username, domain, password, bool(flags & AUTO_LOGON) or password != "")


def licensed() -> bytes:
    """No licence is needed."""
    message = struct.pack("<BBHIIHH", 0xFF, 3, 16, _VALID_CLIENT, _NO_TRANSITION, 4, 0)
    return struct.pack("<HH", LICENSE, 0) + message
