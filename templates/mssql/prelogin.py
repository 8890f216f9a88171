"""PRELOGIN ([MS-TDS] section 2.2.6.5): both sides tell their version, and whether they want encryption."""

from __future__ import annotations

import struct

VERSION, ENCRYPTION, INSTANCE, THREAD, MARS, END = 0, 1, 2, 3, 4, 0xFF
OFF, ON, NOT_SUPPORTED, REQUIRED = 0, 1, 2, 3
OPTIONS_LIMIT = 16


class NotPrelogin(ValueError):
    """Bytes that are none; the text says why."""


def read(content: bytes) -> dict[int, bytes]:
    """The options of the client by their numbers."""
    options: dict[int, bytes] = {}
    for at in range(0, OPTIONS_LIMIT * 5, 5):
        if content[at : at + 1] == b"\xff":
            return options
        if len(content) < at + 5:
            break
        number, offset, length = struct.unpack_from(">BHH", content, at)
        if offset + length > len(content):
            raise NotPrelogin("an option beyond the end of the message")
        options[number] = content[offset : offset + length]
    raise NotPrelogin("options without an end")


def agreed(options: dict[int, bytes]) -> int:
    """What a server says of encryption that can do it, and does not insist."""
    wanted = options.get(ENCRYPTION, b"\0")[:1] or b"\0"
    return {ON: ON, REQUIRED: ON, NOT_SUPPORTED: NOT_SUPPORTED}.get(wanted[0], OFF)


def answer(options: dict[int, bytes], version: tuple[int, int, int, int]) -> bytes:
    """The server's options: those that the client has named."""
    major, minor, build, _ = version
    values = [
        (VERSION, struct.pack(">BBHH", major, minor, build, 0)),
        (ENCRYPTION, bytes([agreed(options)])),
        (INSTANCE, b"\0"),
        (THREAD, b""),
        (MARS, b"\0"),
    ]
    kept = [(number, value) for number, value in values if number in options or number <= ENCRYPTION]
    at = len(kept) * 5 + 1
    head = b""
    for number, value in kept:
        head += struct.pack(">BHH", number, at, len(value))
        at += len(value)
    return head + bytes([END]) + b"".join(value for _, value in kept)
