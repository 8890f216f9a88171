"""SASL as a server (RFC 4422): what a client proves itself with, in SMTP, IMAP and POP3 alike."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import decnet_ntlm as ntlm

if TYPE_CHECKING:
    from decnet_logins import Logins
    from decnet_sessions import Session

Ask = Callable[[bytes], Awaitable[bytes]]
"""Sends a challenge and answers the response, both without their base64; raises `Aborted` or `NotBase64`."""


class Aborted(Exception):
    """The client gave up, by a `*`."""


class NotBase64(ValueError):
    """A response that cannot be decoded."""


class Unreadable(ValueError):
    """A response that the mechanism does not have."""


@dataclass(frozen=True)
class Attempt:
    """One try. `hashcat` is there instead of a password where none was sent."""

    method: str
    username: str
    password: str | None = None
    hashcat: str | None = None
    domain: str | None = None
    workstation: str | None = None
    _proves: Callable[[list[str]], bool] = lambda _: False

    def judge(self, session: Session, logins: Logins) -> bool:
        """Whether it is let in; tells it as `auth`."""
        if self.password is not None:
            accepted = logins.accepts(session.source, self.username, self.password)
        else:
            accepted = logins.count(session.source) or self._proves(logins.passwords(self.username))
        session.event(
            "auth",
            method=self.method,
            username=self.username,
            password=self.password,
            hashcat=self.hashcat,
            domain=self.domain,
            workstation=self.workstation,
            accepted=accepted,
        )
        return accepted


def decoded(line: bytes) -> bytes:
    """A line of base64, strictly; `*` aborts."""
    if line == b"*":
        raise Aborted
    try:
        return base64.b64decode(line, validate=True)
    except binascii.Error:
        raise NotBase64 from None


async def plain(initial: bytes | None, ask: Ask) -> Attempt:
    """PLAIN (RFC 4616): authorization identity, name and password, parted by NUL."""
    parts = (await ask(b"") if initial is None else initial).split(b"\0")
    if len(parts) != 3:
        raise Unreadable
    return Attempt("plain", _text(parts[1]), _text(parts[2]))


async def login(initial: bytes | None, ask: Ask) -> Attempt:
    """LOGIN (draft-murchison-sasl-login): asked for both, one after the other."""
    name = await ask(b"Username:") if initial is None else initial
    return Attempt("login", _text(name), _text(await ask(b"Password:")))


def cram_md5(host: str) -> Callable[[bytes | None, Ask], Awaitable[Attempt]]:
    """CRAM-MD5 (RFC 2195), told in the form of hashcat's mode 10200."""

    async def exchange(_: bytes | None, ask: Ask) -> Attempt:
        challenge = f"<{secrets.randbelow(10**16)}.{int(time.time())}@{host}>".encode()
        response = await ask(challenge)
        name, _, digest = response.rpartition(b" ")
        if not name or len(digest) != 32:
            raise Unreadable

        def proves(passwords: list[str]) -> bool:
            expected = (hmac.new(one.encode(), challenge, "md5").hexdigest().encode() for one in passwords)
            return any(hmac.compare_digest(one, digest.lower()) for one in expected)

        parts = (base64.b64encode(one).decode("ascii") for one in (challenge, response))
        return Attempt("cram-md5", _text(name), hashcat="$cram_md5$" + "$".join(parts), _proves=proves)

    return exchange


def ntlm_of(target: ntlm.Target) -> Callable[[bytes | None, Ask], Awaitable[Attempt]]:
    """NTLM ([MS-SMTPNTLM] and its kin)."""

    async def exchange(initial: bytes | None, ask: Ask) -> Attempt:
        nonce = secrets.token_bytes(8)
        try:
            negotiate = initial or await ask(b"NTLM supported")
            answer = ntlm.answer(await ask(ntlm.challenge(negotiate, nonce, target)), nonce)
        except ntlm.NotNtlm as error:
            raise Unreadable from error
        return Attempt(
            "ntlm",
            answer.username,
            hashcat=answer.hashcat,
            domain=answer.domain,
            workstation=answer.workstation,
            _proves=answer.proves,
        )

    return exchange


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
