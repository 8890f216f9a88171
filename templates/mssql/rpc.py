"""Remote procedure calls ([MS-TDS] section 2.2.6.6): how drivers send statements with parameters."""

from __future__ import annotations

import struct

from decnet_streams import Malformed

PROCEDURES = {
    1: "sp_cursor",
    2: "sp_cursoropen",
    3: "sp_cursorprepare",
    5: "sp_cursorprepexec",
    10: "sp_executesql",
    11: "sp_prepare",
    12: "sp_execute",
    13: "sp_prepexec",
    15: "sp_unprepare",
}
NVARCHAR = 0xE7
EXECUTE_SQL = 10


def statement_of(body: bytes) -> str:
    """What is to be run: the statement in sp_executesql, or a call of the procedure by its name."""
    try:
        (count,) = struct.unpack_from("<H", body)
        if count != 0xFFFF:
            name = body[2 : 2 + count * 2]
            return f"exec {name.decode('utf-16-le', 'replace')}"
        (number,) = struct.unpack_from("<H", body, 2)
        if number == EXECUTE_SQL:
            return _first_text(body, 6)
    except (struct.error, IndexError):
        raise Malformed("a procedure call without an end", body) from None
    return f"exec {PROCEDURES.get(number, number)}"


def _first_text(body: bytes, at: int) -> str:
    """The first parameter, where it is a text."""
    at += 1 + body[at] * 2 + 1
    if body[at] != NVARCHAR:
        return f"exec {PROCEDURES[EXECUTE_SQL]}"
    most, length = struct.unpack_from("<H5xH", body, at + 1)
    if most != 0xFFFF:
        return body[at + 10 : at + 10 + length].decode("utf-16-le", "replace")
    # A long one, in parts ([MS-TDS] section 2.2.5.2.3), of which the first is enough.
    (length,) = struct.unpack_from("<I", body, at + 16)
    return body[at + 20 : at + 20 + length].decode("utf-16-le", "replace")
