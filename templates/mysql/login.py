"""Who wants in: the exchange of one login, and the event that tells of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from decnet_logins import Logins
from decnet_streams import Ended
from handshake import Answer, fresh_nonce, hashcat_native, proves_native, unmask
from packets import PLUGIN_AUTH, Channel, failure
from versions import NATIVE, SHA2, Release

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from decnet_later import Later

SEND_KEY, FULL_LOGIN, MORE, SWITCH = b"\x02", b"\x04", b"\x01", b"\xfe"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)


@dataclass
class Door:
    """What the logins of a decky share."""

    release: Release
    logins: Logins
    key: Later[RSAPrivateKey]
    """For passwords that come encrypted."""


@dataclass(frozen=True)
class Try:
    """What a login has given away: a password, or what it can be found from."""

    method: str
    password: str | None = None
    hashcat: str | None = None
    scramble: str | None = None
    uses_password: bool = True


class Login:
    """One login on a channel."""

    def __init__(self, door: Door, channel: Channel, nonce: bytes, *, tls: bool) -> None:
        self._door = door
        self._channel = channel
        self._nonce = nonce
        self._tls = tls
        self._response = b""

    async def run(self, answer: Answer, *, changes: bool = False) -> None:
        """Returns when the user is let in, which is still to be said; ends the connection when not."""
        method = await self._settle(answer, changes=changes)
        session = self._channel.stream.session
        tried = await (self._sha2(answer) if method == SHA2 else self._native())
        accepted = self._accepts(session.source, answer.username, tried)
        session.event(
            "auth",
            method=tried.method,
            username=answer.username,
            password=tried.password,
            hashcat=tried.hashcat,
            proof=tried.scramble,
            database=answer.database or None,
            client=answer.client,
            accepted=accepted,
        )
        if accepted:
            return
        using = "YES" if tried.uses_password else "NO"
        who = f"'{answer.username}'@'{session.source}'"
        await self._channel.send(
            failure(1045, "28000", f"Access denied for user {who} (using password: {using})")
        )
        raise Ended("login refused")

    async def _settle(self, answer: Answer, *, changes: bool) -> str:
        """The plugin that both know; asks the client to take ours where its own is another."""
        self._response = answer.response
        knows_plugins = bool(answer.capabilities & PLUGIN_AUTH)
        if not knows_plugins or (not changes and answer.plugin in {NATIVE, self._door.release.plugin}):
            return answer.plugin if knows_plugins else NATIVE
        if changes:
            self._nonce = fresh_nonce()
        plugin = self._door.release.plugin
        await self._channel.send(SWITCH + plugin.encode() + b"\0" + self._nonce + b"\0")
        self._response = await self._channel.read()
        return plugin

    def _accepts(self, source: str, username: str, tried: Try) -> bool:
        logins = self._door.logins
        if tried.password is not None:
            return logins.accepts(source, username, tried.password)
        passwords = logins.passwords(username)
        proven = any(proves_native(password, self._nonce, self._response) for password in passwords)
        return logins.count(source) or proven

    async def _native(self) -> Try:
        if not self._response:
            return Try(NATIVE, password="", uses_password=False)
        if len(self._response) != 20:
            return Try(NATIVE, scramble=self._response[:64].hex())
        return Try(NATIVE, hashcat=hashcat_native(self._nonce, self._response))

    async def _sha2(self, answer: Answer) -> Try:
        # Of a user that is not in its cache the server wants the password itself.
        if self._response in {b"", b"\0"}:
            return Try(SHA2, password="", uses_password=False)
        scramble = f"{self._nonce.hex()}*{self._response[:64].hex()}"
        try:
            await self._channel.send(MORE + FULL_LOGIN)
            packet = await self._channel.read()
            if packet == SEND_KEY and not self._tls:
                public = (await self._door.key.get()).public_key()
                pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                await self._channel.send(MORE + pem)
                password = await self._decrypt(await self._channel.read())
            else:
                text = packet.removesuffix(b"\0").decode("utf-8", "surrogateescape")
                password = text if self._tls else None
        except (asyncio.IncompleteReadError, ConnectionError, Ended):
            # Clients without TLS that do not ask for the key give up here, and it was a try.
            self._channel.stream.session.event(
                "auth",
                method=SHA2,
                username=answer.username,
                proof=scramble,
                database=answer.database or None,
                client=answer.client,
                accepted=False,
            )
            raise
        return Try(SHA2, password=password, scramble=None if password is not None else scramble)

    async def _decrypt(self, data: bytes) -> str | None:
        key = await self._door.key.get()
        try:
            return unmask(key.decrypt(data, OAEP), self._nonce)
        except ValueError:
            return None
