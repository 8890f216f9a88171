"""Statements as tokens: parted from each other, and brought to the form that `decnet_sql` knows."""

from __future__ import annotations

from dataclasses import replace

from decnet_records import Column
from decnet_sql_parse import Item, dotted
from decnet_sql_tokens import Token

STATEMENTS_LIMIT = 20


def statements_of(tokens: list[Token]) -> list[list[Token]]:
    """The statements, parted by semicolons; empty ones are none."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_symbol(";"):
            found.append([])
        else:
            found[-1].append(token)
    return [one for one in found if one][:STATEMENTS_LIMIT]


def without_casts(tokens: list[Token]) -> list[Token]:
    """The tokens without `::type`."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].is_symbol("::"):
            name, after = dotted(tokens[place + 1 : place + 6])
            place += 1 + max(2 * len(name) - 1, 0)
            continue
        kept.append(tokens[place])
        place += 1
    return kept


def headed(item: Item) -> Item:
    """A column is called by its alias, its own name or its function's; `?column?` else."""
    name, after = dotted(item.tokens)
    if item.has_alias or (item.tokens[-1].is_symbol("*") and len(item.tokens) in {1, 3}):
        return item
    if item.tokens[0].is_word("case"):
        return replace(item, heading="case")
    is_named = bool(name) and (not after or after[0].is_symbol("(")) and not item.tokens[0].is_word("null")
    return replace(item, heading=name[-1].lower() if is_named else "?column?")


def columns_of(after: list[Token]) -> tuple[Column, ...]:
    """The columns that CREATE TABLE lists behind its name."""
    names: list[str] = []
    is_first = True
    for token in after[1:]:
        if is_first and token.kind in {"word", "name"}:
            names.append(token.text.lower())
        is_first = token.is_symbol(",")
    return tuple(Column(name, "text") for name in names[:32])
