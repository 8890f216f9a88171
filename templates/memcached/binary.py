"""The binary protocol, as much of it as clients begin with.

Source: memcached's wiki, "BinaryProtocolRevamped".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cache import ITEM_BYTES, Cache
from decnet_streams import Malformed, Stream
from stats import Counters

MAGIC, ANSWER = 0x80, 0x81
HEADER = struct.Struct(">BBHBBHIIQ")
GET, SET, ADD, REPLACE, DELETE, QUIT, FLUSH, GETQ = 0, 1, 2, 3, 4, 7, 8, 9
NOOP, VERSION, GETK, GETKQ, STAT = 0x0A, 0x0B, 0x0C, 0x0D, 0x10
NAMES = {
    GET: b"get",
    SET: b"set",
    ADD: b"add",
    REPLACE: b"replace",
    DELETE: b"delete",
    QUIT: b"quit",
    FLUSH: b"flush_all",
    GETQ: b"get",
    NOOP: b"noop",
    VERSION: b"version",
    GETK: b"get",
    GETKQ: b"get",
    STAT: b"stats",
    0x20: b"sasl_list_mechs",
    0x21: b"sasl_auth",
}
MISSING, EXISTS, UNKNOWN = (1, b"Not found"), (2, b"Data exists for key."), (0x81, b"Unknown command")


@dataclass(frozen=True)
class Request:
    """One request."""

    code: int
    opaque: int
    extras: bytes
    key: bytes
    value: bytes


async def read_request(stream: Stream, first: bytes) -> Request:
    """The next request; `first` was read already."""
    head = first + await stream.exactly(HEADER.size - len(first))
    magic, code, key, extras, _, _, size, opaque, _ = HEADER.unpack(head)
    if magic != MAGIC:
        raise Malformed(f"magic {magic}", head)
    if key + extras > size:
        raise Malformed("a key beyond its packet", head)
    body = await stream.exactly(size)
    return Request(code, opaque, body[:extras], body[extras : extras + key], body[extras + key :])


def answer(
    request: Request, *, status: int = 0, extras: bytes = b"", key: bytes = b"", value: bytes = b""
) -> bytes:
    """A response packet."""
    size = len(extras) + len(key) + len(value)
    head = HEADER.pack(ANSWER, request.code, len(key), len(extras), 0, status, size, request.opaque, 0)
    return head + extras + key + value


class Binary:
    """One connection that speaks it."""

    def __init__(self, stream: Stream, cache: Cache, counters: Counters) -> None:
        self._stream = stream
        self._cache = cache
        self._counters = counters

    async def converse(self, first: bytes) -> None:
        """All requests."""
        while True:
            request = await read_request(self._stream, first)
            first = b""
            name = NAMES.get(request.code, b"opcode %d" % request.code)
            value = request.value[:ITEM_BYTES] or None
            self._stream.session.event(
                "command", command=b" ".join(filter(None, (name, request.key))), value=value
            )
            await self._stream.send(self._run(request))
            if request.code == QUIT:
                return

    def _run(self, request: Request) -> bytes:
        if request.code in {GET, GETQ, GETK, GETKQ}:
            return self._get(request)
        if request.code in {SET, ADD, REPLACE} and len(request.extras) == 8:
            return self._set(request)
        if request.code == DELETE:
            return answer(request) if self._cache.remove(request.key) else _failed(request, MISSING)
        if request.code == FLUSH:
            self._cache.clear()
            return answer(request)
        if request.code in {NOOP, QUIT}:
            return answer(request)
        if request.code == VERSION:
            return answer(request, value=self._counters.version.encode())
        if request.code == STAT:
            found = self._counters.general(self._cache).items() if not request.key else ()
            told = (answer(request, key=name.encode(), value=str(value).encode()) for name, value in found)
            return b"".join(told) + answer(request)
        return _failed(request, UNKNOWN)

    def _get(self, request: Request) -> bytes:
        item = self._cache.get(request.key)
        if item is None:
            return b"" if request.code in {GETQ, GETKQ} else _failed(request, MISSING)
        key = request.key if request.code in {GETK, GETKQ} else b""
        return answer(request, extras=struct.pack(">I", item.flags), key=key, value=item.value)

    def _set(self, request: Request) -> bytes:
        there = self._cache.get(request.key) is not None
        if request.code == ADD and there:
            return _failed(request, EXISTS)
        if request.code == REPLACE and not there:
            return _failed(request, MISSING)
        flags, seconds = struct.unpack(">II", request.extras)
        self._cache.put(request.key[:250], request.value, flags, seconds)
        return answer(request)


def _failed(request: Request, problem: tuple[int, bytes]) -> bytes:
    return answer(request, status=problem[0], value=problem[1])
