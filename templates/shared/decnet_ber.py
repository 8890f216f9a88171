"""BER of ITU-T X.690 with bounds: what LDAP, Kerberos, SNMP, SPNEGO and CredSSP are made of.

Reading never descends by itself: whoever reads asks for the next element, and so decides how deep it
goes. Only definite lengths and tags below 31 exist here, as these protocols have it. What is written
with the shortest length is DER as well.
"""

from __future__ import annotations

INTEGER, OCTET_STRING, NULL, OID, ENUMERATED, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x0A, 0x30, 0x31
BOOLEAN, BIT_STRING, GENERALIZED_TIME, GENERAL_STRING = 0x01, 0x03, 0x18, 0x1B
CONSTRUCTED = 0x20
ITEMS_LIMIT = 64
"""Elements that `items` reads."""


class NotBer(ValueError):
    """Bytes that are not what they should be; the text says why."""


class Reader:
    """The elements of one constructed element, in their order."""

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._at = start
        self._end = len(data) if end is None else end

    @property
    def more(self) -> bool:
        """Whether an element follows."""
        return self._at < self._end

    @property
    def tag(self) -> int:
        """Of the element that follows; 0 after the last."""
        return self._data[self._at] if self.more else 0

    def _next(self, tag: int | None) -> tuple[int, int]:
        if not self.more:
            raise NotBer("an element is missing")
        if tag is not None and self.tag != tag:
            raise NotBer(f"tag {self.tag:#04x} instead of {tag:#04x}")
        start, length = header(self._data, self._at, self._end)
        if length > self._end - start:
            raise NotBer("an element beyond the end of its parent")
        self._at = start + length
        return start, self._at

    def into(self, tag: int | None = None) -> Reader:
        """What is in the next element, which has this tag."""
        return Reader(self._data, *self._next(tag))

    def bytes(self, tag: int | None = OCTET_STRING) -> bytes:
        """The content of the next element."""
        start, end = self._next(tag)
        return self._data[start:end]

    def text(self, tag: int | None = OCTET_STRING) -> str:
        """The content as UTF-8; what is none stays as surrogates."""
        return self.bytes(tag).decode("utf-8", "surrogateescape")

    def integer(self, tag: int = INTEGER) -> int:
        """A number of at most eight bytes."""
        content = self.bytes(tag)
        if not 1 <= len(content) <= 8:
            raise NotBer(f"an integer of {len(content)} bytes")
        return int.from_bytes(content, "big", signed=True)


def header(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the content of an element begins, and its length."""
    if end - at < 2:
        raise NotBer("an element without a length")
    if data[at] & 0x1F == 0x1F:
        raise NotBer("a tag of more than one byte")
    found = _definite_length(data, at + 1, end)
    if found is None:
        raise NotBer("a length that is not definite")
    return found


def _definite_length(data: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Where a length ends, and the length (X.690 section 8.1.3)."""
    first = data[at]
    at += 1
    if first < 0x80:
        return at, first
    count = first & 0x7F
    if not 1 <= count <= 4 or end - at < count:
        return None
    return at + count, int.from_bytes(data[at : at + count], "big")


def any_header(data: bytes, at: int = 0) -> tuple[int, int]:
    """Like `header`, whatever the tag: the first of MCS has two bytes. The content need not be all there."""
    if len(data) < at + 2:
        raise NotBer("an element without a length")
    found = _definite_length(data, at + 1, len(data))
    if found is None:
        raise NotBer("a length of no known form")
    return found


def items(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element of a sequence's content."""
    found = []
    at = 0
    while at < len(data):
        begin, length = any_header(data, at)
        if begin + length > len(data):
            raise NotBer("an element beyond the end")
        if len(found) == ITEMS_LIMIT:
            raise NotBer("too many elements")
        found.append((data[at], data[begin : begin + length]))
        at = begin + length
    return found


def only(data: bytes, tag: int) -> bytes:
    """The content of the one element that must be here."""
    begin, length = any_header(data)
    if data[0] != tag:
        raise NotBer(f"an element of tag {data[0]:#x}, not {tag:#x}")
    if begin + length > len(data):
        raise NotBer("an element beyond the end")
    return data[begin : begin + length]


def element(tag: int, *contents: bytes, wide: bool = False) -> bytes:
    """An element. `wide`: with a length of five bytes, as Windows writes it."""
    content = b"".join(contents)
    length = len(content)
    if wide:
        return bytes([tag, 0x84]) + length.to_bytes(4, "big") + content
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def explicit(number: int, *contents: bytes) -> bytes:
    """An element that is tagged [number] by its context."""
    return element(0xA0 | number, *contents)


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A number in as few bytes as it takes."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return element(tag, value.to_bytes(size, "big", signed=True))


def octets(value: str | bytes, tag: int = OCTET_STRING) -> bytes:
    """A string; text as UTF-8."""
    return element(tag, value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value)
