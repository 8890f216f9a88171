"""The objects of an agent in their order, and what a request makes of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from messages import BULK, GET, NEXT, NO_ACCESS, NO_SUCH_NAME, SET, TOO_BIG, V1, V2C, Binding, Pdu
from oids import Oid
from values import COUNTER64, END_OF_VIEW, NO_INSTANCE, NO_OBJECT, Value, tag_of

Object = Value | Callable[[], Value]
"""A value, or how to find out what it is now."""
Objects = Mapping[Oid, Object]

DATAGRAM = 1472
"""Bytes that fit into a frame of Ethernet."""
LEAST = 484
"""Bytes that every agent must be able to send (RFC 3417 section 3.2.1)."""
GROWTH = 4
"""Times that an answer may be longer than what was asked, beyond the least."""


class Mib:
    """The objects of one agent."""

    def __init__(self, objects: Objects) -> None:
        self._objects = dict(objects)
        self._order = sorted(self._objects)

    def _value(self, oid: Oid) -> Value:
        found = self._objects[oid]
        return found() if callable(found) else found

    def get(self, oid: Oid) -> Binding:
        """The object itself, or which way it is missing."""
        if oid in self._objects:
            return Binding(oid, self._value(oid))
        # A column or scalar is there when something lies below it or below what is above an instance.
        place = bisect_left(self._order, oid[:-1])
        beside = place < len(self._order) and self._order[place][: len(oid) - 1] == oid[:-1]
        return Binding(oid, NO_INSTANCE if beside else NO_OBJECT)

    def after(self, oid: Oid, *, version: int) -> Binding:
        """The object that follows. Version 1 does not know 64 bits (RFC 3584 section 4.2.2.1)."""
        for found in islice(self._order, bisect_right(self._order, oid), None):
            value = self._value(found)
            if version != V1 or tag_of(value) != COUNTER64:
                return Binding(found, value)
        return Binding(oid, END_OF_VIEW)

    def answer(self, asked: Pdu, version: int, size: int) -> Pdu | None:
        """The response to a request of so many bytes; None where there is none."""
        if asked.kind == SET:
            error = NO_SUCH_NAME if version == V1 else NO_ACCESS
            return asked.response(asked.bindings, error, 1 if asked.bindings else 0)
        if asked.kind == BULK:
            return self._bulk(asked, min(size * GROWTH, DATAGRAM))
        if asked.kind not in {GET, NEXT}:
            return None
        bindings = tuple(
            self.get(one.oid) if asked.kind == GET else self.after(one.oid, version=version)
            for one in asked.bindings
        )
        if version == V1:
            for index, one in enumerate(bindings):
                if tag_of(one.value) in {0x80, 0x81, 0x82, COUNTER64}:
                    return asked.response(asked.bindings, NO_SUCH_NAME, index + 1)
        response = asked.response(bindings)
        if len(response.encode()) > min(max(LEAST, size * GROWTH), DATAGRAM):
            # Version 1 sends back what was asked, later ones nothing.
            return asked.response(asked.bindings if version == V1 else (), TOO_BIG)
        return response

    def _bulk(self, asked: Pdu, room: int) -> Pdu:
        found: list[Binding] = []
        for one in self._repeated(asked):
            # Fewer than asked for are right too (RFC 3416 section 4.2.3).
            room -= len(one.encode())
            if found and room < 0:
                break
            found.append(one)
        return asked.response(tuple(found))

    def _repeated(self, asked: Pdu) -> Iterator[Binding]:
        single = max(0, min(asked.first, len(asked.bindings)))
        for one in asked.bindings[:single]:
            yield self.after(one.oid, version=V2C)
        row = [one.oid for one in asked.bindings[single:]]
        for _ in range(asked.second if row else 0):
            following = [self.after(oid, version=V2C) for oid in row]
            yield from following
            if all(one.value == END_OF_VIEW for one in following):
                return
            row = [one.oid for one in following]
