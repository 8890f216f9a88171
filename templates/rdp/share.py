"""Messages of the share, which is what RDP calls a desktop ([MS-RDPBCGR] sections 2.2.1.13 to 2.2.1.22)."""

from __future__ import annotations

import struct

from mcs import USER

INSUFFICIENT_PRIVILEGES, OTHER_CONNECTION = 0x9, 0x5
"""Why the server ends: the user may not connect; another connection has taken the session (2.2.5.1.1)."""
_SHARE, _SERVER = 0x000103EA, 0x03EA
_DEMAND_ACTIVE, _DATA = 0x11, 0x17
_CONTROL, _SYNCHRONIZE, _FONT_LIST, _FONT_MAP, _ERROR = 0x14, 0x1F, 0x27, 0x28, 0x2F
_GRANTED, _COOPERATE = 2, 4


def demand_active(width: int, height: int) -> bytes:
    """What the server can do (2.2.1.13.1), as little of it as there may be."""
    sets = _capabilities(width, height)
    body = b"".join(struct.pack("<HH", kind, 4 + len(content)) + content for kind, content in sets)
    combined = struct.pack("<HH", len(sets), 0) + body
    name = b"RDP\0"
    head = struct.pack("<IHH", _SHARE, len(name), len(combined))
    return _message(_DEMAND_ACTIVE, head + name + combined + bytes(4))


def _capabilities(width: int, height: int) -> tuple[tuple[int, bytes], ...]:
    """Section 2.2.7: kinds and contents."""
    return (
        (0x09, struct.pack("<HH", _SERVER, 0)),
        (0x01, struct.pack("<9H2B", 1, 3, 0x0200, 0, 0, 0x041D, 0, 0, 0, 1, 1)),
        (0x14, struct.pack("<II", 0, 1600)),
        (0x02, struct.pack("<9H2BHH", 16, 1, 1, 1, width, height, 0, 1, 1, 0, 0, 1, 0)),
        (0x03, bytes(20) + struct.pack("<6H", 1, 20, 0, 1, 0, 0x22) + bytes(52)),
        (0x08, struct.pack("<HHH", 1, 25, 25)),
        (0x0D, struct.pack("<HH", 0x35, 0) + bytes(80)),
    )


def is_font_list(data: bytes) -> bool:
    """Whether it is the last that a client sends before it waits for its desktop."""
    return len(data) > 14 and data[2] & 0xF == _DATA & 0xF and data[14] == _FONT_LIST


def finalization() -> tuple[bytes, ...]:
    """The server's side of it: from here on the client believes that it is connected."""
    return (
        _data(_SYNCHRONIZE, struct.pack("<HH", 1, USER)),
        _data(_CONTROL, struct.pack("<HHI", _COOPERATE, 0, 0)),
        _data(_CONTROL, struct.pack("<HHI", _GRANTED, USER, _SERVER)),
        _data(_FONT_MAP, struct.pack("<HHHH", 0, 0, 3, 4)),
    )


def error(code: int) -> bytes:
    """Why the session is about to end."""
    return _data(_ERROR, struct.pack("<I", code))


def _data(kind: int, content: bytes) -> bytes:
    head = struct.pack("<IBBHBBH", _SHARE, 0, 1, 4 + len(content), kind, 0, 0)
    return _message(_DATA, head + content)


def _message(kind: int, body: bytes) -> bytes:
    return struct.pack("<HHH", 6 + len(body), kind, _SERVER) + body
