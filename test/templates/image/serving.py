"""A service in this process, on loopback: for tests of what it says, with any distro and any seed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Self

from support import TEMPLATES, logger, parse

from decnet_identity import Identity, Port
from decnet_sockets import Sockets


class Serving:
    """`async with Serving("smb", 2) as served:` serves two ports; `served.ports` has their numbers."""

    def __init__(
        self,
        service: str,
        ports: int = 1,
        config: Mapping[str, Any] | None = None,
        *,
        distro: str = "debian",
        seed: int = 1,
        hostname: str = "files",
        domain: str = "",
    ) -> None:
        folder = str(TEMPLATES / service)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        self._server = import_module("server")
        self._config = config or {}
        self._bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(ports)]
        for one in self._bound:
            one.setblocking(False)
        self.ports = [one.getsockname()[1] for one in self._bound]
        self.identity = Identity(
            "files-01",
            service,
            hostname,
            distro,
            bytes([seed]) * 32,
            tuple(Port(port, "tcp") for port in self.ports),
            domain,
            ip="198.51.100.7",
        )
        self.lines: list[bytes] = []

    async def __aenter__(self) -> Self:
        sockets = Sockets({(port, "tcp"): one for port, one in zip(self.ports, self._bound, strict=True)})
        self._running = await self._server.start(self.identity, self._config, logger(self.lines), sockets)
        if sockets.untaken:
            raise AssertionError(f"not taken: {sockets.untaken}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.close()

    async def say(self, *messages: bytes, port: int = 0) -> bytes:
        """Sends one after the other without waiting, and reads until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[port])
        answer = b""
        with contextlib.suppress(ConnectionError):
            for message in messages:
                writer.write(message)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    def events(self, *names: str) -> list[dict[str, str]]:
        """All events so far, or those of these names."""
        found = [parse(line) for line in self.lines]
        return [one for one in found if not names or one["<event>"] in names]

    async def ended(self, sessions: int) -> list[dict[str, str]]:
        """All events, once so many sessions are over."""
        for _ in range(300):
            if len(self.events("disconnect")) >= sessions:
                return self.events()
            await asyncio.sleep(0.01)
        raise TimeoutError(f"{len(self.events('disconnect'))} sessions over, not {sessions}")
