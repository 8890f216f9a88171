"""A result set on the wire, as the client's capabilities want it."""

from __future__ import annotations

import struct

from decnet_records import Column, Value
from decnet_sql import Rows
from packets import (
    AUTOCOMMIT,
    CACHE_METADATA,
    DEPRECATE_EOF,
    EXTENDED_METADATA,
    OPTIONAL_METADATA,
    block,
    lenenc,
)

BINARY, UTF8MB4 = 63, 45
KINDS = {
    "integer": (BINARY, 20, 0x08, 0x81, 0),
    "numeric": (BINARY, 14, 0xF6, 0x80, 2),
    "text": (UTF8MB4, 1020, 0xFD, 0, 39),
    "timestamp": (BINARY, 19, 0x0C, 0x80, 0),
}
"""Of a column: character set, length, type, flags and decimals."""


def column(one: Column, extended: int) -> bytes:
    """ColumnDefinition41."""
    charset, length, kind, flags, decimals = KINDS[one.kind]
    named = block("def") + block("") * 3 + block(one.name) + block("")
    more = b"\0" if extended & EXTENDED_METADATA else b""
    return named + more + b"\x0c" + struct.pack("<HIBHBH", charset, length, kind, flags, decimals, 0)


def row(values: tuple[Value, ...]) -> bytes:
    """A row of the text protocol."""
    return b"".join(b"\xfb" if value is None else block(str(value)) for value in values)


def end(capabilities: int, *, last: bool = True) -> bytes:
    """EOF_Packet, or the OK_Packet that newer clients want in its place."""
    if last and capabilities & DEPRECATE_EOF:
        return b"\xfe\0\0" + struct.pack("<HH", AUTOCOMMIT, 0)
    return b"\xfe" + struct.pack("<HH", 0, AUTOCOMMIT)


def result_set(rows: Rows, capabilities: int, extended: int) -> list[bytes]:
    """The packets of a whole result."""
    count = lenenc(len(rows.columns))
    if capabilities & OPTIONAL_METADATA:
        count = b"\1" + count
    elif extended & CACHE_METADATA:
        count += b"\1"
    packets = [count, *(column(one, extended) for one in rows.columns)]
    if not capabilities & DEPRECATE_EOF:
        packets.append(end(capabilities, last=False))
    return [*packets, *(row(values) for values in rows.rows), end(capabilities)]
