"""What attackers leave behind: kept by its hash, bounded, never opened again here.

Files lie in the container's own memory (its tmpfs), so that they are gone with it, and nothing of the
host is written. The event has the hash, by which others know the sample.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Protocol

from decnet_logging import Value

FOLDER = Path("/tmp/uploads")
ONE_LIMIT = 1024 * 1024
"""Bytes that are kept of one upload; what is beyond is hashed and counted, not kept."""
ALL_LIMIT = 8 * 1024 * 1024
"""Bytes that are kept of all; the oldest goes first."""
FILES_LIMIT = 256
"""Uploads that are kept at a time."""


class Teller(Protocol):
    """Whose events it belongs to: a session, or a peer of UDP."""

    def event(self, name: str, **fields: Value) -> None:
        """Writes an event."""


class Upload:
    """One upload as it comes in; `limit`: bytes of it that are kept, where many come in at a time."""

    def __init__(self, name: str, limit: int = ONE_LIMIT) -> None:
        self.name = name
        self._limit = limit
        self.size = 0
        self._hash = hashlib.sha256()
        self._kept = bytearray()

    def write(self, data: bytes) -> None:
        """The next part."""
        self.size += len(data)
        self._hash.update(data)
        room = self._limit - len(self._kept)
        if room > 0:
            self._kept += data[:room]

    def finish(self, session: Teller, folder: Path = FOLDER, **fields: Value) -> str:
        """Keeps it, tells it as `upload`, and answers its SHA-256 in hex digits."""
        digest = self._hash.hexdigest()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / digest
        if not path.exists():
            _make_room(folder, len(self._kept))
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self._kept)
        session.event("upload", name=self.name, size=self.size, sha256=digest, **fields)
        return digest


def _make_room(folder: Path, size: int) -> None:
    kept = sorted((path.stat().st_mtime_ns, path.stat().st_size, path) for path in folder.iterdir())
    total = sum(length for _, length, _ in kept) + size
    for index, (_, length, path) in enumerate(kept):
        if total <= ALL_LIMIT and len(kept) - index < FILES_LIMIT:
            return
        path.unlink()
        total -= length
