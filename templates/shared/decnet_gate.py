"""Holds a service back until its decky's way out is closed.

Docker starts containers by itself, in whatever order. The base closes the way out at each of its
starts, and marks it by an abstract Unix socket, see `runtime/marks.py`: as long as the mark is not
there, nothing listens that an attacker could talk to.
"""

from __future__ import annotations

import os
import time

MARK = "@decnet-egress-"
PATIENCE = 30.0
"""Seconds. Docker starts whoever gives up again."""
PAUSE = 0.02


class StillOpen(Exception):
    """The mark did not come."""


def wait_until_closed(sockets: str = "/proc/net/unix", patience: float = PATIENCE) -> None:
    """Returns once the mark is among this network namespace's Unix sockets; raises `StillOpen`."""
    # On one machine, for trials, there is no base.
    if "DECNET_LISTEN" in os.environ:
        return
    deadline = time.monotonic() + patience
    while not is_closed(sockets):
        if time.monotonic() >= deadline:
            raise StillOpen("the base of this decky has not closed the way out")
        time.sleep(PAUSE)


def is_closed(sockets: str) -> bool:
    """Whether the mark is there: last on its line (proc_pid_net(5))."""
    with open(sockets, encoding="utf-8", errors="replace") as table:
        return any(line.split(" ")[-1].startswith(MARK) for line in table)
