"""SHOW and DESCRIBE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue import INFORMATION_SCHEMA, TYPES, text_table
from decnet_records import Table, Value
from decnet_sql import Rows, is_like
from decnet_sql_parse import dotted
from refusals import Refused

if TYPE_CHECKING:
    from decnet_sql_tokens import Token
    from queries import Client

ENGINES = [
    ("MEMORY", "YES", "Hash based, stored in memory, useful for temporary tables", "NO", "NO", "NO"),
    (
        "MyISAM",
        "YES",
        "Non-transactional engine with good performance and small data footprint",
        "NO",
        "NO",
        "NO",
    ),
    ("InnoDB", "DEFAULT", "Supports transactions, row-level locking and foreign keys", "YES", "YES", "YES"),
]


def show(client: Client, tokens: list[Token]) -> Rows | None:
    """The answer to SHOW with these words; None where there is none."""
    words = [token for token in tokens if not token.is_word("full", "global", "session", "extended")]
    what = words[0].text.lower() if words else ""
    pattern = _pattern(words)
    if what in {"databases", "schemas"}:
        names = [INFORMATION_SCHEMA, client.catalogue.database]
        return _rows(("Database",), [(name,) for name in names if is_like(name, pattern)])
    if what == "tables":
        return _tables(client, words, pattern, full=any(token.is_word("full") for token in tokens))
    if what in {"variables", "status"}:
        values = client.catalogue.variables if what == "variables" else client.catalogue.status()
        named = [(name, value) for name, value in values.items() if is_like(name.lower(), pattern)]
        return _rows(("Variable_name", "Value"), named)
    if what in {"columns", "fields"} and len(words) > 2:
        return describe(client.table(dotted(words[2:])[0]))
    if what == "create" and len(words) > 2 and words[1].is_word("table"):
        table = client.table(dotted(words[2:])[0])
        return _rows(("Table", "Create Table"), [(table.name, _definition(table))])
    return _other(client, what)


def _other(client: Client, what: str) -> Rows | None:
    if what == "grants":
        who = f"`{client.username}`@`%`"
        grants = [f"GRANT USAGE ON *.* TO {who}", f"GRANT SELECT ON `{client.catalogue.database}`.* TO {who}"]
        return _rows((f"Grants for {client.username}@%",), [(grant,) for grant in grants])
    if what == "processlist":
        names = ("Id", "User", "Host", "db", "Command", "Time", "State", "Info")
        database = client.database or None
        where = f"{client.host}:{40_000 + client.connection % 20_000}"
        row = (
            client.connection,
            client.username,
            where,
            database,
            "Query",
            0,
            "starting",
            "SHOW PROCESSLIST",
        )
        return _rows(names, [row])
    if what in {"warnings", "errors"}:
        return _rows(("Level", "Code", "Message"), [])
    if what in {"engines", "storage"}:
        return _rows(("Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"), list(ENGINES))
    if what == "triggers":
        return _rows(("Trigger", "Event", "Table", "Statement", "Timing", "Created"), [])
    if what in {"master", "slave", "replica", "binary", "binlog", "relaylog"}:
        raise Refused(client.lacks("SUPER, REPLICATION CLIENT"))
    if what == "plugins":
        plugin = client.catalogue.release.plugin
        return _rows(
            ("Name", "Status", "Type", "Library", "License"),
            [
                (plugin, "ACTIVE", "AUTHENTICATION", None, "GPL"),
                ("InnoDB", "ACTIVE", "STORAGE ENGINE", None, "GPL"),
            ],
        )
    if what in {"procedure", "function", "events"}:
        return _rows(("Db", "Name", "Type", "Definer", "Modified", "Created"), [])
    return None


def _tables(client: Client, words: list[Token], pattern: str, *, full: bool) -> Rows | None:
    named = words[2].text if len(words) > 2 and words[1].is_word("from", "in") else client.database
    if named.lower() not in {INFORMATION_SCHEMA, client.catalogue.database}:
        client.table((named, "*") if named else ("*",))
    names = ["COLUMNS", "SCHEMATA", "TABLES"]
    kind = "SYSTEM VIEW"
    if named.lower() == client.catalogue.database:
        names, kind = sorted(client.catalogue.tables), "BASE TABLE"
    heading = f"Tables_in_{named}"
    found = [name for name in names if is_like(name.lower(), pattern)]
    if full:
        return _rows((heading, "Table_type"), [(name, kind) for name in found])
    return _rows((heading,), [(name,) for name in found])


def describe(table: Table) -> Rows:
    """The columns of a table."""
    rows: list[tuple[Value, ...]] = []
    for place, column in enumerate(table.columns):
        key = "PRI" if place == 0 and column.kind == "integer" else ""
        extra = "auto_increment" if key else ""
        rows.append((column.name, TYPES[column.kind], "NO" if key else "YES", key, None, extra))
    return _rows(("Field", "Type", "Null", "Key", "Default", "Extra"), rows)


def _definition(table: Table) -> str:
    lines = [
        f"  `{column.name}` {TYPES[column.kind]} "
        + ("NOT NULL AUTO_INCREMENT" if place == 0 else "DEFAULT NULL")
        for place, column in enumerate(table.columns)
    ]
    lines.append(f"  PRIMARY KEY (`{table.columns[0].name}`)")
    return (
        f"CREATE TABLE `{table.name}` (\n" + ",\n".join(lines) + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    )


def _pattern(words: list[Token]) -> str:
    """The text after LIKE, or after `=` in a WHERE; everything without one."""
    for place, token in enumerate(words[:-1]):
        if token.is_word("like") or token.is_symbol("="):
            return words[place + 1].text.lower()
    return "%"


def _rows(columns: tuple[str, ...], rows: list[tuple[Value, ...]]) -> Rows:
    return Rows(text_table("", columns, []).columns, rows)
