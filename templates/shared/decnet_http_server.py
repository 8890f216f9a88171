"""The loop of an HTTP server: requests in, answers out, each logged once.

A service is a `Site`: it says how it writes, takes bodies that are worth keeping, and answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import socket
from typing import Any, Protocol

from decnet_http import BadRequest, Request, body_of, read_request
from decnet_http_answers import Answer, Dialect, encode
from decnet_logging import Logger
from decnet_sessions import Limits, Session, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream

LIMITS = Limits(per_source=16, total=64, seconds=300, idle_seconds=30, message_bytes=8192)
REQUESTS = 100
"""Of one connection."""
FIRST_SECONDS, NEXT_SECONDS = 30, 15
"""Of silence before the first request and between two."""
BODY_SECONDS = 60
KEPT = 64 * 1024
"""Bytes of a body that are kept for the answer."""
BODY_LIMIT = 16 * 1024 * 1024
"""Bytes of a body that a sink takes."""
SINKS = 4
"""Bodies that are taken in at a time; the others wait."""
LINGER_BYTES = 256 * 1024


class Sink(Protocol):
    """Takes a body as it comes, beyond what is kept."""

    def write(self, data: bytes) -> None:
        """The next part."""

    def finish(self, session: Session) -> None:
        """All has come, or as much as there will be."""


@dataclass
class Visitor:
    """One connection, as far as a site cares."""

    session: Session
    stream: Stream
    memory: dict[str, Any] = field(default_factory=dict)
    """What a site remembers of it, such as the challenge that it gave."""
    _judged: tuple[str, bool] | None = None

    def judge(self, authorization: str, accepts: Callable[[], bool]) -> bool:
        """Whether credentials are accepted. Those that a connection has sent before are no further try."""
        if self._judged is None or self._judged[0] != authorization:
            self._judged = (authorization, accepts())
        return self._judged[1]


class Site(Protocol):
    """What answers."""

    dialect: Dialect
    server: str

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """Where the body goes; None where its beginning is enough."""

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """The answer to a request, whose body has been read."""

    def refuse(self, status: int, request: Request | None) -> Answer:
        """The answer to what cannot be read."""


async def serve_site(
    logger: Logger, bound: socket, site: Site, *, tls: ssl.SSLContext | None = None, limits: Limits = LIMITS
) -> asyncio.Server:
    """Serves a listening socket."""
    sinks = asyncio.Semaphore(SINKS)

    async def handle(stream: Stream) -> None:
        await _converse(site, Visitor(stream.session, stream), sinks)

    return await serve_streams(Sessions(logger, limits), bound, handle, tls=tls)


async def _converse(site: Site, visitor: Visitor, sinks: asyncio.Semaphore) -> None:
    for count in range(REQUESTS):
        request: Request | None = None
        try:
            request = await read_request(visitor.stream, NEXT_SECONDS if count else FIRST_SECONDS)
            if request is None:
                return
            await _read_body(site, request, visitor, sinks)
        except BadRequest as error:
            visitor.session.event("malformed", error=str(error), data=error.data or None)
            answer = site.refuse(error.status, request)
            await visitor.stream.send(encode(answer, site.dialect, site.server, request, keep=False))
            await _linger(visitor.stream)
            return
        except Ended:
            # Silence between two requests is how a kept connection ends.
            if count == 0:
                raise
            return
        answer = site.answer(request, visitor)
        last = count == REQUESTS - 1 or answer.close or answer.then is not None or site.dialect.only_once
        keep = request.keeps_alive and not last
        _tell(request, answer, visitor.session)
        if request.version == (0, 9):
            await visitor.stream.send(answer.body)
            return
        await visitor.stream.send(encode(answer, site.dialect, site.server, request, keep))
        if answer.then is not None:
            await answer.then()
        if not keep:
            return


async def _read_body(site: Site, request: Request, visitor: Visitor, sinks: asyncio.Semaphore) -> None:
    if request.length == 0:
        return
    sink = site.sink(request, visitor)
    limit = KEPT if sink is None else BODY_LIMIT
    if request.length is not None and request.length > limit:
        raise BadRequest(413, f"a body of {request.length} bytes")
    if request.header("expect").lower() == "100-continue" and request.version >= (1, 1):
        await visitor.stream.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        async with asyncio.timeout(BODY_SECONDS), sinks if sink is not None else contextlib.nullcontext():
            await _take(request, visitor, sink, limit)
    except TimeoutError:
        raise BadRequest(408, "a body too slow") from None
    finally:
        if sink is not None:
            sink.finish(visitor.session)


async def _take(request: Request, visitor: Visitor, sink: Sink | None, limit: int) -> None:
    kept = bytearray()
    size = 0
    async for part in body_of(visitor.stream, request):
        size += len(part)
        if size > limit:
            raise BadRequest(413, "a body too long")
        kept += part[: KEPT - len(kept)]
        if sink is not None:
            sink.write(part)
    request.body = bytes(kept)


def _tell(request: Request, answer: Answer, session: Session) -> None:
    session.event(
        "request",
        method=request.method,
        path=request.path,
        query=request.query or None,
        host=request.header("host") or None,
        user_agent=request.header("user-agent") or None,
        content_type=request.header("content-type") or None,
        body=request.body or None,
        status=answer.status,
    )


async def _linger(stream: Stream) -> None:
    """Lets the answer arrive: an end with bytes unread would be a reset, and take it away again."""
    if stream.tls is not None:
        # The end of TLS waits for the client by itself.
        return
    taken = 0
    stream.end_sending()
    with contextlib.suppress(TimeoutError, Ended, Malformed):
        async with asyncio.timeout(1):
            while taken < LINGER_BYTES:
                part = await stream.some()
                if not part:
                    return
                taken += len(part)
