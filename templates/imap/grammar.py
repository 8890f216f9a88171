"""Commands of IMAP (RFC 3501 section 9): words, quoted strings, literals and lists, all bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decnet_streams import Malformed, Stream

LOGIN_LIMIT, COMMAND_LIMIT = 8 * 1024, 64 * 1024
"""Bytes of one command with its literals, before a login and after it."""
LITERALS_LIMIT = 32
NESTING_LIMIT = 8
WORDS_LIMIT = 1024


class Unreadable(ValueError):
    """A command that the grammar does not have; the text says why."""


@dataclass(frozen=True)
class Quoted:
    """A string that was quoted or sent as a literal, where that makes a difference."""

    value: bytes


Node = bytes | Quoted | list
"""A word, a string, or a list of nodes."""


async def read_command(stream: Stream, limit: int) -> tuple[bytes, list[bytes]]:
    """A command's text with each literal's place kept by its `{n}`, and the literals (RFC 7888)."""
    text = b""
    literals: list[bytes] = []
    size = 0
    while True:
        line = await stream.line()
        text += line
        size += len(line)
        length, waits = _announced(line)
        if length is None:
            return text, literals
        size += length
        if size > limit or len(literals) >= LITERALS_LIMIT:
            raise Malformed(f"a literal of {length} bytes", text)
        if waits:
            await stream.send(b"+ OK\r\n")
        literals.append(await stream.exactly(length))


def _announced(line: bytes) -> tuple[int | None, bool]:
    """The length of the literal that follows, and whether its sender waits for a word."""
    if not line.endswith(b"}"):
        return None, False
    digits = line[line.rfind(b"{") + 1 : -1]
    waits = not digits.endswith(b"+")
    digits = digits.removesuffix(b"+")
    if not digits.isdigit() or len(digits) > 10:
        return None, False
    return int(digits), waits


def parse(text: bytes, literals: Sequence[bytes]) -> list[Node]:
    """The nodes of a command; raises `Unreadable`."""
    reader = _Reader(text, list(literals))
    nodes = reader.nodes(0)
    if reader.at < len(text):
        raise Unreadable("Missing '('")
    return nodes


def text_of(node: Node) -> bytes:
    """A word or string as bytes; raises `Unreadable` for a list."""
    if isinstance(node, Quoted):
        return node.value
    if isinstance(node, bytes):
        return node
    raise Unreadable("Invalid arguments")


class _Reader:
    def __init__(self, text: bytes, literals: list[bytes]) -> None:
        self._text = text
        self._literals = literals
        self._count = 0
        self.at = 0

    def nodes(self, depth: int) -> list[Node]:
        if depth > NESTING_LIMIT:
            raise Unreadable("Too many '('")
        found: list[Node] = []
        while self.at < len(self._text):
            char = self._text[self.at : self.at + 1]
            if char == b")" and depth:
                return found
            if char == b" ":
                self.at += 1
                continue
            self._count += 1
            if self._count > WORDS_LIMIT:
                raise Unreadable("Too many arguments")
            found.append(self._node(char, depth))
        if depth:
            raise Unreadable("Missing ')'")
        return found

    def _node(self, char: bytes, depth: int) -> Node:
        if char == b"(":
            self.at += 1
            inner = self.nodes(depth + 1)
            self.at += 1
            return inner
        if char == b'"':
            return self._quoted()
        if char == b"{":
            return self._literal()
        return self._atom()

    def _quoted(self) -> Quoted:
        value = bytearray()
        self.at += 1
        while self.at < len(self._text):
            byte = self._text[self.at]
            self.at += 1
            if byte == ord('"'):
                return Quoted(bytes(value))
            if byte == ord("\\") and self.at < len(self._text):
                byte = self._text[self.at]
                self.at += 1
            value.append(byte)
        raise Unreadable("Missing '\"'")

    def _literal(self) -> Quoted:
        end = self._text.find(b"}", self.at)
        if end < 0 or not self._literals:
            raise Unreadable("Invalid literal")
        self.at = end + 1
        return Quoted(self._literals.pop(0))

    def _atom(self) -> bytes:
        begin = self.at
        brackets = 0
        while self.at < len(self._text):
            char = self._text[self.at : self.at + 1]
            if char == b"[":
                brackets += 1
            elif char == b"]":
                brackets -= 1
            # What stands in brackets belongs to the word: BODY[HEADER.FIELDS (FROM)].
            elif brackets <= 0 and char in (b" ", b"(", b")", b'"', b"{"):
                break
            self.at += 1
        if self.at == begin:
            raise Unreadable("Invalid characters in atom")
        return self._text[begin : self.at]
