"""The system catalogue, as far as psql and scanners ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from decnet_records import Column, Table, Value, database_of, tables_of
from versions import Release

if TYPE_CHECKING:
    from decnet_identity import Identity

TYPES = {
    "integer": "integer",
    "numeric": "numeric(12,2)",
    "text": "text",
    "timestamp": "timestamp without time zone",
}
LOCALE = "C.UTF-8"
CAN_CONNECT = "=c/postgres\npostgres=CTc/postgres"


class Catalogue:
    """One decky's."""

    def __init__(self, identity: Identity, release: Release, encryption: str = "md5") -> None:
        self.release = release
        self._encryption = encryption
        self.database = database_of(identity)
        self.tables = tables_of(identity)
        first = identity.number("postgres/oid", 16_390, 24_000)
        self.oids = {name: str(first + 7 * place) for place, name in enumerate(sorted(self.tables))}

    @property
    def databases(self) -> list[str]:
        """All that one may connect to."""
        return ["postgres", self.database, "template1"]

    def view(self, name: str, schema: str, username: str, *, here: bool) -> Table | None:
        """A table of the catalogue; `here`: in the application's database, where there are tables."""
        makers: dict[str, Callable[[], Table]] = {
            "pg_database": self._databases,
            "pg_class": lambda: self._classes(here),
            "pg_namespace": _namespaces,
            "pg_roles": lambda: _roles(username),
            "pg_user": lambda: _users(username),
            "pg_tables": lambda: self._tables(here),
            "tables": lambda: self._information(here),
            "columns": lambda: self._columns(here),
            "pg_settings": self._settings,
        }
        if name in {"tables", "columns"} and schema != "information_schema":
            return None
        if name in makers:
            return makers[name]()
        return Table(name, (), ()) if name.startswith("pg_") else None

    def settings(self) -> dict[str, str]:
        """SHOW."""
        return {
            "client_encoding": "UTF8",
            "is_superuser": "off",
            "listen_addresses": "*",
            "log_destination": "stderr",
            "max_connections": "100",
            "password_encryption": self._encryption,
            "port": "5432",
            "search_path": '"$user", public',
            "server_encoding": "UTF8",
            "server_version": self.release.version,
            "server_version_num": _number(self.release.version),
            "shared_buffers": "128MB",
            "ssl": "on" if self.release.has_tls else "off",
            "standard_conforming_strings": "on",
            "timezone": "Etc/UTC",
            "transaction_isolation": "read committed",
        } | self._places()

    def _places(self) -> dict[str, str]:
        if "Debian" in self.release.version or "Ubuntu" in self.release.version:
            place = f"{self.release.major}/main"
            return {
                "config_file": f"/etc/postgresql/{place}/postgresql.conf",
                "data_directory": f"/var/lib/postgresql/{place}",
            }
        return {"config_file": "/var/lib/pgsql/data/postgresql.conf", "data_directory": "/var/lib/pgsql/data"}

    def _databases(self) -> Table:
        names = ["postgres", self.database, "template1", "template0"]
        rows: list[tuple[Value, ...]] = [
            (
                name,
                "postgres",
                "UTF8",
                LOCALE,
                LOCALE,
                "libc",
                CAN_CONNECT if "template" in name else None,
                str(place + 1),
            )
            for place, name in enumerate(sorted(names))
        ]
        return table_of(
            "pg_database", "datname owner encoding_name datcollate datctype provider datacl oid", rows
        )

    def _classes(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (oid, name, "public", "table", "postgres", "r", "0", "t", "f", "f", "f", "p", "d", "heap")
            for name, oid in self.oids.items()
            if here
        ]
        names = "oid relname nspname type owner relkind relchecks relhasindex relhasrules relhastriggers"
        return table_of("pg_class", f"{names} relispartition relpersistence relreplident amname", rows)

    def _tables(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [("public", name, "postgres") for name in self.tables if here]
        return table_of("pg_tables", "schemaname tablename tableowner", rows)

    def _information(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (self.database, "public", name, "BASE TABLE") for name in self.tables if here
        ]
        return table_of("tables", "table_catalog table_schema table_name table_type", rows)

    def _columns(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (self.database, "public", table.name, one.name, place, TYPES[one.kind].split("(")[0])
            for table in self.tables.values()
            for place, one in enumerate(table.columns, 1)
            if here
        ]
        names = "table_catalog table_schema table_name column_name ordinal_position data_type"
        return table_of("columns", names, rows)

    def _settings(self) -> Table:
        return table_of("pg_settings", "name setting", list(self.settings().items()))


def _namespaces() -> Table:
    return table_of("pg_namespace", "nspname owner", [("public", "pg_database_owner")])


def _roles(username: str) -> Table:
    names = "rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolconnlimit rolvaliduntil"
    rows: list[tuple[Value, ...]] = [("postgres", "t", "t", "t", "t", "t", "-1", None, "{}", "t", "t")]
    if username != "postgres":
        rows.insert(0, (username, "f", "t", "f", "f", "t", "-1", None, "{}", "f", "f"))
    return table_of("pg_roles", f"{names} memberof rolreplication rolbypassrls", rows)


def _users(username: str) -> Table:
    rows: list[tuple[Value, ...]] = [("postgres", "10", "t", "t", "********")]
    if username != "postgres":
        rows.append((username, "16385", "f", "f", "********"))
    return table_of("pg_user", "usename usesysid usecreatedb usesuper passwd", rows)


def table_of(name: str, columns: str, rows: Sequence[tuple[Value, ...]]) -> Table:
    """A table whose columns, parted by spaces, are all texts."""
    return Table(name, tuple(Column(one, "text") for one in columns.split()), tuple(rows))


def _number(version: str) -> str:
    major, minor, *rest = [*version.partition(" ")[0].split("."), "0"]
    return f"{int(major)}{int(minor):04}" if int(major) >= 10 else f"{major}{int(minor):02}{int(rest[0]):02}"
