"""A printer's port 9100: PJL is answered, and what is printed is kept by its hash, never interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from answers import Printing
from command import Command
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Stream
from decnet_uploads import Upload
from language import Cutter, End, Job, Part

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(per_source=8, total=24, seconds=300, idle_seconds=90)
KEPT = 512 * 1024
"""Bytes of one job."""
SESSION_BYTES = 32 * 1024 * 1024
COMMANDS = 2000
JOBS = 100
LANGUAGES = (
    (b"%!", "PostScript"),
    (b"%PDF", "PDF"),
    (b"\x1bE", "PCL"),
    (b"\x1b", "PCL"),
    (b") HP-PCL XL", "PCLXL"),
)


class Conversation:
    """One client's."""

    def __init__(self, stream: Stream, printing: Printing) -> None:
        self._stream = stream
        self._printing = printing
        self._cutter = Cutter()
        self._job: Upload | None = None
        self._fields: dict[str, str] = {}
        self._title = ""
        self._commands = 0
        self._jobs = 0

    async def run(self) -> None:
        """Until the client has said all."""
        seen = 0
        try:
            while data := await self._stream.some():
                seen += len(data)
                for part in self._cutter.feed(data):
                    await self._take(part)
                if seen > SESSION_BYTES:
                    raise Ended("too much to print")
        finally:
            for part in self._cutter.finish():
                self._note(part)

    async def _take(self, part: Part) -> None:
        self._note(part)
        if isinstance(part, Command) and (answer := self._printing.answer(part)):
            await self._stream.send(answer)

    def _note(self, part: Part) -> None:
        if not isinstance(part, Command):
            self._keep(part)
            return
        self._commands += 1
        if self._commands > COMMANDS:
            raise Ended("too many commands")
        path = part.text("NAME") if part.verb.startswith("FS") else ""
        self._stream.session.event("command", command=f"@PJL {part.line}", path=path or None)
        if part.verb == "JOB":
            self._title = part.text("NAME")
        if part.verb == "ENTER":
            self._fields["format"] = part.text("LANGUAGE")

    def _keep(self, part: Job | End) -> None:
        if isinstance(part, Job):
            if self._job is None:
                self._jobs += 1
                if self._jobs > JOBS:
                    raise Ended("too many jobs")
                self._job = Upload(part.name or self._title or "print job", KEPT)
                self._fields.setdefault("format", "" if part.name else _language(part.data))
            self._job.write(part.data)
        elif self._job is not None:
            job, fields = self._job, {name: value for name, value in self._fields.items() if value}
            self._job, self._fields = None, {}
            job.finish(self._stream.session, **fields)


def _language(data: bytes) -> str:
    return next((name for mark, name in LANGUAGES if data.startswith(mark)), "text")


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""

    async def converse(stream: Stream) -> None:
        await Conversation(stream, Printing(identity, config["ready_message"])).run()

    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], converse))
