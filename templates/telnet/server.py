"""A Telnet server (RFC 854) as far as the login; for who is let in a shallow shell behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_shell import Shell
from decnet_sockets import Sockets
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Stream
from ios import Exec
from negotiation import ECHO, IAC, NEW_ENVIRONMENT, SB, SE, TERMINAL_SPEED, TERMINAL_TYPE, WILL
from styles import Style, bytes_of, style_of
from terminal import Terminal

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(seconds=900, idle_seconds=180, message_bytes=8192)
LOGIN_SECONDS = 60
"""Of login(1) and of IOS alike, for all tries together."""
EMPTY_NAMES = 10
NEGOTIATION_SECONDS = 8
"""telnetd itself waits for ever for a client that does not answer; a scanner is shown a prompt."""
SECRET_TRIES = 3
COMMANDS_LIMIT = 500

ASKED_FOR = (TERMINAL_SPEED, NEW_ENVIRONMENT, TERMINAL_TYPE)
"""Options whose value is asked for, in netkit's order."""
SEND = 1


class Service:
    """What all connections share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self._identity = identity
        self._logins = Logins(config)
        self._style = style_of(identity)
        self._banner = config["banner"]

    async def handle(self, stream: Stream) -> None:
        """One connection."""
        style = self._style
        terminal = Terminal(stream, style.says)
        await stream.send(bytes_of(style.opening))
        if style.offers:
            await self._negotiate(terminal, style)
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                username = await self._log_in(terminal)
        except TimeoutError:
            await terminal.write(style.timeout)
            raise Ended("login timed out") from None
        if username is None:
            raise Ended("too many tries")
        await self._converse(terminal, username)

    async def _negotiate(self, terminal: Terminal, style: Style) -> None:
        await terminal.receive_until(NEGOTIATION_SECONDS, *(option for _, option in style.opening))
        told = [option for option in ASKED_FOR if terminal.answers.get(option) == WILL]
        if told:
            asked = (bytes([IAC, SB, option, SEND, IAC, SE]) for option in told)
            await terminal.stream.send(b"".join(asked))
        await terminal.stream.send(bytes_of(style.offers))
        await terminal.receive_until(2, ECHO)
        await terminal.stream.send(bytes_of(((WILL, ECHO),)))
        variables = [b"=".join(pair) for pair in terminal.variables.items()]
        if variables or terminal.kind:
            terminal.stream.session.event(
                "request",
                method="negotiation",
                client=terminal.kind,
                query=b" ".join(variables) or None,
            )

    async def _log_in(self, terminal: Terminal) -> str | None:
        """Who was let in; None after too many tries."""
        style = self._style
        await terminal.write(f"{self._banner}\n" if self._banner else style.banner)
        # A name may come with the connection: `telnet -l`.
        name = terminal.variables.get(b"USER", b"")
        for _ in range(style.tries):
            for _ in range(EMPTY_NAMES):
                if name:
                    break
                await terminal.write(style.username)
                name = await terminal.line(echo=True)
            await terminal.write(style.password)
            password = await terminal.line(echo=False)
            username = _text(name)
            if self._accepts(terminal, "password", username, _text(password)):
                return username
            await asyncio.sleep(style.pause)
            await terminal.write(style.failure)
            name = b""
        await terminal.write(style.too_many)
        return None

    def _accepts(self, terminal: Terminal, method: str, username: str, password: str) -> bool:
        session = terminal.stream.session
        accepted = self._logins.accepts(session.source, username, password)
        session.event("auth", method=method, username=username, password=password, accepted=accepted)
        return accepted

    async def _converse(self, terminal: Terminal, username: str) -> None:
        shell = (Exec if self._identity.distro.startswith("cisco-") else Shell)(self._identity, username)
        await terminal.write(shell.greeting)
        for _ in range(COMMANDS_LIMIT):
            await terminal.write(shell.prompt)
            line = _text(await terminal.line(echo=True))
            if line.strip():
                terminal.stream.session.event("command", command=line)
            await terminal.write(shell.run(line))
            if shell.over:
                return
            if isinstance(shell, Exec) and shell.asks_secret:
                await self._ask_secret(terminal, shell)

    async def _ask_secret(self, terminal: Terminal, shell: Exec) -> None:
        shell.asks_secret = False
        for _ in range(SECRET_TRIES):
            await terminal.write(self._style.password)
            secret = _text(await terminal.line(echo=False))
            if self._accepts(terminal, "enable", shell.username, secret):
                shell.enable()
                return
        await terminal.write("% Bad secrets\n\n")


def _text(typed: bytes) -> str:
    return typed.decode("utf-8", "surrogateescape")


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    service = Service(identity, config)
    bound = sockets[identity.port, "tcp"]
    return Servers(await serve_streams(Sessions(logger, LIMITS), bound, service.handle))
