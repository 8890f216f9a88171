"""An OpenSSH server as far as the login, by asyncssh; for accepted pairs a shallow shell behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import asyncssh

from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Session, Sessions
from decnet_shell import Shell
from decnet_sockets import BACKLOG, Sockets
from hostkeys import HostKeys
from passwords import take_any_bytes
from versions import server_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

MAX_TRIES = 6
"""MaxAuthTries of OpenSSH."""
LOGIN_SECONDS = 120
"""LoginGraceTime of OpenSSH."""
LINE_LIMIT = 4096
COMMANDS_LIMIT = 500
BROKEN = {
    asyncssh.DISC_PROTOCOL_ERROR,
    asyncssh.DISC_KEY_EXCHANGE_FAILED,
    asyncssh.DISC_MAC_ERROR,
    asyncssh.DISC_COMPRESSION_ERROR,
    asyncssh.DISC_PROTOCOL_VERSION_NOT_SUPPORTED,
    asyncssh.DISC_ILLEGAL_USER_NAME,
}
"""Reasons for the end of a connection (RFC 4253 section 11.1) that are a broken message."""


class Visitor(asyncssh.SSHServer):
    """What one connection is asked and answers."""

    def __init__(self, sessions: Sessions, logins: Logins) -> None:
        self._sessions = sessions
        self._logins = logins
        self._tries = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """A TCP connection, before a byte was read."""
        self._connection = conn
        source = conn.get_extra_info("peername")[:2]
        port = conn.get_extra_info("sockname")[1]
        self.session: Session = self._sessions.open(source, port, conn.abort)
        conn.set_extra_info(decnet_session=self.session)

    def connection_lost(self, exc: Exception | None) -> None:
        """The end; an error of the protocol is the client's doing."""
        ours = self._tries >= MAX_TRIES
        if isinstance(exc, asyncssh.DisconnectError) and exc.code in BROKEN and not ours:
            self.session.event("malformed", error=exc.reason, client=self._client())
        self.session.end(client=self._client())

    def _client(self) -> str | None:
        return self._connection.get_extra_info("client_version") or None

    def _tried(self, method: str, username: str, accepted: bool, **fields: str) -> bool:
        self.session.event(
            "auth",
            method=method,
            username=username,
            **fields,
            accepted=accepted,
            client=self._client(),
        )
        self._tries += 1
        if not accepted and self._tries >= MAX_TRIES:
            code = asyncssh.DISC_PROTOCOL_ERROR
            self._connection.disconnect(code, "Too many authentication failures")
        return accepted

    def begin_auth(self, username: str) -> bool:
        """Everyone has to log in."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Not offered: Debian and its kin turn it off."""
        return False

    def password_auth_supported(self) -> bool:
        """Offered."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """One try."""
        accepted = self._logins.accepts(self.session.source, username, password)
        return self._tried("password", username, accepted, password=password)

    def public_key_auth_supported(self) -> bool:
        """Offered, never accepted."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """One key that was shown."""
        fingerprint = key.get_fingerprint()
        algorithm = key.algorithm.decode("ascii", "replace")
        return self._tried("publickey", username, False, fingerprint=fingerprint, algorithm=algorithm)

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        """Somebody wants to be forwarded: noted, never done."""
        self.session.event("request", method="direct-tcpip", host=dest_host, port=dest_port)
        return False


class Connection(asyncssh.SSHServerConnection):
    """A connection that lists the decky's host keys, and has the one that is chosen made."""

    def __init__(self, options: asyncssh.SSHServerConnectionOptions, keys: HostKeys) -> None:
        super().__init__(asyncio.get_running_loop(), options)
        self._keys = keys
        self._server_host_key_algs = keys.algorithms

    def choose_server_host_key(self, peer_host_key_algs: Sequence[bytes]) -> bool:
        """Takes the first of the client's list that there is."""
        self._server_host_keys = self._keys.chosen(peer_host_key_algs)
        return super().choose_server_host_key(peer_host_key_algs)


async def _shell(identity: Identity, process: asyncssh.SSHServerProcess) -> None:
    session: Session = process.get_extra_info("decnet_session")
    shell = Shell(identity, process.get_extra_info("username"))
    try:
        if process.command is not None:
            session.event("command", command=process.command, interactive=False)
            process.stdout.write(shell.run(process.command[:LINE_LIMIT]))
        elif process.subsystem is None:
            await _converse(session, shell, process)
    except (asyncssh.BreakReceived, asyncssh.TerminalSizeChanged, asyncssh.ConnectionLost):
        pass
    process.exit(0)


async def _converse(session: Session, shell: Shell, process: asyncssh.SSHServerProcess) -> None:
    process.stdout.write(shell.greeting + shell.prompt)
    for _ in range(COMMANDS_LIMIT):
        try:
            line = await process.stdin.readuntil("\n")
        except asyncssh.TerminalSizeChanged:
            continue
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        command = line.rstrip("\r\n")[:LINE_LIMIT]
        if command:
            session.event("command", command=command, interactive=True)
        process.stdout.write(shell.run(command))
        if shell.over:
            return
        process.stdout.write(shell.prompt)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    take_any_bytes()
    # What clients do wrong is told by connection_lost; asyncssh's own log would repeat it.
    asyncssh.set_log_level("CRITICAL")
    sessions, logins, keys = Sessions(logger), Logins(config), HostKeys(identity)
    options = _options(identity, config["banner"], lambda: Visitor(sessions, logins))
    # What asyncssh.listen does, which in Debian 12's version takes no socket.
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(options, keys), sock=sockets[identity.port, "tcp"], backlog=BACKLOG
    )
    return Servers(listener)


def _options(
    identity: Identity, banner: str, visitor: Callable[[], Visitor]
) -> asyncssh.SSHServerConnectionOptions:
    version, offer = server_of(identity.distro)
    return asyncssh.SSHServerConnectionOptions(
        server_factory=visitor,
        # asyncssh insists on one; each connection has the decky's own in its place.
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        server_version=banner.removeprefix("SSH-2.0-") or version,
        process_factory=lambda process: _shell(identity, process),
        kex_algs=offer.kex,
        encryption_algs=offer.ciphers,
        mac_algs=offer.macs,
        compression_algs=offer.compression,
        login_timeout=LOGIN_SECONDS,
        keepalive_interval=0,
        line_history=100,
        agent_forwarding=False,
        x11_forwarding=False,
        allow_scp=False,
        gss_host=None,
        encoding="utf-8",
        errors="replace",
    )
