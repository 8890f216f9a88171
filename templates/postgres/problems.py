"""What goes wrong, in the server's words."""

from __future__ import annotations

from decnet_sql_tokens import SqlError, Token
from messages import Problem

ACL = "aclchk.c 3655 aclcheck_error"


class Refused(Exception):
    """Carries an error out of where it is found."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def copy_problem(tokens: list[Token], *, is_superuser: bool) -> Problem:
    """Why COPY of or to a file or a program does not work. Nothing is ever run or opened."""
    is_program = any(token.is_word("program") for token in tokens)
    target = next((token.text for token in tokens if token.kind == "string"), None)
    if target is None:
        return Problem("42501", "permission denied for table", ACL)
    leaves = any(token.is_word("to") for token in tokens)
    if not is_superuser:
        role = (
            "pg_execute_server_program" if is_program else f"pg_{'write' if leaves else 'read'}_server_files"
        )
        where = "to or from an external program" if is_program else f"{'to' if leaves else 'from'} a file"
        told = f"must be superuser or have privileges of the {role} role to COPY {where}"
        hint = "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone."
        return Problem("42501", told, "copy.c 85 DoCopy", hint=hint)
    if is_program:
        place = "copyto.c 304 ClosePipeToProgram" if leaves else "copyfrom.c 1622 ClosePipeFromProgram"
        return Problem("38000", f'program "{target}" failed', place, detail="command not found")
    wrong = "writing: Permission denied" if leaves else "reading: No such file or directory"
    told = f'could not open file "{target}" for {wrong}'
    return Problem("58P01", told, "copyfrom.c 1523 BeginCopyFrom")


def denied_text(verb: str, tokens: list[Token], name: str) -> str:
    """What a user that is no superuser is told of a statement that changes something."""
    what = next((token.text.lower() for token in tokens[1:] if token.kind == "word"), "")
    if what in {"role", "user", "database"}:
        if verb == "alter":
            return "must be superuser to alter superuser roles or change superuser attribute"
        return f"permission denied to {verb} {'role' if what == 'user' else what}"
    if verb == "create":
        return "permission denied for schema public"
    return (
        f"must be owner of table {name}"
        if verb in {"drop", "alter"}
        else f"permission denied for table {name}"
    )


def explain(text: str, error: SqlError) -> Problem:
    """An error of our reader of SQL in the server's words."""
    place = text.find(error.subject) + 1 if error.subject else 0
    if error.kind == "column":
        told, where = f'column "{error.subject}" does not exist', "parse_relation.c 3665 errorMissingColumn"
        return Problem("42703", told, where, position=place)
    if error.kind == "function":
        hint = "No function matches the given name and argument types."
        hint += " You might need to add explicit type casts."
        told, where = (
            f"function {error.subject}(unknown) does not exist",
            "parse_func.c 629 ParseFuncOrColumn",
        )
        return Problem("42883", told, where, hint=hint, position=place)
    near = f'at or near "{error.subject}"' if error.subject else "at end of input"
    return Problem("42601", f"syntax error {near}", "scan.l 1188 scanner_yyerror", position=place)
