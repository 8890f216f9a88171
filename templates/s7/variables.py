"""Reading and writing of variables: up to twenty items, each an area and an address (S7ANY)."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_streams import Malformed
from memory import BLOCKS, LETTERS, Memory, Place
from messages import MISSING, OK, RANGE

ITEM = 12
ITEMS = 20
SIZES = {1: ("BIT", 1), 2: ("BYTE", 1), 3: ("CHAR", 1), 4: ("WORD", 2), 5: ("INT", 2), 6: ("DWORD", 4)} | {
    7: ("DINT", 4),
    8: ("REAL", 4),
    0x1C: ("COUNTER", 2),
    0x1D: ("TIMER", 2),
}
BIT = 1
IN_BITS = {3, 4, 5}
"""Transport sizes of data whose length counts bits."""


@dataclass(frozen=True)
class Item:
    """One variable."""

    size: int
    count: int
    block: int
    area: int
    address: int
    """In bits."""

    @property
    def place(self) -> Place:
        """Where it lies."""
        return self.area, self.block if self.area == BLOCKS else 0

    @property
    def start(self) -> int:
        """In bytes."""
        return self.address // 8

    @property
    def length(self) -> int:
        """In bytes."""
        return self.count * SIZES[self.size][1] if self.size in SIZES else 0

    @property
    def shown(self) -> str:
        """For the log: `DB1.10.0 BYTE 4`."""
        area = LETTERS.get(self.area, f"area-{self.area:#04x}")
        block = str(self.block) if self.area == BLOCKS else ""
        kind = SIZES.get(self.size, (f"size-{self.size:#04x}", 0))[0]
        return f"{area}{block}.{self.start}.{self.address % 8} {kind} {self.count}"


def read_items(parameters: bytes) -> list[Item]:
    """What a job reads or writes."""
    count, listed = parameters[1] if len(parameters) > 1 else 0, parameters[2:]
    if not 1 <= count <= ITEMS or len(listed) != count * ITEM:
        raise Malformed("variables that do not fit", parameters)
    return [_item(listed[at : at + ITEM]) for at in range(0, len(listed), ITEM)]


def _item(data: bytes) -> Item:
    if data[:3] != b"\x12\x0a\x10":
        raise Malformed("a variable that is no address", data)
    count, block = int.from_bytes(data[4:6], "big"), int.from_bytes(data[6:8], "big")
    return Item(data[3], count, block, data[8], int.from_bytes(data[9:12], "big"))


def _wrong(memory: Memory, item: Item) -> int | None:
    size = memory.size(item.place)
    if size is None or item.size not in SIZES:
        return MISSING
    return None if item.count and item.start + item.length <= size else RANGE


def read(memory: Memory, items: list[Item]) -> bytes:
    """The data of an answer; an item that is missing has only its code."""
    parts: list[bytes] = []
    for item in items:
        wrong = _wrong(memory, item)
        if wrong is not None:
            part = bytes([wrong, 0, 0, 0])
        elif item.size == BIT:
            bit = memory.read(item.place, item.start, 1)[0] >> item.address % 8 & 1
            part = bytes([OK, 3, 0, 1, bit])
        else:
            found = memory.read(item.place, item.start, item.length)
            part = bytes([OK, 4]) + (len(found) * 8).to_bytes(2, "big") + found
        parts.append(part)
    # Each but the last is of an even length.
    return b"".join(part + b"\0" * (len(part) % 2) for part in parts[:-1]) + parts[-1]


def read_values(data: bytes, count: int) -> list[bytes]:
    """What is to be written, one for each item."""
    values: list[bytes] = []
    at = 0
    for _ in range(count):
        head = data[at : at + 4]
        if len(head) < 4:
            raise Malformed("values that do not fit", data)
        length = int.from_bytes(head[2:], "big")
        length = (length + 7) // 8 if head[1] in IN_BITS else length
        value = data[at + 4 : at + 4 + length]
        if len(value) != length:
            raise Malformed("values that do not fit", data)
        values.append(value)
        at += 4 + length + length % 2
    return values


def write(memory: Memory, item: Item, value: bytes) -> int:
    """Sets a variable; answers its return code."""
    wrong = _wrong(memory, item)
    if wrong is not None:
        return wrong
    if item.size == BIT:
        before = memory.read(item.place, item.start, 1)[0]
        mask = 1 << item.address % 8
        value = bytes([before | mask if value[:1] > b"\0" else before & ~mask])
    elif len(value) != item.length:
        return RANGE
    memory.write(item.place, item.start, value)
    return OK
