"""The listeners of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Servers:
    """What `start` of most services answers: listeners that end together."""

    def __init__(self, *listening: asyncio.Server | asyncio.BaseTransport) -> None:
        self._listening = listening

    async def close(self) -> None:
        """Ends at once."""
        for one in self._listening:
            one.close()
