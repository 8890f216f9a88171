"""One client of the IMAP server: before its login, and what is the same after it."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import decnet_sasl as sasl
from account import Account, Refused
from decnet_logins import Logins
from decnet_mail import FAILURE_SECONDS
from decnet_streams import Ended, Stream
from decnet_uploads import Upload
from grammar import COMMAND_LIMIT, LOGIN_LIMIT, Node, Unreadable, parse, read_command, text_of
from products import LOGGED_IN, Product

if TYPE_CHECKING:
    import ssl

BAD_LIMIT = 3
"""Commands in a row that are none, before a login; 20 after it, as Dovecot has it."""
BAD_LIMIT_LATER = 20
COMMANDS_LIMIT = 2000
SHOWN = 1024


@dataclass(frozen=True)
class Host:
    """What all connections share."""

    product: Product
    greeting: str
    logins: Logins
    mechanisms: Mapping[str, Callable[[bytes | None, sasl.Ask], Awaitable[sasl.Attempt]]]
    tls: ssl.SSLContext
    account: Callable[[str], Account]


class Conversation:
    """One connection."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._account: Account | None = None
        self._bad = 0
        self._over = False

    async def run(self) -> None:
        """From the greeting to the end."""
        shown = f"[CAPABILITY {self._capabilities}] " if self._host.product.shows_capabilities else ""
        await self._untagged(f"OK {shown}{self._host.greeting}")
        for _ in range(COMMANDS_LIMIT):
            limit = LOGIN_LIMIT if self._account is None else COMMAND_LIMIT
            text, literals = await read_command(self._stream, limit)
            await self._command(text, literals)
            if self._over:
                return
        raise Ended("too many commands")

    @property
    def _capabilities(self) -> str:
        if self._account is not None:
            return LOGGED_IN
        product = self._host.product
        starttls = [] if self._stream.tls else ["STARTTLS"]
        offered = (*starttls, *(f"AUTH={name}" for name in product.mechanisms))
        return f"{product.capabilities} {' '.join(offered)}"

    async def _untagged(self, text: str) -> None:
        await self._stream.send(f"* {text}\r\n".encode("utf-8", "surrogateescape"))

    async def _tagged(self, tag: bytes, text: str) -> None:
        await self._stream.send(tag + b" " + text.encode("utf-8", "surrogateescape") + b"\r\n")

    async def _command(self, text: bytes, literals: list[bytes]) -> None:
        tag, _, rest = text.partition(b" ")
        verb, _, arguments = rest.partition(b" ")
        verb = verb.upper()
        if any(byte < 32 for byte in text):
            self._stream.session.event("malformed", error="control characters in a command", data=text[:256])
        elif verb and verb not in (b"LOGIN", b"AUTHENTICATE"):
            event = "request" if self._account is None else "command"
            self._stream.session.event(event, **_told(event, verb, arguments))
        try:
            nodes = [] if verb in (b"", b"AUTHENTICATE") else parse(arguments, literals)
            act = self._verbs.get(verb)
            if act is not None:
                await act(self, tag, nodes if verb != b"AUTHENTICATE" else list(arguments.split(b" ")))
                self._bad = 0
            elif self._account is None:
                await self._fail(tag)
            else:
                await self._on_account(tag, verb, nodes)
        except Unreadable as error:
            await self._fail(tag, verb, str(error))

    async def _fail(self, tag: bytes, verb: bytes = b"", why: str = "") -> None:
        self._bad += 1
        if self._bad >= (BAD_LIMIT if self._account is None else BAD_LIMIT_LATER):
            await self._untagged("BYE Too many invalid IMAP commands.")
            raise Ended("too many invalid commands")
        tag = tag if tag and len(tag) <= 128 else b"*"
        if self._account is None:
            await self._tagged(tag, self._host.product.bad)
        elif not why:
            await self._tagged(tag, f"BAD No mailbox selected {_seconds()}.")
        else:
            shown = verb[:64].decode("ascii", "replace")
            about = f"command {shown}" if shown else "command"
            await self._tagged(tag, f"BAD Error in IMAP {about}: {why} {_seconds()}.")

    async def _on_account(self, tag: bytes, verb: bytes, nodes: list[Node]) -> None:
        account = self._account
        try:
            if verb == b"APPEND" and len(nodes) > 1:
                raw = text_of(nodes[-1])
                upload = Upload("append.eml")
                upload.write(raw)
                upload.finish(self._stream.session)
                lines = account.append(nodes, raw)
            else:
                lines = account.answer(verb, nodes)
            for line in lines:
                await self._stream.send(b"* " + line + b"\r\n")
            await self._tagged(tag, f"OK {account.done} {_seconds()}.")
            self._bad = 0
        except Refused as error:
            await self._tagged(tag, f"NO {error} {_seconds()}.")

    async def _capability(self, tag: bytes, _: list[Node]) -> None:
        await self._untagged(f"CAPABILITY {self._capabilities}")
        if self._account is None:
            return await self._tagged(
                tag, "OK Pre-login capabilities listed, post-login capabilities have more."
            )
        await self._tagged(tag, f"OK Capability completed {_seconds()}.")

    async def _id(self, tag: bytes, _: list[Node]) -> None:
        await self._untagged('ID ("name" "Dovecot")' if self._host.product.shows_capabilities else "ID NIL")
        await self._tagged(tag, "OK ID completed.")

    async def _noop(self, tag: bytes, _: list[Node]) -> None:
        timing = f" {_seconds()}" if self._account is not None else ""
        await self._tagged(tag, f"OK NOOP completed{timing}.")

    async def _logout(self, tag: bytes, _: list[Node]) -> None:
        await self._untagged("BYE Logging out")
        timing = f" {_seconds()}" if self._account is not None else ""
        await self._tagged(tag, f"OK Logout completed{timing}.")
        self._over = True

    async def _starttls(self, tag: bytes, _: list[Node]) -> None:
        if self._account is not None or self._stream.tls is not None:
            return await self._tagged(tag, "BAD TLS is already active.")
        await self._tagged(tag, "OK Begin TLS negotiation now.")
        await self._stream.start_tls(self._host.tls)

    async def _idle(self, tag: bytes, _: list[Node]) -> None:
        if self._account is None:
            raise Unreadable("")
        await self._stream.send(b"+ idling\r\n")
        while (await self._stream.line()).upper() != b"DONE":
            pass
        await self._tagged(tag, f"OK Idle completed {_seconds()}.")

    async def _login(self, tag: bytes, nodes: list[Node]) -> None:
        if self._account is not None or len(nodes) != 2:
            raise Unreadable("Invalid arguments")
        username, password = (text_of(node).decode("utf-8", "surrogateescape") for node in nodes)
        await self._judge(tag, sasl.Attempt("password", username, password))

    async def _authenticate(self, tag: bytes, words: list[Node]) -> None:
        if self._account is not None or not words[0] or len(words) > 2:
            raise Unreadable("Invalid arguments")
        mechanism = words[0].upper().decode("ascii", "replace")
        exchange = self._host.mechanisms.get(mechanism)
        if exchange is None:
            self._stream.session.event("request", method="AUTHENTICATE", query=mechanism[:64])
            return await self._tagged(tag, "NO [ALERT] Unsupported authentication mechanism.")
        try:
            # A lone `=` is an empty response (RFC 4959).
            initial = None if len(words) == 1 else b"" if words[1] == b"=" else sasl.decoded(words[1])
            attempt = await exchange(initial, self._ask)
        except sasl.Aborted:
            return await self._tagged(tag, "BAD Authentication aborted by client.")
        except (sasl.NotBase64, sasl.Unreadable):
            self._stream.session.event("malformed", error=f"not a response of {mechanism}")
            return await self._tagged(tag, "NO [ALERT] Invalid base64 in response")
        await self._judge(tag, attempt)

    async def _ask(self, challenge: bytes) -> bytes:
        await self._stream.send(b"+ " + base64.b64encode(challenge) + b"\r\n")
        return sasl.decoded(await self._stream.line())

    async def _judge(self, tag: bytes, attempt: sasl.Attempt) -> None:
        if attempt.judge(self._stream.session, self._host.logins):
            self._account = self._host.account(attempt.username)
            return await self._tagged(tag, f"OK [CAPABILITY {LOGGED_IN}] Logged in")
        await asyncio.sleep(FAILURE_SECONDS)
        await self._tagged(tag, self._host.product.refused)

    _verbs = {
        b"AUTHENTICATE": _authenticate,
        b"CAPABILITY": _capability,
        b"ID": _id,
        b"IDLE": _idle,
        b"LOGIN": _login,
        b"LOGOUT": _logout,
        b"NOOP": _noop,
        b"STARTTLS": _starttls,
    }


def _told(event: str, verb: bytes, arguments: bytes) -> dict[str, bytes | None]:
    if event == "command":
        return {"command": (verb + b" " + arguments).strip()[:SHOWN]}
    return {"method": verb[:64], "query": arguments[:SHOWN] or None}


def _seconds() -> str:
    """How long it took, as Dovecot tells: drawn, since nothing was done."""
    return f"(0.00{1 + secrets.randbelow(2)} + 0.000 secs)"
