"""Starts a server on its sockets and ends it on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import warnings
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Protocol

from decnet_faults import FaultHandler, report_fault
from decnet_identity import from_environment
from decnet_logging import Logger
from decnet_sockets import Sockets

CLOSE_SECONDS = 0.5


class Running(Protocol):
    """A service that listens."""

    async def close(self) -> None:
        """Stops listening and ends every connection."""


def run(sockets: Sockets) -> None:
    """Serves the sockets until SIGTERM; does not return. Raises what keeps the server from starting."""
    warnings.simplefilter("ignore")
    # What is imported stays: to look for garbage in it is 5 to 10 % of the work of a start.
    gc.disable()
    identity, config = from_environment(os.environ)
    logger = Logger(decky=identity.decky, service=identity.service, hostname=identity.hostname)
    logging.getLogger().addHandler(FaultHandler(logger))
    # Outside the loop: until here and through this, SIGTERM ends the process at once.
    server = import_module("server")

    async def start() -> Running:
        running: Running = await server.start(identity, config, logger, sockets)
        # It listens, so nobody but us can tell that it is not served.
        for port, protocol in sockets.untaken:
            raise RuntimeError(f"{protocol} port {port} is declared, but the server does not take it")
        for port in identity.ports:
            logger.event("start", dst_port=port.port, protocol=port.protocol)
        return running

    asyncio.run(_serve(start, logger))


async def _serve(start: Callable[[], Awaitable[Running]], logger: Logger) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: report_fault(logger, context["message"], context.get("exception"), "asyncio")
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = await start()
    gc.freeze()
    gc.enable()
    await stop.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(running.close(), CLOSE_SECONDS)
    # Tasks of half-closed connections are not waited for: a decoy that is told to stop, stops.
    os._exit(0)
