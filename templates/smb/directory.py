"""Lists of what is in a folder ([MS-FSCC] section 2.4, [MS-SMB2] section 2.2.33)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from info import allocated, attributes, times
from shares import Node

Named = tuple[str, Node]
_DOS_WILDCARDS = str.maketrans('<>"', "*?.")


def _common(name: bytes, node: Node) -> bytes:
    return times(node) + struct.pack("<QQII", node.size, allocated(node), attributes(node), len(name))


def _plain(name: bytes, node: Node) -> bytes:
    return _common(name, node)


def _full(name: bytes, node: Node) -> bytes:
    return _common(name, node) + bytes(4)


def _both(name: bytes, node: Node) -> bytes:
    # No short names: what a volume without 8.3 names has.
    return _full(name, node) + bytes(26)


def _both_numbered(name: bytes, node: Node) -> bytes:
    return _both(name, node) + struct.pack("<2xQ", node.number)


def _full_numbered(name: bytes, node: Node) -> bytes:
    return _full(name, node) + struct.pack("<4xQ", node.number)


def _name_only(name: bytes, node: Node) -> bytes:
    return struct.pack("<I", len(name))


CLASSES: dict[int, Callable[[bytes, Node], bytes]] = {
    1: _plain,
    2: _full,
    3: _both,
    12: _name_only,
    37: _both_numbered,
    38: _full_numbered,
}


def take(kind: int, waiting: list[Named], room: int, *, single: bool) -> bytes:
    """As many entries as there is room for, taken from those that wait."""
    encode = CLASSES[kind]
    made = bytearray()
    last = 0
    while waiting:
        name, node = waiting[0]
        text = name.encode("utf-16-le")
        padding = -len(made) % 8
        entry = bytes(8) + encode(text, node) + text
        if len(made) + padding + len(entry) > room:
            break
        if made:
            made += bytes(padding)
            struct.pack_into("<I", made, last, len(made) - last)
        last = len(made)
        made += entry
        waiting.pop(0)
        if single:
            break
    return bytes(made)


def listing(folder: Node, left: list[Node], pattern: str) -> list[Named]:
    """What a pattern matches in a folder and what was left there; the folder and the one above first."""
    wanted = "*" if pattern in ("", "*.*") else pattern.translate(_DOS_WILDCARDS).lower()
    named = [(".", folder), ("..", folder), *((child.name, child) for child in (*folder.children, *left))]
    return [(name, node) for name, node in named if matches(name.lower(), wanted)]


def matches(name: str, pattern: str) -> bool:
    """`*` for any characters, `?` for one. Goes back to the last `*` alone: no more than n·m steps."""
    at = mark = 0
    star = -1
    index = 0
    while at < len(name):
        if index < len(pattern) and pattern[index] == "*":
            star, mark = index, at
            index += 1
        elif index < len(pattern) and pattern[index] in ("?", name[at]):
            index += 1
            at += 1
        elif star >= 0:
            mark += 1
            at, index = mark, star + 1
        else:
            return False
    return all(letter == "*" for letter in pattern[index:])
