"""Runs one service of a decky: the entry point of every service image.

The contract: beside this file stands a `server.py` with

    async def start(identity: Identity, config: Mapping[str, Any], logger: Logger) -> Running

which returns once every port of `identity.ports` listens. Nothing in it may rest on being alone
in its process. What it needs from the container comes in by the environment, see `from_environment`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import os
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, TypeVar

from decnet_logging import Logger

CLOSE_SECONDS = 0.5
Option = TypeVar("Option")


@dataclass(frozen=True)
class Port:
    """A port that the service's manifest declares."""

    port: int
    protocol: str


@dataclass(frozen=True)
class Identity:
    """Who a service is to the world: different for each decky, the same after a restart."""

    decky: str
    service: str
    hostname: str
    distro: str
    seed: bytes
    ports: tuple[Port, ...]
    address: str = "0.0.0.0"
    """Where to listen."""

    @property
    def port(self) -> int:
        """The first declared port."""
        return self.ports[0].port

    def derive(self, name: str, length: int) -> bytes:
        """Bytes that belong to this decky and this name: HMAC-SHA256 of the seed, counted up."""
        blocks = (
            hmac.digest(self.seed, f"{name}\0{count}".encode(), "sha256") for count in range(-(-length // 32))
        )
        return b"".join(blocks)[:length]

    def number(self, name: str, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + int.from_bytes(self.derive(name, 16), "big") % (high - low + 1)

    def choose(self, name: str, options: Sequence[Option]) -> Option:
        """One of the options."""
        return options[self.number(name, 0, len(options) - 1)]


class Running(Protocol):
    """A service that listens."""

    async def close(self) -> None:
        """Stops listening and ends every connection."""


def from_environment(environment: Mapping[str, str]) -> tuple[Identity, Mapping[str, Any]]:
    """Reads DECNET_DECKY, _SERVICE, _HOSTNAME, _DISTRO, _SEED (hex), _PORTS and _CONFIG (JSON).

    DECNET_LISTEN is an address for trials on one machine; all addresses unless given.
    """
    ports = json.loads(environment["DECNET_PORTS"])
    identity = Identity(
        decky=environment["DECNET_DECKY"],
        service=environment["DECNET_SERVICE"],
        hostname=environment["DECNET_HOSTNAME"],
        distro=environment["DECNET_DISTRO"],
        seed=bytes.fromhex(environment["DECNET_SEED"]),
        ports=tuple(Port(entry["port"], entry["protocol"]) for entry in ports),
        address=environment.get("DECNET_LISTEN", "0.0.0.0"),
    )
    return identity, json.loads(environment["DECNET_CONFIG"])


class _FaultHandler(logging.Handler):
    """What a library complains about becomes an event, never a traceback on the output."""

    def __init__(self, logger: Logger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        report_fault(self._logger, record.getMessage(), error, record.name)


def report_fault(logger: Logger, text: str, error: BaseException | None, where: str) -> None:
    """Writes a `fault`: something that is wrong with us, not with the attacker."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
    described = None if error is None else f"{type(error).__name__}: {error}"
    logger.event("fault", text=text, error=described, where=where)


async def _serve(identity: Identity, config: Mapping[str, Any], logger: Logger) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: report_fault(logger, context["message"], context.get("exception"), "asyncio")
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running: Running = await import_module("server").start(identity, config, logger)
    for port in identity.ports:
        logger.event("start", dst_port=port.port, protocol=port.protocol)
    await stop.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(running.close(), CLOSE_SECONDS)
    # Tasks of half-closed connections are not waited for: a decoy that is told to stop, stops.
    os._exit(0)


def main() -> None:
    """Runs the service that the environment describes, until SIGTERM."""
    # The first process of a container ignores a signal that it does not handle, and imports take
    # a while: without this an early SIGTERM would be lost.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    warnings.simplefilter("ignore")
    identity, config = from_environment(os.environ)
    logger = Logger(decky=identity.decky, service=identity.service, hostname=identity.hostname)
    logging.getLogger().addHandler(_FaultHandler(logger))
    try:
        asyncio.run(_serve(identity, config, logger))
    except Exception as error:
        report_fault(logger, "the service cannot start", error, "decnet_service")
        sys.exit(1)


if __name__ == "__main__":
    main()
