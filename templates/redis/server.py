"""A Redis server as far as an intruder asks: each command is noted, none does anything."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commands import Client
from decnet_logins import Logins
from decnet_sessions import Session, Sessions
from decnet_sockets import BACKLOG, Sockets
from instance import Server, server_of
from resp import Failure, Parser, ProtocolError, encode

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

SHOWN_BYTES = 2048
OUTPUT_LIMIT = 1024 * 1024
"""Bytes that a client may leave unread before it is cut off."""


def shown(words: list[bytes]) -> bytes:
    """A command as one line, for the log."""
    return b" ".join(word[:SHOWN_BYTES] for word in words[:64])[:SHOWN_BYTES]


class Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, sessions: Sessions, server: Server, number: int) -> None:
        self._sessions = sessions
        self._server, self._number = server, number
        self._parser = Parser(sessions.limits.message_bytes)

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Before a byte was read."""
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("0.0.0.0", 0)
        port = transport.get_extra_info("sockname")[1]
        self.session: Session = self._sessions.open(peer[:2], port, transport.abort)
        self._client = Client(self._server, self._number, self.session.source)

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self.session.end()

    def data_received(self, data: bytes) -> None:
        """Runs every command that is complete."""
        self._parser.feed(data)
        try:
            while not self._transport.is_closing():
                words = self._parser.next()
                if words is None:
                    return
                if words:
                    self._run(words)
        except ProtocolError as error:
            self.session.event("malformed", error=str(error))
            self._transport.write(encode(Failure(f"ERR Protocol error: {error}")))
            self._transport.close()

    def _run(self, words: list[bytes]) -> None:
        reply = self._client.run(words)
        login = self._client.login
        if login is None:
            self.session.event("command", command=shown(words))
        else:
            username, password, accepted = login
            self.session.event(
                "auth", method="password", username=username, password=password, accepted=accepted
            )
        if reply != b"" or not self._client.over:
            self._transport.write(encode(reply, self._client.protocol))
        if self._client.over:
            self._transport.close()
        elif self._transport.get_write_buffer_size() > OUTPUT_LIMIT:
            self.session.cut_off("does not read its replies")


class Running:
    """The listening server."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    async def close(self) -> None:
        """Ends at once."""
        self._server.close()


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Running:
    """Serves the declared port."""
    sessions = Sessions(logger)
    server = server_of(identity, config["version"], config["password"], Logins(config))
    numbers = itertools.count(identity.number("redis/client", 3, 4000))
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(sessions, server, next(numbers)),
        sock=sockets[identity.port, "tcp"],
        backlog=BACKLOG,
    )
    return Running(listener)
