"""The system group of SNMPv2-MIB (RFC 3418), and what the agent counts of itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agents import Agent
from decnet_controllers import controller_of, is_controller
from decnet_directory import directory_of, in_domain
from decnet_printers import is_printer
from decnet_uptime import uptime_of
from mib import Objects
from oids import parse_oid
from values import identifier, number, text, ticks

if TYPE_CHECKING:
    from decnet_identity import Identity

PLACES = ("Server room", "Rack", "Data centre row", "Basement, cabinet", "Comms room", "2nd floor, closet")
OFFICES = ("1st floor", "Reception", "Copy room", "2nd floor", "Accounting", "Warehouse office")


def hundredths(identity: Identity) -> int:
    """Since the decky's last start."""
    now = time.time()
    return uptime_of(identity, now) * 100 + int(now % 1 * 100)


def system_objects(identity: Identity, agent: Agent, config: Mapping[str, Any]) -> Objects:
    """sysDescr to sysServices."""
    values = {
        1: text(agent.sys_descr(identity)),
        2: identifier(agent.sys_object_id),
        3: lambda: ticks(hundredths(identity)),
        4: text(config["contact"] or _contact(identity)),
        5: text(identity.fqdn if agent.enterprise in {8072, 9, 12325} else identity.hostname),
        6: text(config["location"] or _location(identity)),
        7: number(agent.services),
    }
    return {parse_oid(f"1.3.6.1.2.1.1.{row}.0"): value for row, value in values.items()}


def _contact(identity: Identity) -> str:
    people = [person for person in directory_of(identity).people if person.department == "IT"]
    if not people or is_controller(identity.distro):
        return ""
    person = people[0]
    return f"{person.name} <{person.account}@{in_domain(identity).domain}>"


def _location(identity: Identity) -> str:
    if is_controller(identity.distro):
        return controller_of(identity).plant
    places = OFFICES if is_printer(identity.distro) else PLACES
    return f"{identity.choose('snmp/place', places)} {identity.number('snmp/place/number', 1, 9)}"
