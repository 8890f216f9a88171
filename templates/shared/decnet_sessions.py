"""One session for each connection of an attacker: its events, and its limits.

When there are too many connections the oldest is ended, not the newest refused: a client that
holds hundreds of slow connections loses them, and the next honest one is served.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from decnet_logging import Logger, Value


@dataclass(frozen=True)
class Limits:
    """What one service may cost."""

    per_source: int = 32
    """Connections at a time of one address."""
    total: int = 192
    """Connections at a time of all."""
    seconds: float = 300
    """Of one session."""
    idle_seconds: float = 120
    """Without a word of the client, or without room for a word to it."""
    message_bytes: int = 64 * 1024
    """Of one message of the protocol."""


def _nothing() -> None:
    pass


class Session:
    """A connection. `end` may be called any number of times; the first gives the reason."""

    def __init__(
        self, sessions: Sessions, source: tuple[str, int], port: int, cut: Callable[[], None]
    ) -> None:
        self.source, self.source_port = source
        self._sessions = sessions
        self._cut = cut
        self._marks: dict[str, Value] = {
            "src_ip": source[0],
            "src_port": source[1],
            "dst_port": port,
            "session": secrets.token_hex(8),
        }
        self._since = time.monotonic()
        self._over = False
        self._deadline = asyncio.get_running_loop().call_later(
            sessions.limits.seconds, self.cut_off, "session too long"
        )

    def event(self, name: str, /, **fields: Value) -> None:
        """Writes an event of this session."""
        self._sessions.logger.event(name, **self._marks, **fields)

    def cut_off(self, reason: str) -> None:
        """Ends the connection from our side."""
        if not self._over:
            cut = self._cut
            self.end(reason)
            cut()

    def end(self, reason: str = "closed", **fields: Value) -> None:
        """Writes that the connection is over."""
        if self._over:
            return
        self._over = True
        # What a connection holds goes with it, not when the garbage collector comes by: in TLS that is a lot.
        self._cut = _nothing
        self._deadline.cancel()
        self._sessions.forget(self)
        duration = round(time.monotonic() - self._since, 3)
        self.event("disconnect", reason=reason, duration=duration, **fields)


class Sessions:
    """The open sessions of one service, oldest first."""

    def __init__(self, logger: Logger, limits: Limits | None = None) -> None:
        self.logger = logger
        self.limits = limits or Limits()
        self._open: dict[str, dict[Session, None]] = {}
        self._count = 0

    def open(self, source: tuple[str, int], port: int, cut: Callable[[], None]) -> Session:
        """Begins a session; `cut` is how its connection is ended when it outstays its limits."""
        session = Session(self, source, port, cut)
        mine = self._open.setdefault(session.source, {})
        mine[session] = None
        self._count += 1
        session.event("connect")
        if len(mine) > self.limits.per_source:
            next(iter(mine)).cut_off("too many connections of one source")
        elif self._count > self.limits.total:
            busiest = max(self._open.values(), key=len)
            next(iter(busiest)).cut_off("too many connections")
        return session

    def forget(self, session: Session) -> None:
        """Takes an ended session out of the count."""
        mine = self._open.get(session.source, {})
        if session in mine:
            del mine[session]
            self._count -= 1
        if not mine:
            self._open.pop(session.source, None)
