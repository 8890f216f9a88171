"""What comes in on port 9100, cut into commands of PJL, jobs, and files that commands carry.

PJL Technical Reference Manual (HP 5021-0380), chapter 2: a Universal Exit Language sequence begins PJL, each
command is a line that begins with `@PJL`, and what is none of it is a job until the next sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from command import Command, read_command

UEL = b"\x1b%-12345X"
PREFIX = b"@PJL"
LINE_LIMIT = 1024


@dataclass(frozen=True)
class Job:
    """A part of a job; `name` is that of `FSDOWNLOAD`, empty for what is printed."""

    data: bytes
    name: str = ""


@dataclass(frozen=True)
class End:
    """The job is over."""


Part = Command | Job | End


class Cutter:
    """Takes bytes as they come, and keeps no more of them than a line."""

    def __init__(self) -> None:
        self._held = b""
        self._in_job = False
        self._carried = 0
        self._name = ""

    def feed(self, data: bytes) -> Iterator[Part]:
        """What is complete."""
        self._held += data
        while self._held:
            before = len(self._held)
            if self._carried:
                yield from self._carry()
            elif self._held.startswith(UEL):
                self._held = self._held[len(UEL) :]
                yield from self._end()
            elif self._in_job:
                yield from self._job()
            else:
                yield from self._line()
            if len(self._held) == before:
                return

    def finish(self) -> Iterator[Part]:
        """What is left when no more comes."""
        if self._held.upper().startswith(PREFIX) and not self._in_job and not self._carried:
            yield read_command(self._held[:LINE_LIMIT])
        elif self._held.strip():
            yield Job(self._held, self._name)
        self._held = b""
        yield End()

    def _end(self) -> Iterator[Part]:
        if self._in_job:
            self._in_job = False
            yield End()

    def _carry(self) -> Iterator[Part]:
        part, self._held = self._held[: self._carried], self._held[self._carried :]
        self._carried -= len(part)
        yield Job(part, self._name)
        if not self._carried:
            self._name = ""
            yield End()

    def _job(self) -> Iterator[Part]:
        end = self._held.find(UEL)
        if end < 0:
            # The beginning of a sequence may be in what is held.
            end = len(self._held) - _begun(self._held)
        part, self._held = self._held[:end], self._held[end:]
        if part:
            yield Job(part)

    def _line(self) -> Iterator[Part]:
        blank = len(self._held) - len(self._held.lstrip(b"\r\n\t \f\0\x04"))
        if blank:
            self._held = self._held[blank:]
            return
        upper = self._held[: len(PREFIX)].upper()
        if not PREFIX.startswith(upper[: len(PREFIX)]) and not UEL.startswith(self._held[: len(UEL)]):
            self._in_job = True
            yield from self._job()
            return
        end = self._held.find(b"\n")
        if end < 0:
            if len(self._held) > LINE_LIMIT:
                self._in_job = True
            return
        line, self._held = self._held[:end], self._held[end + 1 :]
        command = read_command(line[:LINE_LIMIT])
        yield command
        if command.verb == "ENTER":
            self._in_job = True
        elif command.verb in {"FSDOWNLOAD", "FSAPPEND"}:
            self._carried = command.number("SIZE")
            self._name = command.text("NAME")


def _begun(data: bytes) -> int:
    return next((size for size in range(len(UEL) - 1, 0, -1) if data.endswith(UEL[:size])), 0)
