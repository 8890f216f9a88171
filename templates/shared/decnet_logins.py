"""Who is let in: nobody, unless the service's options say otherwise."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

SOURCES = 1024
"""Sources whose tries are counted at a time."""


class Logins:
    """The options that services share: `accept`, pairs, and `accept_after`, the n-th try of a source (0: never)."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.pairs = frozenset((pair["username"], pair["password"]) for pair in config.get("accept", ()))
        self._after: int = config.get("accept_after", 0)
        self._tries: OrderedDict[str, int] = OrderedDict()

    @property
    def are_tried(self) -> bool:
        """Whether somebody is let in for trying often enough."""
        return self._after > 0

    def passwords(self, username: str) -> list[str]:
        """What the user may have for a password: for protocols that never send one, only what it gives."""
        return [password for name, password in sorted(self.pairs) if name == username]

    def accepts(self, source: str, username: str, password: str) -> bool:
        """Whether this try is let in. Counts it."""
        return self.count(source) or (username, password) in self.pairs

    def count(self, source: str) -> bool:
        """Counts a try whose password cannot be seen; whether it is the one that is let in, whoever it is."""
        tries = self._tries.pop(source, 0) + 1
        self._tries[source] = tries
        while len(self._tries) > SOURCES:
            self._tries.popitem(last=False)
        return 0 < self._after <= tries
