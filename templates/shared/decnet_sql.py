"""As much SQL as an intruder's first questions need: a SELECT of one table in memory, nothing more.

Nothing is evaluated but what stands in this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from decnet_records import Column, Table, Value
from decnet_sql_parse import Item, Select, dotted, literal, split
from decnet_sql_tokens import SqlError, Token


@dataclass(frozen=True)
class Rows:
    """What comes back."""

    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]]


Function = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True)
class Scope:
    """What a statement may name beside columns; keys are in lower case."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)


def run_select(select: Select, table: Table | None, scope: Scope) -> Rows:
    """The rows of a table that it asks for; of one row without a table. Raises an `SqlError`."""
    source = table or Table("", (), ((),))
    names = [column.name.lower() for column in source.columns]
    rows = list(source.rows) if select.whole else []
    for name, operator, wanted in select.where:
        place = _place(names, name)
        rows = [row for row in rows if _holds(row[place], operator, wanted)]
    if select.order is not None and select.order[0].lower() in names:
        place = names.index(select.order[0].lower())
        rows.sort(key=lambda row: _rank(row[place]), reverse=select.order[1])
    outputs = [output for item in select.items for output in _outputs(item, source, scope, len(rows))]
    if any(output.is_aggregate for output in outputs):
        rows = rows[:1] or [(None,) * len(names)]
    start = min(select.offset, len(rows))
    end = len(rows) if select.limit is None else min(start + select.limit, len(rows))
    found = [tuple(output.value(row) for output in outputs) for row in rows[start:end]]
    return Rows(tuple(output.column for output in outputs), found)


@dataclass(frozen=True)
class _Output:
    column: Column
    value: Callable[[tuple[Value, ...]], Value]
    is_aggregate: bool = False


def _outputs(item: Item, table: Table, scope: Scope, count: int) -> list[_Output]:
    if item.tokens[-1].is_symbol("*") and len(item.tokens) in {1, 3} and table.columns:
        return [_Output(column, _cell(place)) for place, column in enumerate(table.columns)]
    name, after = dotted(item.tokens)
    if name and not after and not item.tokens[0].is_word("null", "true", "false"):
        names = [column.name.lower() for column in table.columns]
        if len(name) == 1 and name[0].lower() in scope.functions and name[0].lower() not in names:
            return [_constant(item, scope.functions[name[0].lower()](()))]
        place = _place(names, name[-1])
        return [_Output(Column(item.heading, table.columns[place].kind), _cell(place))]
    if item.tokens[0].is_word("count") and len(item.tokens) > 2:
        return [_Output(Column(item.heading, "integer"), lambda _: count, is_aggregate=True)]
    return [_constant(item, _scalar(item.tokens, scope))]


def _constant(item: Item, value: Value) -> _Output:
    kind = "integer" if isinstance(value, int) else "text"
    return _Output(Column(item.heading, kind), lambda _: value)


def _cell(place: int) -> Callable[[tuple[Value, ...]], Value]:
    return lambda row: row[place]


def _place(names: list[str], name: str) -> int:
    if name.lower() not in names:
        raise SqlError("column", name)
    return names.index(name.lower())


def _scalar(tokens: Sequence[Token], scope: Scope, depth: int = 0) -> Value:
    first = tokens[0]
    if len(tokens) == 1 and first.kind in {"string", "number"}:
        return literal(first)
    if len(tokens) == 1 and first.is_word("null"):
        return None
    if len(tokens) == 1 and first.is_word("true", "false"):
        return int(first.is_word("true"))
    if len(tokens) == 1 and first.kind == "variable":
        name = first.text.lower().lstrip("@").removeprefix("session.").removeprefix("global.")
        if not first.text.startswith("@@"):
            return None
        if name not in scope.variables:
            raise SqlError("variable", name)
        return scope.variables[name]
    name, after = dotted(tokens)
    if name and len(after) >= 2 and after[0].is_symbol("(") and after[-1].is_symbol(")") and depth < 8:
        function = scope.functions.get(name[-1].lower())
        if function is None:
            raise SqlError("function", name[-1])
        return function([_scalar(part, scope, depth + 1) for part in split(after[1:-1])])
    if len(tokens) == 3 and tokens[1].text in {"+", "-", "*"}:
        left, right = _scalar(tokens[:1], scope, depth), _scalar(tokens[2:], scope, depth)
        if isinstance(left, int) and isinstance(right, int):
            return {"+": left + right, "-": left - right, "*": left * right}[tokens[1].text]
    raise SqlError("syntax", first.text)


def _holds(found: Value, operator: str, wanted: Value) -> bool:
    if operator == "like":
        return is_like(str(found).lower(), str(wanted).lower())
    same = str(found).lower() == str(wanted).lower()
    return same if operator == "=" else not same


def is_like(text: str, pattern: str) -> bool:
    """LIKE with `%` alone: its pieces must follow each other."""
    first, *pieces = pattern.split("%")
    if not pieces:
        return text == pattern
    *middle, last = pieces
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for piece in middle:
        place = text.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True


def _rank(value: Value) -> tuple[bool, int, str]:
    if isinstance(value, int):
        return True, value, ""
    return value is not None, 0, value or ""
