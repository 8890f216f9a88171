"""What a server sends ([MS-TDS] section 2.2.7): tokens. Before TDS 7.2 some fields are shorter."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from decnet_records import Column, Value
from decnet_sql import Rows

TDS_7_2 = 0x72000000
DATABASE, LANGUAGE, PACKET_SIZE, COLLATION = 1, 2, 4, 7
LATIN1 = bytes.fromhex("0904d00034")
"""SQL_Latin1_General_CP1_CI_AS."""
COUNT, ERROR = 0x10, 0x02
TEXT_LIMIT = 4000


@dataclass(frozen=True)
class Failure:
    """An error, or with a class of at most ten just information."""

    number: int
    klass: int
    text: str
    state: int = 1


class Writer:
    """Writes tokens for a client of one version."""

    def __init__(self, version: int, server: str) -> None:
        self._wide = version >= TDS_7_2
        self._version = version
        self._server = server

    def message(self, failure: Failure, line: int = 1) -> bytes:
        """ERROR or INFO."""
        body = struct.pack("<iBB", failure.number, failure.state, failure.klass)
        body += _long(failure.text) + _short(self._server) + _short("")
        body += struct.pack("<I" if self._wide else "<H", line)
        return _token(0xAA if failure.klass > 10 else 0xAB, body)

    def change(self, kind: int, new: str | bytes, old: str | bytes = "") -> bytes:
        """ENVCHANGE."""
        values = (_short(one) if isinstance(one, str) else bytes([len(one)]) + one for one in (new, old))
        return _token(0xE3, bytes([kind]) + b"".join(values))

    def login(self, version: tuple[int, int, int, int]) -> bytes:
        """LOGINACK."""
        major, minor, build, _ = version
        body = b"\1" + struct.pack(">I", self._version) + _short("Microsoft SQL Server")
        return _token(0xAD, body + struct.pack(">BBH", major, minor, build))

    def done(self, status: int = 0, count: int = 0, command: int = 0) -> bytes:
        """DONE."""
        return struct.pack("<BHH" + ("Q" if self._wide else "I"), 0xFD, status, command, count)

    def rows(self, found: Rows) -> bytes:
        """COLMETADATA and a ROW for each row."""
        head = struct.pack("<BH", 0x81, len(found.columns)) + b"".join(map(self._column, found.columns))
        return head + b"".join(self._row(found.columns, row) for row in found.rows)

    def _column(self, column: Column) -> bytes:
        user_type = struct.pack("<I" if self._wide else "<H", 0)
        text = b"\xe7" + struct.pack("<H", TEXT_LIMIT * 2) + LATIN1
        kind = b"\x26\x04" if column.kind == "integer" else text
        return user_type + b"\x09\x00" + kind + _short(column.name[:128])

    def _row(self, columns: Sequence[Column], row: Sequence[Value]) -> bytes:
        return b"\xd1" + b"".join(_value(column, value) for column, value in zip(columns, row, strict=True))


def sspi(token: bytes) -> bytes:
    """SSPI: what the client has to answer."""
    return _token(0xED, token)


def _value(column: Column, value: Value) -> bytes:
    if column.kind == "integer":
        return b"\0" if not isinstance(value, int) else struct.pack("<Bi", 4, _fitting(value))
    if value is None:
        return b"\xff\xff"
    data = str(value)[:TEXT_LIMIT].encode("utf-16-le", "surrogatepass")[: TEXT_LIMIT * 2]
    return struct.pack("<H", len(data)) + data


def _fitting(value: int) -> int:
    return max(-(2**31), min(value, 2**31 - 1))


def _token(kind: int, body: bytes) -> bytes:
    return struct.pack("<BH", kind, len(body)) + body


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le", "surrogatepass")


def _long(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le", "surrogatepass")
