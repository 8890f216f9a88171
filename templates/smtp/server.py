"""A mail server (RFC 5321) that takes logins and mail, and sends nothing on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import decnet_sasl as sasl
from conversation import Conversation
from decnet_logins import Logins
from decnet_mail import local_parts, mail_certificate, own_domains
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sockets import Sockets
from decnet_stream_server import serve_streams
from decnet_streams import Stream
from decnet_windows import ntlm_target
from host import Host
from message import Room
from products import product_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(per_source=24, total=64, seconds=600, idle_seconds=300, message_bytes=32 * 1024)
SUBMISSION = 1
"""Position of its port in the manifest: where a login comes first (RFC 6409)."""


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves both ports."""
    sessions = Sessions(logger, LIMITS)
    product = product_of(identity)
    mechanisms = {
        "PLAIN": sasl.plain,
        "LOGIN": sasl.login,
        "CRAM-MD5": sasl.cram_md5(identity.fqdn),
        "NTLM": sasl.ntlm_of(ntlm_target(identity, member=True)),
    }
    shared = {
        "name": identity.fqdn,
        "product": product,
        "banner": config["banner"] or product.banner,
        "logins": Logins(config),
        "mechanisms": {name: mechanisms[name] for name in product.mechanisms},
        "domains": own_domains(identity),
        "people": local_parts(identity),
        "tls": mail_certificate(identity).context(),
        "relays": config["relay"] == "accept",
        "room": Room(),
    }

    async def serve(position: int) -> Any:
        host = Host(**shared, is_submission=position == SUBMISSION)

        async def handle(stream: Stream) -> None:
            await Conversation(host, stream).run()

        return await serve_streams(sessions, sockets[identity.ports[position].port, "tcp"], handle)

    return Servers(*[await serve(position) for position in range(len(identity.ports))])
