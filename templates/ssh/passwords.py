"""Password authentication that takes any bytes: asyncssh's own refuses what RFC 4013 prohibits, unlogged."""

from __future__ import annotations

import asyncssh.auth
import asyncssh.connection
from asyncssh.auth import ServerAuth


class PasswordAuth(ServerAuth):
    """The method of RFC 4252 section 8."""

    @classmethod
    def supported(cls, conn: asyncssh.SSHServerConnection) -> bool:
        """Whether it is offered."""
        return conn.password_auth_supported()

    async def _start(self, packet: asyncssh.packet.SSHPacket) -> None:
        changes = packet.get_boolean()
        password = packet.get_string().decode("utf-8", "surrogateescape")
        if changes:
            packet.get_string()
        packet.check_end()
        if await self._conn.validate_password(self._username, password):
            self.send_success()
        else:
            self.send_failure()


def take_any_bytes() -> None:
    """Has asyncssh use this method, and take user names as they come."""
    asyncssh.auth._server_auth_handlers[b"password"] = PasswordAuth
    asyncssh.connection.saslprep = str
