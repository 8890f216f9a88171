"""A time server: it tells the time, and what it runs; of who asked it before, nothing."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clock import Timekeeper
from decnet_datagrams import Peer, serve_datagrams
from decnet_servers import Servers
from decnet_streams import Malformed
from packets import CLIENT, CONTROLLING, READ_VARIABLES, NotNtp, Query, answer, control, read
from versions import Product, product_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

CONTROL_SECONDS = 2.0
"""Between two answers of mode 6 to one address: they are longer than their questions."""
SOURCES = 1024
SYNCHRONIZED_BY_NTP = 0x0600
WINDOWS_VERSION = 3


class TimeServer:
    """Answers packets."""

    def __init__(self, timekeeper: Timekeeper, product: Product) -> None:
        self._timekeeper = timekeeper
        self._product = product
        self._controlled: OrderedDict[str, float] = OrderedDict()

    def datagram(self, data: bytes, peer: Peer) -> list[bytes]:
        """Answers one datagram."""
        received = time.time()
        try:
            query = read(data)
        except NotNtp as error:
            raise Malformed(str(error), data) from None
        peer.event("request", method=query.name, version=query.version, size=len(data))
        if query.mode == CLIENT:
            most = WINDOWS_VERSION if self._product.is_windows else 4
            now = time.time()
            return [answer(query, self._timekeeper.at(now), received, now, min(query.version, most))]
        if query.mode == CONTROLLING and self._product.version and self._may_be_told(peer.source):
            return [self._control(query)]
        # Mode 7 would list who asked before: nobody answers it any more, since it was used against others.
        return []

    def _may_be_told(self, source: str) -> bool:
        now = time.monotonic()
        last = self._controlled.pop(source, -CONTROL_SECONDS)
        granted = now - last >= CONTROL_SECONDS
        self._controlled[source] = now if granted else last
        while len(self._controlled) > SOURCES:
            self._controlled.popitem(last=False)
        return granted

    def _control(self, query: Query) -> bytes:
        if query.operation != READ_VARIABLES or query.association != 0:
            return control(query, SYNCHRONIZED_BY_NTP, "")
        product, clock = self._product, self._timekeeper
        text = (
            f'version="{product.version}", processor="{product.processor}", system="{product.system}", '
            f"leap=0, stratum={clock.stratum}, precision={clock.precision}, refid={clock.server}\r\n"
        )
        return control(query, SYNCHRONIZED_BY_NTP, text)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    product = product_of(identity.distro)
    if config["version"]:
        product = replace(product, version=config["version"])
    server = TimeServer(Timekeeper(identity), product)
    return Servers(await serve_datagrams(logger, sockets[identity.port, "udp"], server.datagram))
