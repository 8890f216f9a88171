"""One TCP connection with bounds: what a handler of a service reads from and writes to."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from typing import TypeVar

from decnet_sessions import Session, Sessions

# asyncio sets aside 256 KiB for what each TLS connection sends: a hundred of them would fill the container.
asyncio.sslproto.SSLProtocol.max_size = 16 * 1024

UNREAD_LIMIT = 256 * 1024
"""Bytes that a client may leave unread before we wait for it."""
HANDSHAKE_SECONDS = 5
"""asyncio holds what a handshake has needed for so long, also when its connection is lost meanwhile."""
DATA_SHOWN = 256
"""Bytes of a malformed message that are logged."""

Read = TypeVar("Read")


class Malformed(Exception):
    """A message that the protocol does not allow. The text says what is wrong, `data` how it begins."""

    def __init__(self, error: str, data: bytes = b"") -> None:
        super().__init__(error)
        self.data = data[:DATA_SHOWN]


class Ended(Exception):
    """The conversation is over, for a reason that is worth a word in the log."""


class Stream:
    """One connection. Every read is bounded in bytes and in seconds."""

    def __init__(self, transport: asyncio.Transport, session: Session, sessions: Sessions) -> None:
        self.session = session
        self._limits = sessions.limits
        self._transport = self._plain = transport
        self.is_over = False
        self._reader = asyncio.StreamReader(limit=sessions.limits.message_bytes)
        self._bind(self._reader, transport)
        self._writable = asyncio.Event()
        self._writable.set()
        self.is_secured = False
        """Whether it is in TLS, or on its way there."""

    @staticmethod
    def _bind(reader: asyncio.StreamReader, transport: asyncio.Transport) -> None:
        reader.set_transport(transport)
        transport.set_write_buffer_limits(UNREAD_LIMIT)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS session, once there is one."""
        return self._transport.get_extra_info("ssl_object")

    @property
    def local_address(self) -> tuple[str, int]:
        """Address and port that the client has come to."""
        return self._transport.get_extra_info("sockname")[:2]

    async def exactly(self, count: int) -> bytes:
        """So many bytes. A message that is longer than the service's limit is malformed."""
        if count > self._limits.message_bytes:
            raise Malformed(f"a message of {count} bytes")
        return await self._in_time(self._reader.readexactly(count))

    async def until(self, separator: bytes) -> bytes:
        """Everything up to the separator, and the separator."""
        try:
            return await self._in_time(self._reader.readuntil(separator))
        except asyncio.LimitOverrunError as error:
            beginning = await self._reader.read(DATA_SHOWN)
            raise Malformed("a message without an end", beginning) from error

    async def line(self) -> bytes:
        """One line, without the end of line (CRLF or LF)."""
        return (await self.until(b"\n")).rstrip(b"\r\n")

    async def some(self, most: int = 65_536) -> bytes:
        """What is there, or comes next; nothing when the client will send no more."""
        return await self._in_time(self._reader.read(most))

    def put_back(self, data: bytes) -> None:
        """What was read only to see what it is: it is there again for the next read."""
        self._reader._buffer[:0] = data

    async def _in_time(self, reading: Awaitable[Read]) -> Read:
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                return await reading
        except TimeoutError:
            raise Ended("silent for too long") from None

    async def send(self, data: bytes) -> None:
        """Sends, and waits for a client that does not read what it was sent before."""
        # TLS does not notice at once that the connection below it is lost.
        if self._transport.is_closing() or self._plain.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                await self._writable.wait()
        except TimeoutError:
            raise Ended("does not read its replies") from None

    async def start_tls(self, context: ssl.SSLContext, *, begun: bool = False) -> None:
        """Goes on in TLS, as the server.

        What was sent in the clear and not read yet is dropped (RFC 3207 section 4.2). In a protocol
        whose clients do not wait for our word (`begun`) it is the handshake's first part.
        """
        self.is_secured = True
        loop = asyncio.get_running_loop()
        plain = self._transport
        early = bytes(self._reader._buffer) if begun else b""
        # A reader that is full has paused it.
        plain.resume_reading()
        # The client may speak before we hear that the handshake is over.
        self._reader = asyncio.StreamReader(limit=self._limits.message_bytes)
        if early:
            # By the second turn of the loop the handshake has begun; the socket is read after that.
            loop.call_soon(loop.call_soon, _hand_over, plain, early)
        try:
            transport = await loop.start_tls(
                plain,
                plain.get_protocol(),
                context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
            )
        except (ssl.SSLError, OSError) as error:
            # Of a connection that is lost in its handshake we hear by this alone.
            self.abort()
            if isinstance(error, ConnectionError) and not isinstance(error, ConnectionAbortedError):
                raise
            raise Malformed(f"TLS: {_reason(error)}") from None
        if transport is None:
            self.abort()
            raise ConnectionResetError
        self._transport = transport
        self._bind(self._reader, transport)

    def end_sending(self) -> None:
        """Tells the client that no more will come; in TLS there is no telling."""
        # A client that is gone already has nothing to be told.
        with contextlib.suppress(OSError):
            if self._transport.can_write_eof() and not self._transport.is_closing():
                self._transport.write_eof()

    def close(self) -> None:
        """Ends the connection when what was written is sent."""
        self._transport.close()

    def abort(self) -> None:
        """Ends the connection at once."""
        # Not that of TLS, which falls over when the connection below it is gone already.
        self._plain.abort()
        self.is_over = True

    def feed(self, data: bytes) -> None:
        """Takes what has come over the connection."""
        self._reader.feed_data(data)

    def feed_end(self, error: Exception | None = None) -> None:
        """Takes that no more will come, and why."""
        if error is None:
            self._reader.feed_eof()
        else:
            self._reader.set_exception(error)

    def pause_writing(self) -> None:
        """Lets who sends wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Lets who sends go on."""
        self._writable.set()


def _hand_over(plain: asyncio.Transport, early: bytes) -> None:
    protocol = plain.get_protocol()
    while early and not plain.is_closing():
        room = protocol.get_buffer(len(early))
        part = min(len(room), len(early))
        room[:part] = early[:part]
        protocol.buffer_updated(part)
        early = early[part:]


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or str(error) or type(error).__name__
