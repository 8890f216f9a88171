"""What a controller measures and steers: values that drift slowly, its own, and the same to Modbus and S7.

A value follows from the time alone, so that it goes on where it was after a restart. What somebody writes
stays until then.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

WORD = 0xFFFF
KINDS = ((180, 950), (200, 850), (8, 60), (300, 1480), (20, 99), (0, 320), (2200, 2400), (495, 505))
"""Lowest and highest: temperature, level, pressure, speed, per cent, flow, voltage, frequency."""
NOISE_SECONDS = 4


@dataclass(frozen=True)
class Signal:
    """A value that goes up and down."""

    middle: float
    swing: float
    period: float
    phase: float
    noise: bytes

    def at(self, now: float) -> int:
        """Its value at a time."""
        slow = math.sin(2 * math.pi * now / self.period + self.phase)
        quick = self.noise[int(now / NOISE_SECONDS) % len(self.noise)] / 255 - 0.5
        return max(0, round(self.middle + self.swing * (slow + quick / 12))) & WORD


class Process:
    """Words and bits of one controller; each lives as long as the service."""

    def __init__(self, identity: Identity) -> None:
        measured = identity.number("process/measured", 12, 24)
        settings = identity.number("process/settings", 6, 16)
        self.size: int = identity.choose("process/size", (64, 100, 128, 200, 256))
        """Words there are."""
        self.bits: int = identity.choose("process/bits", (32, 48, 64, 96))
        """Bits there are."""
        self._signals = [_signal(identity, index) for index in range(measured)]
        self._settings = [_setting(identity, index) for index in range(settings)]
        self._written: dict[int, int] = {}
        self._switched: dict[int, bool] = {}
        self._pattern = identity.derive("process/bits/pattern", 16)

    def word(self, index: int, now: float | None = None) -> int:
        """One word: what is measured first, then what is set, then zeros."""
        if index in self._written:
            return self._written[index]
        if index < len(self._signals):
            return self._signals[index].at(time.time() if now is None else now)
        setting = index - len(self._signals)
        return self._settings[setting] if setting < len(self._settings) else 0

    def bit(self, index: int) -> bool:
        """One bit: a valve, a motor, an alarm."""
        if index in self._switched:
            return self._switched[index]
        return bool(self._pattern[index // 8 % 16] >> index % 8 & 1)

    def write(self, index: int, value: int) -> None:
        """Sets a word."""
        if index < self.size:
            self._written[index] = value & WORD

    def switch(self, index: int, value: bool) -> None:
        """Sets a bit."""
        if index < self.bits:
            self._switched[index] = value


def _signal(identity: Identity, index: int) -> Signal:
    low, high = identity.choose(f"process/kind/{index}", KINDS)
    middle = low + (high - low) * identity.number(f"process/middle/{index}", 25, 75) / 100
    swing = (high - low) * identity.number(f"process/swing/{index}", 2, 18) / 100
    period = identity.number(f"process/period/{index}", 600, 14_400)
    phase = identity.number(f"process/phase/{index}", 0, 6282) / 1000
    return Signal(middle, swing, period, phase, identity.derive(f"process/noise/{index}", 61))


def _setting(identity: Identity, index: int) -> int:
    low, high = identity.choose(f"process/setting/{index}", KINDS)
    return round(low + (high - low) * identity.number(f"process/set/{index}", 2, 9) / 10)
