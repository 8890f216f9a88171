"""As much of DER (X.690) as SPNEGO and CredSSP need: tags of one byte, definite lengths, no recursion."""

from __future__ import annotations

INTEGER, OCTET_STRING, OID, ENUMERATED, SEQUENCE = 0x02, 0x04, 0x06, 0x0A, 0x30
ITEMS_LIMIT = 64
"""Elements of one sequence that are read."""


class NotDer(ValueError):
    """Bytes that are no DER; the text says why."""


def wrap(tag: int, *contents: bytes) -> bytes:
    """An element of this tag."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def explicit(number: int, *contents: bytes) -> bytes:
    """An element that is tagged [number] by its context."""
    return wrap(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    """An INTEGER that is not negative."""
    return wrap(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def head_of(data: bytes, at: int = 0) -> tuple[int, int]:
    """Where the content of the element at this place begins, and how long it is; it need not be all there."""
    if len(data) < at + 2:
        raise NotDer("an element without a length")
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    if not 1 <= count <= 4 or len(data) < at + 2 + count:
        raise NotDer("a length of no known form")
    return at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")


def items(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element of a sequence's content."""
    found = []
    at = 0
    while at < len(data):
        begin, length = head_of(data, at)
        if begin + length > len(data):
            raise NotDer("an element beyond the end")
        if len(found) == ITEMS_LIMIT:
            raise NotDer("too many elements")
        found.append((data[at], data[begin : begin + length]))
        at = begin + length
    return found


def only(data: bytes, tag: int) -> bytes:
    """The content of the one element that must be here."""
    begin, length = head_of(data)
    if data[0] != tag:
        raise NotDer(f"an element of tag {data[0]:#x}, not {tag:#x}")
    if begin + length > len(data):
        raise NotDer("an element beyond the end")
    return data[begin : begin + length]
