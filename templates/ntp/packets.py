"""NTP's packets: of clients (RFC 5905 section 7.3), of control (RFC 9327), and of the private mode 7."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">BBbbII4s8s8s8s8s")
CONTROL = struct.Struct(">BBHHHHH")
SYMMETRIC, CLIENT, SERVER, BROADCAST, CONTROLLING, PRIVATE = 1, 3, 4, 5, 6, 7
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""
RESPONSE = 0x80
READ_VARIABLES, READ_STATUS = 2, 1
CONTROLS = {READ_STATUS: "readstat", READ_VARIABLES: "readvar"}
PRIVATES = {20: "monlist", 42: "monlist"}
"""MON_GETLIST and MON_GETLIST_1 of ntpdc."""
MODES = {CLIENT: "client", SYMMETRIC: "symmetric", BROADCAST: "broadcast"}


class NotNtp(ValueError):
    """Bytes that are no packet; the text says why."""


@dataclass(frozen=True)
class Query:
    """What a packet asks."""

    mode: int
    version: int
    poll: int = 0
    transmitted: bytes = bytes(8)
    operation: int = 0
    """Of mode 6 and 7."""
    sequence: int = 0
    association: int = 0

    @property
    def name(self) -> str:
        """For the log."""
        if self.mode == CONTROLLING:
            return CONTROLS.get(self.operation, f"control {self.operation}")
        if self.mode == PRIVATE:
            return PRIVATES.get(self.operation, f"private {self.operation}")
        return MODES.get(self.mode, f"mode {self.mode}")


def read(data: bytes) -> Query:
    """Reads a packet; raises `NotNtp`."""
    if len(data) < 8:
        raise NotNtp("shorter than any packet")
    version, mode = data[0] >> 3 & 7, data[0] & 7
    if mode == PRIVATE:
        return Query(mode, version, operation=data[3])
    if not 1 <= version <= 4:
        raise NotNtp(f"version {version}")
    if mode == CONTROLLING:
        if len(data) < CONTROL.size:
            raise NotNtp("a control packet without its header")
        _, operation, sequence, _, association, *_ = CONTROL.unpack_from(data)
        if operation & RESPONSE:
            raise NotNtp("an answer")
        return Query(mode, version, 0, b"", operation & 0x1F, sequence, association)
    if len(data) < HEADER.size:
        raise NotNtp("shorter than its header")
    _, _, poll, *_, transmitted = HEADER.unpack_from(data)
    return Query(mode, version, poll, transmitted)


@dataclass(frozen=True)
class Clock:
    """What a server says of its clock."""

    stratum: int
    precision: int
    root_delay: float
    root_dispersion: float
    reference: bytes
    synchronized: float
    """When it last heard its own server: seconds since 1970."""


def answer(query: Query, clock: Clock, received: float, now: float, version: int) -> bytes:
    """The server's packet."""
    return HEADER.pack(
        version << 3 | SERVER,
        clock.stratum,
        query.poll,
        clock.precision,
        short(clock.root_delay),
        short(clock.root_dispersion),
        clock.reference,
        long(clock.synchronized),
        query.transmitted,
        long(received),
        long(now),
    )


def control(query: Query, status: int, text: str) -> bytes:
    """An answer of mode 6, filled up to words (RFC 9327 section 2)."""
    data = text.encode("ascii", "replace")
    first, operation = query.version << 3 | CONTROLLING, RESPONSE | query.operation
    head = CONTROL.pack(first, operation, query.sequence, status, query.association, 0, len(data))
    return head + data + bytes(-len(data) % 4)


def short(seconds: float) -> int:
    """NTP's short format: 16 bits of seconds and 16 of fractions."""
    return round(seconds * 65_536) & 0xFFFFFFFF


def long(moment: float) -> bytes:
    """NTP's timestamp: 32 bits of seconds since 1900 and 32 of fractions."""
    whole = int(moment // 1)
    return struct.pack(">II", (whole + NTP_EPOCH) & 0xFFFFFFFF, int(moment % 1 * 2**32))
