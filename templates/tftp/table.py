"""The transfers that are open, by their peers, and not too many of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from decnet_datagrams import Peer
from transfers import Transfer

PER_ADDRESS = 4
"""Open transfers of one address; one more ends its oldest."""
TOTAL = 16
SECONDS = 30
"""Without a packet that is to the point."""


class Table:
    """The open transfers, the longest silent one first."""

    def __init__(self) -> None:
        self._open: OrderedDict[Peer, tuple[Transfer, asyncio.TimerHandle]] = OrderedDict()

    def get(self, peer: Peer) -> Transfer | None:
        """The one of a source."""
        found = self._open.get(peer)
        return None if found is None else found[0]

    def put(self, peer: Peer, transfer: Transfer) -> None:
        """Begins one, or keeps it open for longer."""
        self._forget(peer, transfer)
        timer = asyncio.get_running_loop().call_later(SECONDS, self._forget, peer)
        self._open[peer] = transfer, timer
        mine = [other for other in self._open if other.source == peer.source]
        if len(mine) > PER_ADDRESS:
            self._forget(mine[0])
        elif len(self._open) > TOTAL:
            self._forget(next(iter(self._open)))

    def _forget(self, peer: Peer, successor: Transfer | None = None) -> None:
        found = self._open.pop(peer, None)
        if found is None:
            return
        transfer, timer = found
        timer.cancel()
        if transfer is not successor:
            transfer.end()

    def close(self, peer: Peer) -> None:
        """Ends the one of a source."""
        self._forget(peer)
