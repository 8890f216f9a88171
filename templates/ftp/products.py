"""How the FTP servers of devices greet, where it is not vsftpd: as nmap-service-probes knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_distros import distro_of

if TYPE_CHECKING:
    from decnet_identity import Identity

_GREETINGS = {
    "hp-m404dn": "JD FTP Server Ready",
    "hp-m428fdw": "JD FTP Server Ready",
    "kyocera-m2540dn": "ECOSYS M2540dn FTP server.",
    "synology-dsm7": "Synology FTP server ready.",
    "qnap-qts5": "ProFTPD 1.3.6 Server (ProFTPD) [{ip}]",
    "schneider-m340": "VxWorks (VxWorks6.4) FTP server ready",
}

HELP = {"kyocera-m2540dn": "214- FTPD supported commands(RFC959 subset):"}
"""First line of the answer to HELP."""


def greeting_of(identity: Identity) -> str:
    """What is said first, after the code 220."""
    greeting = _GREETINGS.get(identity.distro)
    if greeting is None:
        return f"(vsFTPd {distro_of(identity.distro).vsftpd})"
    return greeting.format(ip=f"::ffff:{identity.ip}")
