"""What the server answers to a statement. Users may read the application's tables; postgres may all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from catalogue import Catalogue
from decnet_records import Column, Table, Value
from decnet_sql import Rows, Scope, run_select
from decnet_sql_parse import dotted, parse_select
from decnet_sql_tokens import SqlError, Token, tokenize
from messages import Problem
from problems import ACL, Refused, copy_problem, denied_text, explain
from psql import ask_as_psql
from statements import columns_of, headed, statements_of, without_casts

TABLES_LIMIT = 16
SUPERUSER = "postgres"
DONE = {
    "set": "SET",
    "reset": "RESET",
    "discard": "DISCARD ALL",
    "lock": "LOCK TABLE",
    "listen": "LISTEN",
    "unlisten": "UNLISTEN",
    "savepoint": "SAVEPOINT",
    "vacuum": "VACUUM",
    "analyze": "ANALYZE",
    "close": "CLOSE CURSOR",
}
TRANSACTIONS = {"begin": "BEGIN", "start": "START TRANSACTION", "commit": "COMMIT", "end": "COMMIT"}
ENDS = {"rollback": "ROLLBACK", "abort": "ROLLBACK"}
NOISE = ("into", "from", "table", "if", "not", "exists", "only", "temporary", "temp", "unlogged")


@dataclass(frozen=True)
class Result:
    """Rows where there are any, and the tag of the command."""

    tag: str
    rows: Rows | None = None


class Client:
    """One connection that is logged in."""

    def __init__(
        self, catalogue: Catalogue, username: str, database: str, hosts: tuple[str, str], pid: int
    ) -> None:
        self.catalogue = catalogue
        self.username = username
        self.database = database
        self._own: dict[str, Table] = {}
        self.transaction = b"I"
        self._scope = self._functions(hosts, pid)

    @property
    def is_superuser(self) -> bool:
        """postgres alone is."""
        return self.username == SUPERUSER

    def run(self, text: str) -> list[Result | Problem]:
        """The results of one statement or several, up to the first error."""
        results: list[Result | Problem] = []
        try:
            for tokens in statements_of(tokenize(text, names='"')):
                results.append(self._run(text, tokens))
        except Refused as refused:
            results.append(refused.problem)
        except SqlError as error:
            results.append(explain(text, error))
        if self.transaction == b"T" and results and isinstance(results[-1], Problem):
            self.transaction = b"E"
        return results

    def _run(self, text: str, tokens: list[Token]) -> Result:
        verb = tokens[0].text.lower()
        if tokens[0].kind != "word":
            raise SqlError("syntax", tokens[0].text)
        if self.transaction == b"E" and verb not in ENDS | TRANSACTIONS:
            told = "current transaction is aborted, commands ignored until end of transaction block"
            raise Refused(Problem("25P02", told, "postgres.c 1466 exec_parse_message"))
        if verb in TRANSACTIONS or verb in ENDS:
            begins = verb in {"begin", "start"}
            tag = ENDS.get(verb) or (TRANSACTIONS[verb] if self.transaction != b"E" else "ROLLBACK")
            self.transaction = b"T" if begins else b"I"
            return Result(tag)
        if verb in DONE:
            return Result(DONE[verb])
        if verb == "select" or (verb == "table" and len(tokens) > 1):
            return self._select(text, tokens)
        if verb == "show" and len(tokens) > 1:
            return self._show(tokens[-1].text.lower())
        return self._change(verb, tokens)

    def _show(self, name: str) -> Result:
        settings = self.catalogue.settings()
        if name == "all":
            rows: list[tuple[Value, ...]] = list(settings.items())
            return Result("SHOW", Rows((Column("name", "text"), Column("setting", "text")), rows))
        if name not in settings:
            told = f'unrecognized configuration parameter "{name}"'
            raise Refused(Problem("42704", told, "guc.c 5766 find_option"))
        return Result("SHOW", Rows((Column(name, "text"),), [(settings[name],)]))

    def _select(self, text: str, tokens: list[Token]) -> Result:
        if tokens[0].is_word("table"):
            star = Token("symbol", "*", tokens[0].start, tokens[0].end)
            tokens = [tokens[0], star, replace(tokens[0], text="from"), *tokens[1:]]
        select = parse_select(text, without_casts(tokens))
        select = replace(select, items=tuple(headed(item) for item in select.items))
        table = self._table(text, select.source) if select.source else None
        is_catalogue = not select.whole and select.source[-1:] and select.source[-1].startswith("pg_")
        if table is not None and (is_catalogue or any(token.text == "pg_catalog" for token in tokens)):
            rows = ask_as_psql(self.catalogue, table, select, tokens)
        else:
            rows = run_select(select, table, self._scope)
        return Result(f"SELECT {len(rows.rows)}", rows)

    def _table(self, text: str, name: tuple[str, ...]) -> Table:
        schema = name[-2].lower() if len(name) > 1 else "public"
        table = name[-1].lower()
        if schema == "public":
            if table in self._own:
                return self._own[table]
            if self.database == self.catalogue.database and table in self.catalogue.tables:
                return self.catalogue.tables[table]
        if table in {"pg_shadow", "pg_authid"} and not self.is_superuser:
            kind = "view" if table == "pg_shadow" else "table"
            raise Refused(Problem("42501", f"permission denied for {kind} {table}", ACL))
        if schema in {"pg_catalog", "information_schema"} or table.startswith("pg_"):
            here = self.database == self.catalogue.database
            found = self.catalogue.view(table, schema, self.username, here=here)
            if found is not None:
                return found
        raise Refused(self._missing(text, name))

    def _missing(self, text: str, name: tuple[str, ...]) -> Problem:
        line = "parse_relation.c 1371" if len(name) > 1 else "parse_relation.c 1392"
        place = text.lower().find(name[-1].lower()) + 1
        told = f'relation "{".".join(name[-2:])}" does not exist'
        return Problem("42P01", told, f"{line} parserOpenTable", position=place)

    def _change(self, verb: str, tokens: list[Token]) -> Result:
        rest = tokens[1:]
        while rest and rest[0].is_word(*NOISE):
            rest = rest[1:]
        name = dotted(rest)[0] or ("",)
        if verb == "copy":
            raise Refused(copy_problem(tokens, is_superuser=self.is_superuser))
        if verb not in {
            "create",
            "drop",
            "insert",
            "update",
            "delete",
            "truncate",
            "alter",
            "grant",
            "revoke",
        }:
            raise SqlError("syntax", tokens[0].text)
        if self.is_superuser:
            return self._as_superuser(verb, tokens, rest, name[-1].lower())
        raise Refused(Problem("42501", denied_text(verb, tokens, name[-1]), ACL))

    def _as_superuser(self, verb: str, tokens: list[Token], rest: list[Token], name: str) -> Result:
        if verb in {"insert", "update", "delete"}:
            return Result({"insert": "INSERT 0 1", "update": "UPDATE 1", "delete": "DELETE 1"}[verb])
        what = next((token.text.upper() for token in tokens[1:] if token.kind == "word"), "")
        if verb == "create" and tokens[1:] and any(token.is_word("table") for token in tokens[:4]):
            if len(self._own) < TABLES_LIMIT:
                self._own[name] = Table(name, columns_of(dotted(rest)[1]), ())
            return Result("CREATE TABLE")
        if verb == "drop" and what == "TABLE":
            self._own.pop(name, None)
        return Result("TRUNCATE TABLE" if verb == "truncate" else f"{verb.upper()} {what[:20]}")

    def _functions(self, hosts: tuple[str, str], pid: int) -> Scope:
        def user(_: object) -> str:
            return self.username

        def denied(name: str) -> Callable[..., Value]:
            def refuse(_: object) -> Value:
                if self.is_superuser:
                    told = "could not open file for reading: No such file or directory"
                    raise Refused(Problem("58P01", told, "genfile.c 113 read_binary_file"))
                raise Refused(Problem("42501", f"permission denied for function {name}", ACL))

            return refuse

        settings = self.catalogue.settings()
        names = ("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "lo_import", "lo_export", "pg_stat_file")
        functions: dict[str, Callable[..., Value]] = {name: denied(name) for name in names} | {
            "concat": lambda words: "".join(str(word) for word in words)[:1024],
            "current_database": lambda _: self.database,
            "current_schema": lambda _: "public",
            "current_setting": lambda words: settings.get(str(words[0]).lower()) if words else None,
            "current_user": user,
            "inet_client_addr": lambda _: hosts[0],
            "inet_server_addr": lambda _: hosts[1],
            "inet_server_port": lambda _: 5432,
            "now": lambda _: time.strftime("%Y-%m-%d %H:%M:%S.000000+00", time.gmtime()),
            "pg_backend_pid": lambda _: pid,
            "pg_is_in_recovery": lambda _: "f",
            "pg_sleep": lambda _: "",
            "session_user": user,
            "set_config": lambda words: str(words[1]) if len(words) > 1 else None,
            "user": user,
            "version": lambda _: self.catalogue.release.banner,
        }
        return Scope(functions)
