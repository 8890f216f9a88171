"""What the server holds: one database of bait, and the system's views of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_records import Column, Table, Value, database_of, tables_of
from decnet_windows import netbios_domain, netbios_name
from versions import banner, build_of, edition_of

if TYPE_CHECKING:
    from decnet_identity import Identity

SYSTEM = ("master", "tempdb", "model", "msdb")
TYPES = {"integer": "int", "numeric": "decimal", "text": "nvarchar", "timestamp": "datetime"}


class Catalogue:
    """One decky's."""

    def __init__(self, identity: Identity, release: str) -> None:
        self.build = build_of(identity, release)
        self.banner = banner(identity, self.build)
        self.server = netbios_name(identity)
        self.database = database_of(identity)
        self.tables = tables_of(identity)
        self.properties: dict[str, Value] = {
            "productversion": self.build.number,
            "productlevel": "RTM",
            "productupdatelevel": self.build.update,
            "edition": edition_of(identity),
            "engineedition": 4 if "Express" in edition_of(identity) else 2,
            "machinename": self.server,
            "servername": self.server,
            "instancename": None,
            "isclustered": 0,
            "isintegratedsecurityonly": 0,
            "collation": "SQL_Latin1_General_CP1_CI_AS",
        }
        group = f"{netbios_domain(identity)}\\Domain Admins"
        principals = [("sa", "S"), (group, "G"), (f"{self.database}_app", "S"), ("BUILTIN\\Users", "G")]
        numbered = [(name, number) for number, name in enumerate(self.names, 1)]
        self._views = {
            "databases": _table("databases", "name:text database_id:integer", numbered),
            "tables": _table("tables", "name:text", [(name,) for name in self.tables]),
            "server_principals": _table("server_principals", "name:text type:text", principals),
            "information_schema.tables": self._information_tables(),
            "information_schema.columns": self._information_columns(),
        }
        self._views |= {
            "sysdatabases": self._views["databases"],
            "sysobjects": self._views["tables"],
            "syslogins": self._views["server_principals"],
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Of the databases, in the order of their numbers."""
        return (*SYSTEM, self.database)

    def find(self, name: tuple[str, ...], database: str) -> Table | None:
        """A table or view by its name, of which everything but the last part may be left out."""
        parts = [part.lower() for part in name if part]
        if not parts:
            return None
        if len(parts) > 2 or (len(parts) == 2 and parts[0] in self.names):
            database, parts = parts[0], parts[1:]
        if parts[0] == "information_schema":
            return self._views.get(".".join(parts)) if database == self.database else None
        if database == self.database and parts[-1] in self.tables:
            return self.tables[parts[-1]]
        return self._views.get(parts[-1])

    def _information_tables(self) -> Table:
        columns = "TABLE_CATALOG:text TABLE_SCHEMA:text TABLE_NAME:text TABLE_TYPE:text"
        rows = [(self.database, "dbo", name, "BASE TABLE") for name in self.tables]
        return _table("tables", columns, rows)

    def _information_columns(self) -> Table:
        columns = "TABLE_CATALOG:text TABLE_SCHEMA:text TABLE_NAME:text COLUMN_NAME:text DATA_TYPE:text"
        rows = [
            (self.database, "dbo", table.name, column.name, TYPES[column.kind])
            for table in self.tables.values()
            for column in table.columns
        ]
        return _table("columns", columns, rows)


def _table(name: str, columns: str, rows: list[tuple[Value, ...]]) -> Table:
    pairs = (column.split(":") for column in columns.split())
    return Table(name, tuple(Column(*pair) for pair in pairs), tuple(rows))
