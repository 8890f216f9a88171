"""What psql asks the system catalogue for `\\l`, `\\dt`, `\\d`, `\\du` and `\\dn`."""

from __future__ import annotations

from catalogue import TYPES, Catalogue, table_of
from decnet_records import Column, Table, Value
from decnet_sql import Rows
from decnet_sql_parse import Item, Select, dotted
from decnet_sql_tokens import Token

# What psql calls columns in its own queries, and what they are.
ALIASES = {
    "pg_database": {
        "name": "datname",
        "owner": "owner",
        "encoding": "encoding_name",
        "collate": "datcollate",
        "ctype": "datctype",
        "locale provider": "provider",
        "access privileges": "datacl",
    },
    "pg_class": {"schema": "nspname", "name": "relname", "type": "type", "owner": "owner", "oid": "oid"},
    "pg_namespace": {"name": "nspname", "owner": "owner"},
    "pg_roles": {},
}


def ask_as_psql(catalogue: Catalogue, table: Table, select: Select, tokens: list[Token]) -> Rows:
    """The answer to one of psql's own queries: columns by alias or name, NULL for what is not known."""
    strings = [token.text for token in tokens if token.kind == "string"]
    if any(token.is_word("pg_index") for token in tokens):
        table = _indexes(catalogue, strings)
    elif select.source[-1] == "pg_attribute":
        table = _attributes(catalogue, strings)
    elif any(token.is_word("pg_inherits", "pg_publication_rel") for token in tokens):
        table = Table("", (), ())
    elif select.source[-1] == "pg_class":
        table = _chosen(table, strings, is_listing=any(token.is_word("relkind") for token in tokens))
    names = [column.name for column in table.columns]
    aliases = ALIASES.get(table.name, {})
    places = [_place(names, aliases, item) for item in select.items]
    columns = tuple(Column(item.heading, "text") for item in select.items)
    fixed = [item.tokens[0].text if item.tokens[0].kind == "string" else None for item in select.items]
    rows = [
        tuple(fixed[at] if place is None else row[place] for at, place in enumerate(places))
        for row in table.rows
    ]
    return Rows(columns, sorted(rows, key=lambda row: [str(value) for value in row[:2]]) if aliases else rows)


def _place(names: list[str], aliases: dict[str, str], item: Item) -> int | None:
    name, after = dotted(item.tokens)
    wanted = [item.heading.lower(), aliases.get(item.heading.lower(), ""), name[-1].lower() if name else ""]
    return next((names.index(one) for one in wanted if one in names), None)


def _chosen(table: Table, strings: list[str], *, is_listing: bool) -> Table:
    """The tables that a pattern such as '^(users)$', an identifier or the wanted kinds leave."""
    rows = table.rows
    for text in strings:
        if text.startswith("^(") and text.endswith(")$"):
            pattern = text[2:-2].replace(".*", "%")
            head = pattern.rstrip("%")
            rows = tuple(
                row for row in rows if row[1] == head or ("%" in pattern and str(row[1]).startswith(head))
            )
        elif text.isdecimal():
            rows = tuple(row for row in rows if row[0] == text)
    if is_listing and not any(text.isdecimal() for text in strings) and "r" not in strings[-9:]:
        rows = ()
    return Table(table.name, table.columns, rows)


def _named(catalogue: Catalogue, strings: list[str]) -> Table | None:
    return next((catalogue.tables[name] for name, oid in catalogue.oids.items() if oid in strings), None)


def _attributes(catalogue: Catalogue, strings: list[str]) -> Table:
    found = _named(catalogue, strings)
    rows: list[tuple[Value, ...]] = [
        (one.name, TYPES[one.kind], "t" if place == 0 else "f", "", "")
        for place, one in enumerate(found.columns if found else ())
    ]
    return table_of("pg_attribute", "attname format_type attnotnull attidentity attgenerated", rows)


def _indexes(catalogue: Catalogue, strings: list[str]) -> Table:
    found = _named(catalogue, strings)
    rows: list[tuple[Value, ...]] = []
    if found is not None:
        index, key = f"{found.name}_pkey", found.columns[0].name
        made = f"CREATE UNIQUE INDEX {index} ON public.{found.name} USING btree ({key})"
        rows.append((index, "t", "t", "f", "t", made, f"PRIMARY KEY ({key})", "p", "f", "f", "f", "0"))
    names = "relname indisprimary indisunique indisclustered indisvalid pg_get_indexdef pg_get_constraintdef contype"
    return table_of("pg_index", f"{names} condeferrable condeferred indisreplident reltablespace", rows)
