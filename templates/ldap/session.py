"""One connection: who it is, and what it asks."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import decnet_ber as ber
import filters
import messages as ldap
from binds import Login
from decnet_ber import NotBer, Reader
from decnet_logins import Logins
from decnet_ntlm import NotNtlm, Target
from decnet_spnego import NotSpnego
from decnet_streams import Ended, Malformed, Stream
from entries import BASE, find
from messages import Message, Result
from products import Product

MESSAGES_LIMIT = 2000
SHOWN = 1024
SCOPES = ("base", "one", "sub")
SERVER_SIZE_LIMIT = 1000


@dataclass(frozen=True)
class Settings:
    """What is the same for all connections."""

    product: Product
    logins: Logins
    target: Target
    tls: ssl.SSLContext


class Conversation:
    """From the first message to the last."""

    def __init__(self, settings: Settings, stream: Stream) -> None:
        self._settings = settings
        self._product = settings.product
        self._writer = ldap.Writer(wide=settings.product.wide)
        self._stream = stream
        self._login = Login(settings.product, settings.logins, settings.target, stream)

    async def run(self) -> None:
        """Answers message after message."""
        for _ in range(MESSAGES_LIMIT):
            data = await self._next()
            try:
                message = ldap.read(data)
                if message.tag == ldap.UNBIND:
                    return
                reply = await self._answer(message)
            except (NotBer, NotNtlm, NotSpnego) as error:
                await self._break_off()
                raise Malformed(str(error), data) from None
            if reply:
                await self._stream.send(reply)
        raise Ended("too many messages")

    async def _next(self) -> bytes:
        head = await self._stream.exactly(2)
        if head[0] != ber.SEQUENCE:
            await self._break_off()
            raise Malformed("not a message of LDAP", head)
        if head[1] >= 0x80:
            if not 1 <= head[1] & 0x7F <= 4:
                await self._break_off()
                raise Malformed("a length that is not definite", head)
            head += await self._stream.exactly(head[1] & 0x7F)
        start, length = ber.header(head, 0, len(head))
        return head[:start] + await self._stream.exactly(length)

    async def _break_off(self) -> None:
        """Notice of Disconnection (RFC 4511 section 4.4.1)."""
        if self._product.broken is not None:
            name = ber.octets(ldap.NOTICE, 0x8A)
            text = self._writer.result(0, ldap.EXTENDED_RESPONSE, self._product.broken, name)
            await self._stream.send(text)

    async def _answer(self, message: Message) -> bytes:
        if message.tag == ldap.BIND:
            return self._login.answer(message.id, ldap.read_bind(message.body))
        if message.tag == ldap.SEARCH:
            return self._search(message)
        if message.tag == ldap.EXTENDED:
            return await self._extended(message)
        if message.tag in ldap.RESPONSES:
            return self._write(message)
        if message.tag == ldap.ABANDON:
            return b""
        raise NotBer(f"tag {message.tag:#04x} is no request")

    def _search(self, message: Message) -> bytes:
        search = ldap.read_search(message.body)
        condition = filters.read(search.condition)
        self._stream.session.event(
            "request",
            method="search",
            base=search.base,
            scope=SCOPES[search.scope] if 0 <= search.scope < len(SCOPES) else search.scope,
            query=condition.text[:SHOWN],
            attributes=" ".join(search.attributes)[:SHOWN] or None,
        )
        product = self._product
        found, result = [], Result(ldap.SUCCESS)
        if search.base == "" and search.scope == BASE:
            # The root has the class that everything has, whether it is listed or not.
            found = [product.root]
        elif self._login.name is None:
            result = product.unbound_search
        else:
            hits = find(product.entries, search.base, search.scope, condition)
            result = product.missing if hits is None else result
            found = hits or []
        most = min(search.size or SERVER_SIZE_LIMIT, SERVER_SIZE_LIMIT)
        if len(found) > most:
            result = Result(ldap.SIZE_LIMIT)
        entries = [
            self._writer.entry(message.id, one.name, one.shown(search.attributes, search.types_only))
            for one in found[: max(most, 0)]
        ]
        paged = message.paged and result.code == ldap.SUCCESS
        done = self._writer.result(message.id, ldap.SEARCH_DONE, result, paged=paged)
        return b"".join((*entries, done))

    async def _extended(self, message: Message) -> bytes:
        name = message.body.text(0x80)
        self._stream.session.event("request", method="extended", query=name)
        if name == ldap.START_TLS and self._stream.tls is None:
            done = ber.octets(ldap.START_TLS, 0x8A)
            success = Result(ldap.SUCCESS)
            await self._stream.send(self._writer.result(message.id, ldap.EXTENDED_RESPONSE, success, done))
            await self._stream.start_tls(self._settings.tls)
            return b""
        if name == ldap.WHO_AM_I:
            name = self._login.name
            value = ber.octets("" if name is None else self._product.principal.replace("{name}", name), 0x8B)
            return self._writer.result(message.id, ldap.EXTENDED_RESPONSE, Result(ldap.SUCCESS), value)
        return self._writer.result(message.id, ldap.EXTENDED_RESPONSE, self._product.unknown_extension)

    def _write(self, message: Message) -> bytes:
        name = message.raw if message.tag == ldap.DELETE else message.body.bytes()
        command = f"{ldap.WRITES[message.tag]} {name[:SHOWN].decode('utf-8', 'surrogateescape')}"
        if message.tag == ldap.MODIFY:
            command += f" {_changes(message.body)}"
        self._stream.session.event("command", command=command.rstrip())
        result = self._product.unbound_write if self._login.name is None else self._product.write
        return self._writer.result(message.id, ldap.RESPONSES[message.tag], result)


def _changes(body: Reader) -> str:
    """What a ModifyRequest changes: the first attributes' names (RFC 4511 section 4.6)."""
    signs = {0: "add", 1: "delete", 2: "replace"}
    changes, shown = body.into(ber.SEQUENCE), []
    while changes.more and len(shown) < 8:
        change = changes.into(ber.SEQUENCE)
        operation = signs.get(change.integer(ber.ENUMERATED), "?")
        shown.append(f"{operation} {change.into(ber.SEQUENCE).text()[:SHOWN]}")
    return ", ".join(shown)
