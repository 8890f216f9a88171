"""SQL as tokens, in time that is linear in its length."""

from __future__ import annotations

import re
from dataclasses import dataclass

STATEMENT_LIMIT = 16_384
"""Characters that are looked at."""

_WORD = re.compile(r"[^\W\d][\w$]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_VARIABLE = re.compile(r"@@?(?:[\w$]+)(?:\.[\w$]+)*")
_SYMBOL = re.compile(r"::|<>|!=|<=|>=|\|\||.", re.DOTALL)
_COMMENT = re.compile(r"(?:--|#)[^\n]*")
_SPACE = re.compile(r"\s+")
_CONDITIONAL = re.compile(r"/\*M?!\d*")


class SqlError(Exception):
    """What is wrong; `subject` is the name or text that it is about."""

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(f"{kind}: {subject}")
        self.kind = kind
        """One of syntax, column, function, table, variable."""
        self.subject = subject


@dataclass(frozen=True)
class Token:
    """`kind`: word, name (a quoted identifier), string, number, variable or symbol."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these key words (in lower case)."""
        return self.kind == "word" and self.text.lower() in words

    def is_symbol(self, text: str) -> bool:
        """Whether it is this symbol."""
        return self.kind == "symbol" and self.text == text


def tokenize(text: str, *, names: str) -> list[Token]:
    """The tokens of a statement. `names`: the characters that quote identifiers."""
    tokens: list[Token] = []
    text = text[:STATEMENT_LIMIT]
    place = 0
    while place < len(text):
        start = place
        if match := _SPACE.match(text, place) or _comment(text, place, names):
            place = match.end()
        elif match := _CONDITIONAL.match(text, place):
            # MySQL runs what stands in such a comment; its end is dropped below.
            place = match.end()
        elif text.startswith("/*", place):
            end = text.find("*/", place + 2)
            place = len(text) if end < 0 else end + 2
        elif text.startswith("*/", place):
            place += 2
        elif text[place] in "'\"`":
            quoted, place = _quoted(text, place)
            tokens.append(Token("name" if text[start] in names else "string", quoted, start, place))
        else:
            kind, match = _plain(text, place)
            place = match.end()
            tokens.append(Token(kind, match[0], start, place))
    return tokens


def _comment(text: str, place: int, names: str) -> re.Match[str] | None:
    # Only MySQL, which quotes names with backquotes, knows comments that begin with a hash.
    return None if text[place] == "#" and "`" not in names else _COMMENT.match(text, place)


def _plain(text: str, place: int) -> tuple[str, re.Match[str]]:
    for kind, pattern in (("word", _WORD), ("number", _NUMBER), ("variable", _VARIABLE)):
        if match := pattern.match(text, place):
            return kind, match
    match = _SYMBOL.match(text, place)
    assert match is not None
    return "symbol", match


def _quoted(text: str, start: int) -> tuple[str, int]:
    quote = text[start]
    parts: list[str] = []
    place = start + 1
    while place < len(text):
        end = text.find(quote, place)
        slash = text.find("\\", place, end) if quote == "'" and end >= 0 else -1
        if end < 0:
            break
        if slash >= 0:
            parts.append(text[place:slash] + text[slash + 1 : slash + 2])
            place = slash + 2
            continue
        parts.append(text[place:end])
        if not text.startswith(quote, end + 1):
            return "".join(parts), end + 1
        parts.append(quote)
        place = end + 2
    raise SqlError("syntax", text[start : start + 80])
