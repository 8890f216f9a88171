"""Reads a packet of a binary protocol part by part: what is too short is malformed."""

from __future__ import annotations

from decnet_streams import Malformed


class PacketReader:
    """Takes the parts of a packet; what is too short is malformed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, count: int) -> bytes:
        """So many bytes."""
        part = self._data[self._place : self._place + count]
        if len(part) < count:
            raise Malformed("a packet that is too short", self._data)
        self._place += count
        return part

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._data) - self._place)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._place >= len(self._data)
