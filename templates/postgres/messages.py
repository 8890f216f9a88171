"""PostgreSQL's frontend/backend protocol 3.0: the messages.

Source: the PostgreSQL manual, chapter "Frontend/Backend Protocol", section "Message Formats".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_records import Column, Value
from decnet_streams import Malformed, Stream

STARTUP_LIMIT = 10_000
"""MAX_STARTUP_PACKET_LENGTH."""
PARAMETERS_LIMIT = 64
TYPES = {
    "integer": (23, 4),
    "numeric": (1700, -1),
    "text": (25, -1),
    "timestamp": (1114, 8),
    "boolean": (16, 1),
}
"""Object identifier and size of a column's type."""


@dataclass(frozen=True)
class Problem:
    """ErrorResponse: what psql shows, and where in the server's source it comes from."""

    code: str
    text: str
    place: str
    """File, line and routine, with spaces between them."""
    severity: str = "ERROR"
    hint: str = ""
    detail: str = ""
    position: int = 0


async def read_startup(stream: Stream) -> bytes:
    """The body of the first packet, which has no kind: a version and what follows it."""
    size = int.from_bytes(head := await stream.exactly(4), "big")
    if not 8 <= size <= STARTUP_LIMIT:
        raise Malformed(f"a startup packet of {size} bytes", head)
    return await stream.exactly(size - 4)


async def read_message(stream: Stream) -> tuple[bytes, bytes]:
    """Kind and body of the next message."""
    head = await stream.exactly(5)
    size = int.from_bytes(head[1:], "big")
    if size < 4:
        raise Malformed(f"a message of {size} bytes", head)
    return head[:1], await stream.exactly(size - 4)


def parse_parameters(body: bytes) -> dict[str, str]:
    """Names and values of a startup packet."""
    parts = body.split(b"\0")
    if len(parts) > 2 * PARAMETERS_LIMIT or not body.endswith(b"\0"):
        raise Malformed("startup parameters", body)
    texts = [part.decode("utf-8", "surrogateescape") for part in parts]
    found: dict[str, str] = {}
    for name, value in zip(texts[::2], texts[1::2], strict=False):
        if not name:
            break
        found[name] = value
    return found


def text_of(body: bytes) -> str:
    """The text that a message consists of."""
    return body.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def message(kind: bytes, body: bytes = b"") -> bytes:
    """A message of the server."""
    return kind + struct.pack(">I", len(body) + 4) + body


def authentication(number: int, data: bytes = b"") -> bytes:
    """AuthenticationOk and its kin."""
    return message(b"R", struct.pack(">I", number) + data)


def parameter(name: str, value: str) -> bytes:
    """ParameterStatus."""
    return message(b"S", zero(name) + zero(value))


def backend_key(number: int, secret: int) -> bytes:
    """BackendKeyData: what a request to cancel would have to tell."""
    return message(b"K", struct.pack(">II", number, secret))


def ready(transaction: bytes = b"I") -> bytes:
    """ReadyForQuery."""
    return message(b"Z", transaction)


def complete(tag: str) -> bytes:
    """CommandComplete."""
    return message(b"C", zero(tag))


def error(problem: Problem, *, old: bool) -> bytes:
    """ErrorResponse; `old`: before 9.6, without the severity that is never translated."""
    file, line, routine = problem.place.split()
    fields = [(b"S", problem.severity), (b"V", "" if old else problem.severity), (b"C", problem.code)]
    fields += [(b"M", problem.text), (b"D", problem.detail), (b"H", problem.hint)]
    fields += [(b"P", str(problem.position or "")), (b"F", file), (b"L", line), (b"R", routine)]
    return message(b"E", b"".join(kind + zero(text) for kind, text in fields if text) + b"\0")


def row_description(columns: tuple[Column, ...]) -> bytes:
    """RowDescription."""
    parts = [struct.pack(">H", len(columns))]
    for column in columns:
        kind, size = TYPES[column.kind]
        parts.append(zero(column.name) + struct.pack(">IHIhih", 0, 0, kind, size, -1, 0))
    return message(b"T", b"".join(parts))


def data_row(values: tuple[Value, ...]) -> bytes:
    """DataRow, in text format."""
    parts = [struct.pack(">H", len(values))]
    for value in values:
        data = None if value is None else str(value).encode("utf-8", "surrogateescape")
        parts.append(struct.pack(">i", -1) if data is None else struct.pack(">I", len(data)) + data)
    return message(b"D", b"".join(parts))


def zero(text: str) -> bytes:
    """A text with a NUL at its end, and none before."""
    return text.encode("utf-8", "surrogateescape").replace(b"\0", b"") + b"\0"
