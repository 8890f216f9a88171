"""Which MongoDB runs: the vendor's own package, as no current distro has one.

It is the last release of 4.4, the newest that runs on processors without AVX and that answers to
clients of ten years ago.
"""

from __future__ import annotations

VERSION = "4.4.29"
GIT_VERSION = "f4dda329a99811c707eb06d05ad023599f9be263"
WIRE_VERSION = 9
OPENSSL = "OpenSSL 1.1.1n  15 Mar 2022"

PACKAGES = {
    "debian": "debian10",
    "proxmox8": "debian10",
    "kali": "debian10",
    "ubuntu22": "ubuntu2004",
    "ubuntu20": "ubuntu2004",
    "rocky9": "rhel80",
    "fedora": "rhel80",
    "centos7": "rhel70",
    "windows-10": "windows",
    "windows-11": "windows",
    "windows-server-2016": "windows",
    "windows-server-2019": "windows",
    "windows-server-2022": "windows",
}


def package_of(distro: str) -> str:
    """The vendor's package (`distmod`) that fits the distro."""
    return PACKAGES.get(distro, "ubuntu2004")
