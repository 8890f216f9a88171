"""NDR (C706 chapter 14, [MS-RPCE] section 2.2.5), little-endian: how the arguments of a call are written."""

from __future__ import annotations

import struct
from uuid import UUID

STRING_LIMIT = 4096
"""Characters of one string that are read."""


class NotNdr(ValueError):
    """Arguments that end too early or contradict themselves."""


class NdrWriter:
    """What a call answers."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._referent = 0x20000

    @property
    def data(self) -> bytes:
        """All that was written."""
        return bytes(self._data)

    def align(self, size: int) -> None:
        """Pads with zeros."""
        self._data += bytes(-len(self._data) % size)

    def u16(self, value: int) -> None:
        """An unsigned short."""
        self.align(2)
        self._data += struct.pack("<H", value)

    def u32(self, value: int) -> None:
        """An unsigned long."""
        self.align(4)
        self._data += struct.pack("<I", value)

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self._data += data

    def pointer(self) -> None:
        """A pointer to what is written later."""
        self.u32(self._referent)
        self._referent += 4

    def string(self, text: str) -> None:
        """A conformant and varying string of 16-bit characters, with its terminator."""
        units = (text + "\0").encode("utf-16-le")
        count = len(units) // 2
        for value in (count, 0, count):
            self.u32(value)
        self._data += units


class NdrReader:
    """What a call was given."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def align(self, size: int) -> None:
        """Skips padding."""
        self._at += -self._at % size

    def raw(self, count: int) -> bytes:
        """So many bytes."""
        end = self._at + count
        if end > len(self._data):
            raise NotNdr("arguments end too early")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def u16(self) -> int:
        """An unsigned short."""
        self.align(2)
        return int.from_bytes(self.raw(2), "little")

    def u32(self) -> int:
        """An unsigned long."""
        self.align(4)
        return int.from_bytes(self.raw(4), "little")

    def uuid(self) -> UUID:
        """A UUID."""
        self.align(4)
        return UUID(bytes_le=self.raw(16))

    def pointer(self) -> bool:
        """Whether the pointer here points to anything."""
        return self.u32() != 0

    def string(self) -> str:
        """A conformant and varying string of 16-bit characters, without its terminator."""
        _, offset, count = self.u32(), self.u32(), self.u32()
        if offset != 0 or count > STRING_LIMIT:
            raise NotNdr("a string of no allowed length")
        return self.raw(2 * count).decode("utf-16-le", "replace").split("\0")[0]
