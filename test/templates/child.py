"""A service in a process of its own, as its container runs it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from support import TEMPLATES, parse

ADDRESS = "127.0.0.1"
PATIENCE = 20
"""Seconds until a test gives up."""
LISTEN = "0A"
"""State of a listening socket in /proc/net/tcp."""

Declared = set[tuple[int, str]]


def free_ports(*protocols: str) -> Declared:
    """A port that nobody has for each protocol."""
    kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
    taken = [(socket.socket(socket.AF_INET, kinds[protocol]), protocol) for protocol in protocols]
    for one, _ in taken:
        one.bind((ADDRESS, 0))
    found = {(one.getsockname()[1], protocol) for one, protocol in taken}
    for one, _ in taken:
        one.close()
    return found


def environment(
    ports: Declared, config: object, service: str, marks: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What a container of the service gets; `marks`: what is different, such as DECNET_DISTRO."""
    return {
        "DECNET_DECKY": "files-01",
        "DECNET_SERVICE": service,
        "DECNET_HOSTNAME": "files",
        "DECNET_DISTRO": "debian",
        "DECNET_SEED": "ab" * 32,
        "DECNET_CONFIG": json.dumps(config),
        "DECNET_PORTS": json.dumps([{"port": port, "protocol": protocol} for port, protocol in ports]),
        "DECNET_LISTEN": ADDRESS,
        **(marks or {}),
    }


class Child:
    """The entry point with the `server.py` of a folder; ended when the block is left."""

    def __init__(
        self,
        folder: Path,
        ports: Declared,
        config: object = None,
        service: str = "service",
        marks: Mapping[str, str] | None = None,
    ) -> None:
        # No pipe: a service that writes more than it holds would wait for the test.
        self._output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, TEMPLATES / "shared" / "decnet_service.py"],
            env=os.environ
            | environment(ports, config, service, marks)
            | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])},
            stdout=self._output,
            stderr=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        self._output.close()

    def end(self) -> tuple[int, list[dict[str, str]], str]:
        """Its exit code, its events and what it wrote to standard error."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.events(), errors.decode()

    def wait_until_listening(self, ports: Declared) -> None:
        """Until the ports are bound."""
        wait_until(lambda: ports <= self.bound() or self.process.poll() is not None)

    def wait_until_started(self) -> None:
        """Until it serves the ports, or has ended."""
        wait_until(lambda: self.events() or self.process.poll() is not None)

    def events(self) -> list[dict[str, str]]:
        """What it has told so far."""
        with open(f"/proc/self/fd/{self._output.fileno()}", "rb") as output:
            return [parse(line) for line in output if line.endswith(b"\n")]

    def bound(self) -> Declared:
        """Every port on which it listens or, of udp, receives."""
        inodes = set()
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            # One may have been closed since the folder was read.
            with contextlib.suppress(FileNotFoundError):
                if match := re.fullmatch(r"socket:\[(\d+)\]", os.readlink(descriptor)):
                    inodes.add(match[1])
        found = set()
        for table in ("tcp", "tcp6", "udp", "udp6"):
            for row in Path(f"/proc/{self.process.pid}/net/{table}").read_text().splitlines()[1:]:
                fields = row.split()
                if fields[9] in inodes and (table.startswith("udp") or fields[3] == LISTEN):
                    found.add((int(fields[1].rpartition(":")[2], 16), table[:3]))
        return found


def wait_until(holds: Callable[[], bool]) -> None:
    """Looks again and again; raises when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {PATIENCE} s")
        time.sleep(0.005)
