"""The system catalogue, as far as psql's `\\l`, `\\dt`, `\\d`, `\\du` and `\\dn` and scanners ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from decnet_records import Column, Table, Value, database_of, tables_of
from decnet_sql import Rows
from decnet_sql_parse import Item, Select, dotted
from decnet_sql_tokens import Token
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
        return _table(
            "pg_database", "datname owner encoding_name datcollate datctype provider datacl oid", rows
        )

    def _classes(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (oid, name, "public", "table", "postgres", "r", "0", "t", "f", "f", "f", "p", "d", "heap")
            for name, oid in self.oids.items()
            if here
        ]
        names = "oid relname nspname type owner relkind relchecks relhasindex relhasrules relhastriggers"
        return _table("pg_class", f"{names} relispartition relpersistence relreplident amname", rows)

    def _tables(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [("public", name, "postgres") for name in self.tables if here]
        return _table("pg_tables", "schemaname tablename tableowner", rows)

    def _information(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (self.database, "public", name, "BASE TABLE") for name in self.tables if here
        ]
        return _table("tables", "table_catalog table_schema table_name table_type", rows)

    def _columns(self, here: bool) -> Table:
        rows: list[tuple[Value, ...]] = [
            (self.database, "public", table.name, one.name, place, TYPES[one.kind].split("(")[0])
            for table in self.tables.values()
            for place, one in enumerate(table.columns, 1)
            if here
        ]
        names = "table_catalog table_schema table_name column_name ordinal_position data_type"
        return _table("columns", names, rows)

    def _settings(self) -> Table:
        return _table("pg_settings", "name setting", list(self.settings().items()))


def _namespaces() -> Table:
    return _table("pg_namespace", "nspname owner", [("public", "pg_database_owner")])


def _roles(username: str) -> Table:
    names = "rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolconnlimit rolvaliduntil"
    rows: list[tuple[Value, ...]] = [("postgres", "t", "t", "t", "t", "t", "-1", None, "{}", "t", "t")]
    if username != "postgres":
        rows.insert(0, (username, "f", "t", "f", "f", "t", "-1", None, "{}", "f", "f"))
    return _table("pg_roles", f"{names} memberof rolreplication rolbypassrls", rows)


def _users(username: str) -> Table:
    rows: list[tuple[Value, ...]] = [("postgres", "10", "t", "t", "********")]
    if username != "postgres":
        rows.append((username, "16385", "f", "f", "********"))
    return _table("pg_user", "usename usesysid usecreatedb usesuper passwd", rows)


def _table(name: str, columns: str, rows: Sequence[tuple[Value, ...]]) -> Table:
    return Table(name, tuple(Column(one, "text") for one in columns.split()), tuple(rows))


def _number(version: str) -> str:
    major, minor, *rest = [*version.partition(" ")[0].split("."), "0"]
    return f"{int(major)}{int(minor):04}" if int(major) >= 10 else f"{major}{int(minor):02}{int(rest[0]):02}"


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
    return _table("pg_attribute", "attname format_type attnotnull attidentity attgenerated", rows)


def _indexes(catalogue: Catalogue, strings: list[str]) -> Table:
    found = _named(catalogue, strings)
    rows: list[tuple[Value, ...]] = []
    if found is not None:
        index, key = f"{found.name}_pkey", found.columns[0].name
        made = f"CREATE UNIQUE INDEX {index} ON public.{found.name} USING btree ({key})"
        rows.append((index, "t", "t", "f", "t", made, f"PRIMARY KEY ({key})", "p", "f", "f", "f", "0"))
    names = "relname indisprimary indisunique indisclustered indisvalid pg_get_indexdef pg_get_constraintdef contype"
    return _table("pg_index", f"{names} condeferrable condeferred indisreplident reltablespace", rows)
