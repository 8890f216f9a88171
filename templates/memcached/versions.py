"""What each distro ships under the name of memcached, and the libevent that it runs on."""

from __future__ import annotations

DEFAULT = ("1.6.18", "2.1.12-stable")

RELEASES: dict[str, tuple[str, str]] = {
    "debian": DEFAULT,
    "proxmox8": DEFAULT,
    "ubuntu22": ("1.6.14", "2.1.12-stable"),
    "ubuntu20": ("1.5.22", "2.1.11-stable"),
    "rocky9": ("1.6.9", "2.1.12-stable"),
    "centos7": ("1.4.15", "2.0.21-stable"),
    "alpine": ("1.6.27", "2.1.12-stable"),
    "fedora": ("1.6.27", "2.1.12-stable"),
    "kali": ("1.6.27", "2.1.12-stable"),
    "arch": ("1.6.31", "2.1.12-stable"),
    "freebsd-14": ("1.6.31", "2.1.12-stable"),
}
