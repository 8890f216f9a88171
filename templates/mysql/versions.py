"""What each distro ships under the name of mysql-server."""

from __future__ import annotations

from dataclasses import dataclass

NATIVE, SHA2 = "mysql_native_password", "caching_sha2_password"


@dataclass(frozen=True)
class Release:
    """A server as it presents itself."""

    greeting: str
    """Version in the handshake. MariaDB 10 puts `5.5.5-` in front, for old replicas."""
    comment: str
    """@@version_comment."""
    system: str = "debian-linux-gnu"
    """@@version_compile_os."""

    @property
    def version(self) -> str:
        """As VERSION() tells it."""
        return self.greeting.removeprefix("5.5.5-")

    @property
    def is_mariadb(self) -> bool:
        """MariaDB, or MySQL 8."""
        return "MariaDB" in self.greeting

    @property
    def product(self) -> str:
        """As error texts name it."""
        return "MariaDB" if self.is_mariadb else "MySQL"

    @property
    def plugin(self) -> str:
        """The default of its authentication."""
        return NATIVE if self.is_mariadb else SHA2


DEBIAN = Release("5.5.5-10.11.19-MariaDB-0+deb12u1", "Debian 12")
ORACLE = "MySQL Community Server - GPL"

RELEASES: dict[str, Release] = {
    "debian": DEBIAN,
    "proxmox8": DEBIAN,
    "ubuntu22": Release("8.0.39-0ubuntu0.22.04.1", "(Ubuntu)", "Linux"),
    "ubuntu20": Release("8.0.39-0ubuntu0.20.04.1", "(Ubuntu)", "Linux"),
    "rocky9": Release("5.5.5-10.5.22-MariaDB", "MariaDB Server", "Linux"),
    "centos7": Release("5.5.68-MariaDB", "MariaDB Server", "Linux"),
    "alpine": Release("5.5.5-10.11.8-MariaDB", "Alpine Linux", "Linux"),
    "fedora": Release("5.5.5-10.11.9-MariaDB", "MariaDB Server", "Linux"),
    "kali": Release("5.5.5-10.11.8-MariaDB-1", "Debian n/a"),
    "arch": Release("5.5.5-10.11.9-MariaDB", "Arch Linux", "Linux"),
    "windows-10": Release("8.0.39", ORACLE, "Win64"),
    "windows-11": Release("8.0.39", ORACLE, "Win64"),
    "windows-server-2016": Release("8.0.36", ORACLE, "Win64"),
    "windows-server-2019": Release("8.0.39", ORACLE, "Win64"),
    "windows-server-2022": Release("8.0.39", ORACLE, "Win64"),
    "macos-14": Release("8.0.39", "Homebrew", "macos14.4"),
    "freebsd-14": Release("8.0.39", "Source distribution", "FreeBSD14.1"),
    "synology-dsm7": Release("5.5.5-10.11.6-MariaDB", "Source distribution", "Linux"),
    "qnap-qts5": Release("5.5.5-10.5.8-MariaDB", "MariaDB Server", "Linux"),
}


def release_of(distro: str, version: str = "") -> Release:
    """What runs on the distro; with `version`, what the operator wants it to be."""
    release = RELEASES.get(distro, DEBIAN)
    return Release(version, release.comment, release.system) if version else release
