"""One client of the POP3 server: before its login (RFC 1939 section 4, RFC 5034), and then the maildrop."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import decnet_sasl as sasl
from decnet_logins import Logins
from decnet_mail import FAILURE_SECONDS
from decnet_streams import Ended, Stream
from maildrop import CAPABILITIES, Maildrop, listing, refusal

if TYPE_CHECKING:
    import ssl

BAD_LIMIT = 10
"""Commands that are none, in all: Dovecot's login process has enough then."""
COMMANDS_LIMIT = 2000


@dataclass(frozen=True)
class Host:
    """What all connections share."""

    greeting: str
    refused: str
    logins: Logins
    mechanisms: Mapping[str, Callable[[bytes | None, sasl.Ask], Awaitable[sasl.Attempt]]]
    tls: ssl.SSLContext
    maildrop: Callable[[str], Maildrop]


class Conversation:
    """One connection."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._maildrop: Maildrop | None = None
        self._username: str | None = None
        self._bad = 0
        self._over = False

    async def run(self) -> None:
        """From the greeting to the end."""
        await self._ok(self._host.greeting)
        for _ in range(COMMANDS_LIMIT):
            line = await self._stream.line()
            if any(byte < 32 for byte in line):
                self._stream.session.event(
                    "malformed", error="control characters in a command", data=line[:256]
                )
            verb, _, rest = line.decode("utf-8", "surrogateescape").partition(" ")
            await self._command(verb.upper(), rest)
            if self._over:
                return
        raise Ended("too many commands")

    async def _command(self, verb: str, rest: str) -> None:
        if self._maildrop is not None:
            self._stream.session.event("command", command=f"{verb} {rest}".strip())
            await self._stream.send(self._maildrop.run(verb, rest.split()[:4]))
            self._over = self._maildrop.over
            return
        if verb not in ("", "AUTH", "PASS"):
            self._stream.session.event("request", method=verb, query=rest or None)
        act = self._verbs.get(verb)
        if act is not None:
            await act(self, rest)
            return
        self._bad += 1
        if self._bad > BAD_LIMIT:
            await self._fail("Too many invalid bad commands.")
            raise Ended("too many invalid commands")
        await self._fail("Unknown command.")

    async def _ok(self, text: str = "") -> None:
        await self._stream.send(f"+OK {text}".rstrip().encode() + b"\r\n")

    async def _fail(self, text: str) -> None:
        await self._stream.send(refusal(text))

    async def _capa(self, _: str) -> None:
        starttls = () if self._stream.tls else ("STLS",)
        names = (*CAPABILITIES, *starttls, "USER", f"SASL {' '.join(self._host.mechanisms)}")
        await self._stream.send(listing("", [name.encode() for name in names]))

    async def _stls(self, _: str) -> None:
        if self._stream.tls is not None:
            return await self._fail("TLS is already active.")
        await self._ok("Begin TLS negotiation now.")
        await self._stream.start_tls(self._host.tls)

    async def _quit(self, _: str) -> None:
        await self._ok("Logging out")
        self._over = True

    async def _noop(self, _: str) -> None:
        await self._ok()

    async def _apop(self, _: str) -> None:
        await self._fail("APOP not enabled.")

    async def _user(self, name: str) -> None:
        self._username = name
        await self._ok()

    async def _pass(self, password: str) -> None:
        if self._username is None:
            self._stream.session.event("request", method="PASS")
            return await self._fail("No username given.")
        username, self._username = self._username, None
        await self._judge(sasl.Attempt("password", username, password))

    async def _auth(self, argument: str) -> None:
        words = argument.split()
        if not words:
            return await self._stream.send(listing("", [name.encode() for name in self._host.mechanisms]))
        exchange = self._host.mechanisms.get(words[0].upper())
        if exchange is None or len(words) > 2:
            self._stream.session.event("request", method="AUTH", query=argument)
            return await self._fail("Unsupported authentication mechanism.")
        try:
            attempt = await exchange(_initial(words[1:]), self._ask)
        except sasl.Aborted:
            return await self._fail("Authentication aborted by client.")
        except (sasl.NotBase64, sasl.Unreadable):
            self._stream.session.event("malformed", error=f"not a response of {words[0].upper()}")
            return await self._fail("Invalid base64 in response")
        await self._judge(attempt)

    async def _ask(self, challenge: bytes) -> bytes:
        await self._stream.send(b"+ " + base64.b64encode(challenge) + b"\r\n")
        return sasl.decoded(await self._stream.line())

    async def _judge(self, attempt: sasl.Attempt) -> None:
        if attempt.judge(self._stream.session, self._host.logins):
            self._maildrop = self._host.maildrop(attempt.username)
            return await self._ok("Logged in.")
        await asyncio.sleep(FAILURE_SECONDS)
        await self._fail(self._host.refused)

    _verbs = {
        "APOP": _apop,
        "AUTH": _auth,
        "CAPA": _capa,
        "NOOP": _noop,
        "PASS": _pass,
        "QUIT": _quit,
        "STLS": _stls,
        "USER": _user,
    }


def _initial(words: list[str]) -> bytes | None:
    """An initial response (RFC 5034 section 4): a lone `=` is an empty one."""
    if not words:
        return None
    return b"" if words == ["="] else sasl.decoded(words[0].encode("utf-8", "surrogateescape"))
