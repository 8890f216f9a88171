"""What this server holds: its databases, tables and variables, as its own catalogue tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_records import Column, Table, Value, database_of, tables_of
from decnet_uptime import service_uptime_of
from versions import Release

if TYPE_CHECKING:
    from decnet_identity import Identity

TYPES = {"integer": "int(11)", "numeric": "decimal(12,2)", "text": "varchar(255)", "timestamp": "datetime"}
MARIADB_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"
MYSQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION"
INFORMATION_SCHEMA = "information_schema"


class Catalogue:
    """One decky's."""

    def __init__(self, identity: Identity, release: Release) -> None:
        self.release = release
        self.database = database_of(identity)
        self.tables = tables_of(identity)
        self._identity = identity
        self._questions = identity.number("mysql/questions", 20_000, 4_000_000)
        self.variables = self._variables()

    @property
    def uptime(self) -> int:
        """Seconds."""
        return service_uptime_of(self._identity)

    def questions(self) -> int:
        """Counts one, and answers how many there were."""
        self._questions += 1
        return self._questions

    def _variables(self) -> dict[str, Value]:
        release, identity = self.release, self._identity
        charset = "utf8mb4"
        return {
            "auto_increment_increment": 1,
            "autocommit": 1,
            "basedir": "/usr",
            "character_set_client": charset,
            "character_set_connection": charset,
            "character_set_database": charset,
            "character_set_results": charset,
            "character_set_server": charset,
            "collation_connection": f"{charset}_general_ci",
            "collation_server": f"{charset}_general_ci",
            "datadir": "/var/lib/mysql/",
            "hostname": identity.hostname,
            "init_connect": "",
            "interactive_timeout": 28800,
            "license": "GPL",
            "local_infile": "ON" if release.is_mariadb else "OFF",
            "lower_case_table_names": 0,
            "max_allowed_packet": 16_777_216 if release.is_mariadb else 67_108_864,
            "max_connections": 151,
            "net_buffer_length": 16384,
            "net_write_timeout": 60,
            "plugin_dir": "/usr/lib/mysql/plugin/",
            "port": identity.port,
            "protocol_version": 10,
            "read_only": "OFF",
            "secure_file_priv": "" if release.is_mariadb else "/var/lib/mysql-files/",
            "server_id": 1,
            "socket": "/run/mysqld/mysqld.sock",
            "sql_mode": MARIADB_MODE if release.is_mariadb else MYSQL_MODE,
            "system_time_zone": "UTC",
            "time_zone": "SYSTEM",
            "transaction_isolation": "REPEATABLE-READ",
            "tx_isolation": "REPEATABLE-READ",
            "version": release.version,
            "version_comment": release.comment,
            "version_compile_machine": "x86_64",
            "version_compile_os": release.system,
            "wait_timeout": 28800,
        }

    def status(self) -> dict[str, Value]:
        """SHOW STATUS, what is looked at most."""
        return {
            "Connections": self._questions // 9,
            "Questions": self._questions,
            "Threads_connected": 1,
            "Threads_running": 1,
            "Uptime": self.uptime,
        }

    def statistics(self) -> str:
        """COM_STATISTICS."""
        uptime = self.uptime
        return (
            f"Uptime: {uptime}  Threads: 1  Questions: {self._questions}  Slow queries: 0  Opens: 34  "
            f"Open tables: 27  Queries per second avg: {self._questions / uptime:.3f}"
        )

    def schema_table(self, name: str) -> Table | None:
        """A table of INFORMATION_SCHEMA."""
        if name == "schemata":
            names = ("CATALOG_NAME", "SCHEMA_NAME", "DEFAULT_CHARACTER_SET_NAME", "DEFAULT_COLLATION_NAME")
            rows = [
                ("def", one, "utf8mb4", "utf8mb4_general_ci") for one in (INFORMATION_SCHEMA, self.database)
            ]
            return text_table(name, names, rows)
        if name == "tables":
            names = ("TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE", "ENGINE", "TABLE_ROWS")
            rows = [
                ("def", self.database, table.name, "BASE TABLE", "InnoDB", str(len(table.rows)))
                for table in self.tables.values()
            ]
            return text_table(name, names, rows)
        if name == "columns":
            names = (
                "TABLE_SCHEMA",
                "TABLE_NAME",
                "COLUMN_NAME",
                "ORDINAL_POSITION",
                "DATA_TYPE",
                "COLUMN_TYPE",
            )
            rows = [
                (
                    self.database,
                    table.name,
                    one.name,
                    str(place),
                    TYPES[one.kind].split("(")[0],
                    TYPES[one.kind],
                )
                for table in self.tables.values()
                for place, one in enumerate(table.columns, 1)
            ]
            return text_table(name, names, rows)
        return None


def text_table(name: str, columns: tuple[str, ...], rows: list[tuple[Value, ...]]) -> Table:
    """A table of texts."""
    return Table(name, tuple(Column(one, "text") for one in columns), tuple(rows))
