"""Says of a decky's way out what holds, and takes it back once the kernel tells otherwise."""

from __future__ import annotations

import socket
import time

import changes
import netlink
import refusals
from egress import TABLE, WayOut
from marks import let_in, mark


class Watch:
    """Lets the services in, and marks that the rules stand and nothing was refused."""

    def __init__(self, way_out: WayOut, heard: refusals.Refusals) -> None:
        self._way_out = way_out
        self._heard = heard
        self._quiet = mark("refused", "none")
        self._standing = [mark("egress", way_out.digest), let_in(way_out.digest)]
        self.links = [link for link in (way_out.refusals, way_out.changes) if link is not None]

    def hear(self, link: socket.socket) -> None:
        """Reads one of the links, which has something to tell."""
        data = netlink.receive(link)
        if link is self._way_out.refusals:
            self._quiet.close()
            for refused in refusals.refusals(data or b""):
                self._heard.note(refused, time.monotonic())
        elif data is None or changes.concern(data, TABLE):
            self._take_back()

    def close(self) -> None:
        """Says nothing any more."""
        self._quiet.close()
        self._take_back()

    def _take_back(self) -> None:
        for one in self._standing:
            one.close()
