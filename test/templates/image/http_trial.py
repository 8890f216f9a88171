"""A service that speaks HTTP, in this process: what it answers and what it logs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import identity, logger, parse

from decnet_identity import Identity
from decnet_sockets import Sockets


class HttpTrial:
    """A started service, its port and its events."""

    def __init__(self, start: Any, config: Mapping[str, Any], distro: str = "debian", seed: int = 1) -> None:
        self._start = start
        self._config = config
        self.identity: Identity = identity(seed, distro)
        self.lines: list[bytes] = []
        self.tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> HttpTrial:
        bound = socket.create_server(("127.0.0.1", 0))
        bound.setblocking(False)
        self.port = bound.getsockname()[1]
        key = (self.identity.port, "tcp")
        sockets = Sockets({key: bound})
        self._running = await self._start(self.identity, self._config, logger(self.lines), sockets)
        assert not sockets.untaken
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.close()

    async def send(self, data: bytes, *, eof: bool = True) -> bytes:
        """What comes back for these bytes, until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls)
        writer.write(data)
        if eof and self.tls is None:
            writer.write_eof()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    async def ask(
        self, method: str, target: str, body: bytes = b"", version: str = "1.1", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case and body of one request; `user_agent` stands for User-Agent."""
        lines = [f"{method} {target} HTTP/{version}", "Host: decky", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        answer = await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body, eof=False)
        head, _, content = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        fields = dict(line.split(":", 1) for line in rest)
        return (
            int(first.split()[1]),
            {name.lower(): value.strip() for name, value in fields.items()},
            content,
        )

    async def events(self, *names: str) -> list[dict[str, str]]:
        """The events, of these names only where any are given; waits until the last session is over."""
        for _ in range(300):
            found = [parse(line) for line in self.lines]
            ends = sum(one["<event>"] == "disconnect" for one in found)
            if ends == sum(one["<event>"] == "connect" for one in found):
                break
            await asyncio.sleep(0.01)
        return [one for one in found if not names or one["<event>"] in names]

    def check_no_faults(self) -> None:
        """Raises for whatever was our own fault."""
        faults = [parse(line) for line in self.lines if b" fault [" in line]
        assert not faults, faults
