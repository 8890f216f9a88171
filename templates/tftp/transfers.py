"""One file on its way. Nothing is sent but in answer to a packet: no timers, so that nobody is flooded.

A client that does not get its block repeats its last packet, and gets the block again; so often, and no more.
"""

from __future__ import annotations

from typing import Protocol

from decnet_uploads import Teller, Upload
from options import DEFAULT, taken
from packets import FULL, Ack, Data, Request, ack, data, error, oack

REPEATS = 6
"""Of one transfer."""
UPLOAD_BYTES = 2 * 1024 * 1024


class Transfer(Protocol):
    """A file on its way."""

    request: Request
    over: bool

    def begin(self) -> list[bytes]:
        """What answers the request; the same again when it is repeated."""

    def take(self, packet: Data | Ack) -> list[bytes]:
        """What answers a packet."""

    def end(self) -> None:
        """Ends it, wherever it is."""


class Repeats:
    """How often a client may be sent the same again."""

    def __init__(self) -> None:
        self._left = REPEATS

    def again(self, packet: bytes) -> list[bytes]:
        """The packet, or nothing."""
        self._left -= 1
        return [packet] if self._left >= 0 else []


class Download:
    """A file that is read."""

    def __init__(self, request: Request, content: bytes) -> None:
        self.request = request
        self._content = content
        self._options = taken(request.options, len(content))
        self._size = self._options.get("blksize", DEFAULT)
        # The block that was sent last; 0 is the OACK.
        self._block = 0 if self._options else 1
        self._last = b""
        self._repeats = Repeats()
        self.over = False

    def begin(self) -> list[bytes]:
        """The options or the first block."""
        if self._last:
            return self._repeats.again(self._last)
        return self._send(oack(self._options) if self._options else self._data())

    def take(self, packet: Data | Ack) -> list[bytes]:
        """The block after the one that has come."""
        if self.over or not isinstance(packet, Ack):
            return []
        if packet.block == (self._block - 1) % 65_536:
            return self._repeats.again(self._last)
        if packet.block != self._block % 65_536:
            return []
        if self._block and len(self._last) < self._size + 4:
            self.over = True
            return []
        self._block += 1
        return self._send(self._data())

    def end(self) -> None:
        """Ends it."""
        self.over = True

    def _data(self) -> bytes:
        start = (self._block - 1) * self._size
        return data(self._block, self._content[start : start + self._size])

    def _send(self, packet: bytes) -> list[bytes]:
        self._last = packet
        return [packet]


class Writing:
    """A file that is written."""

    def __init__(self, request: Request, teller: Teller) -> None:
        self.request = request
        self._options = taken(request.options, None)
        self._size = self._options.get("blksize", DEFAULT)
        self._upload = Upload(request.path.decode("utf-8", "surrogateescape"))
        self._teller = teller
        self._block = 0
        self._last = oack(self._options) if self._options else ack(0)
        self._repeats = Repeats()
        self._begun = False
        self.over = False

    def begin(self) -> list[bytes]:
        """That it may begin."""
        if self._begun:
            return self._repeats.again(self._last)
        self._begun = True
        return [self._last]

    def take(self, packet: Data | Ack) -> list[bytes]:
        """That the block has come."""
        if not isinstance(packet, Data):
            return []
        if packet.block == self._block % 65_536 and self._block:
            return self._repeats.again(self._last)
        if self.over or packet.block != (self._block + 1) % 65_536:
            return []
        if len(packet.content) > self._size or self._upload.size + len(packet.content) > UPLOAD_BYTES:
            self.end()
            return [error(FULL, "Disk full or allocation exceeded")]
        self._block += 1
        self._upload.write(packet.content)
        self._last = ack(self._block)
        if len(packet.content) < self._size:
            self._finish(complete=True)
        return [self._last]

    def end(self) -> None:
        """Ends it; what has come is kept."""
        if not self.over:
            self._finish(complete=False)

    def _finish(self, *, complete: bool) -> None:
        self.over = True
        if self._block:
            self._upload.finish(self._teller, complete=complete)
