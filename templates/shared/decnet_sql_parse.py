"""Reads a SELECT of one table, as much of it as an intruder's first questions need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decnet_records import Value
from decnet_sql_tokens import SqlError, Token


@dataclass(frozen=True)
class Item:
    """What is selected, and the heading of its column."""

    heading: str
    tokens: tuple[Token, ...]
    has_alias: bool = False


@dataclass(frozen=True)
class Select:
    """A SELECT as far as it is understood; `whole` is False where there is more in it."""

    items: tuple[Item, ...]
    source: tuple[str, ...] = ()
    """Name of the table, with that of its schema in front where there is one."""
    where: tuple[tuple[str, str, Value], ...] = ()
    order: tuple[str, bool] | None = None
    """A column, and whether it descends."""
    limit: int | None = None
    offset: int = 0
    whole: bool = True


def parse_select(text: str, tokens: list[Token]) -> Select:
    """Reads the tokens of a statement that begins with SELECT."""
    rest = tokens[1:]
    if rest and rest[0].is_word("distinct", "all"):
        rest = rest[1:]
    end = _index(rest, "from", "where", "limit", "order", "group", "union", "into", "for")
    items = tuple(_item(text, part) for part in split(rest[:end]))
    if not items:
        raise SqlError("syntax", text[rest[end].start :] if end < len(rest) else "")
    clauses = _Clauses(rest[end:])
    source = clauses.source()
    where, order = clauses.where(), clauses.order()
    limit, offset = clauses.limit()
    return Select(items, source, where, order, limit, offset, whole=clauses.whole and not clauses.rest)


class _Clauses:
    """Takes one clause after the other off a statement's end."""

    def __init__(self, rest: list[Token]) -> None:
        self.rest = rest
        self.whole = True

    def _take(self, word: str) -> list[Token] | None:
        """The tokens of a clause that begins with this word."""
        if not self.rest or not self.rest[0].is_word(word):
            return None
        end = 1 + _index(
            self.rest[1:], "where", "group", "having", "order", "limit", "offset", "union", "for", "into"
        )
        taken, self.rest = self.rest[1:end], self.rest[end:]
        return taken

    def source(self) -> tuple[str, ...]:
        taken = self._take("from")
        if taken is None:
            return ()
        name, after = dotted(taken)
        # An alias may follow; a join or a second table is more than we know.
        if after and after[0].is_word("as"):
            after = after[1:]
        self.whole = bool(name) and len(after) <= 1
        return name

    def where(self) -> tuple[tuple[str, str, Value], ...]:
        taken = self._take("where")
        conditions = []
        for part in _split_at(taken or [], "and"):
            name, after = dotted(part)
            if name and len(after) == 2 and after[0].text.lower() in {"=", "<>", "!=", "like"}:
                conditions.append((name[-1], after[0].text.lower(), literal(after[1])))
            elif not (len(part) == 3 and part[0].text == part[2].text and part[1].text == "="):
                self.whole = False
        return tuple(conditions)

    def order(self) -> tuple[str, bool] | None:
        taken = self._take("order")
        name, after = dotted((taken or [])[1:])
        if taken is None or not name:
            return None
        return name[-1], bool(after) and after[0].is_word("desc")

    def limit(self) -> tuple[int | None, int]:
        numbers = [int(token.text[:18]) for token in self._take("limit") or [] if token.text.isdecimal()]
        offsets = [int(token.text[:18]) for token in self._take("offset") or [] if token.text.isdecimal()]
        if len(numbers) == 2:
            return numbers[1], numbers[0]
        return (numbers or [None])[0], (offsets or [0])[0]


def _index(tokens: list[Token], *words: str) -> int:
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        elif depth == 0 and token.is_word(*words):
            return place
    return len(tokens)


def split(tokens: Sequence[Token]) -> list[list[Token]]:
    """At commas outside of parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.is_symbol(","):
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _split_at(tokens: list[Token], word: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_word(word):
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def dotted(tokens: Sequence[Token]) -> tuple[tuple[str, ...], list[Token]]:
    """A name such as `a.b` at the beginning, and what follows it."""
    parts: list[str] = []
    place = 0
    while place < len(tokens) and tokens[place].kind in {"word", "name"}:
        parts.append(tokens[place].text)
        place += 1
        if place >= len(tokens) or not tokens[place].is_symbol("."):
            break
        place += 1
    return tuple(parts), list(tokens[place:])


def _item(text: str, tokens: list[Token]) -> Item:
    if len(tokens) > 2 and tokens[-2].is_word("as"):
        return Item(tokens[-1].text, tuple(tokens[:-2]), has_alias=True)
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    if (
        before is not None
        and last.kind in {"word", "name"}
        and (before.kind != "symbol" or before.text == ")")
    ):
        return Item(last.text, tuple(tokens[:-1]), has_alias=True)
    return Item(_heading(text, tokens), tuple(tokens))


def _heading(text: str, tokens: list[Token]) -> str:
    name, after = dotted(tokens)
    if len(tokens) == 1 and tokens[0].is_word("null"):
        return "NULL"
    if name and not after:
        return name[-1]
    return tokens[0].text if len(tokens) == 1 else text[tokens[0].start : tokens[-1].end]


def literal(token: Token) -> Value:
    """What it stands for."""
    if token.kind == "number" and token.text.isdecimal():
        return int(token.text[:18])
    return None if token.is_word("null") else token.text
