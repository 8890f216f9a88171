"""What a client does in the mailbox that it has selected."""

from __future__ import annotations

from collections.abc import Iterator

from fetch import fetched, items_of, marks_seen
from grammar import Node, Unreadable, text_of
from message import Message
from search import Criteria
from sequence import SequenceSet, positions

KEYWORDS_LIMIT = 16
Lines = Iterator[bytes]


class Selected:
    """`messages` are the mailbox's own: what is changed in them is so for the rest of the login."""

    def __init__(self, messages: list[Message], *, may_write: bool) -> None:
        self.messages = messages
        self._may_write = may_write

    def chosen(self, node: Node, *, by_uid: bool) -> list[int]:
        """Places of the messages of a set; only what is named by UID may be missing."""
        messages = self.messages
        greatest = (messages[-1].uid if messages else 0) if by_uid else len(messages)
        chosen = SequenceSet(text_of(node), greatest)
        if not by_uid and not (chosen.is_within(greatest) and greatest):
            raise Unreadable("Invalid messageset")
        return positions(chosen, [message.uid for message in messages], by_uid=by_uid)

    def fetch(self, nodes: list[Node], *, by_uid: bool) -> Lines:
        """FETCH (RFC 3501 section 6.4.5)."""
        messages = self.messages
        if len(nodes) < 2:
            raise Unreadable("Invalid arguments")
        items = items_of(nodes[1:])
        if by_uid and b"UID" not in (item.upper() for item in items):
            items.insert(0, b"UID")
        for place in self.chosen(nodes[0], by_uid=by_uid):
            message = messages[place]
            asked = items
            if marks_seen(items) and self._may_write and b"\\Seen" not in message.flags:
                message.flags.add(b"\\Seen")
                asked = items if b"FLAGS" in items else [*items, b"FLAGS"]
            yield b"%d FETCH (" % (place + 1) + fetched(message, asked) + b")"

    def search(self, nodes: list[Node], *, by_uid: bool) -> Lines:
        """SEARCH (section 6.4.4)."""
        messages = self.messages
        criteria = Criteria(nodes, len(messages), messages[-1].uid if messages else 0)
        found = [n for n, message in enumerate(messages, 1) if criteria.fit(n, message)]
        yield b"SEARCH" + b"".join(b" %d" % (messages[n - 1].uid if by_uid else n) for n in found)

    def store(self, nodes: list[Node], *, by_uid: bool) -> Lines:
        """STORE (section 6.4.6)."""
        messages = self.messages
        if len(nodes) < 3:
            raise Unreadable("Invalid arguments")
        kind = text_of(nodes[1]).upper()
        if kind.removesuffix(b".SILENT").lstrip(b"+-") != b"FLAGS":
            raise Unreadable("Invalid arguments")
        listed = nodes[2] if isinstance(nodes[2], list) else nodes[2:]
        flags = {text_of(node)[:64] for node in listed[:KEYWORDS_LIMIT]}
        for place in self.chosen(nodes[0], by_uid=by_uid):
            message = messages[place]
            if not self._may_write:
                continue
            if kind.startswith(b"-"):
                message.flags -= flags
            elif kind.startswith(b"+"):
                message.flags |= set(sorted(flags)[: max(KEYWORDS_LIMIT - len(message.flags), 0)])
            else:
                message.flags = set(flags)
            if not kind.endswith(b".SILENT"):
                uid = b"UID %d " % message.uid if by_uid else b""
                yield b"%d FETCH (%sFLAGS %s)" % (place + 1, uid, message.flag_list)

    def expunge(self) -> Lines:
        """EXPUNGE (section 6.4.3)."""
        messages = self.messages
        gone = [
            n for n, message in enumerate(messages, 1) if b"\\Deleted" in message.flags and self._may_write
        ]
        for number in reversed(gone):
            del messages[number - 1]
            yield b"%d EXPUNGE" % number

    def close(self) -> None:
        """Removes what is marked as deleted, in silence (section 6.4.2)."""
        if self._may_write:
            self.messages[:] = [one for one in self.messages if b"\\Deleted" not in one.flags]
