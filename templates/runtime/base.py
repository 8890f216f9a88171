"""Keeps a decky's network namespace: announces its addresses, then does nothing, cheaply.

A neighbour that has an old MAC for one of our addresses cannot reach us until it hears of the new
one, so each IPv4 address is announced by gratuitous ARP (RFC 5227 section 2.3, and once more as an
unsolicited reply, for those who update on replies alone). Needs root and CAP_NET_RAW, nothing else.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
import time
from array import array

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from decnet_logging import Logger  # noqa: E402

SIOCGIFCONF = 0x8912
SIOCGIFHWADDR = 0x8927
IFREQ_BYTES = 40
ETHERNET = 1
"""Type of a link's hardware address, as ARP has it."""
ARP_REQUEST, ARP_REPLY = 1, 2
BROADCAST = b"\xff" * 6
TIMES = 3


def addresses() -> list[tuple[str, bytes, bytes]]:
    """Interface, MAC and IPv4 address of every Ethernet link that has one."""
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
                found.append((name.decode(), hardware[18:24], entry[20:24]))
        return found


def announcement(operation: int, mac: bytes, address: bytes) -> bytes:
    """An Ethernet frame that tells everyone who has the address (RFC 826)."""
    target = mac if operation == ARP_REPLY else bytes(6)
    frame = BROADCAST + mac + b"\x08\x06"
    return frame + struct.pack(
        "!HHBBH6s4s6s4s", ETHERNET, 0x0800, 6, 4, operation, mac, address, target, address
    )


def announce(found: list[tuple[str, bytes, bytes]]) -> None:
    """Sends both kinds of announcement of every address once."""
    for interface, mac, address in found:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
            link.bind((interface, 0x0806))
            link.send(announcement(ARP_REQUEST, mac, address))
            link.send(announcement(ARP_REPLY, mac, address))


def announce_all(logger: Logger) -> None:
    """Announces three times, a second apart, and says what was announced."""
    found = addresses()
    for turn in range(TIMES):
        if turn > 0:
            time.sleep(1)
        announce(found)
        if turn == 0:
            for interface, mac, address in found:
                logger.event(
                    "announce",
                    ip=socket.inet_ntoa(address),
                    mac=mac.hex(":"),
                    interface=interface,
                )


def reap(*_: object) -> None:
    """Takes in the ended processes that became ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def rest() -> None:
    """Waits for the end. Under an init process as little as possible, else as one ourselves."""
    if os.getpid() != 1:
        os.execvp("sleep", ["sleep", "infinity"])
    signal.signal(signal.SIGCHLD, reap)
    while True:
        signal.pause()


def main() -> None:
    """Announces, then rests until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    logger = Logger(
        decky=os.environ.get("DECNET_DECKY", "-"),
        service="base",
        hostname=os.environ.get("DECNET_HOSTNAME", socket.gethostname()),
    )
    try:
        announce_all(logger)
    except OSError as error:
        # Without announcements a decky still works for whoever has no stale neighbour entry.
        logger.event("fault", text="cannot announce the addresses", error=str(error))
    rest()


if __name__ == "__main__":
    main()
