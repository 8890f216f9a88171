"""What the decky is in SMB: a release of Windows, or a Samba."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_ntlm import FILETIME_EPOCH, Target
from decnet_spnego import NEGOEX, NTLMSSP
from decnet_windows import netbios_domain, ntlm_target, windows_of
from shares import Share, shares_of
from versions import samba_of

if TYPE_CHECKING:
    from decnet_identity import Identity

DAY = 86_400


@dataclass(frozen=True)
class Machine:
    """The same after every restart."""

    is_windows: bool
    is_server: bool
    smb1: bool
    native_os: str
    """What SMB 1 calls the operating system, and the server program."""
    native_lan: str
    target: Target
    domain: str
    """Workgroup, or NetBIOS name of the domain."""
    guid: bytes
    mechanisms: tuple[bytes, ...]
    version: tuple[int, int]
    comment: str
    started: int
    """FILETIME of the last start; 0 where the product does not tell it."""
    shares: tuple[Share, ...]


def filetime(moment: float) -> int:
    """Seconds since 1970 as [MS-DTYP] section 2.3.3 has them."""
    return int((moment + FILETIME_EPOCH) * 10_000_000)


def machine_of(identity: Identity, now: float | None = None) -> Machine:
    """The decky. SMB 1 is on where the product has it on, and on every Windows: one that nobody tends."""
    windows = windows_of(identity.distro)
    samba = samba_of(identity.distro)
    comment = samba.comment.format(version=samba.version, host=identity.hostname)
    # Windows before 1709 tells when it was started.
    tells_start = windows is not None and windows.version[2] < 16_299
    return Machine(
        is_windows=windows is not None,
        is_server=windows is not None and windows.server,
        smb1=windows is not None or samba.smb1,
        native_os=f"{windows.title} {windows.version[2]}" if windows else "Windows 6.1",
        native_lan=f"{windows.title} 6.3" if windows else f"Samba {samba.version}",
        target=ntlm_target(identity, member=windows is not None),
        domain=netbios_domain(identity),
        guid=identity.derive("smb/guid", 16),
        mechanisms=(NEGOEX, NTLMSSP) if windows else (NTLMSSP,),
        version=windows.version[:2] if windows else (6, 1),
        comment="" if windows else comment,
        started=_start_of(identity, time.time() if now is None else now) if tells_start else 0,
        shares=shares_of(identity, windows=windows is not None, comment=comment, samba=samba),
    )


def _start_of(identity: Identity, now: float) -> int:
    """Started anew once in a period of the decky's own."""
    period = identity.number("smb/uptime", 20, 60) * DAY
    phase = identity.number("smb/start", 0, period)
    return filetime(now - (now - phase) % period)
