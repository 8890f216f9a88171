"""A locked maildrop (RFC 1939 section 5): the bait, and what the client has marked to be deleted.

Words are those of Dovecot 2.3.19 on Debian 12, measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from decnet_mail import mailbox, uid_validity

if TYPE_CHECKING:
    from decnet_identity import Identity

CAPABILITIES = ("CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE")


class Maildrop:
    """One login's. `run` answers a command with its whole reply."""

    def __init__(self, identity: Identity, username: str) -> None:
        self._mails = mailbox(identity, username)
        self._validity = uid_validity(identity)
        self._deleted: set[int] = set()
        self.over = False
        self._verbs: dict[str, Callable[[list[str]], bytes]] = {
            "CAPA": lambda _: listing("", [name.encode() for name in CAPABILITIES]),
            "DELE": self._dele,
            "LIST": self._list,
            "NOOP": lambda _: b"+OK\r\n",
            "QUIT": self._quit,
            "RETR": self._retr,
            "RSET": self._rset,
            "STAT": self._stat,
            "TOP": self._top,
            "UIDL": self._uidl,
        }

    def run(self, verb: str, arguments: Sequence[str]) -> bytes:
        """The reply, with its ends of lines."""
        act = self._verbs.get(verb)
        if act is None:
            return refusal(f"Unknown command: {verb[:64]}")
        return act(list(arguments))

    def _there(self) -> list[tuple[int, bytes]]:
        return [(n, mail.raw) for n, mail in enumerate(self._mails, 1) if n not in self._deleted]

    def _number(self, arguments: list[str]) -> int | bytes:
        """The message that is meant, or the refusal."""
        text = arguments[0] if arguments else ""
        if not (text.isascii() and text.isdigit()):
            return refusal(f"Invalid message number: {text[:64]}" if text else "Noninteger message number: ")
        number = int(text[:10])
        if not 0 < number <= len(self._mails):
            return refusal(f"There's no message {number}.")
        return refusal("Message is deleted.") if number in self._deleted else number

    def _stat(self, _: list[str]) -> bytes:
        there = self._there()
        return f"+OK {len(there)} {sum(len(raw) for _, raw in there)}\r\n".encode()

    def _list(self, arguments: list[str]) -> bytes:
        return self._each(
            arguments, lambda number: str(len(self._mails[number - 1].raw)), f"{len(self._there())} messages:"
        )

    def _uidl(self, arguments: list[str]) -> bytes:
        return self._each(
            arguments, lambda number: f"{self._mails[number - 1].uid:08x}{self._validity:08x}", ""
        )

    def _each(self, arguments: list[str], tell: Callable[[int], str], title: str) -> bytes:
        if not arguments:
            return listing(title, [f"{n} {tell(n)}".encode() for n, _ in self._there()])
        number = self._number(arguments)
        return number if isinstance(number, bytes) else f"+OK {number} {tell(number)}\r\n".encode()

    def _retr(self, arguments: list[str]) -> bytes:
        number = self._number(arguments)
        if isinstance(number, bytes):
            return number
        raw = self._mails[number - 1].raw
        return listing(f"{len(raw)} octets", raw.removesuffix(b"\r\n").split(b"\r\n"))

    def _top(self, arguments: list[str]) -> bytes:
        number = self._number(arguments)
        if isinstance(number, bytes):
            return number
        count = arguments[1] if len(arguments) > 1 else ""
        if not (count.isascii() and count.isdigit()):
            return refusal(f"Invalid line count: {count[:64]}")
        head, _, text = self._mails[number - 1].raw.partition(b"\r\n\r\n")
        lines = text.removesuffix(b"\r\n").split(b"\r\n")[: int(count[:10])]
        return listing("", [*head.split(b"\r\n"), b"", *lines])

    def _dele(self, arguments: list[str]) -> bytes:
        number = self._number(arguments)
        if isinstance(number, bytes):
            return number
        self._deleted.add(number)
        return b"+OK Marked to be deleted.\r\n"

    def _rset(self, _: list[str]) -> bytes:
        self._deleted.clear()
        return b"+OK\r\n"

    def _quit(self, _: list[str]) -> bytes:
        self.over = True
        deleted = ", messages deleted" if self._deleted else ""
        return f"+OK Logging out{deleted}.\r\n".encode()


def refusal(text: str) -> bytes:
    """An -ERR."""
    return f"-ERR {text}\r\n".encode("utf-8", "surrogateescape")


def listing(title: str, lines: Sequence[bytes]) -> bytes:
    """A reply of many lines, up to the dot; lines that begin with one get another (RFC 1939 section 3)."""
    stuffed = (b"." + line if line.startswith(b".") else line for line in lines)
    first = b"+OK " + title.encode() if title else b"+OK"
    return b"\r\n".join((first, *stuffed, b".", b""))
