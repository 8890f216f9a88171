"""HTTP/1.x requests as a server reads them (RFC 9112), with bounds before anything is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from decnet_streams import Ended, Malformed, Stream

LINE_LIMIT = 8190
"""Bytes of the request line and of a header; what Apache and IIS take too."""
FIELDS_LIMIT = 100
HEAD_LIMIT = 32 * 1024
"""Bytes of all headers together."""
HEAD_SECONDS = 20
"""For a whole head, however slowly it drips in."""
BLANK_LINES = 4
"""Before a request line (RFC 9112 section 2.2)."""
PART = 16 * 1024

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_VERSION = re.compile(rb"HTTP/([0-9])\.([0-9])")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_SPACE = b" \t"


class BadRequest(Exception):
    """What cannot be answered but by an error and the end of the connection."""

    def __init__(self, status: int, error: str, data: bytes = b"") -> None:
        super().__init__(error)
        self.status = status
        self.data = data[:256]


def text_of(data: bytes) -> str:
    """Bytes of a client as text; the bytes that are no UTF-8 can be had back by the logger."""
    return data.decode("utf-8", "surrogateescape")


@dataclass
class Request:
    """One request. Its body is read after its head, see `body_of`."""

    method: str
    target: str
    version: tuple[int, int]
    fields: list[tuple[str, str]] = field(default_factory=list)
    """Headers, names in lower case."""
    length: int | None = 0
    """Of the body; None where it comes in chunks."""
    body: bytes = b""
    """Its beginning, as far as the service keeps it."""

    @property
    def path(self) -> str:
        """The target without its query, and without scheme and host where it has them."""
        target = self.target.partition("?")[0]
        if target.startswith(("http://", "https://")):
            return "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
        return target

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """The first header of this name, in lower case; empty where there is none."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def content_type(self) -> str:
        """Media type of the body, in lower case and without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to go on (RFC 9112 section 9.3)."""
        options = {option.strip().lower() for option in self.header("connection").split(",")}
        return "keep-alive" in options if self.version < (1, 1) else "close" not in options


async def read_request(stream: Stream, idle_seconds: float) -> Request | None:
    """The head of the next request; None when the client sends no more. Raises `BadRequest`."""
    try:
        async with asyncio.timeout(idle_seconds):
            line = await _first_line(stream)
    except TimeoutError:
        raise Ended("silent for too long") from None
    if line is None:
        return None
    request = _request_line(line)
    if request.version == (0, 9):
        return request
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            await _read_fields(stream, request)
    except TimeoutError:
        raise BadRequest(408, "headers too slow") from None
    _frame(request)
    return request


async def _first_line(stream: Stream) -> bytes | None:
    for _ in range(BLANK_LINES + 1):
        try:
            line = await _line(stream, 414)
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise BadRequest(400, "an unfinished request line", error.partial) from None
            return None
        if line:
            return line
    raise BadRequest(400, "empty lines for a request")


async def _line(stream: Stream, too_long: int) -> bytes:
    try:
        line = await stream.until(b"\n")
    except Malformed as error:
        raise BadRequest(too_long, "a line too long", error.data) from None
    line = line[:-2] if line.endswith(b"\r\n") else line[:-1]
    if len(line) > LINE_LIMIT:
        raise BadRequest(too_long, "a line too long", line)
    return line


def _request_line(line: bytes) -> Request:
    parts = line.split(b" ")
    if len(parts) == 2 and parts[0] == b"GET" and parts[1].startswith(b"/"):
        return Request("GET", text_of(parts[1]), (0, 9))
    if len(parts) != 3 or not parts[1]:
        raise BadRequest(400, "not a request line", line)
    method, target, protocol = parts
    version = _VERSION.fullmatch(protocol)
    if version is None or not _TOKEN.fullmatch(method):
        raise BadRequest(400, "not a request line of HTTP", line)
    if version[1] != b"1":
        raise BadRequest(505, "a version of HTTP that there is not", line)
    if any(byte <= 0x20 or byte == 0x7F for byte in target):
        raise BadRequest(400, "control characters in a target", line)
    return Request(method.decode("ascii"), text_of(target), (int(version[1]), int(version[2])))


async def _read_fields(stream: Stream, request: Request) -> None:
    total = 0
    while True:
        try:
            line = await _line(stream, 400)
        except asyncio.IncompleteReadError as error:
            raise BadRequest(400, "unfinished headers", error.partial) from None
        if not line:
            return
        total += len(line)
        name, colon, value = line.partition(b":")
        if total > HEAD_LIMIT or len(request.fields) >= FIELDS_LIMIT:
            raise BadRequest(400, "too many headers", line)
        if not colon or not _TOKEN.fullmatch(name) or b"\0" in value:
            raise BadRequest(400, "not a header", line)
        request.fields.append((name.decode("ascii").lower(), text_of(value.strip(_SPACE))))


def _frame(request: Request) -> None:
    """How the body ends (RFC 9112 section 6): two ways at once are how requests are smuggled."""
    lengths = {value for name, value in request.fields if name == "content-length"}
    codings = [value.strip().lower() for name, value in request.fields if name == "transfer-encoding"]
    if codings:
        if codings != ["chunked"]:
            raise BadRequest(501, "an unknown transfer coding")
        if lengths or request.version < (1, 1):
            raise BadRequest(400, "a length beside a transfer coding")
        request.length = None
    elif lengths:
        if len(lengths) > 1 or not _LENGTH.fullmatch(next(iter(lengths)).encode("utf-8", "replace")):
            raise BadRequest(400, "not a length", next(iter(lengths)).encode("utf-8", "replace"))
        request.length = int(next(iter(lengths)))
    if request.version >= (1, 1) and sum(name == "host" for name, _ in request.fields) != 1:
        raise BadRequest(400, "not one host")


async def body_of(stream: Stream, request: Request) -> AsyncIterator[bytes]:
    """The parts of the body as they come. The caller bounds their sum and their time."""
    if request.length is None:
        async for part in _chunks(stream):
            yield part
        return
    left = request.length
    while left:
        part = await stream.some(min(left, PART))
        if not part:
            raise BadRequest(400, "an unfinished body")
        left -= len(part)
        yield part


async def _chunks(stream: Stream) -> AsyncIterator[bytes]:
    try:
        while True:
            size = _CHUNK.fullmatch(await _line(stream, 400))
            if size is None:
                raise BadRequest(400, "not a chunk")
            left = int(size[1], 16)
            if left == 0:
                break
            while left:
                part = await stream.some(min(left, PART))
                if not part:
                    raise BadRequest(400, "an unfinished chunk")
                left -= len(part)
                yield part
            if await _line(stream, 400):
                raise BadRequest(400, "a chunk longer than it said")
        for _ in range(FIELDS_LIMIT):
            if not await _line(stream, 400):
                return
        raise BadRequest(400, "too many trailers")
    except asyncio.IncompleteReadError as error:
        raise BadRequest(400, "an unfinished chunk", error.partial) from None
