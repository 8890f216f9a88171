"""How long a decky has been running: of the decky, not of the container, so that all its services agree."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

DAY = 86_400


def uptime_of(identity: Identity, now: float | None = None) -> int:
    """Seconds since the decky's last start: it starts anew every one to four months."""
    period = identity.number("uptime/period", 30 * DAY, 120 * DAY)
    phase = identity.number("uptime/phase", 0, period - 1)
    return int((time.time() if now is None else now) - phase) % period


def service_uptime_of(identity: Identity) -> int:
    """Seconds since this service's start, which came soon after the decky's."""
    return max(uptime_of(identity) - identity.number(f"uptime/{identity.service}", 9, 60), 1)
