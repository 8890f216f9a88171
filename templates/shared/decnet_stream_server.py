"""Serves TCP: a handler for each connection, whose client cannot make it fail.

A handler is a coroutine that gets a `Stream` and returns when the conversation is over. It need not
care for what goes wrong on the way: whatever a client does ends in an event, never in a traceback.

- `Malformed`, raised by the handler or by a read beyond its bounds, is told as `malformed`.
- A client that goes, stays silent or does not read its replies ends the session, with the reason.
- Anything else is our own fault, and told as one.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from socket import socket
from typing import TYPE_CHECKING

from decnet_faults import report_fault
from decnet_servers import Servers
from decnet_sessions import Sessions
from decnet_sockets import BACKLOG, Sockets
from decnet_streams import Ended, Malformed, Stream

if TYPE_CHECKING:
    from decnet_identity import Identity

READ_AT_ONCE = 16 * 1024
"""Bytes that are taken from a socket at a time. All may be held unread, and asyncio would take 256 KiB."""
CLOSING_SECONDS = 2
"""For a client to read the last bytes, and in TLS to say goodbye; its session does not count any more."""

Handler = Callable[[Stream], Awaitable[None]]


class _Connection(asyncio.Protocol):
    """Carries what comes from the transport into the stream's reader."""

    def __init__(self, sessions: Sessions, handler: Handler, tls: ssl.SSLContext | None) -> None:
        self._sessions = sessions
        self._handler = handler
        self._tls = tls
        self._stream: Stream | None = None
        self._is_lost = False
        self._closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Before a byte was read."""
        transport.max_size = READ_AT_ONCE
        source = transport.get_extra_info("peername") or ("0.0.0.0", 0)
        port = transport.get_extra_info("sockname")[1]
        self._session = self._sessions.open(source[:2], port, self._cut)
        self._stream = Stream(transport, self._session, self._sessions)
        self._task = asyncio.get_running_loop().create_task(self._converse(self._stream))

    def _cut(self) -> None:
        if self._stream is not None:
            self._stream.abort()

    def data_received(self, data: bytes) -> None:
        self._stream.feed(data)

    def eof_received(self) -> bool:
        self._stream.feed_end()
        # What is still to be said may be said, but for TLS, which has no half-closed connections.
        return not self._stream.is_secured

    def pause_writing(self) -> None:
        self._stream.pause_writing()

    def resume_writing(self) -> None:
        self._stream.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stream.feed_end(exc)
        self._stream.resume_writing()
        self._is_lost = True
        if self._closing is not None:
            self._closing.cancel()
        if not self._task.done():
            # A handler that waits for something else than the client would not notice.
            cancelling = asyncio.get_running_loop().call_later(1, self._task.cancel)
            self._task.add_done_callback(lambda _: cancelling.cancel())

    async def _converse(self, stream: Stream) -> None:
        reason = "closed"
        try:
            if self._tls is not None:
                await stream.start_tls(self._tls)
            await self._handler(stream)
        except Malformed as error:
            self._session.event("malformed", error=str(error), data=error.data or None)
            reason = "malformed"
        except Ended as error:
            reason = str(error)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001: our own fault must not end the server
            logger = self._sessions.logger
            report_fault(logger, "a connection was not handled", error, "decnet_stream_server")
            reason = "fault"
        finally:
            with contextlib.suppress(Exception):
                stream.close()
            self._session.end(reason)
            if not self._is_lost and not stream.is_over:
                # What waits holds all that the connection had, of which TLS has a lot.
                self._closing = asyncio.get_running_loop().call_later(CLOSING_SECONDS, stream.abort)


async def serve_streams(
    sessions: Sessions, bound: socket, handler: Handler, *, tls: ssl.SSLContext | None = None
) -> asyncio.Server:
    """Serves a listening socket. With `tls` every connection begins with a handshake."""
    return await asyncio.get_running_loop().create_server(
        lambda: _Connection(sessions, handler, tls), sock=bound, backlog=BACKLOG
    )


async def serve_clear_and_tls(
    sessions: Sessions, identity: Identity, sockets: Sockets, handler: Handler, tls: ssl.SSLContext
) -> Servers:
    """Serves the ports in the manifest's order: the first in the clear, the others in TLS."""
    first, *others = (sockets[port.port, port.protocol] for port in identity.ports)
    return Servers(
        await serve_streams(sessions, first, handler),
        *[await serve_streams(sessions, bound, handler, tls=tls) for bound in others],
    )
