"""Queries of LLMNR (RFC 4795 section 2.1) and mDNS (RFC 6762 section 18), read with bounds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_names import Labels, NotName, name_of, read_name

HEADER = struct.Struct(">6H")
RESPONSE, OPCODE, CONFLICT, TRUNCATED = 0x8000, 0x7800, 0x0400, 0x0200
UNICAST_WANTED = 0x8000
"""The top bit of a question's class in mDNS (RFC 6762 section 5.4)."""
QUESTIONS_LIMIT = 32
IN, ANY = 1, 255


class NotQuery(ValueError):
    """Bytes that are no message; the text says why."""


@dataclass(frozen=True)
class Question:
    """One question. `labels` is as it was written."""

    labels: Labels
    type: int
    klass: int

    @property
    def name(self) -> str:
        """In lower case, without the last dot."""
        return name_of(self.labels)


@dataclass(frozen=True)
class Query:
    """A message with its questions; none in an answer, of which everybody on the link hears many."""

    id: int
    questions: tuple[Question, ...]


def read(data: bytes) -> Query:
    """Reads a message; raises `NotQuery`."""
    if len(data) < HEADER.size:
        raise NotQuery("shorter than a header")
    number, flags, count, *_ = HEADER.unpack_from(data)
    if flags & (RESPONSE | OPCODE):
        return Query(number, ())
    if count > QUESTIONS_LIMIT:
        raise NotQuery(f"{count} questions")
    questions, at = [], HEADER.size
    try:
        for _ in range(count):
            labels, at = read_name(data, at)
            kind, klass = struct.unpack_from(">HH", data, at)
            at += 4
            questions.append(Question(labels, kind, klass & ~UNICAST_WANTED))
    except struct.error:
        raise NotQuery("a question without an end") from None
    except NotName as error:
        raise NotQuery(str(error)) from None
    return Query(number, tuple(questions))
