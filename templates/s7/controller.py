"""The controller behind all connections: its lists, its memory, and whether it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_controllers import controller_of
from memory import Memory
from szl import RUN, Lists

if TYPE_CHECKING:
    from decnet_identity import Identity

PDU = 240
"""Bytes of a message that it takes at most."""
BLOCK_KINDS = (("8", 1, 6), ("E", 2, 30), ("C", 4, 60), ("B", 3, 12), ("D", 60, 80), ("F", 10, 30))
"""OB, FB, FC, SDB, SFC and SFB, and how many of each."""


@dataclass
class State:
    """What clients can change."""

    mode: int = RUN


class Plc:
    """The decky's controller."""

    def __init__(self, identity: Identity, password: str) -> None:
        controller = controller_of(identity)
        self.lists = Lists(identity, controller)
        self.memory = Memory(identity)
        self.state = State()
        self.password = password
        self.slots = {0, 1} if controller.model.name.startswith("CPU 12") else {0, 2}
        self._counts = {
            kind: identity.number(f"s7/blocks/{kind}", low, high) for kind, low, high in BLOCK_KINDS
        }

    @property
    def blocks(self) -> bytes:
        """How many blocks of each kind there are."""
        counts = self._counts | {"A": self.memory.blocks}
        return b"".join(
            b"0" + kind.encode() + count.to_bytes(2, "big") for kind, count in sorted(counts.items())
        )
