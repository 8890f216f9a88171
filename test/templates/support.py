"""Puts the templates on the path, and reads a log line back as RFC 5424 has it."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timezone
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
sys.path[:0] = [str(TEMPLATES / "shared"), str(TEMPLATES / "redis"), str(TEMPLATES / "runtime")]

from decnet_identity import Identity, Port  # noqa: E402
from decnet_logging import Logger  # noqa: E402

MOMENT = datetime(2024, 2, 3, 4, 5, 6, 7, tzinfo=timezone.utc)

LINE = re.compile(
    r"<(?P<priority>\d{1,3})>1 (?P<time>\S+) (?P<host>\S+) (?P<app>\S+) (?P<process>\S+) "
    r"(?P<event>\S+) \[decnet@32473(?P<data>(?: [!#-<>-\\^-~]{1,32}=\"(?:\\[\"\\\]]|[^\"\\\]])*\")*)\] "
    r"(?P<message>.*)\n"
)
PARAMETER = re.compile(r' ([^=]+)="((?:\\["\\\]]|[^"\\\]])*)"')


def logger(lines: list[bytes]) -> Logger:
    """A logger that keeps its lines."""
    return Logger(decky="files-01", service="ssh", hostname="files", write=lines.append, now=lambda: MOMENT)


def parse(line: bytes) -> dict[str, str]:
    """The parameters of a line, and its head under their names; raises for a line that is no RFC 5424."""
    match = LINE.fullmatch(line.decode("utf-8"))
    if match is None:
        raise AssertionError(f"not a line of RFC 5424: {line!r}")
    found = match.groupdict()
    data = found.pop("data")
    parameters = {name: re.sub(r'\\(["\\\]])', r"\1", value) for name, value in PARAMETER.findall(data)}
    return {f"<{name}>": value for name, value in found.items()} | parameters


def identity(seed: int = 1, distro: str = "debian") -> Identity:
    """A decky's identity."""
    return Identity("files-01", "redis", "files", distro, bytes([seed]) * 32, (Port(6379, "tcp"),))
