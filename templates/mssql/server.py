"""A SQL Server as far as the login, by password or NTLM; for who is let in, a small database that is bait."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalogue import Catalogue
from decnet_directory import in_domain
from decnet_later import Later
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_tls import Subject, certificate_of
from decnet_windows import ntlm_target, windows_of
from session import Conversation, Settings

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(message_bytes=64 * 1024)


def tls_of(identity: Identity) -> ssl.SSLContext:
    """What it makes for itself when nobody gives it a certificate."""
    certificate = certificate_of(identity, "mssql", Subject("SSL_Self_Signed_Fallback", days=365 * 30))
    context = certificate.context()
    # SQL Server speaks 1.3 only where the whole connection is in TLS from the first byte on (TDS 8.0).
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    identity = in_domain(identity)
    settings = Settings(
        Catalogue(identity, config["release"]),
        Logins(config),
        ntlm_target(identity, member=windows_of(identity.distro) is not None),
        Later(lambda: tls_of(identity)),
    )
    sessions = Sessions(logger, LIMITS)
    bound = sockets[identity.port, "tcp"]
    return Servers(await serve_streams(sessions, bound, lambda one: Conversation(settings, one).run()))
