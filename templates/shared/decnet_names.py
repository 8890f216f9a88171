"""Names in messages of DNS, LLMNR and mDNS (RFC 1035 sections 3.1 and 4.1.4), read with bounds."""

from __future__ import annotations

NAME_LIMIT = 255
JUMPS_LIMIT = 16

Labels = tuple[bytes, ...]


class NotName(ValueError):
    """Bytes that are no name."""


def read_name(data: bytes, at: int, *, jumps: int = JUMPS_LIMIT) -> tuple[Labels, int]:
    """The labels of a name, and where it ends; at most so many pointers are followed, and only backwards."""
    labels: list[bytes] = []
    size, end, before = 1, None, at
    while True:
        if at >= len(data):
            raise NotName("a name without an end")
        length = data[at]
        if length == 0:
            return tuple(labels), at + 1 if end is None else end
        if length >= 0xC0:
            if jumps == 0 or at + 1 >= len(data):
                raise NotName("a name that is none")
            end = at + 2 if end is None else end
            at = (length & 0x3F) << 8 | data[at + 1]
            if at >= before:
                raise NotName("a pointer that does not lead back")
            before, jumps = at, jumps - 1
            continue
        size += length + 1
        if length > 63 or size > NAME_LIMIT or at + length >= len(data):
            raise NotName("a name that is none")
        labels.append(data[at + 1 : at + 1 + length])
        at += length + 1


def name_of(labels: Labels) -> str:
    """The name as text, in lower case, without the last dot; no ASCII is `\\ddd` (RFC 1035 section 5.1)."""
    return ".".join("".join(map(_shown, label)) for label in labels).lower()


def _shown(byte: int) -> str:
    return chr(byte) if 0x20 <= byte <= 0x7E and byte not in b".\\" else f"\\{byte:03}"
