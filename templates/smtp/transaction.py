"""A mail as a client hands it in: its sender, its recipients and its message (RFC 5321 section 3.3)."""

from __future__ import annotations

import secrets

from decnet_streams import Ended, Stream
from envelope import Path, Syntax, UnknownParameter, path_of
from host import Host
from message import Message
from replies import Replies

RECIPIENTS_LIMIT = 100


class Transaction:
    """One after the other, of one client."""

    def __init__(self, host: Host, stream: Stream, replies: Replies) -> None:
        self._host = host
        self._stream = stream
        self._replies = replies
        self.is_logged_in = False
        """Whether the client is: it may send to whom it wants then."""
        self._message: Message | None = None
        self.forget()

    @property
    def is_begun(self) -> bool:
        """Whether there is a sender."""
        return self._sender is not None

    def forget(self) -> None:
        """Begins anew; what was taken in so far goes."""
        self._sender: Path | None = None
        self._recipients: list[str] = []
        if self._message is not None:
            self._host.room.give_back(self._message.kept)
            self._message = None

    async def mail(self, argument: str) -> None:
        """Who it is from."""
        if self._sender is not None:
            return await self._replies.fail("nested")
        if self._wants_login("MAIL"):
            return await self._replies.fail("unauthenticated", self._stream.session.source)
        path = await self._path(argument, "FROM:", "syntax MAIL")
        if path is None:
            return
        if path.size is not None and path.size > self._host.product.size:
            return await self._replies.fail("too big")
        self._sender = path
        await self._replies.say("sender")

    async def rcpt(self, argument: str) -> None:
        """Whom it is for."""
        if self._sender is None:
            return await self._replies.fail("no mail")
        if self._wants_login("RCPT"):
            return await self._replies.fail("unauthenticated", self._stream.session.source)
        path = await self._path(argument, "TO:", "syntax RCPT")
        if path is None:
            return
        if not path.address:
            return await self._replies.fail("syntax RCPT")
        if len(self._recipients) >= RECIPIENTS_LIMIT:
            return await self._replies.fail("too many recipients")
        ours = path.domain in self._host.domains or not path.domain
        if not (ours or self.is_logged_in or self._host.relays):
            return await self._replies.fail("relay", path.address)
        if ours and not self._host.knows(path):
            return await self._replies.fail("unknown user", path.address)
        self._recipients.append(path.address)
        await self._replies.say("recipient")

    def _wants_login(self, verb: str) -> bool:
        host = self._host
        return host.is_submission and not self.is_logged_in and host.product.wants_login_at == verb

    async def _path(self, argument: str, keyword: str, wrong: str) -> Path | None:
        try:
            return path_of(argument, keyword)
        except UnknownParameter as error:
            await self._replies.fail("unknown parameter", str(error))
        except Syntax:
            await self._replies.fail(wrong)
        return None

    async def _is_ready(self) -> bool:
        if self._sender is None:
            await self._replies.fail("no mail")
        elif not self._recipients:
            await self._replies.fail("no recipients")
        else:
            return True
        return False

    async def data(self, _: str) -> None:
        """The message, up to a lone dot."""
        if not await self._is_ready():
            return
        await self._replies.say("data")
        message = self._begun()
        await message.read_data(self._stream)
        await self._queue(message)

    async def bdat(self, argument: str) -> None:
        """A part of the message, of so many bytes (RFC 3030)."""
        words = argument.upper().split()
        if not words or not words[0].isdigit() or not words[0].isascii() or len(words[0]) > 9:
            return await self._replies.fail("syntax BDAT")
        size = int(words[0])
        taken = 0 if self._message is None else self._message.upload.size
        if taken + size > self._host.product.size:
            await self._replies.say("too big")
            raise Ended("message too big")
        ready = await self._is_ready()
        # It is on its way already: the client does not wait for an answer.
        message = self._begun()
        await message.read_chunk(self._stream, size)
        if not ready:
            return self.forget()
        if words[1:] == ["LAST"]:
            return await self._queue(message)
        await self._replies.say("chunk", str(size))

    def _begun(self) -> Message:
        if self._message is None:
            self._message = Message(_queue_id(), self._host.room.take())
        return self._message

    async def _queue(self, message: Message) -> None:
        if message.upload.size > self._host.product.size:
            self.forget()
            return await self._replies.fail("too big")
        sender = self._sender.address if self._sender else ""
        fields = {"sender": sender, "recipients": " ".join(self._recipients), **message.fields}
        message.upload.finish(self._stream.session, **fields)
        self.forget()
        await self._replies.say("queued", message.upload.name)


def _queue_id() -> str:
    return secrets.token_hex(5).upper()
