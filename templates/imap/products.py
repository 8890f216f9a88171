"""The words before a login. Dovecot: measured on Debian 12; Exchange on Windows: by its documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_mail import dovecot_greeting
from decnet_windows import windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Product:
    """What one server says."""

    greeting: str
    shows_capabilities: bool
    """In its greeting."""
    capabilities: str
    mechanisms: tuple[str, ...]
    refused: str
    bad: str


DOVECOT = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+"
DOVECOT_22 = "IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID ENABLE IDLE"
EXCHANGE = "IMAP4 IMAP4rev1"

LOGGED_IN = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE CHILDREN NAMESPACE UIDPLUS UNSELECT LIST-EXTENDED "
    "LITERAL+ SPECIAL-USE"
)
"""What is true of us, of Dovecot's long list."""


def product_of(identity: Identity) -> Product:
    """By the decky's distro."""
    if windows_of(identity.distro) is not None:
        return Product(
            greeting="The Microsoft Exchange IMAP4 service is ready.",
            shows_capabilities=False,
            capabilities=EXCHANGE,
            mechanisms=("PLAIN", "NTLM"),
            refused="NO AUTHENTICATE failed.",
            bad="BAD Command Error. 12",
        )
    return Product(
        greeting=dovecot_greeting(identity),
        shows_capabilities=True,
        capabilities=DOVECOT_22 if identity.distro == "centos7" else DOVECOT,
        mechanisms=("PLAIN", "LOGIN"),
        refused="NO [AUTHENTICATIONFAILED] Authentication failed.",
        bad="BAD Error in IMAP command received by server.",
    )
