"""TDS packets ([MS-TDS] section 2.2.3), in the clear, in TLS, and TLS's own handshake inside of them."""

from __future__ import annotations

import ssl
import struct

from decnet_streams import Malformed, Stream

HEADER = struct.Struct(">BBHHBB")
BATCH, RPC, RESPONSE, ATTENTION, BULK, LOGIN, SSPI, PRELOGIN = 1, 3, 4, 6, 7, 16, 17, 18
LAST = 1
PACKET_BYTES = 4096
MESSAGE_LIMIT = 64 * 1024


class Channel:
    """One connection. Once `secure` has run, what is read is in TLS, and what is sent as long as `sealed`."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._sealed_reads = self._sealed_writes = False
        self._read = bytearray()

    async def receive(self) -> tuple[int, bytes]:
        """The next message: its type, and what its packets hold."""
        content = b""
        while True:
            head = await self._exactly(HEADER.size)
            kind, status, length, *_ = HEADER.unpack(head)
            if length < HEADER.size or length > 32_767:
                raise Malformed(f"a packet of {length} bytes", head)
            content += await self._exactly(length - HEADER.size)
            if len(content) > MESSAGE_LIMIT:
                raise Malformed("a message that is too long", head)
            if status & LAST:
                return kind, content

    async def send(self, content: bytes, kind: int = RESPONSE) -> None:
        """Sends one message in as many packets as it takes."""
        room = PACKET_BYTES - HEADER.size
        parts = [content[at : at + room] for at in range(0, len(content), room)] or [b""]
        packets = b""
        for number, part in enumerate(parts, 1):
            status = LAST if number == len(parts) else 0
            packets += HEADER.pack(kind, status, HEADER.size + len(part), 0, number & 255, 0) + part
        if self._sealed_writes and self._tls is not None:
            self._tls.write(packets)
            packets = self._outgoing.read()
        await self._stream.send(packets)

    async def secure(self, context: ssl.SSLContext, *, wholly: bool) -> None:
        """Shakes hands for TLS. Not `wholly`: only the next message, the login, comes in it."""
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
                kind, content = await self.receive()
                if kind != PRELOGIN:
                    raise Malformed("no handshake in a prelogin packet", content) from None
                self._incoming.write(content)
            except ssl.SSLError as error:
                raise Malformed(f"TLS: {error.reason or error}") from None
        await self._flush()
        self._sealed_reads, self._sealed_writes = True, wholly

    def unseal(self) -> None:
        """The login has been read: in the clear again, unless all of it is in TLS."""
        self._sealed_reads = self._sealed_writes

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self.send(self._outgoing.read(), PRELOGIN)

    async def _exactly(self, count: int) -> bytes:
        if not self._sealed_reads or self._tls is None:
            return await self._stream.exactly(count)
        while len(self._read) < count:
            try:
                part = self._tls.read(32_768)
            except ssl.SSLWantReadError:
                data = await self._stream.some()
                if not data:
                    raise ConnectionResetError from None
                self._incoming.write(data)
                continue
            except ssl.SSLError as error:
                raise Malformed(f"TLS: {error.reason or error}") from None
            if not part:
                raise ConnectionResetError
            self._read += part
        taken = bytes(self._read[:count])
        del self._read[:count]
        return taken
