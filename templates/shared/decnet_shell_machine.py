"""The machine that a shell shows: its system, processor, memory, disk and people, drawn for the decky."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_distros import DISTROS, distro_of
from decnet_grandstream import MODEL
from decnet_records import FIRST_NAMES
from decnet_uptime import uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

PROCESSORS = (
    "Intel(R) Xeon(R) CPU E5-2620 v4 @ 2.10GHz",
    "Intel(R) Xeon(R) Silver 4210 CPU @ 2.20GHz",
    "Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz",
    "Intel(R) Xeon(R) Gold 5118 CPU @ 2.30GHz",
    "AMD EPYC 7302P 16-Core Processor",
)
RED_HATS = ("rocky9", "centos7", "fedora")
GIB = 1024 * 1024
"""In kB."""


@dataclass(frozen=True)
class Device:
    """A device with BusyBox in the place of a distribution."""

    title: str
    kernel: str
    build: str
    architecture: str
    busybox: str
    processor: str
    memory: int
    """In MB."""


# Firmware differs from one device to the next of a model: these are of the right age and architecture.
DEVICES: dict[str, Device] = {
    "openwrt-23": Device(
        "OpenWrt 23.05.4",
        "5.15.162",
        "#0 SMP Mon Jul 15 22:14:18 2024",
        "mips",
        "v1.36.1 (2024-07-15 22:14:18 UTC)",
        "MIPS 1004Kc V2.15",
        122,
    ),
    "synology-dsm7": Device(
        "DSM 7.2.1-69057",
        "4.4.302+",
        "#69057 SMP Fri Jan 12 17:02:28 CST 2024",
        "x86_64",
        "v1.30.1 (2024-01-12 16:50:11 CST)",
        "Intel(R) Celeron(R) J4125 CPU @ 2.00GHz",
        3880,
    ),
    "qnap-qts5": Device(
        "QTS 5.1.7",
        "5.10.60-qnap",
        "#1 SMP Wed May 15 03:05:29 CST 2024",
        "x86_64",
        "v1.24.1 (2024-05-15 02:58:10 CST)",
        "Intel(R) Celeron(R) N5105 @ 2.00GHz",
        7840,
    ),
    "vmware-esxi7": Device(
        "VMware ESXi 7.0.3",
        "7.0.3",
        "#1 SMP Release build-21930508 Jun 2 2023 05:21:23",
        "x86_64",
        "v1.29.3 (2022-01-10 12:40:01 UTC)",
        "Intel(R) Xeon(R) Silver 4210 CPU @ 2.20GHz",
        131_072,
    ),
    "hikvision-ds2cd": Device(
        "Hikvision",
        "3.10.0",
        "#1 PREEMPT Thu Mar 18 15:22:47 CST 2021",
        "armv7l",
        "v1.22.1 (2021-03-18 15:11:32 CST)",
        "ARMv7 Processor rev 5 (v7l)",
        120,
    ),
    "axis-m3045": Device(
        "AXIS M3045-V",
        "4.14.193-axis5",
        "#1 PREEMPT Tue Jan 26 12:10:44 UTC 2021",
        "mips",
        "v1.31.1 (2021-01-26 12:02:20 UTC)",
        "MIPS 34Kc V5.4",
        487,
    ),
    "grandstream-ucm": Device(
        MODEL,
        "4.4.103",
        "#3 SMP PREEMPT Thu Jun 8 10:51:29 CST 2023",
        "aarch64",
        "v1.29.3 (2023-06-08 10:34:51 CST)",
        "AArch64 Processor rev 4 (aarch64)",
        1990,
    ),
    "yealink-t46": Device(
        "SIP-T46S",
        "3.4.20",
        "#1 PREEMPT Mon Aug 3 14:22:10 CST 2020",
        "armv7l",
        "v1.22.1 (2020-08-03 14:02:55 CST)",
        "ARMv7 Processor rev 5 (v7l)",
        248,
    ),
}
PLAIN = Device(
    "Linux",
    "3.10.14",
    "#1 PREEMPT Wed Nov 14 10:31:05 CST 2018",
    "mips",
    "v1.22.1 (2018-11-14 10:12:44 CST)",
    "MIPS 24KEc V5.0",
    59,
)


@dataclass(frozen=True)
class Machine:
    """One decky's."""

    hostname: str
    domain: str
    ip: str
    mac: str
    distro: str
    is_busybox: bool
    title: str
    kernel: str
    build: str
    architecture: str
    busybox: str
    processor: str
    cores: int
    memory: int
    """In kB."""
    disk: int
    """In kB."""
    people: tuple[str, ...]
    uptime: int
    serial: int
    """A number of the decky's, for what else is drawn."""

    @property
    def system(self) -> str:
        """`uname -s`."""
        return "VMkernel" if self.distro == "vmware-esxi7" else "Linux"

    @property
    def shell(self) -> str:
        """What error messages begin with."""
        return "-sh" if self.is_busybox else "-bash"

    @property
    def is_red_hat(self) -> bool:
        """Of that family."""
        return self.distro in RED_HATS

    @property
    def booted(self) -> float:
        """Unix time of the start."""
        return time.time() - self.uptime


def machine_of(identity: Identity) -> Machine:
    """The decky's machine."""
    is_busybox = identity.distro not in DISTROS
    device = DEVICES.get(identity.distro, PLAIN)
    distro = distro_of(identity.distro)
    memory = identity.choose("shell/memory", (2, 4, 8, 16)) * GIB * 97 // 100
    disk = identity.choose("shell/disk", (20, 40, 60, 120)) * GIB * 98 // 100
    first = identity.number("shell/people", 0, len(FIRST_NAMES) - 3)
    return Machine(
        hostname=identity.hostname.split(".")[0],
        domain=identity.domain,
        ip=identity.ip or "192.168.1.20",
        mac=identity.mac or "52:54:00:" + ":".join(f"{byte:02x}" for byte in identity.derive("shell/mac", 3)),
        distro=identity.distro,
        is_busybox=is_busybox,
        title=device.title if is_busybox else distro.title,
        kernel=device.kernel if is_busybox else distro.kernel,
        build=device.build if is_busybox else distro.build,
        architecture=device.architecture if is_busybox else "x86_64",
        busybox=device.busybox,
        processor=device.processor if is_busybox else identity.choose("shell/processor", PROCESSORS),
        cores=1 if is_busybox else identity.choose("shell/cores", (1, 2, 4)),
        memory=device.memory * 1024 if is_busybox else memory,
        disk=disk,
        people=()
        if is_busybox
        else tuple(FIRST_NAMES[first : first + identity.number("shell/accounts", 1, 2)]),
        uptime=uptime_of(identity),
        serial=identity.number("shell/serial", 0, 1 << 30),
    )
