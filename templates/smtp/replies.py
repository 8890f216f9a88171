"""What a client is told, in the product's words, and how many of its errors are put up with."""

from __future__ import annotations

import asyncio

from decnet_streams import Ended, Stream
from host import Host

ERRORS_SOFT, ERRORS_HARD = 10, 20
"""smtpd_soft_error_limit and smtpd_hard_error_limit: from the first on each error takes a second."""


class Replies:
    """To one client."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._texts = host.product.texts
        self._errors = 0

    async def send(self, *lines: str) -> None:
        """Sends lines."""
        await self._stream.send("".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape"))

    async def say(self, key: str, about: str = "") -> None:
        """A text of the product."""
        await self.send(self._texts[key].replace("{}", about))

    async def fail(self, key: str, about: str = "") -> None:
        """An error, which is counted."""
        self._errors += 1
        if self._errors > ERRORS_SOFT:
            await asyncio.sleep(1)
        await self.say(key, about)
        if self._errors >= ERRORS_HARD:
            await self.say("too many errors", self._host.name)
            raise Ended("too many errors")
