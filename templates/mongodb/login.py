"""Who wants in: SCRAM as saslStart and saslContinue carry it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_logins import Logins
from decnet_scram import Challenge, Final, NotScram, fresh_nonce, parse_final, parse_first

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_sessions import Session

MECHANISMS = {"SCRAM-SHA-1": ("sha1", 16, 10_000), "SCRAM-SHA-256": ("sha256", 28, 15_000)}
"""Digest, bytes of salt and iterations of each."""


class Failed(Exception):
    """An error for the client: number, name and text."""

    def __init__(self, code: int, name: str, text: str) -> None:
        super().__init__(text)
        self.document: dict[str, Any] = {"ok": 0.0, "errmsg": text, "code": code, "codeName": name}


REFUSED = (18, "AuthenticationFailed", "Authentication failed.")


class Login:
    """The logins of one connection, one after the other."""

    def __init__(self, identity: Identity, logins: Logins, session: Session) -> None:
        self._identity = identity
        self._logins = logins
        self._session = session
        self._challenge: Challenge | None = None
        self._mechanism = ""
        self._database = ""
        self._conversation = 0
        self.client: str | None = None
        self.username = ""
        """Who is logged in; empty as long as nobody is."""
        self.database = ""

    def begin(self, command: Mapping[str, Any], database: str) -> dict[str, Any]:
        """saslStart."""
        self._mechanism = str(command.get("mechanism", ""))[:64]
        self._database = database
        if self._mechanism not in MECHANISMS:
            self._tell("", False)
            raise Failed(
                334,
                "MechanismUnavailable",
                f"Received authentication for mechanism {self._mechanism} which is not enabled",
            )
        digest, length, iterations = MECHANISMS[self._mechanism]
        try:
            first = parse_first(_payload(command))
        except NotScram as wrong:
            self._malformed(wrong)
            raise Failed(*REFUSED) from wrong
        # The same for a user at each try, whether there is one or not.
        name = f"{self._mechanism}/{database}/{first.username}".encode().hex()
        salt = self._identity.derive(f"mongodb/salt/{name}", length)
        nonce = first.nonce + fresh_nonce(24)
        self._challenge = Challenge(digest, first, nonce, salt, iterations)
        self._conversation += 1
        return self._step(self._challenge.message.encode(), done=False)

    def proceed(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """saslContinue."""
        if self.username and not _payload(command):
            return self._step(b"", done=True)
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            raise Failed(17, "ProtocolError", "No SASL session state found")
        try:
            final = parse_final(_payload(command))
        except NotScram as wrong:
            self._malformed(wrong)
            self._tell(challenge.first.username, False)
            raise Failed(*REFUSED) from wrong
        return self._judge(challenge, final)

    def _judge(self, challenge: Challenge, final: Final) -> dict[str, Any]:
        username = challenge.first.username
        secret = [self._secret(username, one) for one in self._logins.passwords(username)]
        right = [one for one in secret if final.nonce == challenge.nonce and challenge.proves(final, one)]
        self._tell(username, bool(right), proof=_told(challenge, final))
        if not right:
            raise Failed(*REFUSED)
        self.username, self.database = username, self._database
        return self._step(challenge.signature(final, right[0]).encode(), done=False)

    def _secret(self, username: str, password: str) -> str:
        """What SCRAM takes for the password: with SHA-1 it is the digest of the method before."""
        if self._mechanism == "SCRAM-SHA-256":
            return password
        return hashlib.md5(f"{username}:mongo:{password}".encode(), usedforsecurity=False).hexdigest()

    def _step(self, payload: bytes, *, done: bool) -> dict[str, Any]:
        return {"conversationId": self._conversation, "done": done, "payload": payload, "ok": 1.0}

    def _tell(self, username: str, accepted: bool, proof: str | None = None) -> None:
        self._session.event(
            "auth",
            method=self._mechanism,
            username=username,
            proof=proof,
            database=self._database,
            client=self.client,
            accepted=accepted,
        )

    def _malformed(self, wrong: NotScram) -> None:
        self._session.event("malformed", error=f"SCRAM: {wrong}")


def _payload(command: Mapping[str, Any]) -> bytes:
    payload = command.get("payload", b"")
    return payload if isinstance(payload, bytes) else str(payload).encode("utf-8", "replace")


def _told(challenge: Challenge, final: Final) -> str:
    """All that a password can be tried against: AuthMessage and ClientProof (RFC 5802 section 3)."""
    return f"{challenge.first.bare},{challenge.message},{final.without_proof}*{final.proof.hex()}"
