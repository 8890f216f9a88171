"""Which name server a distro has, and what it calls itself. Data; `identity.distro` picks."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_windows import windows_of


@dataclass(frozen=True)
class Product:
    """A name server."""

    name: str
    """bind, dnsmasq, unbound or microsoft."""
    version: str
    """Its TXT at version.bind."""


BIND = {
    "debian": "9.18.28-1~deb12u2-Debian",
    "proxmox8": "9.18.28-1~deb12u2-Debian",
    "ubuntu22": "9.18.28-0ubuntu0.22.04.1-Ubuntu",
    "ubuntu20": "9.18.28-0ubuntu0.20.04.1-Ubuntu",
    "rocky9": "9.16.23-RH",
    "centos7": "9.11.4-P2-RedHat-9.11.4-26.P2.el7_9.16",
    "alpine": "9.18.28",
    "fedora": "9.18.28",
    "kali": "9.19.24-1-Debian",
    "arch": "9.20.1",
    "freebsd-14": "9.18.28",
    "synology-dsm7": "9.16.23",
    "qnap-qts5": "9.11.4",
}
OTHERS = {
    "openwrt-23": Product("dnsmasq", "dnsmasq-2.90"),
    "pfsense-27": Product("unbound", "unbound 1.18.0"),
    "busybox-iot": Product("dnsmasq", "dnsmasq-2.80"),
}


def product_of(distro: str) -> Product:
    """The distro's; BIND as Debian has it for one that these tables do not have."""
    if windows_of(distro) is not None:
        return Product("microsoft", "")
    return OTHERS.get(distro) or Product("bind", BIND.get(distro, BIND["debian"]))
