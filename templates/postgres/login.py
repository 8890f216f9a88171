"""Who wants in: the exchange of one login by each method, and the event that tells of it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_logins import Logins
from decnet_scram import Challenge, Final, NotScram, fresh_nonce, parse_final, parse_first
from decnet_streams import Malformed, Stream
from messages import Problem, authentication, read_message, text_of
from versions import Release

if TYPE_CHECKING:
    from decnet_identity import Identity

MD5, SCRAM, PASSWORD = "md5", "scram-sha-256", "password"
MECHANISM = b"SCRAM-SHA-256"
ITERATIONS = 4096


class Fatal(Exception):
    """Ends the connection with an error that the client is told."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


@dataclass(frozen=True)
class Door:
    """What the logins of a decky share."""

    identity: Identity
    release: Release
    logins: Logins
    method: str


class Login:
    """One login on a stream."""

    def __init__(self, door: Door, stream: Stream, parameters: dict[str, str]) -> None:
        self._door = door
        self._stream = stream
        self._username = parameters["user"]
        self._database = parameters.get("database") or self._username
        self._client = parameters.get("application_name")
        self._final = b""

    async def run(self) -> bytes:
        """What is to be sent when the user is let in; raises `Fatal` when not."""
        if self._door.method == SCRAM:
            accepted = await self._scram()
        elif self._door.method == MD5:
            accepted = await self._md5()
        else:
            await self._stream.send(authentication(3))
            password = await self._answer()
            accepted = self._door.logins.accepts(self._stream.session.source, self._username, password)
            self._tell(accepted, password=password)
        if not accepted:
            text = f'password authentication failed for user "{self._username}"'
            raise Fatal(Problem("28P01", text, "auth.c 334 auth_failed", "FATAL"))
        return self._final + authentication(0)

    def _tell(self, accepted: bool, **fields: str | None) -> None:
        self._stream.session.event(
            "auth",
            method=self._door.method,
            username=self._username,
            **fields,
            database=self._database,
            client=self._client,
            accepted=accepted,
        )

    async def _answer(self) -> str:
        """PasswordMessage."""
        kind, body = await read_message(self._stream)
        if kind != b"p":
            raise Malformed("no password message", kind + body)
        return text_of(body)

    async def _md5(self) -> bool:
        salt = secrets.token_bytes(4)
        await self._stream.send(authentication(5, salt))
        answer = (await self._answer()).removeprefix("md5")
        logins = self._door.logins
        proven = any(
            answer == md5_answer(self._username, password, salt)
            for password in logins.passwords(self._username)
        )
        accepted = logins.count(self._stream.session.source) or proven
        readable = len(answer) == 32 and answer.isalnum() and answer.isascii()
        hashcat = f"$postgres${self._username}*{salt.hex()}*{answer}" if readable else None
        self._tell(accepted, hashcat=hashcat)
        return accepted

    async def _scram(self) -> bool:
        plus = MECHANISM + b"-PLUS\0" if self._stream.tls is not None else b""
        await self._stream.send(authentication(10, plus + MECHANISM + b"\0\0"))
        kind, body = await read_message(self._stream)
        mechanism, _, rest = body.partition(b"\0")
        if kind != b"p" or mechanism.removesuffix(b"-PLUS") != MECHANISM or len(rest) < 4:
            self._tell(False)
            text = "client selected an invalid SASL authentication mechanism"
            raise Fatal(Problem("08P01", text, "auth-scram.c 256 scram_init", "FATAL"))
        try:
            return await self._prove(rest[4:])
        except NotScram as wrong:
            self._stream.session.event("malformed", error=f"SCRAM: {wrong}", data=body[:256])
            self._tell(False)
            place = "auth-scram.c 1353 read_client_final_message"
            raise Fatal(Problem("08P01", "malformed SCRAM message", place, "FATAL")) from wrong

    async def _prove(self, data: bytes) -> bool:
        first = parse_first(data)
        nonce = first.nonce + fresh_nonce(18)
        # The same for a user at each try, whether there is one or not.
        name = self._username.encode("utf-8", "surrogateescape").hex()
        salt = self._door.identity.derive(f"postgres/salt/{name}", 16)
        challenge = Challenge("sha256", first, nonce, salt, ITERATIONS)
        await self._stream.send(authentication(11, challenge.message.encode()))
        kind, body = await read_message(self._stream)
        if kind != b"p":
            raise Malformed("no SASL response", kind + body)
        final = parse_final(body)
        if final.nonce != nonce:
            raise NotScram("another nonce")
        logins = self._door.logins
        right = [one for one in logins.passwords(self._username) if challenge.proves(final, one)]
        accepted = logins.count(self._stream.session.source) or bool(right)
        self._tell(accepted, proof=_told(challenge, final))
        if right:
            # Of whoever is let in by the number of tries we cannot sign; libpq does not insist.
            self._final = authentication(12, challenge.signature(final, right[0]).encode())
        return accepted


def _told(challenge: Challenge, final: Final) -> str:
    """All that a password can be tried against: AuthMessage and ClientProof (RFC 5802 section 3)."""
    return f"{challenge.first.bare},{challenge.message},{final.without_proof}*{final.proof.hex()}"


def md5_answer(username: str, password: str, salt: bytes) -> str:
    """What a client answers to AuthenticationMD5Password."""
    names = username.encode("utf-8", "surrogateescape")
    inner = hashlib.md5(password.encode() + names, usedforsecurity=False).hexdigest()
    return hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest()
