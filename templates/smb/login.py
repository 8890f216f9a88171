"""Who is let in, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from decnet_logins import Logins
from decnet_ntlm import Answer
from decnet_sessions import Session


class Rank(Enum):
    """What an account may do."""

    NULL = auto()
    """A null session: the pipe share alone."""
    GUEST = auto()
    """Reads the bait."""
    USER = auto()
    """Reads the bait and leaves files."""


@dataclass(frozen=True)
class Account:
    """Whoever has logged in."""

    username: str
    rank: Rank
    key: bytes | None = None
    """Session key, where the password is known: without one nothing can be signed."""
    flags: int = 0
    """What NTLM has agreed on."""

    @property
    def is_guest(self) -> bool:
        """Told so to the client, which then asks for no signatures."""
        return self.rank is not Rank.NULL and self.key is None


class Gate:
    """The options `accept`, `accept_after` and `guest`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._logins = Logins(config)
        self._guest: bool = config.get("guest", False)

    def admit(self, answer: Answer, session: Session, client: str) -> Account | None:
        """The account, or None for a failure. Logs the try."""
        account = self._judge(answer, session.source)
        accepted = account is not None
        session.event("auth", method="ntlm", **answer.fields, accepted=accepted, client=client)
        return account

    def _judge(self, answer: Answer, source: str) -> Account | None:
        name = answer.username
        if answer.is_anonymous and not name:
            return Account(name, Rank.GUEST if self._guest else Rank.NULL)
        is_late_enough = self._logins.count(source)
        passwords = self._logins.passwords(name)
        password = answer.proven(passwords)
        if password is not None:
            return Account(name, Rank.USER, answer.session_key(password), answer.flags)
        if is_late_enough:
            return Account(name, Rank.USER)
        # Whom nobody knows is a guest, to Samba (map to guest = bad user) as to Windows.
        return Account(name, Rank.GUEST) if self._guest and not passwords else None
