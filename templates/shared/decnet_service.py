"""Runs one service of a decky: the entry point of every service image.

The contract: beside this file stands a `server.py` with

    async def start(
        identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets
    ) -> Running

which returns once it serves every socket of `sockets`. These are the declared ports, bound and
non-blocking, those of tcp listening: a server binds no port of its own, and must take them all, so
what is declared is what listens. Nothing in it may rest on being alone in its process. What it needs from the
container comes in by the environment, see `decnet_sockets` and `decnet_identity`.
"""

from __future__ import annotations

import os
import signal
import sys

from decnet_gate import wait_until_closed
from decnet_sockets import bind_declared


def main() -> None:
    """Runs the service that the environment describes, until SIGTERM."""
    # The first process of a container ignores a signal that it does not handle, and imports take
    # a while: without this an early SIGTERM would be lost.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        wait_until_closed()
        sockets = bind_declared(os.environ)
        # Whatever costs time is imported when the ports listen.
        from decnet_runner import run

        run(sockets)
    except Exception as error:
        _tell(error)
        sys.exit(1)


def _tell(error: Exception) -> None:
    from decnet_faults import report_fault
    from decnet_logging import Logger

    decky, service, hostname = (
        os.environ.get(name, "") for name in ("DECNET_DECKY", "DECNET_SERVICE", "DECNET_HOSTNAME")
    )
    logger = Logger(decky=decky, service=service, hostname=hostname)
    report_fault(logger, "the service cannot start", error, "decnet_service")


if __name__ == "__main__":
    main()
