"""Object identifiers in BER (X.690 section 8.19), within the bounds of SMIv2 (RFC 2578 section 3.5)."""

from __future__ import annotations

from decnet_ber import NotBer

Oid = tuple[int, ...]

PARTS_LIMIT = 128
PART_LIMIT = 2**32 - 1


def read_oid(content: bytes) -> Oid:
    """The identifier of an element's content."""
    if not content or content[-1] & 0x80:
        raise NotBer("an object identifier that does not end")
    parts: list[int] = []
    part = 0
    for byte in content:
        part = part << 7 | byte & 0x7F
        # The first part is two in one.
        if part > PART_LIMIT + 80:
            raise NotBer("an object identifier with a part that is too large")
        if byte & 0x80:
            continue
        if parts:
            parts.append(part)
        else:
            first = min(part // 40, 2)
            parts += [first, part - 40 * first]
        part = 0
        if len(parts) > PARTS_LIMIT:
            raise NotBer("an object identifier that is too long")
    return tuple(parts)


def write_oid(oid: Oid) -> bytes:
    """The content of the element."""
    return b"".join(_part(part) for part in (oid[0] * 40 + oid[1], *oid[2:]))


def _part(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def parse_oid(text: str) -> Oid:
    """From its dotted form."""
    return tuple(int(part) for part in text.split("."))


def show_oid(oid: Oid) -> str:
    """Its dotted form."""
    return ".".join(str(part) for part in oid)
