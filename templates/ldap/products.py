"""What one kind of directory differs in from another."""

from __future__ import annotations

from dataclasses import dataclass

from entries import Entry
from messages import Result


@dataclass(frozen=True)
class Product:
    """A directory server: its contents and its words."""

    wide: bool
    """Lengths of five bytes, as Windows writes them."""
    root: Entry
    """What it says of itself to everybody (RFC 4512 section 5.1)."""
    entries: tuple[Entry, ...]
    mechanisms: tuple[str, ...]
    refused: Result
    """To a wrong password, sent as it is."""
    refused_sasl: Result
    unauthenticated: Result | None
    """To a name without a password (RFC 4513 section 5.1.2); None where that is an anonymous bind."""
    old_version: Result | None
    """To LDAP version 2."""
    unknown_method: Result
    unbound_search: Result
    unbound_write: Result
    write: Result
    missing: Result
    """To a base that is not there."""
    unknown_extension: Result
    broken: Result | None
    """Said before the end, to what cannot be read; None where nothing is said."""
    ntlm: bool
    """Whether it takes NTLM, by SASL and by Sicily."""
    principal: str
    """How WHOAMI tells an account: with `{name}` in it."""
