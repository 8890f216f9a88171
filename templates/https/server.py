"""The same web server as `http` has, in TLS with a certificate of the decky's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from certificates import subject_of
from decnet_http_server import serve_site
from decnet_servers import Servers
from decnet_sockets import Sockets
from decnet_tls import certificate_of
from decnet_web_site import product_name, site_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    site = site_of(identity, config, tls=True)
    subject = subject_of(identity, product_name(identity.distro, config))
    tls = certificate_of(identity, "tls", subject).context()
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], site, tls=tls))
