"""Which options of a request are taken: block size (RFC 2348), timeout and size (RFC 2349)."""

from __future__ import annotations

from collections.abc import Mapping

LEAST, DEFAULT, MOST = 8, 512, 1428
"""Bytes of a block; the most that fit into a frame of Ethernet."""


def taken(asked: Mapping[str, str], size: int | None) -> dict[str, int]:
    """What goes into the OACK; `size` is that of the file to read, None where one is to be written."""
    found: dict[str, int] = {}
    for name, text in asked.items():
        # More digits are no number of a sane client.
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            continue
        value = int(text)
        if name == "blksize" and value >= LEAST:
            found[name] = min(value, MOST)
        elif name == "timeout" and 1 <= value <= 255:
            found[name] = value
        elif name == "tsize":
            found[name] = value if size is None else size
    return found
