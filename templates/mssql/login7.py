"""LOGIN7 ([MS-TDS] section 2.2.6.4): who wants in, with what, from where, and to which database."""

from __future__ import annotations

import struct
from dataclasses import dataclass

FIXED = 94
TEXTS = ("hostname", "username", "password", "application", "server", "extension", "library", "language")
TEXTS += ("database",)
INTEGRATED = 0x80
"""fIntSecurity of OptionFlags2: the client logs in by SSPI."""


class NotLogin(ValueError):
    """Bytes that are none; the text says why."""


@dataclass(frozen=True)
class Login:
    """What the client says."""

    version: int
    """Of TDS: 0x74000004 is 7.4."""
    packet_size: int
    hostname: str
    username: str
    password: str
    application: str
    database: str
    library: str
    sspi: bytes | None
    """The first token of a login by SSPI."""


def read(content: bytes) -> Login:
    """Reads one; raises `NotLogin`."""
    if len(content) < FIXED:
        raise NotLogin("shorter than its fixed part")
    length, version, packet_size = struct.unpack_from("<III", content)
    if length > len(content):
        raise NotLogin("a length beyond the end of the message")
    texts = {}
    for index, name in enumerate(TEXTS):
        data = _field(content, 36 + index * 4, 2)
        texts[name] = revealed(data) if name == "password" else data.decode("utf-16-le", "surrogatepass")
    sspi = _field(content, 78, 1) if content[25] & INTEGRATED else None
    return Login(
        version,
        packet_size,
        texts["hostname"],
        texts["username"],
        texts["password"],
        texts["application"],
        texts["database"],
        texts["library"],
        sspi,
    )


def _field(content: bytes, at: int, width: int) -> bytes:
    offset, count = struct.unpack_from("<HH", content, at)
    if count and offset + count * width > len(content):
        raise NotLogin("a field beyond the end of the message")
    return content[offset : offset + count * width]


def revealed(data: bytes) -> str:
    """The password: its half bytes are swapped after all bits of 0xA5 were turned."""
    plain = bytes((byte ^ 0xA5) >> 4 | (byte ^ 0xA5) << 4 & 0xF0 for byte in data)
    return plain.decode("utf-16-le", "surrogatepass")
