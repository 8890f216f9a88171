"""Resolves the decky's own name for its neighbours on the link, as Windows and Avahi do."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_datagrams import serve_datagrams
from decnet_servers import Servers
from names import llmnr_names, mdns_names
from responders import LlmnrResponder, MdnsResponder

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LLMNR_GROUP, MDNS_GROUP = "224.0.0.252", "224.0.0.251"


def join(bound: socket.socket, group: str, address: str) -> None:
    """Hears what is sent to the group on the link with this address; without one, only what is sent to us."""
    member = socket.inet_aton(group) + socket.inet_aton(address or "0.0.0.0")
    with contextlib.suppress(OSError):
        bound.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared ports: LLMNR on the first, mDNS on the second."""
    first, second = (sockets[port.port, port.protocol] for port in identity.ports)
    join(first, LLMNR_GROUP, identity.ip)
    join(second, MDNS_GROUP, identity.ip)
    return Servers(
        await serve_datagrams(logger, first, LlmnrResponder(llmnr_names(identity)).datagram),
        await serve_datagrams(logger, second, MdnsResponder(mdns_names(identity)).datagram),
    )
