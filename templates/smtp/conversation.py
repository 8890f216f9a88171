"""One client of the mail server: verb by verb, what it gets to hear."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from email.utils import formatdate

import decnet_sasl as sasl
from decnet_mail import FAILURE_SECONDS
from decnet_streams import Ended, Stream
from envelope import Path
from host import Host
from replies import Replies
from transaction import Transaction

COMMANDS_LIMIT = 1000


class Conversation:
    """One connection."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._replies = Replies(host, stream)
        self._transaction = Transaction(host, stream, self._replies)
        self._over = False
        self._verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "AUTH": self._auth,
            "BDAT": self._transaction.bdat,
            "DATA": self._transaction.data,
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "MAIL": self._transaction.mail,
            "NOOP": self._noop,
            "QUIT": self._quit,
            "RCPT": self._transaction.rcpt,
            "RSET": self._rset,
            "STARTTLS": self._starttls,
            "VRFY": self._vrfy,
        }

    async def run(self) -> None:
        """From the greeting to the end."""
        await self._replies.send(f"220 {self._host.banner.replace('{date}', formatdate())}")
        try:
            for _ in range(COMMANDS_LIMIT):
                await self._command(await self._stream.line())
                if self._over:
                    return
        finally:
            self._transaction.forget()
        raise Ended("too many commands")

    async def _command(self, line: bytes) -> None:
        word, _, rest = line.partition(b" ")
        verb = word.decode("ascii", "replace").upper()
        argument = rest.decode("utf-8", "surrogateescape").strip()
        if not verb.isascii() or not verb.isprintable():
            self._stream.session.event("malformed", error="not a command", data=line[:256])
            return await self._replies.fail("unknown")
        if verb in self._host.product.forbidden:
            self._stream.session.event("request", method=verb, path=argument)
            await self._replies.say("forbidden")
            self._over = True
            return
        if verb not in ("", "AUTH"):
            self._stream.session.event("request", method=verb, query=argument or None)
        act = self._verbs.get(verb)
        if act is None:
            await self._replies.fail("unknown")
        else:
            await act(argument)

    async def _ehlo(self, argument: str) -> None:
        if not argument:
            return await self._replies.fail("syntax EHLO")
        self._transaction.forget()
        features = [
            feature
            for feature in self._host.product.features
            if self._stream.tls is None or feature != "STARTTLS"
        ]
        lines = [self._host.name, *features]
        await self._replies.send(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    async def _helo(self, argument: str) -> None:
        if not argument:
            return await self._replies.fail("syntax HELO")
        self._transaction.forget()
        await self._replies.send(f"250 {self._host.name}")

    async def _noop(self, _: str) -> None:
        await self._replies.say("ok")

    async def _rset(self, _: str) -> None:
        self._transaction.forget()
        await self._replies.say("reset")

    async def _quit(self, _: str) -> None:
        await self._replies.say("bye")
        self._over = True

    async def _starttls(self, argument: str) -> None:
        if argument:
            return await self._replies.fail("syntax STARTTLS")
        if self._stream.tls is not None:
            return await self._replies.fail("already tls")
        await self._replies.say("starttls")
        await self._stream.start_tls(self._host.tls)
        self._transaction.forget()

    async def _vrfy(self, argument: str) -> None:
        if not argument:
            return await self._replies.fail("syntax VRFY")
        path = Path(argument.split(" ")[0].strip("<>"))
        if not self._host.knows(path):
            return await self._replies.fail("unknown user", path.address)
        await self._replies.say("not verified", path.address)

    async def _auth(self, argument: str) -> None:
        words = argument.split()
        if not words or len(words) > 2:
            return await self._replies.fail("syntax AUTH")
        if self._transaction.is_logged_in:
            return await self._replies.fail("already authenticated")
        if self._transaction.is_begun:
            return await self._replies.fail("in transaction")
        exchange = self._host.mechanisms.get(words[0].upper())
        if exchange is None:
            self._stream.session.event("request", method="AUTH", query=argument)
            return await self._replies.fail("mechanism")
        try:
            attempt = await exchange(_initial(words[1:]), self._ask)
        except sasl.Aborted:
            return await self._replies.fail("aborted")
        except (sasl.NotBase64, sasl.Unreadable):
            self._stream.session.event("malformed", error=f"not a response of {words[0].upper()[:20]}")
            return await self._replies.fail("base64")
        self._transaction.is_logged_in = attempt.judge(self._stream.session, self._host.logins)
        if self._transaction.is_logged_in:
            return await self._replies.say("accepted")
        await asyncio.sleep(FAILURE_SECONDS)
        await self._replies.fail("refused")

    async def _ask(self, challenge: bytes) -> bytes:
        await self._replies.send(f"334 {base64.b64encode(challenge).decode('ascii')}")
        return sasl.decoded(await self._stream.line())


def _initial(words: list[str]) -> bytes | None:
    """An initial response (RFC 4954 section 4): a lone `=` is an empty one."""
    if not words:
        return None
    return b"" if words == ["="] else sasl.decoded(words[0].encode("utf-8", "surrogateescape"))
