"""One client of the VNC server: the RFB protocol (RFC 6143) from the version to the end."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

from challenge import LENGTH, crackable, proves
from decnet_logins import Logins
from decnet_streams import Ended, Malformed, Stream
from inputs import Inputs
from picture import RAW, RRE, Picture
from pixels import OURS, read_format

VNC_AUTHENTICATION = 2
FAILED = 1
CUT_LIMIT = 64 * 1024
ENCODINGS_LIMIT = 1024
UPDATES_LIMIT = 200
UPDATE_SECONDS = 0.5
"""Between two pictures, whoever asks more often."""


@dataclass(frozen=True)
class Host:
    """What all connections share."""

    version: str
    desktop: str
    failure: str
    logins: Logins
    passwords: Sequence[str]
    picture: Picture


class Conversation:
    """One connection."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._pixels = OURS
        self._encoding = RAW
        self._updates = 0
        self._shown = 0.0
        self._inputs = Inputs(lambda command: stream.session.event("command", command=command))

    async def run(self) -> None:
        """From the version to the end."""
        await self._stream.send(f"RFB {self._host.version}\n".encode())
        minor = _version(await self._stream.exactly(12))
        await self._log_in(minor)
        await self._stream.exactly(1)
        picture = self._host.picture
        name = self._host.desktop.encode()
        await self._stream.send(
            struct.pack(">HH", picture.width, picture.height)
            + OURS.pack()
            + struct.pack(">I", len(name))
            + name
        )
        try:
            while True:
                await self._message()
        finally:
            self._inputs.flush()

    async def _log_in(self, minor: int) -> None:
        if minor < 7:
            # Until 3.6 the server chooses, in a number of four bytes.
            await self._stream.send(struct.pack(">I", VNC_AUTHENTICATION))
        else:
            await self._stream.send(bytes([1, VNC_AUTHENTICATION]))
            chosen = await self._stream.exactly(1)
            if chosen[0] != VNC_AUTHENTICATION:
                raise Malformed(f"a security type that was not offered: {chosen[0]}", chosen)
        challenge = secrets.token_bytes(LENGTH)
        await self._stream.send(challenge)
        response = await self._stream.exactly(LENGTH)
        session = self._stream.session
        accepted = self._host.logins.count(session.source) or any(
            [proves(challenge, response, password) for password in self._host.passwords]
        )
        session.event("auth", method="vnc", hashcat=crackable(challenge, response), accepted=accepted)
        if accepted:
            await self._stream.send(struct.pack(">I", 0))
            return
        reason = self._host.failure.encode()
        # Only 3.8 tells why.
        told = struct.pack(">I", len(reason)) + reason if minor >= 8 else b""
        await self._stream.send(struct.pack(">I", FAILED) + told)
        raise Ended("refused")

    async def _message(self) -> None:
        kind = (await self._stream.exactly(1))[0]
        act = self._messages.get(kind)
        if act is None:
            raise Malformed(f"not a message of a client: {kind}")
        await act(self)

    async def _pixel_format(self) -> None:
        self._pixels = read_format((await self._stream.exactly(19))[3:])

    async def _encodings(self) -> None:
        [count] = struct.unpack(">xH", await self._stream.exactly(3))
        if count > ENCODINGS_LIMIT:
            raise Malformed(f"{count} encodings")
        wanted = struct.unpack(f">{count}i", await self._stream.exactly(count * 4))
        self._encoding = RRE if RRE in wanted else RAW

    async def _update(self) -> None:
        incremental = (await self._stream.exactly(9))[0]
        # Nothing ever changes: whoever has the picture waits for the next one for ever.
        if incremental and self._updates:
            return
        self._updates += 1
        if self._updates > UPDATES_LIMIT:
            raise Ended("too many updates")
        await asyncio.sleep(max(0.0, self._shown + UPDATE_SECONDS - time.monotonic()))
        self._shown = time.monotonic()
        for part in self._host.picture.update(self._pixels, self._encoding):
            await self._stream.send(part)

    async def _key(self) -> None:
        is_down, symbol = struct.unpack(">B2xI", await self._stream.exactly(7))
        if is_down:
            self._inputs.key(symbol)

    async def _pointer(self) -> None:
        self._inputs.pointer(*struct.unpack(">BHH", await self._stream.exactly(5)))

    async def _cut(self) -> None:
        [length] = struct.unpack(">3xI", await self._stream.exactly(7))
        if length > CUT_LIMIT:
            raise Malformed(f"a clipboard of {length} bytes")
        self._inputs.cut(await self._stream.exactly(length))

    _messages = {
        0: _pixel_format,
        2: _encodings,
        3: _update,
        4: _key,
        5: _pointer,
        6: _cut,
    }


def _version(line: bytes) -> int:
    """The minor version; one that nobody knows counts as 3.3 (section 7.1.1)."""
    with contextlib.suppress(ValueError):
        begin, major, minor = line[:4], int(line[4:7]), int(line[8:11])
        if begin == b"RFB " and line[7:8] == b"." and line[11:] == b"\n" and major >= 3:
            return 8 if minor >= 8 or major > 3 else minor
    raise Malformed("not a version of RFB", line)
