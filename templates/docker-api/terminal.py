"""What an attached client sees of a command: its output, or a shallow shell that it types to."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from decnet_sessions import Session
from decnet_shell import Shell
from decnet_streams import Stream
from store import Container

if TYPE_CHECKING:
    from decnet_identity import Identity

STDOUT = 1
LINE_LIMIT = 4096
COMMANDS_LIMIT = 300
BACKSPACE = (8, 127)
INTERRUPT, END = 3, 4


def shell_in(identity: Identity, container: Container) -> Shell:
    """The shell of a container, whose host name is the beginning of its id."""
    return Shell(replace(identity, hostname=container.ident[:12]), "root")


def framed(container: Container, text: str) -> bytes:
    """Output for an attached client: bare from a terminal, else in frames (ContainerAttach)."""
    if container.tty:
        return text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    data = text.encode("utf-8", "surrogateescape")
    return struct.pack(">BxxxI", STDOUT, len(data)) + data if data else b""


async def converse(stream: Stream, session: Session, container: Container, shell: Shell) -> None:
    """Reads lines and answers them until the client, or the shell, is over."""
    prompt = "# " if container.tty else ""
    await stream.send(framed(container, prompt))
    line = bytearray()
    count = 0
    while not shell.over and count < COMMANDS_LIMIT:
        data = await stream.some(1024)
        if not data:
            return
        for byte in data:
            if byte in b"\r\n":
                count += 1
                await stream.send(
                    framed(container, ("\n" if container.tty else "") + _run(session, container, shell, line))
                )
                line.clear()
                if shell.over:
                    return
                await stream.send(framed(container, prompt))
            elif byte == END and not line:
                return
            elif byte == INTERRUPT:
                line.clear()
                await stream.send(framed(container, f"^C\n{prompt}"))
            elif byte in BACKSPACE:
                if line:
                    del line[-1]
                    await stream.send(b"\b \b" if container.tty else b"")
            elif len(line) < LINE_LIMIT and byte >= 32:
                line.append(byte)
                await stream.send(bytes((byte,)) if container.tty else b"")


def _run(session: Session, container: Container, shell: Shell, line: bytearray) -> str:
    text = line.decode("utf-8", "surrogateescape")
    if not text.strip():
        return ""
    session.event("command", command=text, container=container.ident[:12])
    return shell.run(text)
