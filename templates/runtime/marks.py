"""What a base says of itself, by the names of what it holds open: closing it takes the word back.

The engine reads the name of an empty file in memory (memfd_create(2)) among the descriptors of the
base, in /proc/<pid>/fd, where nobody else can put one. Services cannot look there: they wait for an
abstract Unix socket (unix(7)), whose name belongs to the network namespace. The engine does not go by
that one, since any process of the decky can have such a socket, and a name with line breaks that makes
up whole lines of /proc/net/unix.
"""

from __future__ import annotations

import errno
import os
import socket
from io import FileIO

NOEXEC = 0x8
"""MFD_NOEXEC_SEAL (linux/memfd.h): where vm.memfd_noexec is 2, no file in memory is made without it."""


def mark(about: str, what: str) -> FileIO:
    """Tells the engine, as long as it is open: `decnet-<about>-<what>`."""
    name = f"decnet-{about}-{what}"
    try:
        return FileIO(os.memfd_create(name, os.MFD_CLOEXEC | NOEXEC))
    except OSError as error:
        # Linux before 6.3 does not know the flag.
        if error.errno != errno.EINVAL:
            raise
        return FileIO(os.memfd_create(name, os.MFD_CLOEXEC))


def let_in(what: str) -> socket.socket:
    """Lets services start, as long as it is open: `@decnet-egress-<what>`, see `decnet_gate.py`."""
    kept = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    kept.bind(f"\0decnet-egress-{what}")
    return kept
