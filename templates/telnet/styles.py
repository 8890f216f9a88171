"""How the Telnet server of each distro opens, asks and refuses. Data.

Linux: telnetd of netkit 0.17, which Ubuntu 22.04, CentOS 7 and Rocky 9 have; Debian 12 has the one of
inetutils, whose opening nmap does not know, so that a Debian decky shows what Debian 11 has. The texts
and pauses of login are those of Debian 12's shadow, measured, and of util-linux.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_distros import DISTROS, distro_of
from negotiation import (
    DO,
    ECHO,
    FLOW_CONTROL,
    IAC,
    NEW_ENVIRONMENT,
    STATUS,
    SUPPRESS_GO_AHEAD,
    TERMINAL_SPEED,
    TERMINAL_TYPE,
    WILL,
    WINDOW_SIZE,
    X_DISPLAY,
)

if TYPE_CHECKING:
    from decnet_identity import Identity

Says = tuple[tuple[int, int], ...]
"""Pairs of verb and option, in the order in which they are sent."""

NETKIT_ASKS: Says = (
    (DO, TERMINAL_TYPE),
    (DO, TERMINAL_SPEED),
    (DO, X_DISPLAY),
    (DO, NEW_ENVIRONMENT),
)
NETKIT_OFFERS: Says = (
    (WILL, SUPPRESS_GO_AHEAD),
    (DO, ECHO),
    (DO, WINDOW_SIZE),
    (WILL, STATUS),
    (DO, FLOW_CONTROL),
)
BUSYBOX_SAYS: Says = ((DO, ECHO), (DO, WINDOW_SIZE), (WILL, ECHO), (WILL, SUPPRESS_GO_AHEAD))
CISCO_SAYS: Says = ((WILL, ECHO), (WILL, SUPPRESS_GO_AHEAD), (DO, TERMINAL_TYPE), (DO, WINDOW_SIZE))
VXWORKS_SAYS: Says = ((WILL, ECHO), (WILL, SUPPRESS_GO_AHEAD))


@dataclass(frozen=True, kw_only=True)
class Style:
    """One product's way."""

    opening: Says
    """What is said before the client has said anything."""
    banner: str
    username: str
    password: str = "Password: "
    failure: str
    too_many: str = ""
    """After the last try."""
    tries: int = 3
    pause: float
    """Seconds between a wrong password and its refusal."""
    offers: Says = ()
    """What is said once the client has answered the opening; without it nobody waits for an answer."""
    timeout: str = "\nLogin timed out after 60 seconds.\n"

    @property
    def says(self) -> frozenset[tuple[int, int]]:
        """All that the server says of itself."""
        return frozenset((*self.opening, *self.offers, (WILL, ECHO)))


def bytes_of(says: Says) -> bytes:
    """As it goes over the wire."""
    return b"".join(bytes([IAC, verb, option]) for verb, option in says)


CISCO = Style(
    opening=CISCO_SAYS,
    banner="\n\nUser Access Verification\n\n",
    username="Username: ",
    failure="% Login invalid\n\n",
    pause=2.0,
    timeout="\n% Username:  timeout expired!\n",
)
MIKROTIK = Style(
    # RouterOS has netkit's telnetd too: "Linux telnetd" is what nmap says of it.
    opening=NETKIT_ASKS,
    offers=NETKIT_OFFERS,
    banner="\nMikroTik v7.14.3 (stable)\n",
    username="Login: ",
    failure="\nLogin failed, incorrect username or password\n\n",
    pause=2.5,
    timeout="",
)
VXWORKS = Style(
    opening=VXWORKS_SAYS,
    banner="\n",
    username="VxWorks login: ",
    failure="\nLogin incorrect\n",
    pause=1.0,
    timeout="",
)
OTHERS: Mapping[str, Style] = {
    "cisco-": CISCO,
    "mikrotik-": MIKROTIK,
    "schneider-": VXWORKS,
    "siemens-": VXWORKS,
}
"""By how the distro's name begins."""


def style_of(identity: Identity) -> Style:
    """By the decky's distro; what is no Linux distribution of ours and no other product has BusyBox."""
    distro = identity.distro
    for begin, style in OTHERS.items():
        if distro.startswith(begin):
            return style
    return _linux(identity) if distro in DISTROS or distro.startswith("proxmox") else _busybox(identity)


def _linux(identity: Identity) -> Style:
    distro = distro_of(identity.distro)
    red_hat = identity.distro in ("centos7", "rocky9", "fedora")
    tries = 3 if red_hat else 5
    return Style(
        opening=NETKIT_ASKS,
        offers=NETKIT_OFFERS,
        # /etc/issue.net: Red Hat's names the kernel, Debian's the release.
        banner=f"\nKernel {distro.kernel} on an x86_64\n" if red_hat else f"{_issue(distro.title)}\n",
        username=_login_prompt(identity),
        failure="\nLogin incorrect\n\n" if red_hat else "\nLogin incorrect\n",
        too_many="" if red_hat else f"Maximum number of tries exceeded ({tries})\n",
        tries=tries,
        pause=2.2 if red_hat else 3.2,
    )


def _issue(title: str) -> str:
    return title.split(" (")[0]


def _busybox(identity: Identity) -> Style:
    return Style(
        opening=BUSYBOX_SAYS,
        banner="",
        username=_login_prompt(identity),
        failure="Login incorrect\n",
        # LOGIN_FAIL_DELAY of BusyBox's login.
        pause=3.0,
        timeout="\nLogin timed out after 60 seconds\n",
    )


def _login_prompt(identity: Identity) -> str:
    return f"{identity.hostname.split('.')[0]} login: "
