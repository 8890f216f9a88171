"""Search filters (RFC 4511 section 4.5.1.7): read with bounds, told as text, and tried on an entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import decnet_ber as ber
from decnet_ber import NotBer, Reader

AND, OR, NOT = 0xA0, 0xA1, 0xA2
EQUAL, SUBSTRINGS, AT_LEAST, AT_MOST = 0xA3, 0xA4, 0xA5, 0xA6
PRESENT, APPROXIMATE, EXTENSIBLE = 0x87, 0xA8, 0xA9
SIGNS = {EQUAL: "=", AT_LEAST: ">=", AT_MOST: "<=", APPROXIMATE: "~="}
BIT_AND, BIT_OR = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"
DEPTH_LIMIT, PARTS_LIMIT = 16, 200

Values = Callable[[str], Sequence[bytes]]
"""The values of an attribute by its name; none where there is no such attribute."""


@dataclass(frozen=True)
class Filter:
    """A filter: its text, as RFC 4515 writes it, and whether an entry passes."""

    text: str
    matches: Callable[[Values], bool]


def read(reader: Reader) -> Filter:
    """Reads a filter; raises `NotBer`, also for one that is too large."""
    return _Parser().read(reader, 0)


class _Parser:
    def __init__(self) -> None:
        self._parts = 0

    def read(self, reader: Reader, depth: int) -> Filter:
        self._parts += 1
        if depth > DEPTH_LIMIT or self._parts > PARTS_LIMIT:
            raise NotBer("a filter that is too large")
        tag = reader.tag
        if tag == PRESENT:
            name = reader.text(PRESENT)
            return Filter(f"({name}=*)", lambda values: len(values(name)) > 0)
        content = reader.into()
        if tag in (AND, OR):
            return self._several(tag, content, depth)
        if tag == NOT:
            inner = self.read(content, depth + 1)
            return Filter(f"(!{inner.text})", lambda values: not inner.matches(values))
        if tag in SIGNS:
            return _comparison(tag, content.text(), content.bytes())
        if tag == SUBSTRINGS:
            return _substrings(content)
        if tag == EXTENSIBLE:
            return _extensible(content)
        raise NotBer(f"tag {tag:#04x} is no filter")

    def _several(self, tag: int, content: Reader, depth: int) -> Filter:
        parts = []
        while content.more:
            parts.append(self.read(content, depth + 1))
        sign, holds = ("&", all) if tag == AND else ("|", any)
        text = f"({sign}{''.join(part.text for part in parts)})"
        return Filter(text, lambda values: holds(part.matches(values) for part in parts))


def _comparison(tag: int, name: str, wanted: bytes) -> Filter:
    def holds(value: bytes) -> bool:
        if tag in (EQUAL, APPROXIMATE):
            return value.lower() == wanted.lower()
        pair = (_number(value), _number(wanted))
        low, high = pair if None not in pair else (value.lower(), wanted.lower())
        return low >= high if tag == AT_LEAST else low <= high

    text = f"({name}{SIGNS[tag]}{_escaped(wanted)})"
    return Filter(text, lambda values: any(holds(value) for value in values(name)))


def _number(value: bytes) -> int | None:
    return int(value) if len(value) <= 20 and value.isdigit() else None


def _substrings(content: Reader) -> Filter:
    name, inner = content.text(), content.into(ber.SEQUENCE)
    parts: list[tuple[int, bytes]] = []
    while inner.more:
        if len(parts) == 32:
            raise NotBer("a filter that is too large")
        parts.append((inner.tag, inner.bytes(None).lower()))
    shown = "".join(("" if tag == 0x80 else "*") + _escaped(part) for tag, part in parts)
    ending = "" if parts and parts[-1][0] == 0x82 else "*"
    text = f"({name}={shown}{ending})"
    return Filter(text, lambda values: any(_holds(value.lower(), parts) for value in values(name)))


def _holds(value: bytes, parts: list[tuple[int, bytes]]) -> bool:
    at = 0
    for tag, part in parts:
        found = value.find(part, at)
        if tag == 0x82:
            found = max(len(value) - len(part), at) if value.endswith(part) else -1
        if found < 0 or (tag == 0x80 and found > 0) or found + len(part) > len(value):
            return False
        at = found + len(part)
    return True


def _extensible(content: Reader) -> Filter:
    rule = content.text(0x81) if content.tag == 0x81 else ""
    name = content.text(0x82) if content.tag == 0x82 else ""
    wanted = content.bytes(0x83)
    mask = _number(wanted)

    def holds(value: bytes) -> bool:
        number = _number(value)
        if rule in (BIT_AND, BIT_OR) and number is not None and mask is not None:
            return number & mask == mask if rule == BIT_AND else number & mask != 0
        return value.lower() == wanted.lower()

    text = f"({name}{':' + rule if rule else ''}:={_escaped(wanted)})"
    return Filter(text, lambda values: any(holds(value) for value in values(name)))


def _escaped(value: bytes) -> str:
    """RFC 4515 section 3: what has a meaning, and what is no text, as `\\xx`."""
    text = "".join(f"\\{byte:02x}" if byte in b"*()\\\0" else chr(byte) for byte in value)
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"\\{byte:02x}" for byte in value)
