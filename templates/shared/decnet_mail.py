"""What SMTP, IMAP and POP3 of one decky share: its people, its mailbox and its certificate."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING

from decnet_directory import directory_of
from decnet_tls import Certificate, Subject, certificate_of

if TYPE_CHECKING:
    from decnet_identity import Identity

FAILURE_SECONDS = 2.0
"""Dovecot's auth_failure_delay, which Postfix waits for as well when it asks Dovecot."""

DOVECOT_MARKS = {
    "debian": " (Debian)",
    "kali": " (Debian)",
    "proxmox8": " (Debian)",
    "ubuntu20": " (Ubuntu)",
    "ubuntu22": " (Ubuntu)",
}
"""What the distro's patch adds to Dovecot's name."""

ROLES = ("abuse", "admin", "info", "postmaster", "root", "webmaster")
LETTERS = string.ascii_letters + string.digits

PAIRS = (
    (
        "Your new account on {server}",
        "Hi,\n\nyour login for {server}.{domain} is ready:\n\n  user: {user}\n  password: {password}\n\n"
        "Please change it at the first login.\n\n{name}\n",
    ),
    (
        "{service} on {server}",
        "Hi,\n\nI moved the share to {server}, it runs as {service} now. {note}.\n\n{name}\n",
    ),
    (
        "Maintenance of {server} on Saturday",
        "Hello,\n\n{server} will be down from 20:00 to 22:00. Whoever needs it then, call me.\n\n{name}\n",
    ),
    (
        "Invoice {number}",
        "Hello,\n\nplease find invoice {number} in the portal. It is due in 14 days.\n\nRegards\n{name}\n",
    ),
    (
        "Minutes of Tuesday",
        "All,\n\nwe agreed to renew the certificates in this quarter. {user} does {server}.\n\n{name}\n",
    ),
    ("Holiday plan", "All,\n\nplease enter your days until Friday. {user} has the list.\n\n{name}\n"),
    ("Re: cannot reach {server}", "Hi,\n\nit was the cable. {server} answers again.\n\n{name}\n"),
)
"""Subjects and what they are about."""


@dataclass(frozen=True)
class Mail:
    """One message as it lies in a mailbox. `received` is its internal date."""

    uid: int
    received: datetime
    raw: bytes
    """Lines end in CRLF."""


def mail_certificate(identity: Identity) -> Certificate:
    """One for all services of the decky."""
    return certificate_of(identity, "tls", Subject(identity.fqdn))


def dovecot_greeting(identity: Identity) -> str:
    """As IMAP and POP3 begin with it."""
    return f"Dovecot{DOVECOT_MARKS.get(identity.distro, '')} ready."


def own_domains(identity: Identity) -> frozenset[str]:
    """What a mail server takes mail for (mydestination)."""
    return frozenset(
        {identity.fqdn.lower(), identity.hostname.lower(), identity.domain.lower(), "localhost"} - {""}
    )


def local_parts(identity: Identity) -> frozenset[str]:
    """Of the addresses that exist."""
    directory = directory_of(identity)
    return frozenset((*ROLES, *(person.account for person in (*directory.people, *directory.services))))


def mailbox(identity: Identity, username: str) -> list[Mail]:
    """The mails of whoever was let in, oldest first; the same for the same name."""
    domain = identity.domain or identity.hostname
    local = "".join(char for char in username.split("@")[0] if char in LETTERS + "._-")[:64] or "user"
    count = identity.number("mail/count", 5, 9)
    when = datetime(2024, 1, 8, 7, tzinfo=timezone.utc) + timedelta(
        hours=identity.number("mail/begin", 0, 4000)
    )
    mails = []
    for number in range(count):
        when += timedelta(minutes=identity.number(f"mail/{number}/minutes", 90, 9000))
        uid = 1 + number * 3 + identity.number(f"mail/{number}/uid", 0, 2)
        mails.append(Mail(uid, when, _message(identity, number, f"{local}@{domain}", domain, when)))
    return mails


def uid_validity(identity: Identity) -> int:
    """Of the mailbox (RFC 9051 section 2.3.1.1): when it was made."""
    return identity.number("mail/uid-validity", 1_600_000_000, 1_700_000_000)


def _message(identity: Identity, number: int, to: str, domain: str, when: datetime) -> bytes:
    label = f"mail/{number}"
    directory = directory_of(identity)
    sender = identity.choose(f"{label}/sender", directory.people)
    letters = identity.derive(f"{label}/password", 10)
    facts = {
        "server": identity.choose(f"{label}/server", directory.machines[:4]).name,
        "domain": domain,
        "user": identity.choose(f"{label}/user", directory.people).account,
        "service": directory.services[0].account,
        "note": directory.services[0].note,
        "password": "".join(LETTERS[byte % len(LETTERS)] for byte in letters),
        "name": sender.given,
        "number": identity.number(f"{label}/number", 20_240_000, 20_249_999),
    }
    # The first mails hold what an intruder looks for; the others are as they come, none twice in a row.
    turn = 2 + (identity.number("mail/turn", 0, len(PAIRS)) + number) % (len(PAIRS) - 2)
    subject, body = PAIRS[number if number < 2 else turn]
    lines = [
        f"Return-Path: <{sender.account}@{domain}>",
        f"Received: from {facts['server']}.{domain} by {identity.fqdn} with ESMTP",
        f"\tid {identity.derive(f'{label}/queue', 5).hex().upper()}; {format_datetime(when)}",
        f"From: {sender.name} <{sender.account}@{domain}>",
        f"To: {to}",
        f"Subject: {subject.format(**facts)}",
        f"Date: {format_datetime(when - timedelta(seconds=2))}",
        f"Message-ID: <{identity.derive(f'{label}/id', 12).hex()}@{domain}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        *body.format(**facts).split("\n"),
    ]
    return "\r\n".join(lines).encode()
