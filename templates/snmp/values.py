"""Values of objects as elements of BER: the types of SMIv2 (RFC 2578 section 7.1)."""

from __future__ import annotations

from decnet_ber import INTEGER, NULL, OID, Reader, element, integer, octets
from oids import parse_oid, read_oid, show_oid, write_oid

ADDRESS, COUNTER, GAUGE, TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
NO_OBJECT, NO_INSTANCE, END_OF_VIEW = (element(tag) for tag in (0x80, 0x81, 0x82))
"""Instead of a value, from version 2 on (RFC 3416 section 3)."""
EMPTY = element(NULL)
SHOWN_BYTES = 256

Value = bytes
"""A whole element."""


def number(value: int) -> Value:
    """An INTEGER."""
    return integer(value)


def text(value: str | bytes) -> Value:
    """An OCTET STRING."""
    return octets(value)


def identifier(dotted: str) -> Value:
    """An OBJECT IDENTIFIER."""
    return element(OID, write_oid(parse_oid(dotted)))


def address(dotted: str) -> Value:
    """An IpAddress."""
    return element(ADDRESS, bytes(int(part) for part in dotted.split(".")))


def counter(value: int) -> Value:
    """A Counter32, which wraps."""
    return integer(value % 2**32, COUNTER)


def counter64(value: int) -> Value:
    """A Counter64."""
    return integer(value % 2**64, COUNTER64)


def gauge(value: int) -> Value:
    """A Gauge32, which stays at its largest."""
    return integer(min(value, 2**32 - 1), GAUGE)


def ticks(value: int) -> Value:
    """TimeTicks: hundredths of a second."""
    return integer(value % 2**32, TICKS)


def shown(tag: int, content: bytes) -> str | bytes:
    """A value that a client sent, for the log."""
    if tag in {INTEGER, COUNTER, GAUGE, TICKS, COUNTER64} and 0 < len(content) <= 9:
        return str(int.from_bytes(content, "big", signed=True))
    if tag == OID:
        return show_oid(read_oid(content))
    if tag == ADDRESS and len(content) == 4:
        return ".".join(str(part) for part in content)
    return content[:SHOWN_BYTES]


def tag_of(value: Value) -> int:
    """The type of a value."""
    return Reader(value).tag
