"""What the server answers to Transact-SQL. Whoever is let in may read one database, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

from catalogue import Catalogue
from decnet_records import Column, Table, Value
from decnet_sql import Function, Rows, Scope, run_select
from decnet_sql_parse import Item, Select, dotted, parse_select
from decnet_sql_tokens import SqlError, Token, tokenize
from tokens import Failure

STATEMENTS_LIMIT = 8
SETTING = {"set", "begin", "commit", "rollback", "save", "declare", "print", "waitfor", "if", "go", "use"}
WRITING = {"insert", "update", "delete", "merge", "truncate"}
MAKING = {"create", "alter", "drop", "grant", "revoke", "deny", "backup", "restore", "bulk", "shutdown"}
ADMINISTRATION = {"sp_configure", "sp_addlogin", "sp_addsrvrolemember", "xp_regread", "sp_addextendedproc"}
NOISE = {"into", "from", "table", "top"}
BLOCKED = (
    "SQL Server blocked access to procedure 'sys.{name}' of component '{component}' because this "
    "component is turned off as part of the security configuration for this server. A system administrator "
    "can enable the use of '{component}' by using sp_configure. For more information about enabling "
    "'{component}', search for '{component}' in SQL Server Books Online."
)
COMPONENTS = {
    "xp_cmdshell": "xp_cmdshell",
    "sp_oacreate": "Ole Automation Procedures",
    "sp_oamethod": "Ole Automation Procedures",
    "sp_send_dbmail": "Database Mail XPs",
}
NOT_ALLOWED = Failure(15247, 16, "User does not have permission to perform this action.")

Answer = Rows | Failure | None
"""None: it is done, and there is nothing to tell."""


class Client:
    """One connection that is logged in."""

    def __init__(self, catalogue: Catalogue, username: str, hostname: str, database: str) -> None:
        self.catalogue = catalogue
        self.database = database
        self._username = username
        self._hostname = hostname

    def run(self, text: str) -> list[Answer]:
        """The answers to the statements of a batch."""
        # Brackets quote names as double quotes do; an empty part of a name is the schema dbo.
        text = text.replace("[", '"').replace("]", '"').replace("N'", " '").replace("..", ".dbo.")
        try:
            tokens = tokenize(text, names='"')
        except SqlError as error:
            return [_explained(error)]
        statements: list[list[Token]] = [[]]
        for token in tokens:
            if token.is_symbol(";"):
                statements.append([])
            else:
                statements[-1].append(token)
        return [self._answer(text, one) for one in statements if one][:STATEMENTS_LIMIT]

    def _answer(self, text: str, tokens: list[Token]) -> Answer:
        try:
            return self._run(text, tokens)
        except SqlError as error:
            return _explained(error)

    def _run(self, text: str, tokens: list[Token]) -> Answer:
        verb = tokens[0].text.lower()
        if verb == "select":
            return self._select(text, tokens)
        if verb == "use" and len(tokens) > 1:
            return self.use(tokens[1].text)
        if verb in SETTING:
            return None
        if verb in WRITING:
            return self._write(verb, tokens)
        if verb in MAKING:
            return self._make(verb, tokens)
        if verb in {"exec", "execute"}:
            return self._execute(tokens[1:])
        # The name of a procedure alone, at the beginning, calls it.
        return self._execute(tokens)

    def use(self, name: str) -> Answer:
        """Changes the database."""
        if name.lower() in self.catalogue.names:
            self.database = name.lower()
            return None
        text = f"Database '{name}' does not exist. Make sure that the name is entered correctly."
        return Failure(911, 16, text)

    def _select(self, text: str, tokens: list[Token]) -> Answer:
        limit = None
        if len(tokens) > 2 and tokens[1].is_word("top"):
            numbers = [place for place, token in enumerate(tokens[:4]) if token.kind == "number"]
            if not numbers:
                raise SqlError("syntax", "TOP")
            limit = int(tokens[numbers[0]].text.split(".")[0][:9])
            bracket = tokens[numbers[0] + 1 : numbers[0] + 2]
            rest = numbers[0] + (2 if bracket and bracket[0].is_symbol(")") else 1)
            tokens = [tokens[0], *tokens[rest:]]
        select = parse_select(text, tokens)
        items = tuple(replace(item, heading=_heading(item)) for item in select.items)
        select = replace(select, items=items, limit=select.limit if limit is None else limit)
        return run_select(select, self._table(select), self._scope())

    def _table(self, select: Select) -> Table | None:
        if not select.source:
            return None
        table = self.catalogue.find(select.source, self.database)
        if table is None:
            raise SqlError("table", ".".join(select.source))
        return table

    def _scope(self) -> Scope:
        catalogue = self.catalogue

        def constant(value: Value) -> Function:
            return lambda _: value

        names: dict[str, Value] = {
            "db_name": self.database,
            "suser_sname": self._username,
            "suser_name": self._username,
            "system_user": self._username,
            "original_login": self._username,
            "user_name": "guest",
            "user": "guest",
            "current_user": "guest",
            "session_user": "guest",
            "host_name": self._hostname,
            "schema_name": "dbo",
            "is_srvrolemember": 0,
            "is_member": 0,
            "has_dbaccess": 1,
        }

        def moment(_: Sequence[Value]) -> str:
            return f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S.%f}"[:-3]

        def serverproperty(given: Sequence[Value]) -> Value:
            return catalogue.properties.get(str(given[0]).lower()) if given else None

        functions = {name: constant(value) for name, value in names.items()}
        functions |= {"getdate": moment, "sysdatetime": moment, "serverproperty": serverproperty}
        variables: dict[str, Value] = {
            "version": catalogue.banner,
            "servername": catalogue.server,
            "servicename": "MSSQLSERVER",
            "spid": 50 + len(self._username) % 20,
            "trancount": 0,
            "rowcount": 0,
            "error": 0,
            "language": "us_english",
            "max_precision": 38,
            "microsoftversion": catalogue.build.version[0] << 24 | catalogue.build.version[2],
        }
        return Scope(functions, variables)

    def _write(self, verb: str, tokens: list[Token]) -> Failure:
        rest = tokens[1:]
        while rest and rest[0].is_word(*NOISE):
            rest = rest[1:]
        name = dotted(rest)[0]
        if not name:
            raise SqlError("syntax", verb)
        if self.catalogue.find(name, self.database) is None:
            raise SqlError("table", ".".join(name))
        what = {"truncate": "ALTER", "merge": "UPDATE"}.get(verb, verb.upper())
        object_ = f"object '{name[-1]}', database '{self.database}', schema 'dbo'"
        return Failure(229, 14, f"The {what} permission was denied on the {object_}.", 5)

    def _make(self, verb: str, tokens: list[Token]) -> Failure:
        kind = tokens[1].text.upper() if len(tokens) > 1 else ""
        name = dotted(tokens[2:])[0]
        if verb == "create" and kind in {"TABLE", "PROCEDURE", "FUNCTION", "VIEW", "DATABASE"}:
            return Failure(262, 14, f"CREATE {kind} permission denied in database '{self.database}'.")
        if verb == "drop" and name:
            why = "because it does not exist or you do not have permission"
            return Failure(3701, 11, f"Cannot drop the {kind.lower()} '{name[-1]}', {why}.", 5)
        return NOT_ALLOWED

    def _execute(self, tokens: list[Token]) -> Answer:
        name = dotted(tokens)[0]
        if not name:
            raise SqlError("syntax", tokens[0].text if tokens else "exec")
        procedure = name[-1].lower()
        if procedure in COMPONENTS:
            text = BLOCKED.format(name=procedure, component=COMPONENTS[procedure])
            return Failure(15281, 16, text)
        if procedure in ADMINISTRATION:
            return NOT_ALLOWED
        if procedure in {"xp_dirtree", "xp_fileexist", "xp_subdirs"}:
            # It would have looked at a share, and shown who it is: the path is in the log.
            return Rows((Column("subdirectory", "text"), Column("depth", "integer")), [])
        if procedure in {"sp_databases", "sp_helpdb"}:
            return Rows((Column("DATABASE_NAME", "text"),), [(one,) for one in self.catalogue.names])
        return Failure(2812, 16, f"Could not find stored procedure '{'.'.join(name)}'.", 62)


def _heading(item: Item) -> str:
    """Only columns and what is named `AS` something have a heading here."""
    name, after = dotted(item.tokens)
    return item.heading if item.has_alias or (name and not after) else ""


def _explained(error: SqlError) -> Failure:
    subject = error.subject[:100]
    return {
        "column": Failure(207, 16, f"Invalid column name '{subject}'."),
        "table": Failure(208, 16, f"Invalid object name '{subject}'."),
        "function": Failure(195, 15, f"'{subject}' is not a recognized built-in function name.", 10),
        "variable": Failure(137, 15, f'Must declare the scalar variable "@{subject}".', 2),
    }.get(error.kind, Failure(102, 15, f"Incorrect syntax near '{subject}'."))
