"""What each distro ships under the name of postgresql."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A server as it presents itself."""

    version: str
    """server_version."""
    compiler: str
    """As VERSION() tells it."""
    startup_line: int
    """Line of postmaster.c that refuses a protocol: by it nmap tells the releases."""
    has_tls: bool = False
    """Whether a new cluster has TLS: Debian's have, with the certificate of the package ssl-cert."""
    triplet: str = "x86_64-pc-linux-gnu"

    @property
    def major(self) -> int:
        """9 for all of 9.x."""
        return int(self.version.split(".")[0])

    @property
    def banner(self) -> str:
        """VERSION()."""
        return f"PostgreSQL {self.version} on {self.triplet}, compiled by {self.compiler}, 64-bit"

    @property
    def oldest_protocol(self) -> str:
        """The first that it still claims to speak."""
        return "3.0" if self.major >= 14 else "2.0" if self.major >= 12 else "1.0"


# The line goes on with the minor release (15.20 has 2220), so these are releases that nmap's table knows.
DEBIAN = Release("15.3 (Debian 15.3-0+deb12u1)", "gcc (Debian 12.2.0-14) 12.2.0", 2194, has_tls=True)
WINDOWS = Release("15.0", "Visual C++ build 1914", 2194, triplet="x86_64-pc-windows-msvc")

RELEASES: dict[str, Release] = {
    "debian": DEBIAN,
    "proxmox8": DEBIAN,
    "ubuntu22": Release(
        "14.5 (Ubuntu 14.5-0ubuntu0.22.04.1)", "gcc (Ubuntu 11.2.0-19ubuntu1) 11.2.0", 2138, has_tls=True
    ),
    "ubuntu20": Release(
        "12.12 (Ubuntu 12.12-0ubuntu0.20.04.1)",
        "gcc (Ubuntu 9.4.0-1ubuntu1~20.04.1) 9.4.0",
        2119,
        has_tls=True,
    ),
    "rocky9": Release("13.7", "gcc (GCC) 11.2.1 20220127 (Red Hat 11.2.1-9)", 2133),
    "centos7": Release(
        "9.2.24", "gcc (GCC) 4.8.5 20150623 (Red Hat 4.8.5-44)", 1755, triplet="x86_64-redhat-linux-gnu"
    ),
    "alpine": Release(
        "15.0", "gcc (Alpine 13.2.1_git20240309) 13.2.1 20240309", 2194, triplet="x86_64-alpine-linux-musl"
    ),
    "fedora": Release(
        "15.0", "gcc (GCC) 12.2.1 20221121 (Red Hat 12.2.1-4)", 2194, triplet="x86_64-redhat-linux-gnu"
    ),
    "kali": Release("15.0 (Debian 15.0-1)", "gcc (Debian 12.2.0-3) 12.2.0", 2194, has_tls=True),
    "arch": Release("15.0", "gcc (GCC) 12.2.0", 2194),
    "freebsd-14": Release("15.0", "FreeBSD clang version 14.0.5", 2194, triplet="amd64-portbld-freebsd14.0"),
    "windows-10": WINDOWS,
    "windows-11": WINDOWS,
    "windows-server-2016": WINDOWS,
    "windows-server-2019": WINDOWS,
    "windows-server-2022": WINDOWS,
}


def release_of(distro: str) -> Release:
    """What runs on the distro."""
    return RELEASES.get(distro, DEBIAN)
