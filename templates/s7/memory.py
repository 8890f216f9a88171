"""The memory of the controller by area: data blocks, inputs, outputs and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_process import Process

if TYPE_CHECKING:
    from decnet_identity import Identity

INPUTS, OUTPUTS, FLAGS, BLOCKS = 0x81, 0x82, 0x83, 0x84
LETTERS = {INPUTS: "I", OUTPUTS: "Q", FLAGS: "M", BLOCKS: "DB"}
LIVE = 1
"""The data block of what is measured."""

Place = tuple[int, int]
"""An area, and of data blocks the number."""


class Memory:
    """All of it; writes stay as long as the service lives."""

    def __init__(self, identity: Identity) -> None:
        self._process = Process(identity)
        self._fixed: dict[Place, bytearray] = {
            (area, 0): bytearray(identity.derive(f"s7/area/{area}", size))
            for area, size in ((INPUTS, 16), (OUTPUTS, 16), (FLAGS, 256))
        }
        for index in range(identity.number("s7/blocks", 2, 6)):
            number = identity.number(f"s7/block/{index}", 2, 120)
            length = identity.number(f"s7/length/{index}", 8, 200) * 2
            self._fixed[BLOCKS, number] = _settings(identity.derive(f"s7/content/{index}", length))

    @property
    def blocks(self) -> int:
        """How many data blocks there are."""
        return 1 + sum(area == BLOCKS for area, _ in self._fixed)

    def size(self, place: Place) -> int | None:
        """In bytes; None for what is not there."""
        if place == (BLOCKS, LIVE):
            return self._process.size * 2
        fixed = self._fixed.get(place)
        return None if fixed is None else len(fixed)

    def read(self, place: Place, start: int, length: int) -> bytes:
        """Bytes that are there."""
        if place != (BLOCKS, LIVE):
            return bytes(self._fixed[place][start : start + length])
        words = range(start // 2, (start + length + 1) // 2)
        whole = b"".join(self._process.word(index).to_bytes(2, "big") for index in words)
        return whole[start % 2 : start % 2 + length]

    def write(self, place: Place, start: int, data: bytes) -> None:
        """Sets bytes that are there."""
        if place != (BLOCKS, LIVE):
            self._fixed[place][start : start + len(data)] = data
            return
        first = start // 2
        words = bytearray(self.read(place, first * 2, (start % 2 + len(data) + 1) // 2 * 2))
        words[start % 2 : start % 2 + len(data)] = data
        for index in range(len(words) // 2):
            self._process.write(first + index, int.from_bytes(words[index * 2 : index * 2 + 2], "big"))


def _settings(noise: bytes) -> bytearray:
    # Small numbers, and many zeros: what blocks hold mostly.
    return bytearray(byte if at % 2 and noise[at - 1] < 160 else 0 for at, byte in enumerate(noise))
