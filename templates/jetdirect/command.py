"""A command of PJL: `@PJL VERB [WORD] [NAME=value]…`, values bare or in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# A name, and a value with or without quotation marks; white space may stand around the sign.
OPTION = re.compile(r'([A-Za-z][\w:]{0,31})[ \t]*=[ \t]*(?:"([^"]*)"?|([^\s"]*))')
DIGITS = 9


@dataclass(frozen=True)
class Command:
    """One line."""

    line: str
    """Without `@PJL` and the end of line."""
    verb: str
    words: tuple[str, ...]
    """What stands after the verb before the first option, in capitals."""
    options: Mapping[str, str]

    def text(self, name: str) -> str:
        """An option's value; empty where it is missing."""
        return self.options.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """An option's value as a number, with a bound."""
        text = self.text(name)
        return int(text[:DIGITS]) if text.isascii() and text.isdigit() else default


def read_command(line: bytes) -> Command:
    """A line of PJL."""
    text = line.decode("utf-8", "surrogateescape").strip()[len("@PJL") :].strip()
    options = {name.upper(): quoted or bare for name, quoted, bare in OPTION.findall(text)}
    verb, *words = OPTION.split(text, maxsplit=1)[0].upper().split() or [""]
    return Command(text, verb, tuple(words), options)
