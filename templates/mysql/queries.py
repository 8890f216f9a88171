"""What the server answers to a statement. Whoever is let in may read one database, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from catalogue import INFORMATION_SCHEMA, Catalogue
from decnet_records import Table, Value
from decnet_sql import Rows, Scope, run_select
from decnet_sql_parse import Select, dotted, parse_select
from decnet_sql_tokens import SqlError, Token, tokenize
from refusals import Failure, Refused
from show import describe, show
from versions import DEBIAN

SETTING = {
    "set",
    "begin",
    "start",
    "commit",
    "rollback",
    "savepoint",
    "release",
    "lock",
    "unlock",
    "do",
    "flush",
}
WRITING = {"insert", "replace", "update", "delete", "drop", "create", "alter", "truncate", "rename"}
NOISE = {"into", "from", "table", "if", "not", "exists", "ignore", "temporary", "low_priority", "delayed"}


@dataclass(frozen=True)
class Done:
    """There is nothing to tell but that it is done."""


Answer = Rows | Done | Failure


class Client:
    """One connection that is logged in."""

    def __init__(self, catalogue: Catalogue, username: str, host: str, connection: int) -> None:
        self.catalogue = catalogue
        self.username = username
        self.host = host
        self.connection = connection
        self.database = ""
        self._scope = self._functions()

    @property
    def who(self) -> str:
        """As errors name the user."""
        return f"'{self.username}'@'{self.host}'"

    def use(self, name: str) -> Failure | None:
        """Changes the database."""
        if name.lower() in {self.catalogue.database, INFORMATION_SCHEMA}:
            self.database = name.lower()
            return None
        return Failure(1044, "42000", f"Access denied for user {self.who} to database '{name}'")

    def run(self, text: str) -> Answer:
        """The answer to one statement; of several the first."""
        try:
            tokens = tokenize(text, names="`")
            end = next((place for place, token in enumerate(tokens) if token.is_symbol(";")), len(tokens))
            if not tokens[:end]:
                return Failure(1065, "42000", "Query was empty")
            return self._run(text, tokens[:end])
        except Refused as refused:
            return refused.failure
        except SqlError as error:
            return self._explain(text, error)

    def _run(self, text: str, tokens: list[Token]) -> Answer:
        verb = tokens[0].text.lower()
        if tokens[0].kind != "word":
            return self._near(text[tokens[0].start :])
        if verb == "select":
            return self._select(text, tokens)
        if verb == "show" and len(tokens) > 1:
            return show(self, tokens[1:]) or self._near(text[tokens[1].start :])
        if verb in {"describe", "desc", "explain"} and len(tokens) > 1:
            return describe(self.table(dotted(tokens[1:])[0]))
        if verb == "use" and len(tokens) == 2:
            return self.use(tokens[1].text) or Done()
        if verb in SETTING:
            return Done()
        if verb in WRITING:
            return self._write(verb, tokens)
        return self._otherwise(text, verb, tokens)

    def _select(self, text: str, tokens: list[Token]) -> Answer:
        if any(token.is_word("outfile", "dumpfile") for token in tokens):
            return Failure(1045, "28000", f"Access denied for user {self.who} (using password: YES)")
        select: Select = parse_select(text, tokens)
        table = self.table(select.source) if select.source else None
        return run_select(select, table, self._scope)

    def table(self, name: tuple[str, ...]) -> Table:
        """A table that may be read."""
        if not name:
            raise SqlError("syntax", "")
        if len(name) == 1 and name[0].lower() == "dual":
            return Table("dual", (), ((),))
        database, table = (name[-2] if len(name) > 1 else self.database), name[-1]
        if not database:
            raise Refused(Failure(1046, "3D000", "No database selected"))
        if database.lower() == INFORMATION_SCHEMA:
            found = self.catalogue.schema_table(table.lower())
            if found is None:
                raise Refused(Failure(1109, "42S02", f"Unknown table '{table}' in {INFORMATION_SCHEMA}"))
            return found
        if database.lower() != self.catalogue.database:
            raise Refused(self._denied("SELECT", database, table))
        if table not in self.catalogue.tables:
            raise Refused(Failure(1146, "42S02", f"Table '{database}.{table}' doesn't exist"))
        return self.catalogue.tables[table]

    def _denied(self, what: str, database: str, table: str) -> Failure:
        named = f"'{table}'"
        if self.catalogue.release.is_mariadb and not self.catalogue.release.version.startswith("5."):
            named = f"`{database}`.`{table}`"
        return Failure(1142, "42000", f"{what} command denied to user {self.who} for table {named}")

    def _write(self, verb: str, tokens: list[Token]) -> Failure:
        rest = tokens[1:]
        while rest and rest[0].is_word(*NOISE):
            rest = rest[1:]
        if rest and rest[0].is_word("database", "schema"):
            name = rest[-1].text
            return Failure(1044, "42000", f"Access denied for user {self.who} to database '{name}'")
        if rest and rest[0].is_word("user", "function", "aggregate", "role", "server", "event", "procedure"):
            return self.lacks("CREATE USER" if rest[0].is_word("user", "role") else "SUPER")
        name = dotted(rest)[0]
        what = {"truncate": "DROP", "replace": "INSERT", "rename": "ALTER"}.get(verb, verb.upper())
        if not name:
            return self._near("")
        database = name[-2] if len(name) > 1 else self.database
        if not database:
            return Failure(1046, "3D000", "No database selected")
        return self._denied(what, database, name[-1])

    def lacks(self, privilege: str) -> Failure:
        """The error for want of a privilege."""
        needed = f"you need (at least one of) the {privilege} privilege(s) for this operation"
        return Failure(1227, "42000", f"Access denied; {needed}")

    def _otherwise(self, text: str, verb: str, tokens: list[Token]) -> Answer:
        if verb == "load":
            # A file of the client's is never asked for.
            if any(token.is_word("local") for token in tokens) and self.catalogue.release.is_mariadb:
                server = "MariaDB server or client has disabled the local infile capability"
                return Failure(4166, "HY000", f"The used command is not allowed because the {server}")
            if any(token.is_word("local") for token in tokens):
                both = "this must be enabled on both the client and server sides"
                return Failure(3948, "42000", f"Loading local data is disabled; {both}")
            return Failure(1045, "28000", f"Access denied for user {self.who} (using password: YES)")
        if verb == "kill" and len(tokens) > 1:
            return Failure(1094, "HY000", f"Unknown thread id: {tokens[-1].text[:20]}")
        if verb in {"grant", "revoke"}:
            return Failure(1045, "28000", f"Access denied for user {self.who} (using password: YES)")
        if verb in {"shutdown", "change", "reset", "purge", "install", "uninstall"}:
            return self.lacks("SHUTDOWN" if verb == "shutdown" else "SUPER")
        if verb == "call":
            routine = ".".join(dotted(tokens[1:])[0])
            return Failure(
                1370, "42000", f"execute command denied to user {self.who} for routine '{routine}'"
            )
        return self._near(text)

    def _near(self, rest: str) -> Failure:
        manual = f"check the manual that corresponds to your {self.catalogue.release.product} server version"
        where = f"for the right syntax to use near '{rest.strip()[:80]}' at line 1"
        return Failure(1064, "42000", f"You have an error in your SQL syntax; {manual} {where}")

    def _explain(self, text: str, error: SqlError) -> Failure:
        if error.kind == "column":
            # MariaDB's last releases name the clause.
            place = "SELECT" if self.catalogue.release == DEBIAN else "field list"
            return Failure(1054, "42S22", f"Unknown column '{error.subject}' in '{place}'")
        if error.kind == "variable":
            return Failure(1193, "HY000", f"Unknown system variable '{error.subject}'")
        if error.kind == "function":
            database = self.database or self.catalogue.database
            return Failure(1305, "42000", f"FUNCTION {database}.{error.subject} does not exist")
        return self._near(text[text.find(error.subject) :] if error.subject else "")

    def _functions(self) -> Scope:
        def user(_: object) -> str:
            return f"{self.username}@{self.host}"

        functions: dict[str, Callable[..., Value]] = {
            "connection_id": lambda _: self.connection,
            "concat": lambda words: "".join(str(word) for word in words)[:1024],
            "current_date": lambda _: time.strftime("%Y-%m-%d", time.gmtime()),
            "current_user": lambda _: f"{self.username}@%",
            "database": lambda _: self.database or None,
            "load_file": lambda _: None,
            "now": lambda _: time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
            "schema": lambda _: self.database or None,
            "session_user": user,
            "sleep": lambda _: 0,
            "system_user": user,
            "unix_timestamp": lambda _: int(time.time()),
            "user": user,
            "version": lambda _: self.catalogue.release.version,
        }
        return Scope(functions, self.catalogue.variables)
