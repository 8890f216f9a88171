"""An OpenSSH server as far as the login, by asyncssh; for accepted pairs a shallow shell behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import asyncssh
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from decnet_distros import distro_of
from decnet_sessions import Session, Sessions
from decnet_shell import Shell
from decnet_sockets import BACKLOG, Sockets

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
}
"""Reasons for the end of a connection (RFC 4253 section 11.1) that are a broken message."""
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# OpenSSH's own lists in its own order, less what asyncssh has not (sntrup761, umac).
KEX = [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
]
CIPHERS = [
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
]
MACS = [
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
]


def host_keys(identity: Identity) -> list[asyncssh.SSHKey]:
    """Keys that are the decky's own and stay: both kinds can be made from a number."""
    scalar = int.from_bytes(identity.derive("ssh/host-key/ecdsa", 48), "big")
    keys = (
        ec.derive_private_key(scalar % (P256_ORDER - 1) + 1, ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.from_private_bytes(identity.derive("ssh/host-key/ed25519", 32)),
    )
    return [
        asyncssh.import_private_key(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        for key in keys
    ]


class Connection(asyncssh.SSHServer):
    """What one connection is asked and answers."""

    def __init__(self, sessions: Sessions, accepted: frozenset[tuple[str, str]]) -> None:
        self._sessions = sessions
        self._accepted = accepted
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
        accepted = (username, password) in self._accepted
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


class Running:
    """The listening server."""

    def __init__(self, listener: asyncio.Server) -> None:
        self._listener = listener

    async def close(self) -> None:
        """Ends at once."""
        self._listener.close()


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Running:
    """Serves the declared port."""
    sessions = Sessions(logger)
    accepted = frozenset((pair["username"], pair["password"]) for pair in config["accept"])
    banner = config["banner"].removeprefix("SSH-2.0-") or distro_of(identity.distro).ssh
    # What clients do wrong is told by connection_lost; asyncssh's own log would repeat it.
    asyncssh.set_log_level("CRITICAL")
    options = asyncssh.SSHServerConnectionOptions(
        server_factory=lambda: Connection(sessions, accepted),
        server_host_keys=host_keys(identity),
        server_version=banner,
        process_factory=lambda process: _shell(identity, process),
        kex_algs=KEX,
        encryption_algs=CIPHERS,
        mac_algs=MACS,
        compression_algs=["none", "zlib@openssh.com"],
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
    # What asyncssh.listen does, which in Debian 12's version takes no socket.
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: asyncssh.SSHServerConnection(loop, options),
        sock=sockets[identity.port, "tcp"],
        backlog=BACKLOG,
    )
    return Running(listener)
