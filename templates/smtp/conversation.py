"""One client of the mail server: verb by verb, what it gets to hear."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING

import decnet_sasl as sasl
from decnet_logins import Logins
from decnet_mail import FAILURE_SECONDS
from decnet_streams import Ended, Stream
from envelope import Path, Syntax, UnknownParameter, path_of
from message import Message, Room
from products import Product

if TYPE_CHECKING:
    import ssl

ERRORS_SOFT, ERRORS_HARD = 10, 20
"""smtpd_soft_error_limit and smtpd_hard_error_limit: from the first on each error takes a second."""
RECIPIENTS_LIMIT = 100
COMMANDS_LIMIT = 1000


@dataclass(frozen=True)
class Host:
    """What all connections to one port share."""

    name: str
    product: Product
    banner: str
    logins: Logins
    mechanisms: Mapping[str, Callable[[bytes | None, sasl.Ask], Awaitable[sasl.Attempt]]]
    domains: frozenset[str]
    people: frozenset[str]
    tls: ssl.SSLContext
    relays: bool
    room: Room
    is_submission: bool


class Conversation:
    """One connection."""

    def __init__(self, host: Host, stream: Stream) -> None:
        self._host = host
        self._stream = stream
        self._texts = host.product.texts
        self._errors = 0
        self._over = False
        self._logged_in = False
        self._message: Message | None = None
        self._forget()
        self._verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "AUTH": self._auth,
            "BDAT": self._bdat,
            "DATA": self._data,
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "MAIL": self._mail,
            "NOOP": self._noop,
            "QUIT": self._quit,
            "RCPT": self._rcpt,
            "RSET": self._rset,
            "STARTTLS": self._starttls,
            "VRFY": self._vrfy,
        }

    async def run(self) -> None:
        """From the greeting to the end."""
        await self._send(f"220 {self._host.banner.replace('{date}', formatdate())}")
        try:
            for _ in range(COMMANDS_LIMIT):
                await self._command(await self._stream.line())
                if self._over:
                    return
        finally:
            self._forget()
        raise Ended("too many commands")

    async def _command(self, line: bytes) -> None:
        word, _, rest = line.partition(b" ")
        verb = word.decode("ascii", "replace").upper()
        argument = rest.decode("utf-8", "surrogateescape").strip()
        if not verb.isascii() or not verb.isprintable():
            self._stream.session.event("malformed", error="not a command", data=line[:256])
            return await self._fail("unknown")
        if verb in self._host.product.forbidden:
            self._stream.session.event("request", method=verb, path=argument)
            await self._say("forbidden")
            self._over = True
            return
        if verb not in ("", "AUTH"):
            self._stream.session.event("request", method=verb, query=argument or None)
        act = self._verbs.get(verb)
        if act is None:
            await self._fail("unknown")
        else:
            await act(argument)

    async def _send(self, *lines: str) -> None:
        await self._stream.send("".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape"))

    async def _say(self, key: str, about: str = "") -> None:
        await self._send(self._texts[key].replace("{}", about))

    async def _fail(self, key: str, about: str = "") -> None:
        """An error, which is counted."""
        self._errors += 1
        if self._errors > ERRORS_SOFT:
            await asyncio.sleep(1)
        await self._say(key, about)
        if self._errors >= ERRORS_HARD:
            await self._say("too many errors", self._host.name)
            raise Ended("too many errors")

    def _forget(self) -> None:
        self._sender: Path | None = None
        self._recipients: list[str] = []
        if self._message is not None:
            self._host.room.give_back(self._message.kept)
            self._message = None

    async def _ehlo(self, argument: str) -> None:
        if not argument:
            return await self._fail("syntax EHLO")
        self._forget()
        features = [
            feature
            for feature in self._host.product.features
            if self._stream.tls is None or feature != "STARTTLS"
        ]
        lines = [self._host.name, *features]
        await self._send(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    async def _helo(self, argument: str) -> None:
        if not argument:
            return await self._fail("syntax HELO")
        self._forget()
        await self._send(f"250 {self._host.name}")

    async def _noop(self, _: str) -> None:
        await self._say("ok")

    async def _rset(self, _: str) -> None:
        self._forget()
        await self._say("reset")

    async def _quit(self, _: str) -> None:
        await self._say("bye")
        self._over = True

    async def _starttls(self, argument: str) -> None:
        if argument:
            return await self._fail("syntax STARTTLS")
        if self._stream.tls is not None:
            return await self._fail("already tls")
        await self._say("starttls")
        await self._stream.start_tls(self._host.tls)
        self._forget()

    async def _vrfy(self, argument: str) -> None:
        if not argument:
            return await self._fail("syntax VRFY")
        path = Path(argument.split(" ")[0].strip("<>"))
        if not self._exists(path):
            return await self._fail("unknown user", path.address)
        await self._say("not verified", path.address)

    async def _auth(self, argument: str) -> None:
        words = argument.split()
        if not words or len(words) > 2:
            return await self._fail("syntax AUTH")
        if self._logged_in:
            return await self._fail("already authenticated")
        if self._sender is not None:
            return await self._fail("in transaction")
        exchange = self._host.mechanisms.get(words[0].upper())
        if exchange is None:
            self._stream.session.event("request", method="AUTH", query=argument)
            return await self._fail("mechanism")
        try:
            attempt = await exchange(_initial(words[1:]), self._ask)
        except sasl.Aborted:
            return await self._fail("aborted")
        except (sasl.NotBase64, sasl.Unreadable):
            self._stream.session.event("malformed", error=f"not a response of {words[0].upper()[:20]}")
            return await self._fail("base64")
        self._logged_in = attempt.judge(self._stream.session, self._host.logins)
        if self._logged_in:
            return await self._say("accepted")
        await asyncio.sleep(FAILURE_SECONDS)
        await self._fail("refused")

    async def _ask(self, challenge: bytes) -> bytes:
        await self._send(f"334 {base64.b64encode(challenge).decode('ascii')}")
        return sasl.decoded(await self._stream.line())

    async def _mail(self, argument: str) -> None:
        if self._sender is not None:
            return await self._fail("nested")
        if self._wants_login("MAIL"):
            return await self._fail("unauthenticated", self._stream.session.source)
        path = await self._path(argument, "FROM:", "syntax MAIL")
        if path is None:
            return
        if path.size is not None and path.size > self._host.product.size:
            return await self._fail("too big")
        self._sender = path
        await self._say("sender")

    async def _rcpt(self, argument: str) -> None:
        if self._sender is None:
            return await self._fail("no mail")
        if self._wants_login("RCPT"):
            return await self._fail("unauthenticated", self._stream.session.source)
        path = await self._path(argument, "TO:", "syntax RCPT")
        if path is None:
            return
        if not path.address:
            return await self._fail("syntax RCPT")
        if len(self._recipients) >= RECIPIENTS_LIMIT:
            return await self._fail("too many recipients")
        ours = path.domain in self._host.domains or not path.domain
        if not (ours or self._logged_in or self._host.relays):
            return await self._fail("relay", path.address)
        if ours and not self._exists(path):
            return await self._fail("unknown user", path.address)
        self._recipients.append(path.address)
        await self._say("recipient")

    def _wants_login(self, verb: str) -> bool:
        host = self._host
        return host.is_submission and not self._logged_in and host.product.wants_login_at == verb

    def _exists(self, path: Path) -> bool:
        return path.local_part in self._host.people and (not path.domain or path.domain in self._host.domains)

    async def _path(self, argument: str, keyword: str, wrong: str) -> Path | None:
        try:
            return path_of(argument, keyword)
        except UnknownParameter as error:
            await self._fail("unknown parameter", str(error))
        except Syntax:
            await self._fail(wrong)
        return None

    async def _is_ready(self) -> bool:
        if self._sender is None:
            await self._fail("no mail")
        elif not self._recipients:
            await self._fail("no recipients")
        else:
            return True
        return False

    async def _data(self, _: str) -> None:
        if not await self._is_ready():
            return
        await self._say("data")
        message = self._begun()
        await message.read_data(self._stream)
        await self._queue(message)

    async def _bdat(self, argument: str) -> None:
        words = argument.upper().split()
        if not words or not words[0].isdigit() or not words[0].isascii() or len(words[0]) > 9:
            return await self._fail("syntax BDAT")
        size = int(words[0])
        taken = 0 if self._message is None else self._message.upload.size
        if taken + size > self._host.product.size:
            await self._say("too big")
            raise Ended("message too big")
        ready = await self._is_ready()
        # It is on its way already: the client does not wait for an answer.
        message = self._begun()
        await message.read_chunk(self._stream, size)
        if not ready:
            return self._forget()
        if words[1:] == ["LAST"]:
            return await self._queue(message)
        await self._say("chunk", str(size))

    def _begun(self) -> Message:
        if self._message is None:
            self._message = Message(_queue_id(), self._host.room.take())
        return self._message

    async def _queue(self, message: Message) -> None:
        if message.upload.size > self._host.product.size:
            self._forget()
            return await self._fail("too big")
        sender = self._sender.address if self._sender else ""
        fields = {"sender": sender, "recipients": " ".join(self._recipients), **message.fields}
        message.upload.finish(self._stream.session, **fields)
        self._forget()
        await self._say("queued", message.upload.name)


def _initial(words: list[str]) -> bytes | None:
    """An initial response (RFC 4954 section 4): a lone `=` is an empty one."""
    if not words:
        return None
    return b"" if words == ["="] else sasl.decoded(words[0].encode("utf-8", "surrogateescape"))


def _queue_id() -> str:
    return secrets.token_hex(5).upper()
