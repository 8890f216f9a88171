"""Keys and values as one session sees them: writes are its own, and few."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate

from resp import OK, Failure, Reply, Status

KEYS_LIMIT = 64
VALUE_LIMIT = 4096

Command = tuple[Callable[[list[bytes]], Reply], int, int]
"""What answers it, and how many words it wants at least and at most."""


class Keyspace:
    """One session's."""

    def __init__(self, bait: Mapping[bytes, bytes]) -> None:
        self._data = dict(bait)
        self.commands: dict[str, Command] = {
            "DBSIZE": (lambda _: len(self._data), 0, 0),
            "DEL": (self._delete, 1, 999),
            "EXISTS": (lambda words: sum(word in self._data for word in words), 1, 999),
            "FLUSHALL": (self._flush, 0, 1),
            "FLUSHDB": (self._flush, 0, 1),
            "GET": (lambda words: self._data.get(words[0]), 1, 1),
            "KEYS": (lambda words: list(self._matching(words[0])), 1, 1),
            "MGET": (lambda words: [self._data.get(word) for word in words], 1, 999),
            "SCAN": (self._scan, 1, 99),
            "SET": (self._set, 2, 99),
            "STRLEN": (lambda words: len(self._data.get(words[0], b"")), 1, 1),
            "TTL": (lambda words: -1 if words[0] in self._data else -2, 1, 1),
            "TYPE": (lambda words: Status("string" if words[0] in self._data else "none"), 1, 1),
        }

    def __len__(self) -> int:
        return len(self._data)

    def _matching(self, pattern: bytes) -> list[bytes]:
        glob = glob_of(pattern)
        return [key for key in self._data if glob.fullmatch(key)]

    def _scan(self, words: list[bytes]) -> Reply:
        if not words[0].isdigit():
            return Failure("ERR invalid cursor")
        upper = [word.upper() for word in words]
        place = upper.index(b"MATCH") + 1 if b"MATCH" in upper else len(words)
        pattern = words[place] if place < len(words) else b"*"
        return [b"0", list(self._matching(pattern))]

    def _set(self, words: list[bytes]) -> Reply:
        if len(self._data) < KEYS_LIMIT or words[0] in self._data:
            self._data[words[0][:VALUE_LIMIT]] = words[1][:VALUE_LIMIT]
        return OK

    def _delete(self, words: list[bytes]) -> Reply:
        return sum(self._data.pop(word, None) is not None for word in words)

    def _flush(self, _: list[bytes]) -> Reply:
        self._data.clear()
        return OK


def glob_of(pattern: bytes) -> re.Pattern[bytes]:
    """A pattern of Redis as a regular expression."""
    # Latin-1 gives every byte one character and back. A run of stars means one star, and more of
    # them make a match slow, so a long pattern matches nothing.
    text = re.sub(r"\*+", "*", pattern.decode("latin-1"))
    if len(text) > 256 or text.count("*") > 8:
        return re.compile(rb"(?!)")
    return re.compile(translate(text).encode("latin-1"))
