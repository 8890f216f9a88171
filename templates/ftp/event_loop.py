"""pyftpdlib's event loop inside asyncio's."""

from __future__ import annotations

import asyncio

from pyftpdlib.ioloop import IOLoop


class Running:
    """pyftpdlib's loop, driven by asyncio: its epoll descriptor is readable when it has work."""

    def __init__(self, ioloop: IOLoop) -> None:
        self._ioloop = ioloop
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._descriptor = ioloop._poller.fileno()
        self._loop.add_reader(self._descriptor, self._pump)
        self._pump()

    def _pump(self) -> None:
        # pyftpdlib takes a timeout of 0 for none at all, and would wait for ever.
        self._ioloop.poll(0.0001)
        soonest = self._ioloop.sched.poll()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if soonest is not None:
            # A call that is due is not run twice in a row without a look at the descriptors.
            self._timer = self._loop.call_later(max(soonest, 0.01), self._pump)

    async def close(self) -> None:
        """Ends at once."""
        self._loop.remove_reader(self._descriptor)
        if self._timer is not None:
            self._timer.cancel()
        self._ioloop.close()
