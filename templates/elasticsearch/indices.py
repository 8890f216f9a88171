"""The indices of a decky: bait, and what attackers add to it or take away, bounded and in memory only."""

from __future__ import annotations

import base64
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decnet_identity import Identity

INDICES_LIMIT = 32
DOCUMENTS_LIMIT = 32
"""Of one index, of those that attackers write."""
KEPT = 2048
"""Bytes of a document beyond which only its existence is kept."""
NAME_LIMIT = 255
HITS_LIMIT = 100

Source = dict[str, Any]

_NAMES = (
    "customers",
    "orders",
    "users",
    "payments",
    "employees",
    "invoices",
    "sessions",
    "products",
    "tickets",
)
_FIRST = (
    "Anna",
    "James",
    "Maria",
    "Peter",
    "Laura",
    "David",
    "Sophie",
    "Martin",
    "Elena",
    "Thomas",
    "Nina",
    "Paul",
)
_LAST = (
    "Smith",
    "Keller",
    "Novak",
    "Moreau",
    "Rossi",
    "Jansen",
    "Brown",
    "Weber",
    "Costa",
    "Nielsen",
    "Wood",
)
_CITIES = ("Rotterdam", "Lyon", "Graz", "Leeds", "Porto", "Gdansk", "Malmo", "Ghent", "Turin", "Bergen")


@dataclass
class Index:
    """One index. `count` and `size` are what it says that it has; `documents` what it shows."""

    name: str
    uuid: str
    count: int
    size: int
    documents: OrderedDict[str, Source] = field(default_factory=OrderedDict)


class Indices:
    """All indices by their names."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._indices: dict[str, Index] = {}
        for name in identity.sample(
            "elasticsearch/indices", _NAMES, identity.number("elasticsearch/count", 3, 5)
        ):
            self._indices[name] = self._bait(name)
        self._indices[".kibana_1"] = Index(
            ".kibana_1", self._uuid(".kibana_1"), identity.number("kibana", 8, 60), 91_203
        )

    def _uuid(self, name: str) -> str:
        return (
            base64.urlsafe_b64encode(self._identity.derive(f"elasticsearch/index/{name}", 16))
            .decode()
            .rstrip("=")
        )

    def _bait(self, name: str) -> Index:
        identity = self._identity
        count = identity.number(f"elasticsearch/{name}/count", 700, 90_000)
        size = count * identity.number(f"elasticsearch/{name}/size", 300, 1200)
        index = Index(name, self._uuid(name), count, size)
        for at in range(20):
            index.documents[self._uuid(f"{name}/{at}")[:20]] = _person(
                identity, f"elasticsearch/{name}/{at}", at
            )
        return index

    def __iter__(self) -> Any:
        return iter(sorted(self._indices.values(), key=lambda index: index.name))

    def find(self, pattern: str) -> list[Index] | None:
        """By names with commas, or patterns with a star at the end; None where a name is not there."""
        found: dict[str, Index] = {}
        for name in pattern.split(",")[:INDICES_LIMIT]:
            if name in {"_all", "*"}:
                found |= {index.name: index for index in self if not index.name.startswith(".")}
            elif name.endswith("*"):
                found |= {index.name: index for index in self if index.name.startswith(name[:-1])}
            elif name in self._indices:
                found[name] = self._indices[name]
            else:
                return None
        return list(found.values())

    def create(self, name: str) -> bool:
        """Whether there was room for it."""
        if name in self._indices or len(self._indices) >= INDICES_LIMIT:
            return False
        self._indices[name] = Index(name, self._uuid(name), 0, 208)
        return True

    def delete(self, indices: list[Index]) -> None:
        """Takes them away."""
        for index in indices:
            self._indices.pop(index.name, None)

    def write(self, name: str, ident: str, source: Source, size: int) -> bool:
        """Keeps a document; whether it is a new one."""
        self.create(name)
        index = self._indices.get(name)
        if index is None:
            return False
        is_new = ident not in index.documents
        if is_new:
            index.count += 1
            index.size += size
        # What is new comes first, and goes first where there are too many.
        index.documents[ident] = source if size <= KEPT else {}
        index.documents.move_to_end(ident, last=False)
        while len(index.documents) > DOCUMENTS_LIMIT:
            index.documents.popitem()
        return is_new


def _person(identity: Identity, key: str, at: int) -> Source:
    first = identity.choose(f"{key}/first", _FIRST)
    last = identity.choose(f"{key}/last", _LAST)
    domain = identity.domain or "example.com"
    return {
        "id": 1000 + at * 7 + identity.number(f"{key}/id", 0, 6),
        "name": f"{first} {last}",
        "email": f"{first}.{last}@{domain}".lower(),
        "city": identity.choose(f"{key}/city", _CITIES),
        "password": identity.derive(f"{key}/password", 16).hex(),
        "created": f"20{identity.number(f'{key}/year', 19, 23)}-{identity.number(f'{key}/month', 1, 12):02d}-"
        f"{identity.number(f'{key}/day', 1, 28):02d}",
        "amount": identity.number(f"{key}/amount", 900, 250_000) / 100,
    }
