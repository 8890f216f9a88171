"""Hears of every packet that the rules refused, and tells it: a decky that calls out is an alarm.

The rules log into a group of the kernel's nfnetlink_log, on a netlink socket (linux/netfilter/
nfnetlink_log.h). Binding the group needs CAP_NET_ADMIN; listening to it afterwards needs nothing.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

import netlink
from decnet_logging import Logger

GROUP = 7
"""The ruleset logs to it."""

WINDOW = 10.0
"""Seconds in which refusals of one kind are told once, with their number."""
MOST_KINDS = 64
"""How many kinds are kept apart in one window; the rest is told as one."""

NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
MESSAGE_PACKET, MESSAGE_CONFIG = 0x400, 0x401
CONFIG_COMMAND, CONFIG_MODE, CONFIG_THRESHOLD = 1, 2, 5
COMMAND_BIND = 1
COPY_PACKET = 2
PAYLOAD = 9
COPIED_BYTES = 64

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp"}


class Refused(NamedTuple):
    """Where a packet wanted to go."""

    protocol: str
    ip: str
    port: int | None


OTHERS = Refused("other", "", None)
"""Stands for all that came when enough kinds were kept apart."""


def listen() -> socket.socket:
    """A socket that hears of refused packets from now on."""
    link = netlink.connect()
    _configure(link, CONFIG_COMMAND, struct.pack("B", COMMAND_BIND))
    _configure(link, CONFIG_MODE, struct.pack("!IBB", COPIED_BYTES, COPY_PACKET, 0))
    _configure(link, CONFIG_THRESHOLD, struct.pack("!I", 1))
    link.setblocking(False)
    return link


def refusals(data: bytes) -> Iterator[Refused]:
    """The refused packets that one read of the socket tells of."""
    for kind, body in netlink.messages(data):
        if kind == MESSAGE_PACKET:
            payload = dict(netlink.attributes(body[netlink.FAMILY_HEADER :])).get(PAYLOAD)
            if payload is not None:
                yield where_to(payload)


def where_to(packet: bytes) -> Refused:
    """The destination of an IP packet, as far as its beginning tells. Another sender's bytes: anything may come."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20:
        header, number, ip = (packet[0] & 15) * 4, packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20])
    elif version == 6 and len(packet) >= 40:
        header, number, ip = 40, packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40])
    else:
        return OTHERS
    protocol = PROTOCOLS.get(number, str(number))
    has_port = protocol in {"tcp", "udp"} and len(packet) >= header + 4
    return Refused(protocol, ip, struct.unpack_from("!H", packet, header + 2)[0] if has_port else None)


class Refusals:
    """Counts refusals and writes them as events: the first of a kind at once, more of it once a window."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        self._more: dict[Refused, int] = {}
        self._until = 0.0

    def note(self, refused: Refused, now: float) -> None:
        """One more."""
        if not self._more:
            self._until = now + WINDOW
        if refused not in self._more and len(self._more) >= MOST_KINDS:
            refused = OTHERS
        if refused in self._more:
            self._more[refused] += 1
            return
        self._more[refused] = 0
        self._tell(refused, 1)

    def pause(self, now: float) -> float | None:
        """Seconds until `tell_more` has something to do; None when it has nothing."""
        return max(self._until - now, 0.0) if self._more else None

    def tell_more(self, now: float) -> None:
        """At the end of a window: how many more there were of each kind."""
        if not self._more or now < self._until:
            return
        for refused, count in self._more.items():
            if count > 0:
                self._tell(refused, count)
        self._more = {}

    def _tell(self, refused: Refused, count: int) -> None:
        self._logger.event(
            "egress-denied",
            dst_ip=refused.ip or None,
            dst_port=refused.port,
            protocol=refused.protocol,
            count=count,
        )


def _configure(link: socket.socket, attribute: int, value: bytes) -> None:
    body = struct.pack("!BBH", 0, 0, GROUP) + struct.pack("HH", 4 + len(value), attribute) + value
    body += bytes(-len(body) % 4)
    link.send(struct.pack("IHHII", 16 + len(body), MESSAGE_CONFIG, NLM_F_REQUEST | NLM_F_ACK, 0, 0) + body)
    # A packet may be told between two answers.
    for kind, answer in netlink.messages(link.recv(65_536)):
        if kind == NLMSG_ERROR and (code := struct.unpack_from("i", answer)[0]) != 0:
            raise OSError(-code, f"nfnetlink_log group {GROUP}")
