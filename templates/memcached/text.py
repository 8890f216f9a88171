"""The text protocol (doc/protocol.txt of memcached)."""

from __future__ import annotations

import re
from collections.abc import Callable

from cache import ITEM_BYTES, Cache, Item, moment, size_of
from decnet_sessions import Session
from decnet_streams import Malformed, Stream
from stats import PAGE, Counters

KEY_LIMIT = 250
KEYS_LIMIT = 64
LINE_LIMIT = 2048
CR = b"\r\n"
ERROR, STORED, NOT_STORED, NOT_FOUND = b"ERROR\r\n", b"STORED\r\n", b"NOT_STORED\r\n", b"NOT_FOUND\r\n"
OK, END = b"OK\r\n", b"END\r\n"
BAD_LINE = b"CLIENT_ERROR bad command line format\r\n"
BAD_CHUNK = b"CLIENT_ERROR bad data chunk\r\n"
TOO_LARGE = b"SERVER_ERROR object too large for cache\r\n"
STORING = {b"set", b"add", b"replace", b"append", b"prepend", b"cas"}
_NUMBER = re.compile(rb"-?[0-9]{1,18}")


class Text:
    """One connection that speaks it."""

    def __init__(self, stream: Stream, cache: Cache, counters: Counters) -> None:
        self._stream = stream
        self._session: Session = stream.session
        self._cache = cache
        self._counters = counters
        self._commands: dict[bytes, Callable[[list[bytes]], bytes]] = {
            b"get": lambda words: self._get(words, unique=False),
            b"gets": lambda words: self._get(words, unique=True),
            b"gat": lambda words: self._get(words[1:], unique=False),
            b"gats": lambda words: self._get(words[1:], unique=True),
            b"delete": self._delete,
            b"incr": lambda words: self._count(words, 1),
            b"decr": lambda words: self._count(words, -1),
            b"touch": self._touch,
            b"stats": self._stats,
            b"flush_all": self._flush,
            b"version": lambda _: b"VERSION " + counters.version.encode() + CR,
            b"verbosity": lambda words: OK if words else ERROR,
            b"mn": lambda _: b"MN\r\n",
            b"me": lambda _: b"EN\r\n",
            b"mg": self._meta_get,
            b"lru_crawler": self._crawl,
            b"shutdown": lambda _: b"ERROR: shutdown not enabled\r\n",
        }

    async def converse(self, first: bytes) -> None:
        """All commands; `first` was read already."""
        line = first + await self._stream.line()
        while True:
            if not await self._run(line):
                return
            line = await self._stream.line()

    async def _run(self, line: bytes) -> bool:
        """Answers one line; whether the connection goes on."""
        words = line[:LINE_LIMIT].split()
        name = words[0] if words else b""
        if len(line) > LINE_LIMIT and name not in {b"get", b"gets"}:
            raise Malformed("line too long", line)
        if name in {b"quit"} or (name.lower() in {b"get", b"post"} and words[-1].startswith(b"HTTP/")):
            self._session.event("command", command=line)
            return False
        if name in STORING:
            await self._store(line, words)
            return True
        self._session.event("command", command=line)
        command = self._commands.get(name)
        answer = ERROR if command is None else command(words[1 : KEYS_LIMIT + 1])
        await self._send(answer, words)
        return True

    async def _send(self, answer: bytes, words: list[bytes]) -> None:
        if words[-1:] != [b"noreply"]:
            self._counters.written += len(answer)
            await self._stream.send(answer)

    async def _store(self, line: bytes, words: list[bytes]) -> None:
        numbers = [_number(word) for word in words[2:5]]
        if len(words) < 5:
            self._session.event("command", command=line)
            await self._stream.send(ERROR)
            return
        flags, seconds, size = numbers
        if flags is None or seconds is None or size is None or size < 0 or len(words[1]) > KEY_LIMIT:
            self._session.event("command", command=line)
            await self._stream.send(BAD_LINE)
            return
        value, tail = await self._value(size)
        self._session.event("command", command=line, value=value, size=size)
        if size > PAGE:
            await self._send(TOO_LARGE, words)
        elif tail != CR:
            # What follows is taken for a command, as the real one does.
            await self._stream.send(BAD_CHUNK)
        else:
            await self._send(self._keep(words, value, flags, seconds), words)

    async def _value(self, size: int) -> tuple[bytes, bytes]:
        """The beginning of a value, and the two bytes that follow the whole."""
        kept = bytearray()
        left = size
        while left > 0:
            part = await self._stream.exactly(min(left, ITEM_BYTES))
            kept += part[: ITEM_BYTES - len(kept)]
            left -= len(part)
        return bytes(kept), await self._stream.exactly(2)

    def _keep(self, words: list[bytes], value: bytes, flags: int, seconds: int) -> bytes:
        name, key = words[0], words[1]
        before = self._cache.get(key)
        self._counters.sets += 1
        if name == b"cas":
            if before is None:
                return NOT_FOUND
            if len(words) < 6 or _number(words[5]) != before.unique:
                return b"EXISTS\r\n"
        if (name == b"add") if before is not None else (name in {b"replace", b"append", b"prepend"}):
            return NOT_STORED
        if before is not None and name in {b"append", b"prepend"}:
            value = before.value + value if name == b"append" else value + before.value
        self._cache.put(key, value, flags, seconds)
        return STORED

    def _get(self, keys: list[bytes], *, unique: bool) -> bytes:
        if not keys:
            return ERROR
        if any(len(key) > KEY_LIMIT for key in keys):
            return BAD_LINE
        found = []
        for key in keys:
            item = self._cache.get(key)
            self._counters.gets += 1
            if item is None:
                continue
            self._counters.hits += 1
            more = b" %d" % item.unique if unique else b""
            found.append(b"VALUE %b %d %d%b\r\n%b\r\n" % (key, item.flags, len(item.value), more, item.value))
        return b"".join(found) + END

    def _meta_get(self, words: list[bytes]) -> bytes:
        item = self._cache.get(words[0]) if words else None
        if item is None:
            return b"EN\r\n" if words else BAD_LINE
        return b"VA %d\r\n%b\r\n" % (len(item.value), item.value) if b"v" in words[1:] else b"HD\r\n"

    def _delete(self, words: list[bytes]) -> bytes:
        if not words:
            return ERROR
        return b"DELETED\r\n" if self._cache.remove(words[0]) else NOT_FOUND

    def _touch(self, words: list[bytes]) -> bytes:
        if len(words) < 2:
            return ERROR
        item, seconds = self._cache.get(words[0]), _number(words[1])
        if seconds is None:
            return b"CLIENT_ERROR invalid exptime argument\r\n"
        if item is None:
            return NOT_FOUND
        item.expires = moment(seconds)
        return b"TOUCHED\r\n"

    def _count(self, words: list[bytes], sign: int) -> bytes:
        if len(words) < 2:
            return ERROR
        item, step = self._cache.get(words[0]), _number(words[1])
        if step is None or step < 0:
            return b"CLIENT_ERROR invalid numeric delta argument\r\n"
        if item is None:
            return NOT_FOUND
        before = _number(item.value.strip())
        if before is None:
            return b"CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"
        item.value = b"%d" % max(before + sign * step, 0)
        return item.value + CR

    def _flush(self, _: list[bytes]) -> bytes:
        self._cache.clear()
        return OK

    def _stats(self, words: list[bytes]) -> bytes:
        what = words[0] if words else b""
        if what == b"cachedump" and len(words) > 2:
            return self._dump(_number(words[1]) or 0, _number(words[2]) or 0)
        if what == b"reset":
            return b"RESET\r\n"
        tables: dict[bytes, Callable[[], dict[str, object]]] = {
            b"": lambda: self._counters.general(self._cache),
            b"settings": self._counters.settings,
            b"items": lambda: self._counters.items(self._cache),
            b"slabs": lambda: self._counters.slabs(self._cache),
            b"sizes": lambda: {"sizes_status": "disabled"},
        }
        if what not in tables:
            return ERROR
        return b"".join(f"STAT {name} {value}\r\n".encode() for name, value in tables[what]().items()) + END

    def _dump(self, number: int, most: int) -> bytes:
        members = self._cache.classes().get(number, [])
        shown = members[:most] if most > 0 else members
        lines = (
            b"ITEM %b [%d b; %d s]\r\n" % (key, len(item.value), int(item.expires)) for key, item in shown
        )
        return b"".join(lines) + END

    def _crawl(self, words: list[bytes]) -> bytes:
        if words[:1] != [b"metadump"] or self._counters.version < "1.5":
            return OK if words else ERROR
        lines = (
            _crawled(key, item, number)
            for number, members in self._cache.classes().items()
            for key, item in members
        )
        return b"".join(lines) + END


def _crawled(key: bytes, item: Item, number: int) -> bytes:
    expires = int(item.expires) or -1
    head = b"key=%b exp=%d la=0 cas=%d fetch=no" % (key, expires, item.unique)
    return head + b" cls=%d size=%d\n" % (number, size_of(key, item))


def _number(word: bytes) -> int | None:
    return int(word) if _NUMBER.fullmatch(word) else None
