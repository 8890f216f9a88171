"""What a login sees: an INBOX of bait, a few empty mailboxes, and every change forgotten at the end.

Words and order are those of Dovecot 2.3.19 on Debian 12, measured.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from decnet_mail import Mail, mailbox, uid_validity
from grammar import Node, Unreadable, text_of
from message import FLAGS_OF_SYSTEM, Message, quoted
from selected import Lines, Selected

if TYPE_CHECKING:
    from decnet_identity import Identity

NAMES_LIMIT, APPENDED_LIMIT = 64, 4
STATUS_ITEMS = (b"MESSAGES", b"RECENT", b"UIDNEXT", b"UIDVALIDITY", b"UNSEEN")


class Refused(Exception):
    """A NO: the text is what follows it."""


class Account:
    """The mailboxes of one login. `answer` gives the untagged lines, and keeps in `done` what ends them."""

    def __init__(self, identity: Identity, username: str) -> None:
        mails = mailbox(identity, username)
        seen = identity.number("imap/seen", 1, len(mails) - 2)
        self._messages = [
            Message(mail, {b"\\Seen"} if place < seen else set()) for place, mail in enumerate(mails)
        ]
        self._validity = uid_validity(identity)
        self._next_uid = mails[-1].uid + 1 + identity.number("imap/next", 0, 9)
        self._names = {b"Drafts": b"\\Drafts", b"Sent": b"\\Sent", b"Trash": b"\\Trash"}
        self._open: Selected | None = None
        self._appended = 0
        self.done = ""
        self._verbs: dict[bytes, Callable[[list[Node]], Lines]] = {
            b"CHECK": lambda _: self._end("Check completed"),
            b"CLOSE": self._close,
            b"COPY": self._copy,
            b"CREATE": self._create,
            b"DELETE": self._delete,
            b"ENABLE": lambda _: self._end("Enabled"),
            b"EXAMINE": lambda nodes: self._select(nodes, writes=False),
            b"EXPUNGE": self._expunge,
            b"FETCH": self._fetch,
            b"LIST": lambda nodes: self._list(nodes, b"LIST"),
            b"LSUB": lambda nodes: self._list(nodes, b"LSUB"),
            b"NAMESPACE": self._namespace,
            b"NOOP": lambda _: self._end("NOOP completed"),
            b"SEARCH": self._search,
            b"SELECT": lambda nodes: self._select(nodes, writes=True),
            b"STATUS": self._status,
            b"STORE": self._store,
            b"SUBSCRIBE": lambda _: self._end("Subscribe completed"),
            b"UID": self._uid,
            b"UNSELECT": self._unselect,
            b"UNSUBSCRIBE": lambda _: self._end("Unsubscribe completed"),
        }

    def answer(self, verb: bytes, nodes: list[Node]) -> Lines:
        """Raises `Unreadable` for a BAD, `Refused` for a NO."""
        act = self._verbs.get(verb)
        if act is None:
            raise Unreadable("Unknown command")
        self.done = ""
        return act(nodes)

    def append(self, nodes: list[Node], raw: bytes) -> Lines:
        """Takes a message in."""
        if len(nodes) < 2:
            raise Unreadable("Invalid arguments")
        self._known(text_of(nodes[0]), b"TRYCREATE")
        uid = self._next_uid
        self._next_uid += 1
        self._appended += 1
        if text_of(nodes[0]).upper() == b"INBOX" and self._appended <= APPENDED_LIMIT:
            self._messages.append(Message(Mail(uid, datetime.now(timezone.utc), raw), set()))
        self.done = f"[APPENDUID {self._validity} {uid}] Append completed"
        if self._open is not None and self._open.messages is self._messages:
            yield b"%d EXISTS" % len(self._messages)

    def _end(self, text: str) -> Lines:
        self.done = text
        return iter(())

    def _until_end(self, lines: Lines, text: str) -> Lines:
        yield from lines
        self.done = text

    def _selected(self) -> Selected:
        if self._open is None:
            raise Unreadable("")
        return self._open

    def _known(self, name: bytes, code: bytes) -> None:
        if name.upper() != b"INBOX" and name not in self._names:
            code_shown = f"[{code.decode('ascii')}] " if code else ""
            raise Refused(
                f"{code_shown}Mailbox doesn't exist: {name[:128].decode('utf-8', 'surrogateescape')}"
            )

    def _select(self, nodes: list[Node], *, writes: bool) -> Lines:
        if not nodes:
            raise Unreadable("Missing mailbox name")
        name = text_of(nodes[0])
        if self._open is not None:
            self._open = None
            yield b"OK [CLOSED] Previous mailbox closed."
        self._known(name, b"")
        opened = self._messages if name.upper() == b"INBOX" else []
        self._open = Selected(opened, may_write=writes)
        flags = b" ".join(FLAGS_OF_SYSTEM)
        yield b"FLAGS (" + flags + b")"
        yield (
            b"OK [PERMANENTFLAGS (" + flags + b" \\*)] Flags permitted."
            if writes
            else b"OK [PERMANENTFLAGS ()] Read-only mailbox."
        )
        yield b"%d EXISTS" % len(opened)
        yield b"0 RECENT"
        unseen = next((n for n, message in enumerate(opened, 1) if b"\\Seen" not in message.flags), None)
        if unseen is not None:
            yield b"OK [UNSEEN %d] First unseen." % unseen
        yield b"OK [UIDVALIDITY %d] UIDs valid" % self._validity
        yield b"OK [UIDNEXT %d] Predicted next UID" % (self._next_uid if opened else 1)
        self.done = "[READ-WRITE] Select completed" if writes else "[READ-ONLY] Examine completed"

    def _close(self, _: list[Node]) -> Lines:
        self._selected().close()
        self._open = None
        return self._end("Close completed")

    def _unselect(self, _: list[Node]) -> Lines:
        self._selected()
        self._open = None
        return self._end("Unselect completed")

    def _create(self, nodes: list[Node]) -> Lines:
        name = text_of(nodes[0]) if nodes else b""
        if not 0 < len(name) <= 255:
            raise Refused("[CANNOT] Invalid mailbox name")
        if name.upper() == b"INBOX" or name in self._names:
            raise Refused("[ALREADYEXISTS] Mailbox already exists")
        if len(self._names) >= NAMES_LIMIT:
            raise Refused("[LIMIT] Too many mailboxes")
        self._names[name] = b""
        return self._end("Create completed")

    def _delete(self, nodes: list[Node]) -> Lines:
        name = text_of(nodes[0]) if nodes else b""
        if name.upper() == b"INBOX":
            raise Refused("[CANNOT] INBOX can't be deleted.")
        self._known(name, b"NONEXISTENT")
        del self._names[name]
        return self._end("Delete completed")

    def _list(self, nodes: list[Node], kind: bytes) -> Lines:
        if len(nodes) < 2:
            raise Unreadable("Missing arguments")
        pattern = text_of(nodes[1])
        self.done = "List completed" if kind == b"LIST" else "Lsub completed"
        if not pattern and kind == b"LIST":
            yield b'LIST (\\Noselect) "/" ""'
            return
        for name, use in ((b"INBOX", b""), *self._names.items()):
            if pattern in (b"*", b"%") or pattern.upper() == name.upper():
                flags = b"\\HasNoChildren" + (b" " + use if use else b"")
                yield kind + b" (" + flags + b') "/" ' + (name if name.isalnum() else quoted(name))

    def _namespace(self, _: list[Node]) -> Lines:
        self.done = "Namespace completed"
        yield b'NAMESPACE (("" "/")) NIL NIL'

    def _status(self, nodes: list[Node]) -> Lines:
        if len(nodes) != 2 or not isinstance(nodes[1], list):
            raise Unreadable("Invalid arguments")
        name = text_of(nodes[0])
        self._known(name, b"")
        messages = self._messages if name.upper() == b"INBOX" else []
        numbers = {
            b"MESSAGES": len(messages),
            b"RECENT": 0,
            b"UIDNEXT": self._next_uid if messages else 1,
            b"UIDVALIDITY": self._validity,
            b"UNSEEN": sum(b"\\Seen" not in message.flags for message in messages),
        }
        asked = {text_of(node).upper() for node in nodes[1]}
        if not asked <= set(STATUS_ITEMS):
            raise Unreadable("Invalid status item")
        shown = b" ".join(b"%s %d" % (item, numbers[item]) for item in STATUS_ITEMS if item in asked)
        self.done = "Status completed"
        yield b"STATUS " + (name if name.isalnum() else quoted(name)) + b" (" + shown + b")"

    def _copy(self, nodes: list[Node], *, by_uid: bool = False) -> Lines:
        selected = self._selected()
        if len(nodes) < 2:
            raise Unreadable("Invalid arguments")
        selected.chosen(nodes[0], by_uid=by_uid)
        self._known(text_of(nodes[1]), b"TRYCREATE")
        return self._end("Copy completed")

    def _fetch(self, nodes: list[Node], *, by_uid: bool = False) -> Lines:
        return self._until_end(self._selected().fetch(nodes, by_uid=by_uid), "Fetch completed")

    def _search(self, nodes: list[Node], *, by_uid: bool = False) -> Lines:
        return self._until_end(self._selected().search(nodes, by_uid=by_uid), "Search completed")

    def _store(self, nodes: list[Node], *, by_uid: bool = False) -> Lines:
        return self._until_end(self._selected().store(nodes, by_uid=by_uid), "Store completed")

    def _expunge(self, _: list[Node]) -> Lines:
        return self._until_end(self._selected().expunge(), "Expunge completed")

    def _uid(self, nodes: list[Node]) -> Lines:
        verb = text_of(nodes[0]).upper() if nodes else b""
        acts = {b"COPY": self._copy, b"FETCH": self._fetch, b"SEARCH": self._search, b"STORE": self._store}
        if verb == b"EXPUNGE":
            return self._expunge([])
        act = acts.get(verb)
        if act is None:
            raise Unreadable("Unknown UID command")
        return act(nodes[1:], by_uid=True)
