"""Interfaces and addresses: IF-MIB (RFC 2863) and the ip group (RFC 4293, its older part)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agents import Agent
from decnet_directory import own_address
from decnet_uptime import uptime_of
from mib import Object, Objects
from oids import Oid, parse_oid
from values import Value, address, counter, counter64, gauge, identifier, number, text, ticks

if TYPE_CHECKING:
    from decnet_identity import Identity

LOOPBACK, ETHERNET, BRIDGE, VIRTUAL = 24, 6, 209, 53
"""IANAifType."""
UP, DOWN = 1, 2
GIGABIT = 1_000_000_000
TABLE, MORE = parse_oid("1.3.6.1.2.1.2.2.1"), parse_oid("1.3.6.1.2.1.31.1.1.1")
ADDRESSES = parse_oid("1.3.6.1.2.1.4.20.1")


def mac_of(identity: Identity, step: int = 0) -> bytes:
    """The decky's own, or the one so many further; one that it draws for itself where it has none."""
    own = bytes.fromhex(identity.mac.replace(":", "")) or b"\x00\x50\x56" + identity.derive("snmp/mac", 3)
    return own[:3] + ((int.from_bytes(own[3:], "big") + step) % 2**24).to_bytes(3, "big")


def interface_objects(identity: Identity, agent: Agent) -> Objects:
    """ifNumber, ifTable, ifXTable, ipForwarding, ipDefaultTTL and ipAddrTable."""
    names = agent.interfaces
    main = next(index for index, name in enumerate(names, 1) if not _is_loopback(name))
    objects: dict[Oid, Object] = {
        parse_oid("1.3.6.1.2.1.2.1.0"): number(len(names)),
        parse_oid("1.3.6.1.2.1.4.1.0"): number(1 if agent.forwards else 2),
        parse_oid("1.3.6.1.2.1.4.2.0"): number(128 if agent.enterprise == 311 else 64),
    }
    for index, name in enumerate(names, 1):
        row = _row(identity, index, name, is_main=index == main)
        objects |= {(*TABLE, column, index): value for column, value in row.items()}
        further = _further(identity, index, name, row)
        objects |= {(*MORE, column, index): value for column, value in further.items()}
        if _is_loopback(name):
            objects |= _address("127.0.0.1", index, "255.0.0.0")
    return objects | _address(own_address(identity), main, "255.255.255.0")


def _row(identity: Identity, index: int, name: str, *, is_main: bool) -> dict[int, Object]:
    is_loopback = _is_loopback(name)
    is_up = is_main or is_loopback or identity.number(f"snmp/up/{index}", 0, 9) < 6
    received, sent = (_octets(identity, index, way, is_up) for way in ("in", "out"))
    nothing = counter(0)
    return {
        1: number(index),
        2: text(name),
        3: number(_type(name)),
        4: number(65_536 if name == "lo" else 16_384 if name == "lo0" else 1500),
        5: gauge(10_000_000 if is_loopback else GIGABIT),
        6: text(b"" if is_loopback else mac_of(identity, 0 if is_main else index)),
        7: number(UP),
        8: number(UP if is_up else DOWN),
        9: ticks(0 if is_up else identity.number(f"snmp/change/{index}", 1000, 90_000)),
        10: lambda: counter(received()),
        11: lambda: counter(received() // 700),
        12: lambda: counter(received() // 90_000),
        13: nothing,
        14: nothing,
        15: nothing,
        16: lambda: counter(sent()),
        17: lambda: counter(sent() // 800),
        18: lambda: counter(sent() // 400_000),
        19: nothing,
        20: nothing,
        21: gauge(0),
        22: identifier("0.0"),
    }


def _further(identity: Identity, index: int, name: str, row: dict[int, Object]) -> dict[int, Object]:
    is_up = row[8] == number(UP)
    received, sent = (_octets(identity, index, way, is_up) for way in ("in", "out"))
    return {
        1: text(name.replace("GigabitEthernet", "Gi").replace("Vlan", "Vl")),
        6: lambda: counter64(received()),
        10: lambda: counter64(sent()),
        15: gauge(10 if _is_loopback(name) else GIGABIT // 1_000_000),
        18: text(""),
    }


def _octets(identity: Identity, index: int, way: str, is_up: bool) -> Callable[[], int]:
    rate = identity.number(f"snmp/rate/{way}/{index}", 300, 40_000) if is_up else 0
    return lambda: uptime_of(identity) * rate


def _is_loopback(name: str) -> bool:
    return name.startswith(("lo", "Software Loopback"))


def _type(name: str) -> int:
    if _is_loopback(name):
        return LOOPBACK
    if name.startswith("Vlan"):
        return VIRTUAL
    return BRIDGE if name.startswith(("br", "vmbr")) else ETHERNET


def _address(dotted: str, index: int, mask: str) -> dict[Oid, Value]:
    row = {1: address(dotted), 2: number(index), 3: address(mask), 4: number(1), 5: number(65_535)}
    return {(*ADDRESSES, column, *parse_oid(dotted)): value for column, value in row.items()}
