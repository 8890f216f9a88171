"""SEARCH (RFC 3501 section 6.4.4): criteria, read once and then asked of each message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from grammar import Node, Unreadable, text_of
from message import MONTHS, Message
from sequence import SequenceSet, is_set

Test = Callable[[int, Message], bool]
"""Of a sequence number and its message."""

FLAGS = {
    b"ANSWERED": b"\\Answered",
    b"DELETED": b"\\Deleted",
    b"DRAFT": b"\\Draft",
    b"FLAGGED": b"\\Flagged",
    b"SEEN": b"\\Seen",
}
HEADERS = {b"BCC": b"bcc", b"CC": b"cc", b"FROM": b"from", b"SUBJECT": b"subject", b"TO": b"to"}
CRITERIA_LIMIT = 128
NESTING_LIMIT = 16


class Criteria:
    """What a message must be."""

    def __init__(self, nodes: list[Node], messages: int, greatest_uid: int) -> None:
        self._messages = messages
        self._greatest_uid = greatest_uid
        self._count = 0
        nodes = list(nodes)
        if nodes and isinstance(nodes[0], bytes) and nodes[0].upper() == b"CHARSET":
            del nodes[:2]
        if not nodes:
            raise Unreadable("Missing search parameters")
        self._tests = self._all(nodes, 0)

    def fit(self, number: int, message: Message) -> bool:
        """Whether a message is all of that."""
        return all(test(number, message) for test in self._tests)

    def _all(self, nodes: list[Node], depth: int) -> list[Test]:
        tests = []
        while nodes:
            tests.append(self._one(nodes, depth))
        return tests

    def _one(self, nodes: list[Node], depth: int) -> Test:
        self._count += 1
        if depth > NESTING_LIMIT or self._count > CRITERIA_LIMIT:
            raise Unreadable("Too many search arguments")
        if not nodes:
            raise Unreadable("Missing argument")
        node = nodes.pop(0)
        if isinstance(node, list):
            tests = self._all(list(node), depth + 1)
            return lambda number, message: all(test(number, message) for test in tests)
        name = text_of(node).upper()
        if is_set(name):
            chosen = SequenceSet(name, self._messages)
            return lambda number, _: number in chosen
        if name == b"NOT":
            test = self._one(nodes, depth + 1)
            return lambda number, message: not test(number, message)
        if name == b"OR":
            one, other = self._one(nodes, depth + 1), self._one(nodes, depth + 1)
            return lambda number, message: one(number, message) or other(number, message)
        return self._simple(name, nodes)

    def _simple(self, name: bytes, nodes: list[Node]) -> Test:
        flag = FLAGS.get(name) or FLAGS.get(name.removeprefix(b"UN"))
        if flag is not None:
            wanted = name in FLAGS
            return lambda _, message: (flag in message.flags) == wanted
        constant = {b"ALL": True, b"OLD": True, b"NEW": False, b"RECENT": False}.get(name)
        if constant is not None:
            return lambda *_: constant
        if name in (b"KEYWORD", b"UNKEYWORD"):
            _take(nodes)
            return lambda *_: name == b"UNKEYWORD"
        return self._with_argument(name, nodes)

    def _with_argument(self, name: bytes, nodes: list[Node]) -> Test:
        if name == b"UID":
            chosen = SequenceSet(_take(nodes), self._greatest_uid)
            return lambda _, message: message.uid in chosen
        if name in (b"LARGER", b"SMALLER"):
            size = _take(nodes)
            if not size.isdigit() or len(size) > 20:
                raise Unreadable("Invalid size")
            sign = 1 if name == b"LARGER" else -1
            return lambda _, message: sign * len(message.raw) > sign * int(size)
        plain = name.removeprefix(b"SENT")
        if plain in (b"BEFORE", b"ON", b"SINCE"):
            day = _day(_take(nodes))
            sent = plain != name
            return lambda _, message: _compares(
                plain, (message.sent if sent else message.received).date(), day
            )
        return _text_test(name, nodes)


def _text_test(name: bytes, nodes: list[Node]) -> Test:
    if name in HEADERS or name == b"HEADER":
        field = HEADERS.get(name) or _take(nodes).lower()
        word = _take(nodes).lower()

        def in_field(_: int, message: Message) -> bool:
            value = message.field(field)
            return value is not None and word in value.lower()

        return in_field
    if name in (b"BODY", b"TEXT"):
        word = _take(nodes).lower()
        return lambda _, message: word in (message.text if name == b"BODY" else message.raw).lower()
    raise Unreadable("Unknown argument " + name[:64].decode("ascii", "replace"))


def _take(nodes: list[Node]) -> bytes:
    if not nodes:
        raise Unreadable("Missing argument")
    return text_of(nodes.pop(0))


def _day(text: bytes) -> date:
    """`1-Feb-2024`."""
    parts = text.decode("ascii", "replace").split("-")
    months = [month.lower() for month in MONTHS]
    if len(parts) != 3 or parts[1].lower() not in months or len(text) > 11:
        raise Unreadable("Invalid search date parameter")
    try:
        return date(int(parts[2]), months.index(parts[1].lower()) + 1, int(parts[0]))
    except ValueError:
        raise Unreadable("Invalid search date parameter") from None


def _compares(name: bytes, one: date, other: date) -> bool:
    if name == b"BEFORE":
        return one < other
    return one == other if name == b"ON" else one >= other
