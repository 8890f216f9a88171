"""Reads netlink sockets of the kernel's netfilter (netlink(7), linux/netfilter/nfnetlink.h)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

NETLINK_NETFILTER = 12
FAMILY_HEADER = 4
"""Bytes of `struct nfgenmsg`: what every message of netfilter begins with, its address family first."""


def connect(groups: int = 0) -> socket.socket:
    """A socket that hears what the kernel tells these groups, a bit each; those need CAP_NET_ADMIN."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    link.bind((0, groups))
    return link


def receive(link: socket.socket) -> bytes | None:
    """One read of a socket that does not block. None: something was lost, since it did not fit (ENOBUFS)."""
    try:
        return link.recv(65_536)
    except BlockingIOError:
        return b""
    except OSError:
        return None


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each message of one read."""
    while len(data) >= 16:
        length, kind = struct.unpack_from("IH", data)
        if not 16 <= length <= len(data):
            return
        yield kind, data[16:length]
        data = data[(length + 3) & ~3 :]


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each attribute."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        if not 4 <= length <= len(data):
            return
        yield kind & 0x3FFF, data[4:length]
        data = data[(length + 3) & ~3 :]
