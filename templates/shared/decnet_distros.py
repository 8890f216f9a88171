"""What each distro runs: versions that agree with each other. Data; `identity.distro` picks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Distro:
    """One release of a Linux distribution, as its own packages present themselves."""

    title: str
    """PRETTY_NAME of /etc/os-release."""
    kernel: str
    """`uname -r`."""
    build: str
    """`uname -v`."""
    ssh: str
    """Version string of sshd, after `SSH-2.0-`."""
    http: str
    """Server header of Apache httpd."""
    vsftpd: str
    redis: str
    gcc: str
    """What the distro's Redis was compiled with."""


DISTROS: dict[str, Distro] = {
    "debian": Distro(
        "Debian GNU/Linux 12 (bookworm)",
        "6.1.0-56-amd64",
        "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)",
        "OpenSSH_9.2p1 Debian-2+deb12u10",
        "Apache/2.4.71 (Debian)",
        "3.0.3",
        "7.0.15",
        "12.2.0",
    ),
    "proxmox8": Distro(
        "Debian GNU/Linux 12 (bookworm)",
        "6.8.12-2-pve",
        "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-2 (2024-09-05T10:03Z)",
        "OpenSSH_9.2p1 Debian-2+deb12u10",
        "Apache/2.4.71 (Debian)",
        "3.0.3",
        "7.0.15",
        "12.2.0",
    ),
    "ubuntu22": Distro(
        "Ubuntu 22.04.5 LTS",
        "5.15.0-122-generic",
        "#132-Ubuntu SMP Thu Aug 29 13:45:52 UTC 2024",
        "OpenSSH_8.9p1 Ubuntu-3ubuntu0.10",
        "Apache/2.4.52 (Ubuntu)",
        "3.0.5",
        "6.0.16",
        "11.2.0",
    ),
    "ubuntu20": Distro(
        "Ubuntu 20.04.6 LTS",
        "5.4.0-195-generic",
        "#215-Ubuntu SMP Fri Aug 2 18:28:05 UTC 2024",
        "OpenSSH_8.2p1 Ubuntu-4ubuntu0.11",
        "Apache/2.4.41 (Ubuntu)",
        "3.0.5",
        "5.0.7",
        "9.3.0",
    ),
    "rocky9": Distro(
        "Rocky Linux 9.4 (Blue Onyx)",
        "5.14.0-427.13.1.el9_4.x86_64",
        "#1 SMP PREEMPT_DYNAMIC Wed May 1 19:11:28 UTC 2024",
        "OpenSSH_8.7",
        "Apache/2.4.57 (Rocky Linux)",
        "3.0.5",
        "6.2.7",
        "11.3.1",
    ),
    "centos7": Distro(
        "CentOS Linux 7 (Core)",
        "3.10.0-1160.119.1.el7.x86_64",
        "#1 SMP Tue Jun 4 14:43:51 UTC 2024",
        "OpenSSH_7.4",
        "Apache/2.4.6 (CentOS)",
        "3.0.2",
        "3.2.12",
        "4.8.5",
    ),
    "alpine": Distro(
        "Alpine Linux v3.20",
        "6.6.52-0-lts",
        "#1-Alpine SMP PREEMPT_DYNAMIC 2024-09-18 14:04:08",
        "OpenSSH_9.7",
        "Apache/2.4.62 (Unix)",
        "3.0.5",
        "7.2.5",
        "13.2.1",
    ),
    "fedora": Distro(
        "Fedora Linux 40 (Server Edition)",
        "6.8.5-301.fc40.x86_64",
        "#1 SMP PREEMPT_DYNAMIC Thu Apr 11 20:00:10 UTC 2024",
        "OpenSSH_9.6",
        "Apache/2.4.62 (Fedora Linux)",
        "3.0.5",
        "7.2.4",
        "14.2.1",
    ),
    "kali": Distro(
        "Kali GNU/Linux Rolling",
        "6.8.11-amd64",
        "#1 SMP PREEMPT_DYNAMIC Kali 6.8.11-1kali2 (2024-05-30)",
        "OpenSSH_9.7p1 Debian-7",
        "Apache/2.4.62 (Debian)",
        "3.0.3",
        "7.0.15",
        "13.3.0",
    ),
    "arch": Distro(
        "Arch Linux",
        "6.10.10-arch1-1",
        "#1 SMP PREEMPT_DYNAMIC Thu, 12 Sep 2024 17:21:02 +0000",
        "OpenSSH_9.8",
        "Apache/2.4.62 (Unix)",
        "3.0.5",
        "7.2.5",
        "14.2.1",
    ),
}


def distro_of(name: str) -> Distro:
    """The distro by its name in the fleet; Debian for one that this table does not have."""
    return DISTROS.get(name, DISTROS["debian"])
