"""HTTP/1.x answers in the wording of the server that a decky claims to run.

Scanners tell servers apart by the order of the headers, by who says that a connection is kept, and by
the protocol version, so that a `Dialect` has all of them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from decnet_http import Request

Headers = Sequence[tuple[str, str]]
OTHERS = "*"
"""Place of the headers that an order does not name."""

REASONS = {413: "Request Entity Too Large", 414: "Request-URI Too Long", 302: "Found"}


@dataclass(frozen=True)
class Dialect:
    """How one server writes. A name in `order` that ends in a colon gets no space after it."""

    order: tuple[str, ...]
    version: str | None = "1.1"
    """What every answer says; None: what the request said."""
    keep_alive: str = ""
    """Value of Connection when it is kept; empty where that goes without saying."""
    only_once: bool = False
    """The connection ends after each answer."""
    closes_silently: bool = False
    """HTTP/1.0 clients are not told that the connection ends: they know (Go does so)."""
    date: str = ""
    """Format of Date for `strftime`; in capitals; HTTP's own (RFC 9110 section 5.6.7) unless given."""


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    reason: str | None = None
    close: bool = False
    dialect: Dialect | None = None
    """How it is written, where not as the server's other answers."""
    then: Callable[[], Awaitable[None]] | None = None
    """What goes on with the connection after it; then it ends."""

    @property
    def phrase(self) -> str:
        """The reason phrase."""
        if self.reason is not None:
            return self.reason
        return REASONS.get(self.status) or HTTPStatus(self.status).phrase


def encode(answer: Answer, dialect: Dialect, server: str, request: Request | None, keep: bool) -> bytes:
    """The bytes of an answer. `request`: what it answers, None for what was no request."""
    dialect = answer.dialect or dialect
    version = dialect.version or ("1.0" if request is not None and request.version < (1, 1) else "1.1")
    # 204 and 304 have no body, and say no length (RFC 9110 section 8.6).
    length = "" if answer.status in {204, 304} else str(len(answer.body))
    values = {"Server": server, "Date": _date(dialect), "Content-Length": length}
    is_old = request is not None and request.version < (1, 1)
    values["Connection"] = dialect.keep_alive if keep or (is_old and dialect.closes_silently) else "close"
    lines = [f"HTTP/{version} {answer.status} {answer.phrase}".rstrip()]
    own = list(answer.headers)
    for name in dialect.order:
        key = name.rstrip(":")
        if name == OTHERS:
            lines += [f"{other}: {value}" for other, value in own if not _named(other, dialect)]
            continue
        given = [value for other, value in own if other.lower() == key.lower()]
        wanted = given or [values[spelt] for spelt in values if spelt.lower() == key.lower()]
        colon = ":" if name.endswith(":") else ": "
        lines += [f"{key}{colon}{value}" for value in wanted if value]
    head = "".join(f"{_one_line(line)}\r\n" for line in lines) + "\r\n"
    body = b"" if request is not None and request.method == "HEAD" else answer.body
    return head.encode("utf-8", "surrogateescape") + body


def _date(dialect: Dialect) -> str:
    return time.strftime(dialect.date, time.gmtime()).upper() if dialect.date else formatdate(usegmt=True)


def _named(name: str, dialect: Dialect) -> bool:
    return any(name.lower() == known.rstrip(":").lower() for known in dialect.order)


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")
