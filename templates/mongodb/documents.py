"""BSON (bsonspec.org) that comes from outside: decoded within bounds, and told as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.decimal128 import Decimal128

from decnet_streams import Malformed

DEPTH = 32
"""Nested documents; MongoDB has 180."""
TOLD = 2048
"""Characters of a document that are logged."""
HIDDEN = {"lsid", "$db", "$clusterTime", "$readPreference", "txnNumber"}
"""Of a command: what drivers put in, not users."""
OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(unicode_decode_error_handler="replace")
WRONG = (bson.InvalidBSON, ValueError, TypeError, ArithmeticError, KeyError, IndexError, RecursionError)


def decode(data: bytes) -> dict[str, Any]:
    """A document; raises `Malformed` for what is none or nests too deeply."""
    try:
        found = bson.decode(data, OPTIONS)
        for _, one in _walk(found):
            # More digits than the format has room for are found only when it is read as a number.
            if isinstance(one, Decimal128):
                one.to_decimal()
    except WRONG as wrong:
        raise Malformed(f"BSON: {type(wrong).__name__}", data) from None
    if any(depth > DEPTH for depth, _ in _walk(found)):
        raise Malformed("BSON: nested too deeply", data)
    return found


def size_at(data: bytes, place: int) -> int:
    """Bytes of the document that begins there."""
    size = int.from_bytes(data[place : place + 4], "little", signed=True)
    if size < 5 or place + size > len(data):
        raise Malformed(f"a document of {size} bytes", data[place:])
    return size


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Every value with its depth."""
    waiting = [(1, value)]
    while waiting:
        depth, one = waiting.pop()
        yield depth, one
        if depth > DEPTH:
            return
        if isinstance(one, Mapping):
            waiting.extend((depth + 1, child) for child in one.values())
        elif isinstance(one, list):
            waiting.extend((depth + 1, child) for child in one)


def text_of(value: Any) -> str:
    """A value as the shell shows it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {text_of(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(one) for one in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return f'"{value}"'
    return str(value)


def told(command: Mapping[str, Any]) -> str:
    """A command for the log, without what the driver put in."""
    shown = {name: value for name, value in command.items() if name not in HIDDEN}
    return f"{command.get('$db', '')} {text_of(shown)}"[:TOLD]
