"""The Redis protocol: requests parsed as they arrive, replies encoded (RESP2, and RESP3's maps and nulls)."""

from __future__ import annotations

import re
from dataclasses import dataclass

INLINE_LIMIT = 64 * 1024
"""PROTO_INLINE_MAX_SIZE of Redis."""
MULTIBULK_LIMIT = 1024
"""Words of a command; Redis has 1024 * 1024."""

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"a": b"\a"}
_DOUBLE_QUOTED = re.compile(rb'"((?:\\.|[^"\\])*)"(?=\s|$)', re.DOTALL)
_SINGLE_QUOTED = re.compile(rb"'((?:\\'|[^'])*)'(?=\s|$)", re.DOTALL)
_BARE = re.compile(rb"[^\s\"']+(?=\s|$)")
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_INTEGER = re.compile(rb"-?[0-9]{1,19}")


class ProtocolError(Exception):
    """Redis answers its text and closes the connection."""


@dataclass(frozen=True)
class Status:
    """A simple string."""

    text: str


OK = Status("OK")


@dataclass(frozen=True)
class Failure:
    """An error; its text begins with its code."""

    text: str


Reply = Status | Failure | int | bytes | str | None | list["Reply"] | dict[str, "Reply"]


def encode(reply: Reply, protocol: int = 2) -> bytes:
    """The bytes of a reply in RESP2 or RESP3."""
    if isinstance(reply, Status):
        return b"+" + reply.text.encode() + b"\r\n"
    if isinstance(reply, Failure):
        text = reply.text.encode("utf-8", "surrogateescape")
        return b"-" + text.replace(b"\r", b" ").replace(b"\n", b" ") + b"\r\n"
    if reply is None:
        return b"_\r\n" if protocol == 3 else b"$-1\r\n"
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, str):
        reply = reply.encode("utf-8", "surrogateescape")
    if isinstance(reply, bytes):
        return b"$%d\r\n%b\r\n" % (len(reply), reply)
    if isinstance(reply, dict):
        head = b"%%%d\r\n" % len(reply) if protocol == 3 else b"*%d\r\n" % (2 * len(reply))
        flat: list[Reply] = [item for pair in reply.items() for item in pair]
    else:
        head = b"*%d\r\n" % len(reply)
        flat = reply
    return head + b"".join(encode(item, protocol) for item in flat)


def split_inline(line: bytes) -> list[bytes]:
    """The words of an inline command, with the quotes that Redis knows."""
    words = []
    rest = line.strip()
    while rest:
        if match := _DOUBLE_QUOTED.match(rest):
            words.append(_ESCAPE.sub(_unescape, match[1]))
        elif match := _SINGLE_QUOTED.match(rest):
            words.append(match[1].replace(b"\\'", b"'"))
        elif match := _BARE.match(rest):
            words.append(match[0])
        else:
            raise ProtocolError("unbalanced quotes in request")
        rest = rest[match.end() :].lstrip()
    return words


def _unescape(match: re.Match[bytes]) -> bytes:
    found = match[1]
    if len(found) == 3:
        return bytes([int(found[1:], 16)])
    return _ESCAPES.get(found, found)


def _integer(digits: bytes, error: str, low: int, high: int) -> int:
    if not _INTEGER.fullmatch(digits) or not low <= int(digits) <= high:
        raise ProtocolError(error)
    return int(digits)


class Parser:
    """Takes bytes, gives commands. Holds at most one command of `message_bytes`, never looks twice."""

    def __init__(self, message_bytes: int) -> None:
        self._limit = message_bytes
        self._buffer = bytearray()
        self._searched = 0
        self._words: list[bytes] = []
        self._missing = 0
        self._bulk: int | None = None
        self._taken = 0

    def feed(self, data: bytes) -> None:
        """Bytes that came in."""
        self._buffer += data

    def next(self) -> list[bytes] | None:
        """The next command, which may be empty; None when more bytes are needed."""
        while True:
            if self._bulk is not None:
                if not self._take_bulk(self._bulk):
                    return None
                if self._missing == 0:
                    return self._whole()
                continue
            line = self._line()
            if line is None:
                return None
            if self._missing > 0:
                self._begin_bulk(line)
            elif line.startswith(b"*"):
                error = "invalid multibulk length"
                self._missing = max(_integer(line[1:], error, -(2**31), MULTIBULK_LIMIT), 0)
                if self._missing == 0:
                    return []
            else:
                return split_inline(line)

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        limit = min(INLINE_LIMIT, self._limit)
        if end < 0 and len(self._buffer) <= limit:
            self._searched = len(self._buffer)
            return None
        if end < 0 or end > limit:
            raise ProtocolError(self._too_big())
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def _too_big(self) -> str:
        if self._missing > 0:
            return "too big bulk count string"
        return "too big mbulk count string" if self._buffer[:1] == b"*" else "too big inline request"

    def _begin_bulk(self, line: bytes) -> None:
        if not line.startswith(b"$"):
            raise ProtocolError(f"expected '$', got '{chr(line[0]) if line else chr(13)}'")
        self._bulk = _integer(line[1:], "invalid bulk length", 0, self._limit - self._taken)
        self._taken += self._bulk

    def _take_bulk(self, length: int) -> bool:
        if len(self._buffer) < length + 2:
            return False
        self._words.append(bytes(self._buffer[:length]))
        del self._buffer[: length + 2]
        self._bulk = None
        self._missing -= 1
        return True

    def _whole(self) -> list[bytes]:
        words, self._words, self._taken = self._words, [], 0
        return words
