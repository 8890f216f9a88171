"""The name of an SNMP engine (RFC 3411 section 5, SnmpEngineID), as each agent makes its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_uptime import uptime_of
from interfaces import mac_of
from secure import Engine

if TYPE_CHECKING:
    from agents import Agent
    from decnet_identity import Identity

NET_SNMP = 8072
MAC_FORM = 3
NET_SNMP_FORM = 128
"""Random and the time of the first start."""


def engine_of(identity: Identity, agent: Agent) -> Engine:
    """The decky's engine."""
    head = (agent.enterprise | 1 << 31).to_bytes(4, "big")
    if agent.enterprise == NET_SNMP:
        installed = identity.number("snmp/installed", 1_600_000_000, 1_735_000_000)
        name = bytes([NET_SNMP_FORM]) + identity.derive("snmp/engine", 4) + installed.to_bytes(8, "little")
    else:
        name = bytes([MAC_FORM]) + mac_of(identity)
    return Engine(head + name, identity.number("snmp/boots", 2, 40), lambda: uptime_of(identity))
