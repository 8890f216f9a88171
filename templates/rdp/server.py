"""Remote Desktop of Windows up to the login: by NLA, or by a password that the client sends in TLS."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import desktop
import nla
import x224
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Stream
from decnet_tls import Certificate, Subject, certificate_of
from decnet_windows import ntlm_target, windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

CERTIFICATE_DAYS = 183
"""Windows makes itself a certificate for half a year."""
TLS_1_3_BUILD = 20_348
"""The first Windows whose Remote Desktop has TLS 1.3."""


class Server:
    """What all connections share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        windows = windows_of(identity.distro)
        self._target = ntlm_target(identity, member=windows is not None)
        self._logins = Logins(config)
        self._wants_nla: bool = config.get("nla", True)
        certificate = certificate_of(identity, "rdp", Subject(identity.fqdn, days=CERTIFICATE_DAYS))
        self._key = public_key_of(certificate)
        self._context = certificate.context()
        if windows is None or windows.version[2] < TLS_1_3_BUILD:
            self._context.maximum_version = ssl.TLSVersion.TLSv1_2

    async def converse(self, stream: Stream) -> None:
        """Serves one client."""
        head = await stream.exactly(x224.HEAD_BYTES)
        if head[0] == x224.HANDSHAKE:
            stream.put_back(head)
            await stream.start_tls(self._context, begun=True)
            await self._log_in(stream, x224.HYBRID)
            return
        asked = x224.connect_of(await x224.packet(stream, head))
        stream.session.event(
            "request", method="x224-connect", username=asked.cookie, protocols=asked.protocols
        )
        if asked.protocols is None:
            # RDP's own encryption, which this Windows does not do any more.
            await stream.send(x224.confirm(None))
            await x224.packet(stream)
            raise Ended("no security protocol")
        chosen = self._choose(asked.protocols)
        if chosen is None:
            reason = x224.HYBRID_REQUIRED if self._wants_nla else x224.SSL_REQUIRED
            await stream.send(x224.refuse(reason))
            raise Ended("no common security protocol")
        await stream.send(x224.confirm(chosen))
        await stream.start_tls(self._context)
        if chosen == x224.TLS:
            await desktop.converse(stream, asked.protocols, self._logins)
        else:
            await self._log_in(stream, asked.protocols)

    async def _log_in(self, stream: Stream, protocols: int) -> None:
        if await nla.log_in(stream, self._target, self._logins, self._key):
            await desktop.converse(stream, protocols, None)

    def _choose(self, asked: int) -> int | None:
        if asked & x224.HYBRID:
            return x224.HYBRID
        return x224.TLS if asked & x224.TLS and not self._wants_nla else None


def public_key_of(certificate: Certificate) -> bytes:
    """The key of a certificate as CredSSP binds to it: what its bit string holds."""
    return certificate.key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    server = Server(identity, config)
    sessions = Sessions(logger, Limits(seconds=120, idle_seconds=30, message_bytes=32 * 1024))
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], server.converse))
