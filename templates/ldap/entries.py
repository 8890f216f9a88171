"""Entries of a directory, and what a search finds among them (RFC 4511 section 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from filters import Filter

BASE, ONE_LEVEL, SUBTREE = 0, 1, 2
ALL, OPERATIONAL, NONE = "*", "+", "1.1"
Value = str | bytes | int


@dataclass(frozen=True)
class Entry:
    """One entry. `operational`: attributes, in lower case, that are shown only when they are asked for."""

    name: str
    attributes: Mapping[str, Sequence[bytes]]
    operational: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> str:
        """The name as names are compared."""
        return normal(self.name)

    def values(self, name: str) -> Sequence[bytes]:
        """The values of an attribute, whatever its case."""
        wanted = name.lower()
        return next((values for key, values in self.attributes.items() if key.lower() == wanted), ())

    def shown(self, asked: Sequence[str], types_only: bool) -> list[tuple[str, list[bytes]]]:
        """The attributes that somebody gets who asks for these."""
        wanted = {name.lower() for name in asked} or {ALL}
        return [
            (name, [] if types_only else list(values))
            for name, values in self.attributes.items()
            if name.lower() in wanted
            or (ALL in wanted and name.lower() not in self.operational)
            or (OPERATIONAL in wanted and name.lower() in self.operational)
        ]


def entry(name: str, attributes: Mapping[str, Value | Iterable[Value]], *operational: str) -> Entry:
    """An entry from texts and numbers; an attribute without a value is left out."""
    made = {key: _values(value) for key, value in attributes.items()}
    kept = {key: values for key, values in made.items() if values}
    return Entry(name, kept, frozenset(one.lower() for one in operational))


def _values(value: Value | Iterable[Value]) -> list[bytes]:
    listed = [value] if isinstance(value, str | bytes | int) else list(value)
    return [one if isinstance(one, bytes) else str(one).encode() for one in listed if one != ""]


def normal(name: str) -> str:
    """A DN without what makes no difference: case, and spaces around signs."""
    return ",".join("=".join(side.strip() for side in part.split("=", 1)) for part in parts_of(name.lower()))


def parts_of(name: str) -> list[str]:
    """The parts of a DN: a comma behind a backslash parts nothing (RFC 4514 section 2.4)."""
    parts = [""]
    for piece in name.split(","):
        if parts[-1].endswith("\\"):
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return parts[1:]


def find(entries: Sequence[Entry], base: str, scope: int, condition: Filter) -> list[Entry] | None:
    """The entries that a search finds; None where there is no such base."""
    root = normal(base)
    if all(one.key != root for one in entries):
        return None
    within = (one for one in entries if _is_within(one.key, root, scope))
    return [one for one in within if condition.matches(one.values)]


def _is_within(key: str, root: str, scope: int) -> bool:
    if key == root:
        return scope != ONE_LEVEL
    if scope == BASE or not key.endswith(f",{root}"):
        return False
    return scope != ONE_LEVEL or len(parts_of(key[: -len(root) - 1])) == 1
