"""How a client wants its pixels (RFC 6143 section 7.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_streams import Malformed

Colour = tuple[int, int, int]
"""Red, green and blue, of 255 each."""


@dataclass(frozen=True)
class PixelFormat:
    """The colours' greatest values and places within a pixel."""

    bits: int
    depth: int
    is_big_endian: bool
    greatest: tuple[int, int, int]
    shifts: tuple[int, int, int]

    def pixel(self, colour: Colour) -> bytes:
        """One pixel as it goes over the wire."""
        value = 0
        for part, most, shift in zip(colour, self.greatest, self.shifts, strict=True):
            value |= part * most // 255 << shift
        width = self.bits // 8
        return (value & (1 << self.bits) - 1).to_bytes(width, "big" if self.is_big_endian else "little")

    def pack(self) -> bytes:
        """As it stands in ServerInit."""
        return struct.pack(
            ">BBBBHHHBBB3x", self.bits, self.depth, self.is_big_endian, 1, *self.greatest, *self.shifts
        )


OURS = PixelFormat(32, 24, False, (255, 255, 255), (16, 8, 0))
MAPPED = ((7, 7, 3), (0, 3, 6))
"""What a client without true colour gets: we keep no colour map."""


def read_format(data: bytes) -> PixelFormat:
    """The 16 bytes of SetPixelFormat."""
    bits, depth, big, true_colour, *rest = struct.unpack(">BBBBHHHBBB3x", data)
    if bits not in (8, 16, 32) or any(shift >= bits for shift in rest[3:]) and true_colour:
        raise Malformed("not a pixel format", data)
    greatest, shifts = (tuple(rest[:3]), tuple(rest[3:])) if true_colour else MAPPED
    return PixelFormat(bits, depth, bool(big), greatest, shifts)
