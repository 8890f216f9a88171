"""A service on loopback, and a client's end of a connection to it: what the tests of text protocols share."""

from __future__ import annotations

import random
import signal
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from child import ADDRESS, PATIENCE, Child, free_ports
from support import TEMPLATES


class Wire:
    """A connection of a client."""

    def __init__(self, port: int, *, tls: bool = False) -> None:
        self._socket = socket.create_connection((ADDRESS, port), PATIENCE)
        self.seen = b""
        if tls:
            self.start_tls()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def start_tls(self) -> None:
        """Goes on in TLS; believes any certificate."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._socket = context.wrap_socket(self._socket)

    def certificate(self) -> bytes:
        """The server's, in DER."""
        return self._socket.getpeercert(binary_form=True)

    def send(self, data: bytes) -> None:
        """Sends."""
        self._socket.sendall(data)

    def until(self, end: bytes) -> bytes:
        """What comes up to these bytes; raises at the end of the connection."""
        while end not in self.seen:
            data = self._socket.recv(65_536)
            if not data:
                raise EOFError(f"ended before {end!r}: {self.seen!r}")
            self.seen += data
        found, _, self.seen = self.seen.partition(end)
        return found + end

    def ask(self, data: bytes, end: bytes = b"\r\n") -> bytes:
        """Sends, and reads up to these bytes."""
        self.send(data)
        return self.until(end)

    def rest(self) -> bytes:
        """Everything until the server ends the connection."""
        data, self.seen = self.seen, b""
        try:
            while part := self._socket.recv(65_536):
                data += part
        except ConnectionError:
            pass
        return data

    def finish(self) -> bytes:
        """Sends no more, and reads to the end."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            return b""
        return self.rest()


class Served:
    """A service in a process of its own; its ports in the manifest's order."""

    def __init__(
        self,
        name: str,
        protocols: Sequence[str],
        config: Mapping[str, Any],
        marks: Mapping[str, str] | None = None,
    ) -> None:
        declared: list[tuple[int, str]] = []
        for protocol in protocols:
            declared += free_ports(protocol)
        self.ports = [port for port, _ in declared]
        self._child = Child(TEMPLATES / name, declared, config, name, marks)

    def __enter__(self) -> Self:
        self._child.wait_until_started()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.__exit__()

    def memory(self) -> int:
        """MB of it that are in memory."""
        status = Path(f"/proc/{self._child.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024

    def stop(self) -> list[dict[str, str]]:
        """Ends it, and answers its events; raises when it was ended already, or wrote errors."""
        time.sleep(0.05)
        self._child.wait_until_started()
        self._child.process.send_signal(signal.SIGTERM)
        code, events, errors = self._child.end()
        if code != 0 or errors:
            raise AssertionError(f"ended with {code}: {errors}")
        return events

    def events(self, *names: str) -> list[dict[str, str]]:
        """Ends it, and answers its events of these names."""
        return [event for event in self.stop() if event["<event>"] in names]


def mutations(messages: Sequence[bytes], count: int, seed: int = 1) -> list[bytes]:
    """Messages that were cut, changed, doubled or joined, the same for the same seed."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        whole = bytearray(draw.choice(messages))
        for _ in range(draw.randrange(1, 6)):
            at = draw.randrange(len(whole) + 1)
            kind = draw.randrange(5)
            if kind == 0:
                del whole[at : at + draw.randrange(1, 9)]
            elif kind == 1:
                whole[at:at] = draw.randbytes(draw.randrange(1, 9))
            elif kind == 2 and at < len(whole):
                whole[at] = draw.randrange(256)
            elif kind == 3:
                del whole[at:]
            else:
                whole[at:at] = draw.choice(messages)
        made.append(bytes(whole))
    return made
