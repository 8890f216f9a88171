"""Who is let in, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyftpdlib.authorizers import AuthenticationFailed

from decnet_logins import Logins

if TYPE_CHECKING:
    from handler import Handler

ANONYMOUS = {"anonymous", "ftp"}


class Authorizer:
    """Who is let in. Knows nothing of the machine's users."""

    def __init__(self, logins: Logins, anonymous: bool) -> None:
        self._logins = logins
        self._anonymous = anonymous

    def validate_authentication(self, username: str, password: str, handler: Handler) -> None:
        """Notes a try, and raises unless it is accepted."""
        open_to_all = self._anonymous and username.lower() in ANONYMOUS
        accepted = self._logins.accepts(handler.session.source, username, password) or open_to_all
        handler.session.event(
            "auth", method="password", username=username, password=password, accepted=accepted
        )
        if not accepted:
            raise AuthenticationFailed("Login incorrect.")

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        """Change directory, list and read; whoever has a password may leave files, too."""
        return perm in self.get_perms(username)

    def get_perms(self, username: str) -> str:
        """The same as letters."""
        return "elr" if username.lower() in ANONYMOUS else "elraw"

    def get_home_dir(self, username: str) -> str:
        """There is one tree."""
        return "/"

    def get_msg_login(self, username: str) -> str:
        """Said after the password."""
        return "Login successful."

    def get_msg_quit(self, username: str) -> str:
        """Said at the end."""
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """Nothing on the machine is touched."""

    def terminate_impersonation(self, username: str) -> None:
        """As above."""
