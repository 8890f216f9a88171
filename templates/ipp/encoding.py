"""The encoding of IPP (RFC 8010 section 3): a parser that takes bytes as they come, and a writer."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

OPERATION, JOB, END, PRINTER, UNSUPPORTED = 0x01, 0x02, 0x03, 0x04, 0x05
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
OCTETS, DATE_TIME, RESOLUTION, RANGE = 0x30, 0x31, 0x32, 0x33
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
NO_VALUE = 0x13
COLLECTION, END_COLLECTION, MEMBER = 0x34, 0x37, 0x4A

HEAD_LIMIT = 64 * 1024
"""Bytes of all attributes."""
VALUES_LIMIT = 2000
NAME_LIMIT = 255


class NotIpp(ValueError):
    """Bytes that are no message of IPP; the text says why."""


@dataclass
class Message:
    """A request. Values are kept as they came; collections as their flat members."""

    version: tuple[int, int]
    operation: int
    request_id: int
    groups: list[tuple[int, dict[str, list[bytes]]]] = field(default_factory=list)

    def values(self, name: str, group: int | None = None) -> list[str]:
        """The values of an attribute, of the first group that has it."""
        for tag, attributes in self.groups:
            if name in attributes and group in {None, tag}:
                return [value.decode("utf-8", "surrogateescape") for value in attributes[name]]
        return []

    def text(self, name: str) -> str:
        """The first value of an attribute; empty where there is none."""
        return next(iter(self.values(name)), "")

    def integer(self, name: str) -> int | None:
        """The first value of an attribute, as an integer."""
        for _, attributes in self.groups:
            if name in attributes and len(attributes[name][0]) == 4:
                return struct.unpack(">i", attributes[name][0])[0]
        return None


class Parser:
    """Takes a message in parts of any size. What follows the attributes is the document."""

    def __init__(self) -> None:
        self.message: Message | None = None
        self.is_complete = False
        self._held = bytearray()
        self._taken = 0
        self._values = 0
        self._name: str | None = None

    def feed(self, data: bytes) -> bytes:
        """The next bytes; answers those of the document. Raises `NotIpp`."""
        if self.is_complete:
            return data
        self._held += data
        if self.message is None and len(self._held) >= 8:
            major, minor, operation, number = struct.unpack_from(">BBHi", self._held)
            self.message = Message((major, minor), operation, number)
            self._drop(8)
        while self.message is not None and not self.is_complete and self._step(self.message):
            if self._taken > HEAD_LIMIT or self._values > VALUES_LIMIT:
                raise NotIpp("too many attributes")
        if not self.is_complete:
            if len(self._held) > HEAD_LIMIT:
                raise NotIpp("attributes without an end")
            return b""
        document, self._held = bytes(self._held), bytearray()
        return document

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._taken += count

    def _step(self, message: Message) -> bool:
        """Takes one delimiter or one value; False when it has not come in full."""
        if not self._held:
            return False
        tag = self._held[0]
        if tag < 0x10:
            self._drop(1)
            self._name = None
            if tag == END:
                self.is_complete = True
            else:
                message.groups.append((tag, {}))
            return True
        if len(self._held) < 3:
            return False
        (name_size,) = struct.unpack_from(">H", self._held, 1)
        if name_size > NAME_LIMIT:
            raise NotIpp("a name too long")
        if len(self._held) < 5 + name_size:
            return False
        (size,) = struct.unpack_from(">H", self._held, 3 + name_size)
        end = 5 + name_size + size
        if len(self._held) < end:
            return False
        self._keep(message, bytes(self._held[3 : 3 + name_size]), bytes(self._held[end - size : end]))
        self._drop(end)
        return True

    def _keep(self, message: Message, name: bytes, value: bytes) -> None:
        if not message.groups:
            raise NotIpp("a value outside of a group")
        if name:
            self._name = name.decode("utf-8", "surrogateescape")
        if self._name is None:
            raise NotIpp("a value without a name")
        self._values += 1
        message.groups[-1][1].setdefault(self._name, []).append(value)


@dataclass(frozen=True)
class Attribute:
    """One attribute of an answer, its values encoded; those of a collection are its members."""

    name: str
    tag: int
    values: tuple[bytes | tuple[Attribute, ...], ...]


def attribute(name: str, tag: int, *values: object) -> Attribute:
    """An attribute by its values: numbers, texts, pairs of a range, a resolution's dots per inch."""
    return Attribute(name, tag, tuple(_encoded(tag, value) for value in values))


def collection(name: str, *members: Attribute) -> Attribute:
    """An attribute whose one value has attributes itself (RFC 8010 section 3.1.6)."""
    return Attribute(name, COLLECTION, (members,))


def _encoded(tag: int, value: object) -> bytes:
    if tag in {INTEGER, ENUM}:
        return struct.pack(">i", value)
    if tag == BOOLEAN:
        return struct.pack(">?", value)
    if tag == RANGE and isinstance(value, tuple):
        return struct.pack(">ii", *value)
    if tag == RESOLUTION:
        return struct.pack(">iib", value, value, 3)
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogateescape")[:1023]


def encode(
    version: tuple[int, int], status: int, request_id: int, groups: Iterable[tuple[int, Iterable[Attribute]]]
) -> bytes:
    """An answer."""
    parts = [struct.pack(">BBHi", *version, status, request_id)]
    for tag, attributes in groups:
        parts.append(bytes((tag,)))
        parts += [_written(one, one.name) for one in attributes]
    return b"".join(parts) + bytes((END,))


def _written(one: Attribute, name: str) -> bytes:
    parts = []
    for value in one.values:
        if isinstance(value, bytes):
            parts.append(_value(one.tag, name, value))
        else:
            parts.append(_value(COLLECTION, name, b""))
            for member in value:
                parts += [_value(MEMBER, "", member.name.encode("ascii")), _written(member, "")]
            parts.append(_value(END_COLLECTION, "", b""))
        # A further value has no name (section 3.1.5).
        name = ""
    return b"".join(parts)


def _value(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode("ascii") + struct.pack(">H", len(value)) + value
