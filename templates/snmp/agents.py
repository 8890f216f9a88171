"""What kind of agent each distro or device has: data; `identity.distro` picks.

Sources: sysDescr and sysObjectID as LibreNMS's recordings and OpenVAS's detections have them, IANA's
enterprise numbers. Not checked against a recording: what AXIS, Hikvision, Yealink and Grandstream say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_cisco import RELEASES
from decnet_controllers import controller_of, is_controller
from decnet_distros import distro_of
from decnet_printers import is_printer, printer_of
from decnet_windows import windows_of
from messages import V1, V2C, V3

if TYPE_CHECKING:
    from decnet_identity import Identity

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
BSNMP = "1.3.6.1.4.1.12325.1.1.2.1.1"
ALL = frozenset({V1, V2C, V3})


@dataclass(frozen=True)
class Agent:
    """One kind of agent."""

    sys_descr: Callable[[Identity], str]
    sys_object_id: str = NET_SNMP
    enterprise: int = 8072
    """Of the engine's name; 8072 is net-snmp, whose form is its own."""
    versions: frozenset[int] = ALL
    services: int = 72
    """sysServices (RFC 3418): a sum of layers."""
    interfaces: tuple[str, ...] = ("lo", "eth0")
    forwards: bool = False
    has_host: bool = True
    """Has a HOST-RESOURCES-MIB."""


def _linux(kernel: str, build: str, machine: str) -> Callable[[Identity], str]:
    return lambda identity: f"Linux {identity.hostname} {kernel} {build} {machine}"


def _debian_like(identity: Identity) -> str:
    distro = distro_of(identity.distro)
    return f"Linux {identity.hostname} {distro.kernel} {distro.build} x86_64"


def _windows(identity: Identity) -> str:
    windows = windows_of(identity.distro)
    build = windows.version[2] if windows else 19045
    stepping = identity.choose(
        "snmp/cpu", ("85 Stepping 4", "85 Stepping 7", "79 Stepping 1", "63 Stepping 2")
    )
    # Since Windows 8.1 the agent says 6.3.
    return (
        f"Hardware: Intel64 Family 6 Model {stepping} AT/AT COMPATIBLE - "
        f"Software: Windows Version 6.3 (Build {build} Multiprocessor Free)"
    )


def _ports(first: str, *others: str, pattern: str, count: int) -> tuple[str, ...]:
    return (first, *others, *(pattern.format(number) for number in range(1, count + 1)))


_SERVER = Agent(_debian_like)

AGENTS: dict[str, Agent] = {
    "proxmox8": Agent(
        _linux("6.8.12-4-pve", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)", "x86_64"),
        interfaces=("lo", "eno1", "vmbr0"),
        forwards=True,
    ),
    "pfsense-27": Agent(
        lambda identity: f"pfSense {identity.fqdn} 2.7.2-RELEASE FreeBSD 14.0-CURRENT amd64",
        BSNMP,
        12325,
        services=76,
        interfaces=("igc0", "igc1", "lo0"),
        forwards=True,
    ),
    "freebsd-14": Agent(
        lambda identity: f"{identity.fqdn} 14.1-RELEASE FreeBSD 14.1-RELEASE GENERIC amd64",
        BSNMP,
        12325,
        services=76,
        interfaces=("em0", "lo0"),
    ),
    "macos-14": Agent(
        lambda identity: (
            f"Darwin {identity.hostname} 23.6.0 Darwin Kernel Version 23.6.0: Mon Jul 29 21:14:30 PDT 2024; "
            "root:xnu-10063.141.2~1/RELEASE_ARM64_T6000 arm64"
        ),
        "1.3.6.1.4.1.8072.3.2.16",
        interfaces=("lo0", "en0"),
    ),
    "vmware-esxi7": Agent(
        lambda _: "VMware ESXi 7.0.3 build-20328353 VMware, Inc. x86_64",
        "1.3.6.1.4.1.6876.4.1",
        6876,
        interfaces=("vmnic0", "vmk0"),
    ),
    "mikrotik-ros7": Agent(
        lambda identity: (
            f"RouterOS {identity.choose('mikrotik/board', ('RB5009UG+S+', 'RB4011iGS+', 'hEX S'))}"
        ),
        "1.3.6.1.4.1.14988.1",
        14988,
        services=78,
        interfaces=_ports("lo", "bridge", pattern="ether{}", count=5),
        forwards=True,
    ),
    "openwrt-23": Agent(
        _linux("5.15.167", "#0 SMP Mon Sep 23 12:34:46 2024", "mips"),
        interfaces=("lo", "eth0", "br-lan"),
        forwards=True,
    ),
    "busybox-iot": Agent(_linux("3.10.14", "#1 PREEMPT Wed Mar 17 11:20:52 CST 2021", "mips")),
    "synology-dsm7": Agent(
        _linux("4.4.302+", "#69057 SMP Fri Jan 12 17:02:28 CST 2024", "x86_64"),
        interfaces=("lo", "eth0", "eth1"),
    ),
    "qnap-qts5": Agent(
        lambda identity: (
            f"Linux {identity.choose('qnap/model', ('TS-X53D', 'TS-X64', 'TS-X73A'))} 5.1.8.2823"
        ),
        "1.3.6.1.4.1.24681",
        interfaces=("lo", "eth0", "eth1"),
    ),
    "hikvision-ds2cd": Agent(_linux("4.9.84", "#1 SMP PREEMPT Thu Jun 30 15:27:07 CST 2022", "armv7l")),
    "axis-m3045": Agent(
        lambda _: " ; AXIS M3045-V; Network Camera; 9.80.3.11; Jul 15 2022 10:28; 1A2; 1;",
        "1.3.6.1.4.1.368.4.1",
        services=72,
    ),
    "yealink-t46": Agent(_linux("3.4.20", "#1 Fri Mar 10 10:40:21 CST 2023", "armv7l")),
    "grandstream-ucm": Agent(_linux("4.14.79", "#1 SMP PREEMPT Thu Aug 18 16:02:11 CST 2022", "armv7l")),
}


def agent_of(identity: Identity) -> Agent:
    """The agent of the decky."""
    distro = identity.distro
    if is_printer(distro):
        printer = printer_of(identity)
        enterprise = int(printer.sys_object_id.split(".")[6])
        return Agent(
            lambda _: printer.sys_descr, printer.sys_object_id, enterprise, interfaces=("eth0", "lo0")
        )
    if is_controller(distro):
        controller = controller_of(identity)
        # Their agents know community strings only.
        versions = frozenset({V1, V2C}) if controller.model.vendor == "Siemens" else frozenset({V1})
        return Agent(
            lambda _: controller.sys_descr,
            controller.model.sys_object_id,
            4329 if controller.model.vendor == "Siemens" else 3833,
            versions,
            services=76,
            interfaces=_controller_ports(controller.model.vendor),
            has_host=False,
        )
    if distro in RELEASES:
        release = RELEASES[distro]
        return Agent(
            lambda _: release.sys_descr,
            release.sys_object_id,
            9,
            services=6,
            interfaces=("Vlan1", *(f"{release.port}{number}" for number in range(1, release.ports + 1))),
            has_host=False,
        )
    if windows_of(distro):
        server = distro.startswith("windows-server")
        return Agent(
            _windows,
            f"1.3.6.1.4.1.311.1.1.3.1.{2 if server else 1}",
            311,
            frozenset({V1, V2C}),
            services=76,
            interfaces=("Software Loopback Interface 1", "Intel(R) 82574L Gigabit Network Connection"),
        )
    return AGENTS.get(distro, _SERVER)


def _controller_ports(vendor: str) -> tuple[str, ...]:
    if vendor == "Siemens":
        return tuple(f"Siemens, SIMATIC NET, Ethernet Port, X1 P{number}" for number in (1, 2))
    return ("Ethernet port",)
