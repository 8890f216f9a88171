"""Answers that go on: a client attached to a container, and one that waits for its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from decnet_http_answers import Answer, Dialect
from decnet_http_go import CHUNKED, chunk
from decnet_http_server import Visitor
from store import Container
from terminal import converse, framed, shell_in

if TYPE_CHECKING:
    from decnet_identity import Identity

HIJACKED = Dialect(("Content-Type", "Connection", "Upgrade"))
RAW = [("Content-Type", "application/vnd.docker.raw-stream"), ("Connection", "Upgrade"), ("Upgrade", "tcp")]
START_SECONDS, RUN_SECONDS = 60, 0.3


def attach(identity: Identity, visitor: Visitor, container: Container, *, waits: bool) -> Answer:
    """Makes the connection the container's input and output; `waits`: until the container is started."""

    async def attached() -> None:
        if waits:
            async with asyncio.timeout(START_SECONDS):
                await container.started.wait()
        shell = shell_in(identity, container)
        try:
            if container.is_interactive:
                await converse(visitor.stream, visitor.session, container, shell)
            else:
                await asyncio.sleep(RUN_SECONDS)
                output = container.output if waits else shell.run(container.line)
                await visitor.stream.send(framed(container, output))
        finally:
            container.end()

    async def quietly() -> None:
        try:
            await attached()
        except TimeoutError:
            container.end()

    return Answer(101, b"", RAW, reason="UPGRADED", dialect=HIJACKED, then=quietly)


def wait(visitor: Visitor, container: Container, condition: str) -> Answer:
    """Answers at once, and says the exit code when it has ended."""

    async def told() -> None:
        if condition != "not-running" or container.state == "running":
            await container.ended.wait()
        await visitor.stream.send(chunk(b'{"StatusCode":0}\n') + chunk(b""))

    headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
    return Answer(200, b"", headers, dialect=CHUNKED, then=told)
