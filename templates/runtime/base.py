"""Keeps a decky's network namespace: the first process in it, and the only one that ever has a privilege there.

In this order, at every start: the network stack is disguised and the way out closed (`egress`), the
capabilities are given up, the services are let in (`watch`), the addresses are announced (`announce`).
Then it tells who tries to get out (`refusals`), takes back its word where somebody changes the rules
(`changes`), and does little else. Where the way out cannot be closed, it ends, and no service starts.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time

import egress
import refusals
from announce import Announcer
from decnet_logging import Logger
from marks import mark
from watch import Watch

NOBODY = 65534
TIMES = 3
"""How often the addresses are announced, a second apart."""


def give_up_privileges() -> None:
    """From root to nobody, for good: the kernel takes all capabilities along (capabilities(7))."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def disguise(logger: Logger) -> None:
    """Makes the network stack look like another's. Where the kernel cannot, the decky does its work all the same."""
    try:
        egress.disguise(os.environ.get("DECNET_DISGUISE", ""))
    except egress.RulesRefused as error:
        logger.event("undisguised", error=str(error))


def tell(logger: Logger, announcer: Announcer) -> None:
    """Says which addresses are announced."""
    for address in announcer.addresses:
        logger.event(
            "announce",
            ip=socket.inet_ntoa(address.ip),
            mac=address.mac.hex(":"),
            interface=address.interface,
        )


def serve(logger: Logger, announcer: Announcer, way_out: egress.WayOut) -> None:
    """Lets the services in and announces, then listens for refusals and changes until SIGTERM."""
    heard = refusals.Refusals(logger)
    watch = Watch(way_out, heard)
    marks = []
    left, next_turn = TIMES, time.monotonic()
    while True:
        now = time.monotonic()
        if left > 0 and now >= next_turn:
            announcer.announce()
            if not marks:
                tell(logger, announcer)
                marks.append(mark("announced", "once"))
            left, next_turn = left - 1, now + 1
            if left == 0:
                announcer.close()
        heard.tell_more(now)
        pauses = [heard.pause(now), next_turn - now if left > 0 else None]
        pause = min((one for one in pauses if one is not None), default=None)
        readable, _, _ = select.select(watch.links, [], [], pause)
        for link in readable:
            watch.hear(link)


def reap(*_: object) -> None:
    """Takes in the ended processes that became ours, as the first process has to."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def main() -> None:
    """Closes, gives up, serves."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    logger = Logger(
        decky=os.environ.get("DECNET_DECKY", "-"),
        service="base",
        hostname=os.environ.get("DECNET_HOSTNAME", socket.gethostname()),
    )
    try:
        disguise(logger)
        way_out = egress.close(os.environ["DECNET_EGRESS"])
        announcer = Announcer()
        give_up_privileges()
    except (OSError, KeyError, egress.RulesRefused) as error:
        logger.event("fault", text="the way out cannot be closed", error=str(error))
        sys.exit(1)
    signal.signal(signal.SIGCHLD, reap)
    serve(logger, announcer, way_out)


if __name__ == "__main__":
    main()
