"""The declared ports of a service, bound and listening.

A decky is up once its ports listen, and most of the time that a service takes to start goes into
the import of its library. So this comes first: whoever connects meanwhile waits in the backlog.
For the same reason nothing is imported here that is not needed to bind a port.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping

BACKLOG = 128
"""Connections that wait until the service takes them."""

KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}

Key = tuple[int, str]
"""Port and protocol."""


class Sockets(Mapping[Key, socket.socket]):
    """The bound sockets, and which of them nobody has asked for yet."""

    def __init__(self, bound: dict[Key, socket.socket]) -> None:
        self._bound = bound
        self.untaken = set(bound)

    def __getitem__(self, key: Key) -> socket.socket:
        self.untaken.discard(key)
        return self._bound[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._bound)

    def __len__(self) -> int:
        return len(self._bound)


def bind_declared(environment: Mapping[str, str]) -> Sockets:
    """Binds every port of DECNET_PORTS (JSON); raises an OSError that names the port.

    DECNET_LISTEN is an address for trials on one machine; all addresses unless given.
    """
    address = environment.get("DECNET_LISTEN", "0.0.0.0")
    return Sockets(
        {
            (entry["port"], entry["protocol"]): _bind(address, entry["port"], entry["protocol"])
            for entry in json.loads(environment["DECNET_PORTS"])
        }
    )


def _bind(address: str, port: int, protocol: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, KINDS[protocol])
    bound.setblocking(False)
    try:
        if protocol == "tcp":
            # A restarted container finds the last connections still in TIME_WAIT.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        if protocol == "tcp":
            bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"{protocol} port {port}: {error.strerror}") from error
    return bound
