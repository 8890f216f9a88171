"""An IMAP server (RFC 3501) as far as the login; for who is let in a mailbox of bait behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import decnet_sasl as sasl
from account import Account
from conversation import Conversation, Host
from decnet_logins import Logins
from decnet_mail import mail_certificate
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sockets import Sockets
from decnet_stream_server import serve_clear_and_tls
from decnet_streams import Stream
from decnet_windows import ntlm_target
from products import product_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(per_source=24, total=96, seconds=1800, idle_seconds=180)
"""Dovecot waits three minutes for a login."""


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves both ports."""
    product = product_of(identity)
    mechanisms = {
        "PLAIN": sasl.plain,
        "LOGIN": sasl.login,
        "NTLM": sasl.ntlm_of(ntlm_target(identity, member=True)),
    }
    host = Host(
        product=product,
        greeting=config["banner"] or product.greeting,
        logins=Logins(config),
        mechanisms={name: mechanisms[name] for name in product.mechanisms},
        tls=mail_certificate(identity).context(),
        account=lambda username: Account(identity, username),
    )

    async def handle(stream: Stream) -> None:
        await Conversation(host, stream).run()

    return await serve_clear_and_tls(Sessions(logger, LIMITS), identity, sockets, handle, host.tls)
