"""What a query asks (RFC 1035 section 4.1), read with bounds: nothing is followed, nothing repeated."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_names import name_of, read_name

HEADER = struct.Struct(">6H")
OPT, COOKIE = 41, 10
CLASSIC_SIZE, LARGEST_SIZE = 512, 1232
"""Bytes of an answer over UDP: without EDNS, and the most that is sent with it."""

QUERY, IQUERY, STATUS, NOTIFY, UPDATE = 0, 1, 2, 4, 5
RECURSION_DESIRED = 0x0100
RESPONSE = 0x8000


class NotDns(ValueError):
    """Bytes that are no query. `id`, where they have a header: that it is answered with FORMERR."""

    def __init__(self, text: str, number: int | None = None, flags: int = 0) -> None:
        super().__init__(text)
        self.id = number
        self.flags = flags


@dataclass(frozen=True)
class Edns:
    """What the OPT record says (RFC 6891 section 6.1.2)."""

    size: int
    cookie: bytes
    """Of the client (RFC 7873 section 4); empty without one."""


@dataclass(frozen=True)
class Question:
    """A query. `labels` is as it was written."""

    id: int
    flags: int
    labels: tuple[bytes, ...]
    type: int
    klass: int
    edns: Edns | None
    asks: bool
    """Whether there is a question at all."""

    @property
    def opcode(self) -> int:
        """QUERY, STATUS, NOTIFY, UPDATE …"""
        return self.flags >> 11 & 15

    @property
    def name(self) -> str:
        """In lower case, without the last dot; what is no ASCII stays visible as `\\ddd`."""
        return name_of(self.labels)

    @property
    def room(self) -> int:
        """Bytes that an answer over UDP may have."""
        return CLASSIC_SIZE if self.edns is None else max(CLASSIC_SIZE, min(self.edns.size, LARGEST_SIZE))


def read(data: bytes) -> Question:
    """Reads a query; raises `NotDns`."""
    if len(data) < HEADER.size:
        raise NotDns("shorter than a header")
    number, flags, questions, answers, authorities, additional = HEADER.unpack_from(data)
    if flags & RESPONSE:
        raise NotDns("an answer")
    opcode = flags >> 11 & 15
    if questions == 0 or opcode not in (QUERY, NOTIFY, UPDATE):
        return Question(number, flags, (), 0, 0, None, asks=False)
    if questions > 1:
        raise NotDns(f"{questions} questions", number, flags)
    try:
        # Nothing stands before a question that a pointer could lead to.
        labels, at = read_name(data, HEADER.size, jumps=0)
        kind, klass = struct.unpack_from(">HH", data, at)
        edns = _edns(data, at + 4) if additional and not answers and not authorities else None
    except (struct.error, IndexError):
        raise NotDns("a question without an end", number, flags) from None
    except ValueError as error:
        raise NotDns(str(error), number, flags) from None
    return Question(number, flags, labels, kind, klass, edns, asks=True)


def _edns(data: bytes, at: int) -> Edns | None:
    """The OPT record, where it is the first additional one: as every client sends it."""
    if data[at] != 0:
        return None
    kind, size, _, length = struct.unpack_from(">HHIH", data, at + 1)
    if kind != OPT:
        return None
    options = data[at + 11 : at + 11 + length]
    cookie = b""
    while len(options) >= 4:
        code, count = struct.unpack_from(">HH", options)
        if code == COOKIE and (count == 8 or 16 <= count <= 40):
            cookie = options[4:12]
        options = options[4 + count :]
    return Edns(size, cookie)
