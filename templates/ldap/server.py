"""An LDAP server as far as the bind, by password or NTLM; behind it a small directory that is bait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from active_directory import active_directory
from decnet_directory import in_domain
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sockets import Sockets
from decnet_stream_server import serve_clear_and_tls
from decnet_streams import Stream
from decnet_tls import Subject, certificate_of
from decnet_windows import netbios_domain, ntlm_target, windows_of
from openldap import openldap
from session import Conversation, Settings

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(message_bytes=128 * 1024)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared ports: the first in the clear, the others in TLS."""
    identity = in_domain(identity)
    windows = windows_of(identity.distro) is not None
    issuer = f"{netbios_domain(identity)}-{identity.hostname.upper()}-CA" if windows else None
    subject = Subject(identity.fqdn, names=(identity.domain,), issuer=issuer, days=365 if windows else 3650)
    context = certificate_of(identity, "ldap", subject).context()
    settings = Settings(
        active_directory(identity) if windows else openldap(identity),
        Logins(config),
        ntlm_target(identity, member=True),
        context,
    )

    async def handle(stream: Stream) -> None:
        await Conversation(settings, stream).run()

    return await serve_clear_and_tls(Sessions(logger, LIMITS), identity, sockets, handle, context)
