"""BER of ITU-T X.690 with bounds: what LDAP and Kerberos are made of.

Reading never copies or descends by itself: whoever reads asks for the next element, and so decides how
deep it goes. Only definite lengths and tags below 31 exist here, as both protocols have it.
"""

from __future__ import annotations

INTEGER, OCTETS, NULL, OBJECT, ENUMERATED, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x0A, 0x30, 0x31
BOOLEAN, BITS, TIME, GENERAL_STRING = 0x01, 0x03, 0x18, 0x1B
CONSTRUCTED = 0x20


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

    def bytes(self, tag: int | None = OCTETS) -> bytes:
        """The content of the next element."""
        start, end = self._next(tag)
        return self._data[start:end]

    def text(self, tag: int | None = OCTETS) -> str:
        """The content as UTF-8; what is none stays as surrogates."""
        return self.bytes(tag).decode("utf-8", "surrogateescape")

    def integer(self, tag: int = INTEGER) -> int:
        """A number of at most eight bytes."""
        content = self.bytes(tag)
        if not 1 <= len(content) <= 8:
            raise NotBer(f"an integer of {len(content)} bytes")
        return int.from_bytes(content, "big", signed=True)


def header(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the content of an element begins, and its length (X.690 section 8.1.3)."""
    if end - at < 2:
        raise NotBer("an element without a length")
    if data[at] & 0x1F == 0x1F:
        raise NotBer("a tag of more than one byte")
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    if not 1 <= count <= 4 or end - at - 2 < count:
        raise NotBer("a length that is not definite")
    return at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")


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


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A number in as few bytes as it takes."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return element(tag, value.to_bytes(size, "big", signed=True))


def octets(value: str | bytes, tag: int = OCTETS) -> bytes:
    """A string; text as UTF-8."""
    return element(tag, value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value)
