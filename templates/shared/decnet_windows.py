"""What a Windows machine, or Samba in its place, says of itself in SMB, RDP, LDAP, MSSQL and HTTP alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_ntlm import Target

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Windows:
    """One release."""

    title: str
    """ProductName in the registry."""
    version: tuple[int, int, int]
    """Major, minor and build."""
    server: bool
    ntlm_build: int | None = None
    """Build that NTLM tells, where it is another: a feature update that only switched things on."""


WINDOWS: dict[str, Windows] = {
    "windows-10": Windows("Windows 10 Pro", (10, 0, 19045), server=False, ntlm_build=19041),
    "windows-11": Windows("Windows 11 Pro", (10, 0, 22631), server=False, ntlm_build=22621),
    "windows-server-2016": Windows("Windows Server 2016 Standard", (10, 0, 14393), server=True),
    "windows-server-2019": Windows("Windows Server 2019 Standard", (10, 0, 17763), server=True),
    "windows-server-2022": Windows("Windows Server 2022 Standard", (10, 0, 20348), server=True),
}

SAMBA = (6, 1, 0)
"""The version of Windows that Samba claims in NTLM (auth/ntlmssp of Samba 4)."""


def windows_of(distro: str) -> Windows | None:
    """The Windows by its name in the fleet; None for whatever is no Windows."""
    return WINDOWS.get(distro)


def netbios_name(identity: Identity) -> str:
    """The host name as NetBIOS has it: 15 characters at most, in capitals."""
    return identity.hostname.split(".")[0].upper()[:15]


def netbios_domain(identity: Identity) -> str:
    """The first label of the domain in capitals; WORKGROUP where the fleet has no domain."""
    return identity.domain.split(".")[0].upper()[:15] or "WORKGROUP"


def ntlm_target(identity: Identity, *, member: bool) -> Target:
    """What the decky says of itself in an NTLM challenge; `member`: of the fleet's domain."""
    windows = windows_of(identity.distro)
    computer = netbios_name(identity)
    is_member = member and identity.domain != ""
    return Target(
        computer=computer,
        domain=netbios_domain(identity) if is_member else computer,
        dns_computer=identity.fqdn if is_member else identity.hostname,
        dns_domain=identity.domain if is_member else identity.hostname,
        version=SAMBA
        if windows is None
        else (*windows.version[:2], windows.ntlm_build or windows.version[2]),
        is_member=is_member,
    )
