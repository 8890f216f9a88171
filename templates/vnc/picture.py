"""A login screen, drawn as rectangles: nothing is kept but what it is made of."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixels import Colour, PixelFormat

if TYPE_CHECKING:
    from decnet_identity import Identity

SIZES = ((800, 600), (1024, 768), (1280, 720))
BACKGROUNDS: tuple[Colour, ...] = ((38, 50, 56), (44, 62, 80), (0, 90, 158), (48, 10, 36), (59, 66, 82))
PANEL: Colour = (236, 239, 241)
FIELD: Colour = (255, 255, 255)
BORDER: Colour = (144, 164, 174)
INK: Colour = (33, 33, 33)
ROWS_AT_ONCE = 32
RAW, RRE = 0, 2
"""Encodings (RFC 6143 section 7.7)."""

GLYPHS = {
    "a": (0, 14, 1, 15, 17, 15),
    "b": (16, 30, 17, 17, 17, 30),
    "c": (0, 14, 17, 16, 17, 14),
    "d": (1, 15, 17, 17, 17, 15),
    "e": (0, 14, 17, 31, 16, 14),
    "f": (6, 8, 28, 8, 8, 8),
    "g": (0, 15, 17, 15, 1, 14),
    "h": (16, 30, 17, 17, 17, 17),
    "i": (4, 0, 12, 4, 4, 14),
    "j": (2, 0, 2, 2, 18, 12),
    "k": (16, 18, 20, 24, 20, 18),
    "l": (12, 4, 4, 4, 4, 14),
    "m": (0, 26, 21, 21, 21, 21),
    "n": (0, 30, 17, 17, 17, 17),
    "o": (0, 14, 17, 17, 17, 14),
    "p": (0, 30, 17, 30, 16, 16),
    "q": (0, 15, 17, 15, 1, 1),
    "r": (0, 22, 25, 16, 16, 16),
    "s": (0, 15, 16, 14, 1, 30),
    "t": (8, 28, 8, 8, 9, 6),
    "u": (0, 17, 17, 17, 17, 15),
    "v": (0, 17, 17, 17, 10, 4),
    "w": (0, 17, 17, 21, 21, 10),
    "x": (0, 17, 10, 4, 10, 17),
    "y": (0, 17, 17, 15, 1, 14),
    "z": (0, 31, 2, 4, 8, 31),
    "0": (14, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 14),
    "2": (14, 17, 2, 4, 8, 31),
    "3": (30, 1, 14, 1, 1, 30),
    "4": (2, 6, 10, 31, 2, 2),
    "5": (31, 16, 30, 1, 1, 30),
    "6": (14, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 4, 4),
    "8": (14, 17, 14, 17, 17, 14),
    "9": (14, 17, 15, 1, 1, 14),
    "-": (0, 0, 31, 0, 0, 0),
    ".": (0, 0, 0, 0, 12, 12),
    ":": (0, 12, 0, 0, 12, 0),
}
"""Six rows of five dots each, as the bits of a number."""
TEXT_LIMIT = 32


@dataclass(frozen=True)
class Shape:
    """A rectangle of one colour."""

    x: int
    y: int
    width: int
    height: int
    colour: Colour


@dataclass(frozen=True)
class Picture:
    """A background, and what lies on it, the last on top."""

    width: int
    height: int
    background: Colour
    shapes: tuple[Shape, ...]

    def update(self, pixels: PixelFormat, encoding: int) -> Iterator[bytes]:
        """One FramebufferUpdate of the whole of it, in parts."""
        yield struct.pack(">BxHHHHHi", 0, 1, 0, 0, self.width, self.height, encoding)
        if encoding == RRE:
            yield struct.pack(">I", len(self.shapes)) + pixels.pixel(self.background)
            yield b"".join(
                pixels.pixel(one.colour) + struct.pack(">HHHH", one.x, one.y, one.width, one.height)
                for one in self.shapes
            )
            return
        for top in range(0, self.height, ROWS_AT_ONCE):
            bottom = min(top + ROWS_AT_ONCE, self.height)
            yield b"".join(self._row(y, pixels) for y in range(top, bottom))

    def _row(self, y: int, pixels: PixelFormat) -> bytes:
        row = bytearray(pixels.pixel(self.background) * self.width)
        size = pixels.bits // 8
        for one in self.shapes:
            if one.y <= y < one.y + one.height:
                row[one.x * size : (one.x + one.width) * size] = pixels.pixel(one.colour) * one.width
        return bytes(row)


def login_screen(identity: Identity) -> Picture:
    """The decky's own."""
    width, height = identity.choose("vnc/size", SIZES)
    left = (width - 360) // 2 + identity.number("vnc/left", -20, 20)
    top = (height - 240) // 2 + identity.number("vnc/top", -20, 20)
    button: Colour = identity.choose("vnc/button", BACKGROUNDS)
    shapes = [
        Shape(left, top, 360, 240, PANEL),
        *_text(identity.hostname, left + 24, top + 20, 3),
        *_text("user name:", left + 24, top + 66, 2),
        Shape(left + 24, top + 84, 312, 28, BORDER),
        Shape(left + 25, top + 85, 310, 26, FIELD),
        *_text("password:", left + 24, top + 124, 2),
        Shape(left + 24, top + 142, 312, 28, BORDER),
        Shape(left + 25, top + 143, 310, 26, FIELD),
        Shape(left + 236, top + 190, 100, 30, button),
    ]
    return Picture(width, height, identity.choose("vnc/background", BACKGROUNDS), tuple(shapes))


def _text(text: str, x: int, y: int, scale: int) -> Iterator[Shape]:
    """Runs of dots; letters without a glyph are left out."""
    for place, letter in enumerate(text.lower()[: min(TEXT_LIMIT, 312 // (6 * scale))]):
        for row, dots in enumerate(GLYPHS.get(letter, ())):
            left = x + place * 6 * scale
            for begin, length in _runs(dots):
                yield Shape(left + begin * scale, y + row * scale, length * scale, scale, INK)


def _runs(dots: int) -> Iterator[tuple[int, int]]:
    begin = 0
    for column in range(6):
        is_set = column < 5 and dots >> 4 - column & 1
        if not is_set:
            if column > begin:
                yield begin, column - begin
            begin = column + 1
