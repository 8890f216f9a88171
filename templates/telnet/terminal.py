"""A client's terminal: what it types, line by line, with the echo that a tty gives."""

from __future__ import annotations

import asyncio
import contextlib

from decnet_streams import Ended, Malformed, Stream
from negotiation import (
    DO,
    DONT,
    ECHO,
    IAC,
    NEW_ENVIRONMENT,
    TERMINAL_TYPE,
    WILL,
    WONT,
    Decoder,
    Option,
    Suboption,
    environment,
)

LINE_LIMIT = 1024
OPTIONS_LIMIT = 256
"""Options that a client may speak of, in all: enough for each of them once."""
REFUSALS = {WILL: DONT, DO: WONT}


class Terminal:
    """One client. What it says about options is kept; `text` is what it typed and nobody has read."""

    def __init__(self, stream: Stream, ours: frozenset[tuple[int, int]]) -> None:
        """`ours`: verb and option of everything that the server says of itself, which needs no answer."""
        self.stream = stream
        self.answers: dict[int, int] = {}
        """The client's last verb about each option."""
        self.suboptions: dict[int, bytes] = {}
        self.text = bytearray()
        self._decoder = Decoder()
        self._ours = ours
        self._refused: set[Option] = set()
        self._after_return = False

    @property
    def variables(self) -> dict[bytes, bytes]:
        """What the client told of its environment."""
        return environment(self.suboptions.get(NEW_ENVIRONMENT, b""))

    @property
    def kind(self) -> bytes | None:
        """Its type of terminal (RFC 1091)."""
        return self.suboptions.get(TERMINAL_TYPE, b"")[1:] or None

    async def receive(self) -> None:
        """Takes in what comes next; raises `Ended` when nothing will."""
        data = await self.stream.some(4096)
        if not data:
            raise Ended("closed")
        for item in self._decoder.feed(data):
            if isinstance(item, bytes):
                self.text += item
            elif isinstance(item, Option):
                await self._option(item)
            elif isinstance(item, Suboption):
                self.suboptions[item.number] = item.data

    async def receive_until(self, seconds: float, *numbers: int) -> None:
        """Until the client has spoken of these options, or typed something, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.text and not all(number in self.answers for number in numbers):
                    await self.receive()

    async def _option(self, option: Option) -> None:
        self.answers[option.number] = option.verb
        refusal = REFUSALS.get(option.verb)
        if refusal is None or option in self._refused:
            return
        # DO answers our WILL, and WILL our DO; anything else is a wish, and not granted (RFC 854).
        if ((WILL if option.verb == DO else DO), option.number) in self._ours:
            return
        if len(self._refused) >= OPTIONS_LIMIT:
            raise Malformed("too many options")
        self._refused.add(option)
        await self.stream.send(bytes([IAC, refusal, option.number]))

    async def write(self, text: str) -> None:
        """Sends text as a tty does: LF becomes CRLF, and a byte 255 is doubled."""
        data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
        await self.stream.send(data.replace(b"\xff", b"\xff\xff"))

    async def line(self, *, echo: bool) -> bytes:
        """The next line, edited by its keys; raises `Ended` at an end of file (Ctrl-D)."""
        typed = bytearray()
        while True:
            while not self.text:
                await self.receive()
            shown, over = self._edit(typed, echo=echo and self.answers.get(ECHO) != DONT)
            if shown:
                await self.stream.send(shown)
            if over:
                return bytes(typed)
            if len(typed) > LINE_LIMIT:
                raise Malformed("a line without an end", bytes(typed[:64]))

    def _edit(self, typed: bytearray, *, echo: bool) -> tuple[bytes, bool]:
        """Moves keys from `text` to the line; what to send back, and whether the line is over."""
        shown = bytearray()
        for count, key in enumerate(self.text, 1):
            if key in b"\n\0" and self._after_return:
                self._after_return = False
                continue
            self._after_return = key == 13
            if key in b"\r\n":
                del self.text[:count]
                return bytes(shown + b"\r\n"), True
            if key in b"\x08\x7f":
                if typed:
                    del typed[-1:]
                    shown += b"\b \b" if echo else b""
            elif key in b"\x03\x15":
                typed.clear()
            elif key == 4 and not typed:
                raise Ended("end of file")
            elif key >= 32:
                typed.append(key)
                if echo:
                    shown += b"\xff\xff" if key == 255 else bytes([key])
        self.text.clear()
        return bytes(shown), False
