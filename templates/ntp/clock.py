"""The clock of a decky: where it has its time from, and how well it keeps it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from packets import Clock

if TYPE_CHECKING:
    from decnet_identity import Identity

PRIMARY = (
    *("129.6.15.28", "129.6.15.29", "132.163.97.1", "132.163.97.4", "192.53.103.104", "192.53.103.108"),
    *("194.58.200.20", "216.239.35.0", "216.239.35.4", "216.239.35.8", "216.239.35.12", "131.188.3.221"),
)
"""Public servers of stratum 1: NIST, PTB, Netnod, Google, Erlangen."""
INTERVALS = (64, 128, 256, 512, 1024)


class Timekeeper:
    """Tells the decky's clock at a moment."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        gateway = identity.ip.rpartition(".")[0] + ".1" if identity.ip else ""
        is_behind = bool(gateway) and gateway != identity.ip and identity.number("ntp/behind", 0, 3) == 0
        self.stratum = 3 if is_behind else 2
        self.server = gateway if is_behind else identity.choose("ntp/server", PRIMARY)
        self.precision = -identity.number("ntp/precision", 20, 25)
        self._delay = identity.number("ntp/delay", 6_000, 32_000) / 1e6
        self._interval = identity.choose("ntp/interval", INTERVALS)
        self._phase = identity.number("ntp/phase", 0, self._interval * 1000 - 1) / 1000

    def at(self, now: float) -> Clock:
        """The dispersion grows from one packet of its server to the next (RFC 5905 section 11.2)."""
        turn = (now - self._phase) // self._interval
        heard = self._phase + turn * self._interval
        jitter = self._identity.number(f"ntp/turn/{int(turn)}", 0, 4_000) / 1e6
        return Clock(
            self.stratum,
            self.precision,
            self._delay + jitter,
            0.012 + jitter + (now - heard) * 15e-6,
            socket.inet_aton(self.server),
            heard + jitter,
        )
