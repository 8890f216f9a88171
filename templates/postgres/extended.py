"""The extended query protocol, as drivers use it: a statement is prepared, bound and executed, in text."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from decnet_sessions import Session
from decnet_streams import Malformed
from messages import Problem, complete, data_row, message, ready, row_description
from queries import Client, Result

STATEMENTS_LIMIT = 8
TEXT_LIMIT = 4096
"""Characters of a statement that are kept."""
PARAMETERS_LIMIT = 256
TEXT = 25
"""Object identifier of the type text."""
_PLACEHOLDER = re.compile(r"\$(\d{1,3})")


class Extended:
    """The prepared statements and portals of one connection."""

    KINDS = frozenset({b"P", b"B", b"D", b"E", b"S", b"C", b"H"})

    def __init__(self, client: Client, session: Session, error: Callable[[Problem], bytes]) -> None:
        self._client = client
        self._session = session
        self._error = error
        self._statements: dict[bytes, str] = {}
        self._portals: dict[bytes, str] = {}
        self._fails = False

    def take(self, kind: bytes, body: bytes) -> bytes:
        """The answer to one message; after an error there is none until Sync."""
        if kind == b"S":
            self._fails = False
            return ready(self._client.transaction)
        if self._fails or kind == b"H":
            return b""
        steps = {
            b"P": self._parse,
            b"B": self._bind,
            b"D": self._describe,
            b"E": self._execute,
            b"C": self._close,
        }
        return steps[kind](body)

    def _parse(self, body: bytes) -> bytes:
        name, _, rest = body.partition(b"\0")
        _keep(self._statements, name, rest.split(b"\0", 1)[0].decode("utf-8", "surrogateescape"))
        return message(b"1")

    def _bind(self, body: bytes) -> bytes:
        portal, _, rest = body.partition(b"\0")
        name, _, rest = rest.partition(b"\0")
        if name not in self._statements:
            return self._fail("26000", f'prepared statement "{_text(name)}" does not exist')
        values = _parameters(rest)
        text = _PLACEHOLDER.sub(lambda match: _quoted(values, int(match[1])), self._statements[name])
        _keep(self._portals, portal, text)
        return message(b"2")

    def _describe(self, body: bytes) -> bytes:
        kind, name = body[:1], body[1:].split(b"\0", 1)[0]
        known = self._statements if kind == b"S" else self._portals
        if name not in known:
            return self._fail("26000" if kind == b"S" else "34000", f'"{_text(name)}" does not exist')
        text = known[name]
        told = b""
        if kind == b"S":
            count = max((int(one) for one in _PLACEHOLDER.findall(text)), default=0)
            told = message(b"t", struct.pack(f">H{count}I", count, *[TEXT] * count))
            text = _PLACEHOLDER.sub("NULL", text)
        if text.lstrip().lower().startswith(("select", "show", "table")):
            results = self._client.run(text)
            if results and isinstance(results[0], Result) and results[0].rows is not None:
                return told + row_description(results[0].rows.columns)
        return told + message(b"n")

    def _execute(self, body: bytes) -> bytes:
        name = body.split(b"\0", 1)[0]
        if name not in self._portals:
            return self._fail("34000", f'portal "{_text(name)}" does not exist')
        self._session.event("command", command=self._portals[name])
        results = self._client.run(self._portals[name])
        if not results:
            return message(b"I")
        if isinstance(results[0], Problem):
            self._fails = True
            return self._error(results[0])
        rows = results[0].rows.rows if results[0].rows is not None else []
        return b"".join(data_row(row) for row in rows) + complete(results[0].tag)

    def _close(self, body: bytes) -> bytes:
        known = self._statements if body[:1] == b"S" else self._portals
        known.pop(body[1:].split(b"\0", 1)[0], None)
        return message(b"3")

    def _fail(self, code: str, text: str) -> bytes:
        self._fails = True
        return self._error(Problem(code, text, "postgres.c 1650 exec_bind_message"))


def _keep(known: dict[bytes, str], name: bytes, text: str) -> None:
    known.pop(name, None)
    known[name[:64]] = text[:TEXT_LIMIT]
    while len(known) > STATEMENTS_LIMIT:
        known.pop(next(iter(known)))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _parameters(rest: bytes) -> list[bytes | None]:
    """The values of a Bind message."""
    try:
        (formats,) = struct.unpack_from(">H", rest)
        place = 2 + 2 * formats
        (count,) = struct.unpack_from(">H", rest, place)
        place += 2
        values: list[bytes | None] = []
        for _ in range(min(count, PARAMETERS_LIMIT)):
            (size,) = struct.unpack_from(">i", rest, place)
            place += 4
            values.append(None if size < 0 else rest[place : place + size])
            place += max(size, 0)
    except struct.error as wrong:
        raise Malformed("a Bind message that is too short", rest) from wrong
    return values


def _quoted(values: list[bytes | None], number: int) -> str:
    """A parameter as a literal, for the log and for our own reader of SQL."""
    value = values[number - 1] if 0 < number <= len(values) else None
    if value is None:
        return "NULL"
    return "'" + value.decode("utf-8", "surrogateescape").replace("'", "''") + "'"
