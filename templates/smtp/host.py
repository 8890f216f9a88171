"""What all connections to one port share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import decnet_sasl as sasl
from decnet_logins import Logins
from envelope import Path
from message import Room
from products import Product

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Host:
    """The mail server as one port shows it."""

    name: str
    product: Product
    banner: str
    logins: Logins
    mechanisms: Mapping[str, Callable[[bytes | None, sasl.Ask], Awaitable[sasl.Attempt]]]
    domains: frozenset[str]
    people: frozenset[str]
    tls: ssl.SSLContext
    relays: bool
    room: Room
    is_submission: bool

    def knows(self, path: Path) -> bool:
        """Whether there is such a person here."""
        return path.local_part in self.people and (not path.domain or path.domain in self.domains)
