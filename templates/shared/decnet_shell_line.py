"""A line of shell as far as intruders type it: words, quotes, variables, pipes and redirections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

LINE_LIMIT = 4096
COMMANDS_LIMIT = 32
WORDS_LIMIT = 256
SUBSTITUTIONS = 2
"""Depth of `$(...)` in each other."""
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_HOME = re.compile(r"~(?=[/\s;|&<>]|$)")
OPERATORS = ("&&", "||", ";", "|", "&", "\n")


class Unfinished(Exception):
    """A quote or an operator that is never ended; the text is what bash says."""


@dataclass
class Command:
    """One simple command, with the operators before it and after it."""

    joined: str = ";"
    words: list[str] = field(default_factory=list)
    assignments: list[tuple[str, str]] = field(default_factory=list)
    target: str | None = None
    """The file that its output goes to."""
    appends: bool = False
    follows: str = ";"


def parse(line: str, value: Callable[[str], str], substitute: Callable[[str], str]) -> Iterator[Command]:
    """The commands of a line, each expanded when it is its turn.

    `value` answers a variable, `substitute` what a command in `$(...)` or backquotes prints.
    """
    return islice(_Parser(line[:LINE_LIMIT], value, substitute).run(), COMMANDS_LIMIT)


class _Parser:
    def __init__(self, line: str, value: Callable[[str], str], substitute: Callable[[str], str]) -> None:
        self._line = line
        self._place = 0
        self._value = value
        self._substitute = substitute
        self._command = Command()

    def run(self) -> Iterator[Command]:
        while self._place < len(self._line):
            self._skip_blanks()
            if self._place >= len(self._line) or self._line[self._place] == "#":
                break
            operator = next((one for one in OPERATORS if self._line.startswith(one, self._place)), None)
            if operator is not None:
                self._place += len(operator)
                self._command.follows = ";" if operator in {"&", "\n"} else operator
                if self._is_something():
                    yield self._command
                self._command = Command(self._command.follows)
            elif not self._assigns() and not self._redirects() and len(self._command.words) < WORDS_LIMIT:
                self._command.words.append(self._word())
            elif len(self._command.words) >= WORDS_LIMIT:
                self._word()
        if self._is_something():
            yield self._command

    def _is_something(self) -> bool:
        return bool(self._command.words or self._command.assignments or self._command.target)

    def _assigns(self) -> bool:
        """Takes an assignment, where one stands before the first word."""
        match = None if self._command.words else _ASSIGNMENT.match(self._line, self._place)
        if match is None:
            return False
        self._place = match.end()
        self._command.assignments.append((match[1], self._word()))
        return True

    def _skip_blanks(self) -> None:
        while self._place < len(self._line) and self._line[self._place] in " \t\r":
            self._place += 1

    def _redirects(self) -> bool:
        """Takes a redirection, where one stands."""
        digits = self._line.startswith(("1>", "2>"), self._place)
        start = self._place + digits
        if self._line[start : start + 1] not in {">", "<"}:
            return False
        is_error = digits and self._line[self._place] == "2"
        is_input = self._line[start] == "<"
        appends = self._line.startswith((">>", "<<"), start)
        self._place = start + 1 + appends
        if self._line.startswith("&", self._place):
            self._place += 2
            return True
        self._skip_blanks()
        target = self._word()
        if not is_error and not is_input and target:
            self._command.target, self._command.appends = target, appends
        return True

    def _word(self) -> str:
        parts: list[str] = []
        if _HOME.match(self._line, self._place):
            parts.append(self._value("HOME"))
            self._place += 1
        while self._place < len(self._line):
            char = self._line[self._place]
            if char in " \t\r\n;|&<>":
                break
            self._place += 1
            if char == "'":
                parts.append(self._until("'"))
            elif char == '"':
                parts.append(self._quoted())
            elif char == "\\":
                parts.append(self._line[self._place : self._place + 1])
                self._place += 1
            elif char in "$`":
                parts.append(self._expanded(char))
            else:
                parts.append(char)
        return "".join(parts)

    def _until(self, mark: str) -> str:
        end = self._line.find(mark, self._place)
        if end < 0:
            raise Unfinished("unexpected end of file")
        text = self._line[self._place : end]
        self._place = end + 1
        return text

    def _quoted(self) -> str:
        parts: list[str] = []
        while self._place < len(self._line):
            char = self._line[self._place]
            self._place += 1
            if char == '"':
                return "".join(parts)
            if char == "\\" and self._line[self._place : self._place + 1] in {'"', "\\", "$", "`"}:
                parts.append(self._line[self._place])
                self._place += 1
            elif char in "$`":
                parts.append(self._expanded(char))
            else:
                parts.append(char)
        raise Unfinished("unexpected end of file")

    def _expanded(self, char: str) -> str:
        if char == "`":
            return self._substitute(self._until("`"))
        if self._line.startswith("(", self._place):
            self._place += 1
            return self._substitute(self._nested())
        if self._line.startswith("{", self._place):
            self._place += 1
            return self._value(self._until("}"))
        end = self._place
        while end < len(self._line) and (self._line[end].isalnum() or self._line[end] == "_"):
            end += 1
        if end == self._place and self._line[end : end + 1] in {"?", "$", "#", "!"}:
            end += 1
        name, self._place = self._line[self._place : end], end
        return self._value(name) if name else "$"

    def _nested(self) -> str:
        depth, start = 1, self._place
        while self._place < len(self._line):
            depth += {"(": 1, ")": -1}.get(self._line[self._place], 0)
            self._place += 1
            if depth == 0:
                return self._line[start : self._place - 1]
        raise Unfinished("unexpected end of file")
