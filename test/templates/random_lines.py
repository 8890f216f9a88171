"""Prints lines of the logger with random bytes in them, and the bytes: `random_lines.py SEED COUNT`."""

from __future__ import annotations

import json
import random
import sys

from support import logger
from test_logging import NASTY

from decnet_logging import EVENTS

NAMES = ("username", "password", "client", "path", "src_ip", "data")


def bytes_of(draw: random.Random) -> bytes:
    """Pieces that break parsers among random ones; now and then more than a field or a line holds."""
    pieces = draw.choices(NASTY, k=draw.randrange(4)) + [draw.randbytes(draw.randrange(20))]
    draw.shuffle(pieces)
    return b"".join(pieces) * (draw.choice((200, 3000)) if draw.random() < 0.05 else 1)


def main(seed: int, count: int) -> None:
    draw = random.Random(seed)
    lines: list[bytes] = []
    log = logger(lines)
    for _ in range(count):
        event = draw.choice(sorted(EVENTS))
        fields = {name: bytes_of(draw) for name in NAMES if draw.random() < 0.5}
        log.event(event, **fields)
        sent = {name: value.hex() for name, value in fields.items()}
        print(json.dumps({"event": event, "fields": sent, "line": lines.pop().hex()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
