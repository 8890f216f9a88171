"""Which Samba a distro has. Debian's is from its package index, the others' are known less surely. Data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Samba:
    """A release as a distro packages it."""

    version: str
    """As smbd tells it."""
    comment: str = "Samba {version}"
    """`server string` of the distro's smb.conf."""
    smb1: bool = False
    """Whether SMB 1 is on: the default before Samba 4.11."""
    is_appliance: bool = False
    """A NAS, whose shares are those of its vendor."""


_UBUNTU = "{host} server (Samba, Ubuntu)"

SAMBA: dict[str, Samba] = {
    "debian": Samba("4.17.12-Debian"),
    "proxmox8": Samba("4.17.12-Debian"),
    "ubuntu22": Samba("4.15.13-Ubuntu", _UBUNTU),
    "ubuntu20": Samba("4.15.13-Ubuntu", _UBUNTU),
    "rocky9": Samba("4.19.4"),
    "centos7": Samba("4.10.16", smb1=True),
    "alpine": Samba("4.19.6"),
    "fedora": Samba("4.20.4"),
    "kali": Samba("4.20.4-Debian"),
    "arch": Samba("4.20.4"),
    "freebsd-14": Samba("4.16.11"),
    "openwrt-23": Samba("4.18.8", "Samba on OpenWrt"),
    "synology-dsm7": Samba("4.15.13", "", is_appliance=True),
    "qnap-qts5": Samba("4.15.13", "NAS Server", is_appliance=True),
}


def samba_of(distro: str) -> Samba:
    """The distro's Samba; Debian's for one that this table does not have."""
    return SAMBA.get(distro, SAMBA["debian"])
