"""The words of each mail server. Postfix: measured on Debian 12; Exchange: Microsoft's own examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_windows import windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Product:
    """What one server offers and how it says things; `{}` stands for what was asked."""

    banner: str
    """`{date}` stands for the present."""
    features: tuple[str, ...]
    """Of EHLO, in order, STARTTLS and AUTH among them."""
    mechanisms: tuple[str, ...]
    size: int
    texts: Mapping[str, str]
    wants_login_at: str
    """The verb at which a submission (port 587) without a login is refused."""
    forbidden: frozenset[str] = frozenset()
    """Verbs of HTTP, which end the connection."""


POSTFIX_TEXTS = {
    "aborted": "501 5.7.0 Authentication aborted",
    "accepted": "235 2.7.0 Authentication successful",
    "already authenticated": "503 5.5.1 Error: already authenticated",
    "already tls": "554 5.5.1 Error: TLS already active",
    "base64": "535 5.7.8 Error: authentication failed: Invalid base64 data in initial response",
    "bye": "221 2.0.0 Bye",
    "chunk": "250 2.0.0 Ok: {} bytes",
    "data": "354 End data with <CR><LF>.<CR><LF>",
    "forbidden": "221 2.7.0 Error: I can break rules, too. Goodbye.",
    "mechanism": "535 5.7.8 Error: authentication failed: Invalid authentication mechanism",
    "nested": "503 5.5.1 Error: nested MAIL command",
    "no mail": "503 5.5.1 Error: need MAIL command",
    "no recipients": "503 5.5.1 Error: need RCPT command",
    "in transaction": "503 5.5.1 Error: MAIL transaction in progress",
    "not verified": "252 2.0.0 {}",
    "ok": "250 2.0.0 Ok",
    "queued": "250 2.0.0 Ok: queued as {}",
    "recipient": "250 2.1.5 Ok",
    "refused": "535 5.7.8 Error: authentication failed: (reason unavailable)",
    "relay": "554 5.7.1 <{}>: Relay access denied",
    "reset": "250 2.0.0 Ok",
    "sender": "250 2.1.0 Ok",
    "starttls": "220 2.0.0 Ready to start TLS",
    "syntax AUTH": "501 5.5.4 Syntax: AUTH mechanism",
    "syntax BDAT": "501 5.5.4 Syntax: BDAT count [LAST]",
    "syntax EHLO": "501 Syntax: EHLO hostname",
    "syntax HELO": "501 Syntax: HELO hostname",
    "syntax MAIL": "501 5.5.4 Syntax: MAIL FROM:<address>",
    "syntax RCPT": "501 5.5.4 Syntax: RCPT TO:<address>",
    "syntax STARTTLS": "501 5.5.4 Syntax: STARTTLS",
    "syntax VRFY": "501 5.5.4 Syntax: VRFY address [SMTPUTF8]",
    "too big": "552 5.3.4 Message size exceeds fixed limit",
    "too many errors": "421 4.7.0 {} Error: too many errors",
    "too many recipients": "452 4.5.3 Error: too many recipients",
    "unauthenticated": "554 5.7.1 <unknown[{}]>: Client host rejected: Access denied",
    "unknown": "500 5.5.2 Error: command not recognized",
    "unknown parameter": "555 5.5.4 Unsupported option: {}",
    "unknown user": "550 5.1.1 <{}>: Recipient address rejected: User unknown in local recipient table",
}

EXCHANGE_TEXTS = POSTFIX_TEXTS | {
    "aborted": "501 5.7.0 Authentication canceled",
    "already authenticated": "503 5.5.2 Already authenticated",
    "already tls": "503 5.5.2 Only one STARTTLS command can be issued per session",
    "base64": "501 5.5.2 Cannot decode AUTH parameter",
    "bye": "221 2.0.0 Service closing transmission channel",
    "chunk": "250 2.6.0 CHUNK received OK, {} octets",
    "data": "354 Start mail input; end with <CRLF>.<CRLF>",
    "mechanism": "504 5.7.4 Unrecognized authentication type",
    "nested": "503 5.5.2 Sender already specified",
    "no mail": "503 5.5.2 Need mail command",
    "no recipients": "503 5.5.2 Need rcpt command",
    "in transaction": "503 5.5.2 Auth command not permitted during a mail transaction",
    "not verified": "252 2.1.5 Cannot VRFY user",
    "ok": "250 2.0.0 OK",
    "queued": "250 2.6.0 <{}> Queued mail for delivery",
    "recipient": "250 2.1.5 Recipient OK",
    "refused": "535 5.7.3 Authentication unsuccessful",
    "relay": "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "reset": "250 2.0.0 Resetting",
    "sender": "250 2.1.0 Sender OK",
    "starttls": "220 2.0.0 SMTP server ready",
    "syntax AUTH": "501 5.5.4 Invalid arguments",
    "syntax BDAT": "501 5.5.4 Invalid arguments",
    "syntax EHLO": "501 5.5.4 Invalid domain name",
    "syntax HELO": "501 5.5.4 Invalid domain name",
    "syntax MAIL": "501 5.5.4 Invalid arguments",
    "syntax RCPT": "501 5.5.4 Invalid arguments",
    "syntax STARTTLS": "501 5.5.4 Invalid arguments",
    "syntax VRFY": "501 5.5.4 Invalid arguments",
    "too many errors": "421 4.7.0 Too many errors on this connection, closing transmission channel",
    "too many recipients": "452 4.5.3 Too many recipients",
    "unauthenticated": "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail",
    "unknown": "500 5.3.3 Unrecognized command",
    "unknown parameter": "501 5.5.4 Unrecognized parameter",
    "unknown user": "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
}

OLD_POSTFIX = {
    "ubuntu20": "3.4",
    "ubuntu22": "3.6",
    "rocky9": "3.5",
    "centos7": "2.10",
}
"""Releases that still answer 502 to a verb that they do not know."""

MARKS = {"debian": " (Debian/GNU)", "kali": " (Debian/GNU)", "proxmox8": " (Debian/GNU)"}
MARKS |= {"ubuntu20": " (Ubuntu)", "ubuntu22": " (Ubuntu)"}
"""What the distro adds to `$mail_name`."""


def product_of(identity: Identity) -> Product:
    """By the decky's distro: Exchange on a Windows Server, else Postfix."""
    return _postfix(identity) if windows_of(identity.distro) is None else _exchange(identity)


def _postfix(identity: Identity) -> Product:
    texts = dict(POSTFIX_TEXTS)
    if identity.distro in MARKS:
        # Debian's main.cf defers what it will not relay, instead of refusing it.
        texts["relay"] = "454 4.7.1 <{}>: Relay access denied"
    if identity.distro in OLD_POSTFIX:
        texts["unknown"] = "502 5.5.2 Error: command not recognized"
    new = ("SMTPUTF8", "CHUNKING") if identity.distro != "centos7" else ()
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5")
    return Product(
        banner=f"{identity.fqdn} ESMTP Postfix{MARKS.get(identity.distro, '')}",
        features=(
            "PIPELINING",
            "SIZE 10240000",
            "VRFY",
            "ETRN",
            "STARTTLS",
            f"AUTH {' '.join(mechanisms)}",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "DSN",
            *new,
        ),
        mechanisms=mechanisms,
        size=10_240_000,
        texts=texts,
        wants_login_at="RCPT",
        forbidden=frozenset({"CONNECT", "GET", "POST"}),
    )


def _exchange(identity: Identity) -> Product:
    mechanisms = ("NTLM", "LOGIN")
    host = identity.fqdn
    return Product(
        banner=f"{host} Microsoft ESMTP MAIL Service ready at {{date}}",
        features=(
            "SIZE 37748736",
            "PIPELINING",
            "DSN",
            "ENHANCEDSTATUSCODES",
            "STARTTLS",
            f"AUTH {' '.join(mechanisms)}",
            "8BITMIME",
            "BINARYMIME",
            "CHUNKING",
        ),
        mechanisms=mechanisms,
        size=37_748_736,
        texts=EXCHANGE_TEXTS,
        wants_login_at="MAIL",
    )
