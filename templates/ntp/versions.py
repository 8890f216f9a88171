"""Which time server a distro has, and whether it tells of itself. Data; `identity.distro` picks."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_distros import distro_of
from decnet_windows import windows_of


@dataclass(frozen=True)
class Product:
    """A time server. `version` is empty where it answers no control queries, as chrony and Windows."""

    version: str
    system: str
    processor: str = "x86_64"
    is_windows: bool = False


NTPD = {
    "debian": "ntpd ntpsec-1.2.2",
    "ubuntu22": "ntpd 4.2.8p15@1.3728-o Wed Feb 16 17:13:02 UTC 2022 (1)",
    "ubuntu20": "ntpd 4.2.8p12@1.3728-o (1)",
    "centos7": "ntpd 4.2.6p5@1.2349-o Tue Jun 23 15:38:18 UTC 2020 (1)",
    "kali": "ntpd ntpsec-1.2.3",
    "synology-dsm7": "ntpd 4.2.8p15@1.3728-o (1)",
}
CISCO = Product("4", "UNIX", "unknown")
OTHERS = {
    "cisco-ios15": CISCO,
    "cisco-iosxe17": CISCO,
    "freebsd-14": Product("ntpd 4.2.8p18-a (1)", "FreeBSD/14.0", "amd64"),
    "pfsense-27": Product("ntpd 4.2.8p17@1.4004-o (1)", "FreeBSD/14.0-CURRENT", "amd64"),
    "vmware-esxi7": Product("ntpd 4.2.8p15@1.3728 (1)", "VMkernel/7.0.3"),
}


def product_of(distro: str) -> Product:
    """The distro's; one that tells nothing, like chrony, where these tables have none."""
    if windows_of(distro) is not None:
        return Product("", "", is_windows=True)
    return OTHERS.get(distro) or Product(NTPD.get(distro, ""), f"Linux/{distro_of(distro).kernel}")
