"""A service on loopback, in the test's own process, with the events that it writes."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import TEMPLATES, logger, parse

from decnet_identity import Identity, Port
from decnet_sockets import Sockets

ADDRESS = "127.0.0.1"
SESSION_SECONDS = 5


def use(name: str) -> None:
    """Puts a service's own modules on the path; one service a process."""
    folder = str(TEMPLATES / name)
    if folder not in sys.path:
        sys.path.insert(0, folder)


class Served:
    """`async with Served("smb", ports=2) as served:` serves two ports; `served.ports` has their numbers."""

    def __init__(
        self,
        name: str,
        config: Mapping[str, Any] | None = None,
        *,
        ports: int = 1,
        distro: str = "debian",
        seed: int = 1,
        hostname: str = "files",
        domain: str = "",
    ) -> None:
        use(name)
        self._config = config or {}
        self._lines: list[bytes] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._bound = [socket.create_server((ADDRESS, 0)) for _ in range(ports)]
        for one in self._bound:
            one.setblocking(False)
        self.ports = [one.getsockname()[1] for one in self._bound]
        self.identity = Identity(
            "files-01",
            name,
            hostname,
            distro,
            bytes([seed]) * 32,
            tuple(Port(port, "tcp") for port in self.ports),
            domain,
            ip="198.51.100.7",
        )

    @property
    def port(self) -> int:
        """The first one."""
        return self.ports[0]

    async def __aenter__(self) -> Self:
        sockets = Sockets({(port, "tcp"): one for port, one in zip(self.ports, self._bound, strict=True)})
        start = import_module("server").start
        self._running = await start(self.identity, self._config, logger(self._lines), sockets)
        assert not sockets.untaken
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._writers:
            writer.transport.abort()
        await self._running.close()
        # Aborted transports let go of their sockets in the next turns of the loop.
        await asyncio.sleep(0.01)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A plain connection to the first port."""
        reader, writer = await asyncio.open_connection(ADDRESS, self.port)
        self._writers.append(writer)
        return reader, writer

    async def visit(self, *messages: bytes) -> bytes:
        """Sends each message, ends its side, and reads all that comes."""
        reader, writer = await self.connect()
        answer = b""
        with contextlib.suppress(ConnectionError):
            for message in messages:
                writer.write(message)
                await writer.drain()
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), SESSION_SECONDS)
        writer.close()
        return answer

    def events(self, *names: str) -> list[dict[str, str]]:
        """The events of these names, or all."""
        found = [parse(line) for line in self._lines]
        return [one for one in found if not names or one["<event>"] in names]

    async def ended(self, sessions: int = 1) -> list[dict[str, str]]:
        """All events, once so many sessions have ended."""
        for _ in range(500):
            if len(self.events("disconnect")) >= sessions:
                return self.events()
            await asyncio.sleep(0.01)
        raise TimeoutError(f"{len(self.events('disconnect'))} of {sessions} sessions ended")

    async def assault(self, conversation: list[bytes], rounds: int, *, seed: int = 7) -> None:
        """Truncations and mutations of a conversation: none may be a fault, and each session ends."""
        before = len(self.events("connect"))
        whole = b"".join(conversation)
        step = max(len(whole) // 40, 1)
        cases = [whole[:length] for length in range(0, len(whole), step)]
        cases += [b"".join(one) for one in mutations(conversation, rounds, seed)]
        for start in range(0, len(cases), 8):
            await asyncio.gather(*(self.visit(case) for case in cases[start : start + 8]))
        await self.ended(before + len(cases))
        faults = self.events("fault")
        if faults:
            raise AssertionError(faults[0])


def mutations(conversation: list[bytes], rounds: int, seed: int) -> Iterable[list[bytes]]:
    """The conversation with some bytes changed, removed, repeated or put in."""
    draw = random.Random(seed)
    changes: list[Callable[[bytearray, int], None]] = [
        lambda data, place: data.__setitem__(place, draw.randrange(256)),
        lambda data, place: data.__setitem__(place, draw.choice((0, 1, 0x7F, 0x80, 0xFF))),
        lambda data, place: data.__delitem__(slice(place, place + draw.randrange(1, 9))),
        lambda data, place: data.__setitem__(slice(place, place), draw.randbytes(draw.randrange(1, 9))),
        lambda data, place: data.__setitem__(
            slice(place, place + 4), draw.choice((b"\xff\xff\xff\x7f", b"\0\0\0\0"))
        ),
    ]
    for _ in range(rounds):
        changed = [bytearray(message) for message in conversation]
        for _ in range(draw.randrange(1, 4)):
            message = draw.choice(changed)
            if message:
                draw.choice(changes)(message, draw.randrange(len(message)))
        yield [bytes(message) for message in changed]
