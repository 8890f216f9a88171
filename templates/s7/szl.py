"""System status lists (System Software for S7-300/400, volume 2, chapter 34): who a CPU says that it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_controllers import Controller
    from decnet_identity import Identity

RUN, STOP = 0x08, 0x04
COPYRIGHT = "Original Siemens Equipment"
TEXT = 32
CPU = 0x00C0
"""A module type."""


class Lists:
    """The lists of one controller."""

    def __init__(self, identity: Identity, controller: Controller) -> None:
        self._controller = controller
        self._card = f"MMC {identity.derive('s7/card', 4).hex().upper()}"
        self._whole: dict[int, Callable[[int], dict[int, bytes]]] = {
            0x0011: lambda _: self._modules(),
            0x001C: lambda _: self._names(),
            0x0131: lambda _: {1: _padded(1, 240, 32, 0x02DC, 0x6C00)},
            0x0132: lambda _: {4: _padded(4, 1, 0, 1, 2)},
            0x0424: lambda state: {0: b"\x51\x44\xff" + bytes([state]) + bytes(8) + _bcd_time()},
        }

    def read(self, number: int, index: int, state: int) -> bytes | None:
        """A list or one record of it, with its head; None where there is none."""
        if number == 0:
            known = [0, *self._whole, 0x0111, 0x011C]
            records = [one.to_bytes(2, "big") for one in sorted(known)]
        else:
            # 0x01nn is one record of 0x00nn; 0x0232 has 0x0132's form.
            single = number in {0x0111, 0x011C, 0x0131, 0x0132, 0x0232}
            base = {0x0111: 0x0011, 0x011C: 0x001C, 0x0232: 0x0132}.get(number, number)
            if base not in self._whole:
                return None
            found = self._whole[base](state)
            records = [found[index]] if single and index in found else [] if single else list(found.values())
        if not records:
            return None
        head = (number, index, len(records[0]), len(records))
        return b"".join(part.to_bytes(2, "big") for part in head) + b"".join(records)

    def _modules(self) -> dict[int, bytes]:
        """Module, basic hardware and firmware."""
        order = self._controller.model.order.encode().ljust(20)[:20]
        major, minor, patch = self._controller.firmware
        hardware = (CPU.to_bytes(2, "big") + self._controller.hardware.to_bytes(2, "big")).ljust(6, b"\0")
        release = CPU.to_bytes(2, "big") + bytes([0x56, major, minor, patch])
        return {
            1: b"\0\x01" + order + hardware,
            6: b"\0\x06" + order + hardware,
            7: b"\0\x07" + b"".ljust(20) + release,
        }

    def _names(self) -> dict[int, bytes]:
        texts = {
            1: self._controller.station,
            2: self._controller.model.name,
            3: self._controller.plant,
            4: COPYRIGHT,
            5: self._controller.serial,
            7: self._controller.model.name,
            8: self._card,
        }
        return {
            index: index.to_bytes(2, "big") + text.encode().ljust(TEXT, b"\0")[:TEXT]
            for index, text in texts.items()
        }


def _padded(*words: int) -> bytes:
    return b"".join(word.to_bytes(2, "big") for word in words).ljust(40, b"\0")


def _bcd_time() -> bytes:
    return clock()[2:]


def clock() -> bytes:
    """The time as BCD: a reserved byte, the century, then year to thousandths and the day of the week."""
    now = time.gmtime()
    parts = (
        0,
        now.tm_year // 100,
        now.tm_year % 100,
        now.tm_mon,
        now.tm_mday,
        now.tm_hour,
        now.tm_min,
        now.tm_sec,
    )
    weekday = (now.tm_wday + 1) % 7 + 1
    return bytes(part // 10 << 4 | part % 10 for part in parts) + bytes([0, weekday])
