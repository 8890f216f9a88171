"""Tells the LAN by gratuitous ARP who has a decky's addresses.

A neighbour that has an old MAC for one of our addresses cannot reach us until it hears of the new
one, so each IPv4 address is announced (RFC 5227 section 2.3, and once more as an unsolicited reply,
for those who update on replies alone). Opening the links needs CAP_NET_RAW, sending needs nothing.
"""

from __future__ import annotations

import fcntl
import socket
import struct
from array import array
from typing import NamedTuple

SIOCGIFCONF = 0x8912
SIOCGIFHWADDR = 0x8927
IFREQ_BYTES = 40
ETHERNET = 1
"""Type of a link's hardware address, as ARP has it."""
ARP_TYPE = 0x0806
ARP_REQUEST, ARP_REPLY = 1, 2
BROADCAST = b"\xff" * 6


class Address(NamedTuple):
    """An IPv4 address of an Ethernet link."""

    interface: str
    mac: bytes
    ip: bytes


class Announcer:
    """Holds an open link for each address."""

    def __init__(self) -> None:
        self.addresses = addresses()
        self._links = [(address, _open(address.interface)) for address in self.addresses]

    def announce(self) -> None:
        """Sends both kinds of announcement of every address once."""
        for address, link in self._links:
            for operation in (ARP_REQUEST, ARP_REPLY):
                link.send(announcement(operation, address.mac, address.ip))

    def close(self) -> None:
        """Closes the links: nothing can be sent past the kernel's filter any more."""
        for _, link in self._links:
            link.close()
        self._links = []


def addresses() -> list[Address]:
    """Every IPv4 address of an Ethernet link."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        buffer = array("B", bytes(IFREQ_BYTES * 64))
        request = struct.pack("iP", len(buffer), buffer.buffer_info()[0])
        filled = struct.unpack("iP", fcntl.ioctl(control, SIOCGIFCONF, request))[0]
        found = []
        for offset in range(0, filled, IFREQ_BYTES):
            entry = bytes(buffer[offset : offset + IFREQ_BYTES])
            # A label such as eth0:1 stands for the link before the colon.
            name = entry[:16].split(b"\0")[0].split(b":")[0]
            hardware = fcntl.ioctl(control, SIOCGIFHWADDR, name.ljust(IFREQ_BYTES, b"\0"))
            if struct.unpack_from("H", hardware, 16)[0] == ETHERNET:
                found.append(Address(name.decode(), hardware[18:24], entry[20:24]))
        return found


def announcement(operation: int, mac: bytes, address: bytes) -> bytes:
    """An Ethernet frame that tells everyone who has the address (RFC 826)."""
    target = mac if operation == ARP_REPLY else bytes(6)
    frame = BROADCAST + mac + struct.pack("!H", ARP_TYPE)
    return frame + struct.pack(
        "!HHBBH6s4s6s4s", ETHERNET, 0x0800, 6, 4, operation, mac, address, target, address
    )


def _open(interface: str) -> socket.socket:
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    link.bind((interface, ARP_TYPE))
    return link
