"""The items: the decky's own, and a few of what is set, which the next client finds again."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

ITEMS_LIMIT = 128
ITEM_BYTES = 16 * 1024
"""What is kept of a value; the client is told that all was stored."""
REFILL_SECONDS = 300
MONTH = 60 * 60 * 24 * 30
"""Above so many seconds an expiry is a moment, not a span (doc/protocol.txt)."""
HEADER_BYTES = 50
SLABS = (96, 120, 152, 192, 240, 304, 384, 480, 600, 752, 944, 1184, 1480, 1856, 2320, 2904, 3632, 4544)
SLABS += (5680, 7104, 8880, 11_104, 13_880, 17_352)
"""Chunk sizes of the slab classes, from class 1 on."""


@dataclass
class Item:
    """A value with what belongs to it."""

    value: bytes
    flags: int = 0
    expires: float = 0
    """0: never."""
    unique: int = 0


def bait_of(identity: Identity) -> dict[bytes, Item]:
    """What an application would have cached."""
    items: dict[bytes, Item] = {}
    for number in range(identity.number("memcached/sessions", 4, 12)):
        token = identity.derive(f"memcached/session/{number}", 13).hex()
        user = identity.number(f"memcached/user/{number}", 1, 400)
        session = {
            "user_id": user,
            "csrf": identity.derive(f"memcached/csrf/{number}", 8).hex(),
            "role": "user",
        }
        items[f"session:{token}".encode()] = Item(json.dumps(session).encode())
    secret = identity.derive("memcached/secret", 20).hex()
    settings = {
        "db_host": "127.0.0.1",
        "db_user": "app",
        "mail_from": f"noreply@{identity.domain or 'localhost'}",
    }
    items[b"config:app"] = Item(json.dumps(settings | {"secret": secret}).encode())
    items[b"stats:visits"] = Item(str(identity.number("memcached/visits", 900, 90_000)).encode())
    return items


class Cache:
    """All items of the server."""

    def __init__(self, bait: dict[bytes, Item]) -> None:
        self._bait = bait
        self._items: OrderedDict[bytes, Item] = OrderedDict()
        self._unique = 0
        self._refill_at = 0.0
        self.total = len(bait)
        self._refill()

    def _refill(self) -> None:
        """Puts back what is gone of the bait, as the application would after a flush."""
        now = time.monotonic()
        if now < self._refill_at:
            return
        self._refill_at = now + REFILL_SECONDS
        for key, item in self._bait.items():
            if key not in self._items:
                self._items[key] = Item(item.value)
                self._mark(self._items[key])

    def _mark(self, item: Item) -> None:
        self._unique += 1
        item.unique = self._unique

    def get(self, key: bytes) -> Item | None:
        """An item that has not expired."""
        self._refill()
        item = self._items.get(key)
        if item is not None and item.expires and item.expires < time.time():
            del self._items[key]
            return None
        return item

    def put(self, key: bytes, value: bytes, flags: int = 0, seconds: int = 0) -> Item:
        """Keeps a value, and lets the oldest go where there are too many."""
        item = Item(value[:ITEM_BYTES], flags, moment(seconds))
        self._mark(item)
        self._items.pop(key, None)
        self._items[key] = item
        self.total += 1
        while len(self._items) > ITEMS_LIMIT:
            self._items.popitem(last=False)
        return item

    def remove(self, key: bytes) -> bool:
        """Whether there was one."""
        return self._items.pop(key, None) is not None

    def clear(self) -> None:
        """flush_all."""
        self._items.clear()
        self._refill_at = time.monotonic() + REFILL_SECONDS

    def items(self) -> list[tuple[bytes, Item]]:
        """All, oldest first."""
        self._refill()
        return [(key, item) for key in list(self._items) if (item := self.get(key)) is not None]

    def classes(self) -> dict[int, list[tuple[bytes, Item]]]:
        """Items by slab class."""
        found: dict[int, list[tuple[bytes, Item]]] = {}
        for key, item in self.items():
            size = size_of(key, item)
            number = next((place for place, limit in enumerate(SLABS, 1) if size <= limit), len(SLABS))
            found.setdefault(number, []).append((key, item))
        return dict(sorted(found.items()))


def size_of(key: bytes, item: Item) -> int:
    """Bytes of memory that an item takes."""
    return HEADER_BYTES + len(key) + len(item.value)


def moment(seconds: int) -> float:
    """When an expiry is due; 0 for never."""
    if seconds == 0:
        return 0
    return float(seconds) if seconds > MONTH else time.time() + seconds
