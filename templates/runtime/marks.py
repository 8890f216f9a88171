"""What a base says of itself, to everyone in its network namespace.

A mark is an abstract Unix socket (unix(7)): its name belongs to the network namespace, so that every
service of the decky sees it, and so does the engine, in /proc/<pid>/net/unix. It needs no file, and it
is gone with the process that keeps it.
"""

from __future__ import annotations

import socket


def mark(about: str, what: str) -> socket.socket:
    """Says it as long as the socket is open: `@decnet-<about>-<what>`."""
    kept = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    kept.bind(f"\0decnet-{about}-{what}")
    return kept
