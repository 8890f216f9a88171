"""A POP3 server (RFC 1939) as far as the login; for who is let in a maildrop of bait behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import decnet_sasl as sasl
from conversation import Conversation, Host
from decnet_logins import Logins
from decnet_mail import dovecot_greeting, mail_certificate
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sockets import Sockets
from decnet_stream_server import serve_clear_and_tls
from decnet_streams import Stream
from decnet_windows import windows_of
from maildrop import Maildrop

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(seconds=900, idle_seconds=180, message_bytes=16 * 1024)

EXCHANGE = (
    "The Microsoft Exchange POP3 service is ready.",
    "Logon failure: unknown user name or bad password.",
)
"""Its greeting, and how it refuses a login."""


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves both ports."""
    greeting, refused = dovecot_greeting(identity), "[AUTH] Authentication failed."
    if windows_of(identity.distro) is not None:
        greeting, refused = EXCHANGE
    host = Host(
        greeting=config["banner"] or greeting,
        refused=refused,
        logins=Logins(config),
        mechanisms={"PLAIN": sasl.plain, "LOGIN": sasl.login},
        tls=mail_certificate(identity).context(),
        maildrop=lambda username: Maildrop(identity, username),
    )

    async def handle(stream: Stream) -> None:
        await Conversation(host, stream).run()

    return await serve_clear_and_tls(Sessions(logger, LIMITS), identity, sockets, handle, host.tls)
