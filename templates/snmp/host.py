"""HOST-RESOURCES-MIB (RFC 2790): memory, disk, programs that run; and of Windows, its accounts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents import Agent
from decnet_directory import directory_of
from decnet_printers import is_printer
from decnet_windows import windows_of
from mib import Object, Objects
from oids import Oid, parse_oid
from system import hundredths
from values import gauge, identifier, number, text, ticks

if TYPE_CHECKING:
    from decnet_identity import Identity

HOST = parse_oid("1.3.6.1.2.1.25")
ACCOUNTS = parse_oid("1.3.6.1.4.1.77.1.2.25.1.1")
"""svUserTable of LanMgr-Mib-II-MIB, by name."""
RAM, DISK = "1.3.6.1.2.1.25.2.1.2", "1.3.6.1.2.1.25.2.1.4"

Program = tuple[str, str, str]
"""Name, path and arguments."""


def host_objects(identity: Identity, agent: Agent) -> Objects:
    """The groups system, storage and, but for devices, running software."""
    if not agent.has_host:
        return {}
    memory = identity.choose("snmp/memory", (2, 4, 8, 16)) * 1024 * 1024
    objects: dict[Oid, Object] = {
        # A little before the agent.
        (*HOST, 1, 1, 0): lambda: ticks(hundredths(identity) + identity.number("snmp/start", 300, 2500)),
        (*HOST, 1, 2, 0): lambda: text(_date()),
        (*HOST, 2, 2, 0): number(memory if not is_printer(identity.distro) else 524_288),
    }
    if is_printer(identity.distro):
        return objects
    programs = _programs(identity)
    objects |= {
        (*HOST, 1, 5, 0): gauge(identity.number("snmp/users", 0, 2)),
        (*HOST, 1, 6, 0): gauge(len(programs) + identity.number("snmp/processes", 60, 140)),
    }
    return objects | _storage(identity, memory) | _running(identity, programs) | _accounts(identity)


def _date() -> bytes:
    now = time.gmtime()
    date = (now.tm_mon, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec, 0)
    return now.tm_year.to_bytes(2, "big") + bytes(date) + b"+\0\0"


def _storage(identity: Identity, memory: int) -> Objects:
    disk = identity.choose("snmp/disk", (20, 40, 80, 120, 250)) * 262_144
    is_windows = windows_of(identity.distro) is not None
    volume = f"C:\\ Label:  Serial Number {identity.derive('snmp/volume', 4).hex()}" if is_windows else "/"
    rows = {
        1: (RAM, "Physical Memory" if is_windows else "Physical memory", 1024, memory, 60),
        31: (DISK, volume, 4096, disk, identity.number("snmp/full", 20, 85)),
    }
    objects: dict[Oid, Object] = {}
    for index, (kind, name, unit, size, percent) in rows.items():
        used = size * percent // 100
        values = (number(index), identifier(kind), text(name), number(unit), number(size), number(used))
        objects |= {(*HOST, 2, 3, 1, column, index): value for column, value in enumerate(values, 1)}
    return objects


def _running(identity: Identity, programs: list[Program]) -> Objects:
    objects: dict[Oid, Object] = {}
    index = 1
    for name, path, arguments in programs:
        values = {
            1: number(index),
            2: text(name),
            4: text(path),
            5: text(arguments),
            6: number(4),
            7: number(2),
        }
        objects |= {(*HOST, 4, 2, 1, column, index): value for column, value in values.items()}
        index += identity.number(f"snmp/pid/{name}", 20, 280)
    return objects


def _programs(identity: Identity) -> list[Program]:
    account = directory_of(identity).services[0].account
    password = identity.derive("snmp/bait", 9).hex()
    if windows_of(identity.distro):
        task = f"-user {account} -password {password} -target D:\\backup"
        names = (
            "System Idle Process",
            "System",
            "smss.exe",
            "csrss.exe",
            "lsass.exe",
            "svchost.exe",
            "snmp.exe",
        )
        return [(name, "", "") for name in names] + [("backupagent.exe", "C:\\Tools\\Backup\\", task)]
    task = f"/opt/backup/agent.py --user {account} --password {password} --target /srv/backup"
    return [
        ("systemd", "/sbin/init", ""),
        ("systemd-journal", "/lib/systemd/systemd-journald", ""),
        ("cron", "/usr/sbin/cron", "-f"),
        (
            "snmpd",
            "/usr/sbin/snmpd",
            "-LOw -u Debian-snmp -g Debian-snmp -I -smux mteTrigger mteTriggerConf -f",
        ),
        ("python3", "/usr/bin/python3", task),
    ]


def _accounts(identity: Identity) -> Objects:
    if not windows_of(identity.distro):
        return {}
    directory = directory_of(identity)
    names = ["Administrator", "Guest", "DefaultAccount", "WDAGUtilityAccount", directory.services[0].account]
    return {(*ACCOUNTS, len(name), *name.encode()): text(name) for name in names}
