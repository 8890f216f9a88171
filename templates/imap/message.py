"""One mail as IMAP shows its parts: flags, envelope, structure, header and text (RFC 3501 section 7.4.2)."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from decnet_mail import Mail

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FLAGS_OF_SYSTEM = (b"\\Answered", b"\\Flagged", b"\\Deleted", b"\\Seen", b"\\Draft")
QUOTABLE = 4096
"""Bytes of a string that is sent quoted; a longer one goes as a literal."""


class Message:
    """A mail in an open mailbox, and what the client has done with it."""

    def __init__(self, mail: Mail, flags: set[bytes]) -> None:
        self.uid = mail.uid
        self.received = mail.received
        self.raw = mail.raw
        self.flags = flags
        head, found, text = mail.raw.partition(b"\r\n\r\n")
        self.header = head + found
        self.text = text
        self.fields = _fields(head)

    def field(self, name: bytes) -> bytes | None:
        """A header field, unfolded."""
        return next((value for key, _, value in self.fields if key == name.lower()), None)

    def header_without(self, names: set[bytes], *, only: bool) -> bytes:
        """The header's fields as they stand, only those named or all but those."""
        kept = (lines for key, lines, _ in self.fields if (key in names) == only)
        return b"".join(kept) + b"\r\n"

    @property
    def sent(self) -> datetime:
        """By its Date field; when it was received, if that cannot be read."""
        try:
            sent = parsedate_to_datetime((self.field(b"date") or b"").decode("ascii", "replace"))
        except (TypeError, ValueError, IndexError, OverflowError):
            return self.received
        return sent if sent.tzinfo else self.received

    @property
    def flag_list(self) -> bytes:
        """As in `FLAGS (\\Seen)`."""
        return b"(" + b" ".join(sorted(self.flags)) + b")"

    @property
    def internal_date(self) -> bytes:
        """With its quotes."""
        at = self.received
        return f'"{at.day:02}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S %z}"'.encode()

    @property
    def envelope(self) -> bytes:
        """As a list."""
        sender = _addresses(self.field(b"from"))
        parts = (
            _nstring(self.field(b"date")),
            _nstring(self.field(b"subject")),
            sender,
            _addresses(self.field(b"sender")) if self.field(b"sender") else sender,
            _addresses(self.field(b"reply-to")) if self.field(b"reply-to") else sender,
            _addresses(self.field(b"to")),
            _addresses(self.field(b"cc")),
            _addresses(self.field(b"bcc")),
            _nstring(self.field(b"in-reply-to")),
            _nstring(self.field(b"message-id")),
        )
        return b"(" + b" ".join(parts) + b")"

    def structure(self, *, extended: bool) -> bytes:
        """BODYSTRUCTURE, or BODY: every mail here has one part, of plain text."""
        lines = self.text.count(b"\n")
        more = b" NIL NIL NIL NIL" if extended else b""
        return (
            f'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" {len(self.text)} {lines}'.encode()
            + more
            + b")"
        )


def _fields(head: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Name in lower case, lines as they stand, and value."""
    found: list[tuple[bytes, bytes, bytes]] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and found:
            name, lines, value = found.pop()
            found.append((name, lines + line + b"\r\n", value + b" " + line.strip()))
            continue
        name, colon, value = line.partition(b":")
        if colon:
            found.append((name.strip().lower(), line + b"\r\n", value.strip()))
    return found


def literal(data: bytes) -> bytes:
    """With its length before it."""
    return b"{%d}\r\n" % len(data) + data


def quoted(data: bytes) -> bytes:
    """Quoted, or as a literal where quotes cannot hold it."""
    if len(data) > QUOTABLE or not data.isascii() or any(byte in data for byte in b"\r\n\0"):
        return literal(data)
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _nstring(data: bytes | None) -> bytes:
    return b"NIL" if data is None else quoted(data)


def _addresses(value: bytes | None) -> bytes:
    if not value:
        return b"NIL"
    return b"(" + b"".join(_address(part) for part in value.split(b",")[:64]) + b")"


def _address(text: bytes) -> bytes:
    name, bracket, rest = text.strip().partition(b"<")
    box = rest.partition(b">")[0] if bracket else name
    local, at, host = box.strip().rpartition(b"@")
    shown = name.strip(b' "') if bracket else b""
    parts = (
        quoted(shown) if shown else b"NIL",
        b"NIL",
        quoted(local if at else host),
        quoted(host if at else b"MISSING_DOMAIN"),
    )
    return b"(" + b" ".join(parts) + b")"
