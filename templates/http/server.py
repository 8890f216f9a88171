"""A web server, or the web interface of an appliance: a login page, and what lies around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_http_server import serve_site
from decnet_servers import Servers
from decnet_sockets import Sockets
from decnet_web_site import site_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    site = site_of(identity, config, tls=False)
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], site))
