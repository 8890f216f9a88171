"""One connection: prelogin, TLS, login, and the batches after it ([MS-TDS] section 3.3)."""

from __future__ import annotations

import secrets
import ssl
import struct
from dataclasses import dataclass

import decnet_spnego as spnego
import prelogin
from catalogue import Catalogue
from decnet_later import Later
from decnet_logins import Logins
from decnet_ntlm import NotNtlm, Target, answer, challenge
from decnet_spnego import NotSpnego
from decnet_sql import Rows
from decnet_streams import Ended, Malformed, Stream
from login7 import Login, NotLogin
from login7 import read as read_login
from packets import ATTENTION, BATCH, LOGIN, PRELOGIN, RPC, SSPI, Channel
from prelogin import NotPrelogin
from queries import Answer, Client
from rpc import statement_of
from tokens import COLLATION, COUNT, DATABASE, ERROR, LANGUAGE, LATIN1, PACKET_SIZE, TDS_7_2
from tokens import Failure, Writer, sspi

COMMANDS_LIMIT = 1000
SHOWN = 2048
SELECT = 0xC1
UNTRUSTED = (
    "Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication."
)
ATTENTION_ACKNOWLEDGED = 0x20


@dataclass(frozen=True)
class Settings:
    """What is the same for all connections."""

    catalogue: Catalogue
    logins: Logins
    target: Target
    tls: Later[ssl.SSLContext]


class Conversation:
    """From the first message to the last."""

    def __init__(self, settings: Settings, stream: Stream) -> None:
        self._settings = settings
        self._session = stream.session
        self._channel = Channel(stream)

    async def run(self) -> None:
        """Until the client goes, or is refused."""
        kind, content = await self._channel.receive()
        if kind == PRELOGIN:
            await self._prelogin(content)
            kind, content = await self._channel.receive()
        if kind != LOGIN:
            raise Malformed(f"a message of type {kind} before a login", content)
        self._channel.unseal()
        try:
            login = read_login(content)
        except (NotLogin, UnicodeError) as error:
            raise Malformed(str(error)) from None
        writer = Writer(login.version, self._settings.catalogue.server)
        client = await self._login(login, writer)
        if client is not None:
            await self._serve(client, login, writer)

    async def _prelogin(self, content: bytes) -> None:
        try:
            options = prelogin.read(content)
        except NotPrelogin as error:
            raise Malformed(str(error), content) from None
        await self._channel.send(prelogin.answer(options, self._settings.catalogue.build.version))
        wanted = prelogin.agreed(options)
        if wanted != prelogin.NOT_SUPPORTED:
            await self._channel.secure(await self._settings.tls.get(), wholly=wanted == prelogin.ON)

    # Login

    async def _login(self, login: Login, writer: Writer) -> Client | None:
        """The client, once it is let in."""
        catalogue = self._settings.catalogue
        if login.sspi is not None:
            username, refusal = await self._by_ntlm(login)
        else:
            username, refusal = login.username, self._by_password(login)
        database = login.database.lower() or "master"
        if refusal is None and database not in catalogue.names:
            text = f'Cannot open database "{login.database}" requested by the login. The login failed.'
            await self._refuse(writer, Failure(4060, 11, text), Failure(18456, 14, _failed(username)))
            return None
        if refusal is not None:
            await self._refuse(writer, refusal)
            return None
        context = f"Changed database context to '{database}'."
        language = "Changed language setting to us_english."
        await self._channel.send(
            writer.change(DATABASE, database, "master")
            + writer.message(Failure(5701, 10, context, 2))
            + writer.change(COLLATION, LATIN1, b"")
            + writer.change(LANGUAGE, "us_english")
            + writer.message(Failure(5703, 10, language))
            + writer.login(catalogue.build.version)
            + writer.change(PACKET_SIZE, "4096", str(min(login.packet_size, 32_767)))
            + writer.done()
        )
        return Client(catalogue, username, login.hostname, database)

    def _by_password(self, login: Login) -> Failure | None:
        accepted = self._settings.logins.accepts(self._session.source, login.username, login.password)
        self._tried("password", login, accepted, username=login.username, password=login.password)
        return None if accepted else Failure(18456, 14, _failed(login.username))

    async def _by_ntlm(self, login: Login) -> tuple[str, Failure | None]:
        """NTLM in SSPI, with or without SPNEGO around it."""
        refusal = Failure(18452, 14, UNTRUSTED)
        try:
            first = spnego.read(login.sspi or b"")
            if first.ntlm is None:
                self._tried("kerberos", login, False)
                return "", refusal
            nonce = secrets.token_bytes(8)
            asked = challenge(first.ntlm, nonce, self._settings.target)
            wrapped = asked if first.is_bare else spnego.reply(spnego.INCOMPLETE, asked, names_ntlm=True)
            await self._channel.send(sspi(wrapped))
            kind, content = await self._channel.receive()
            if kind != SSPI:
                raise Malformed(f"a message of type {kind} in a login", content)
            told = answer(spnego.read(content).ntlm or b"", nonce)
        except (NotNtlm, NotSpnego) as error:
            raise Malformed(str(error)) from None
        logins = self._settings.logins
        accepted = logins.count(self._session.source) or told.proves(logins.passwords(told.username))
        accepted = accepted and not told.is_anonymous
        proof = {"domain": told.domain, "workstation": told.workstation, "hashcat": told.hashcat}
        self._tried("ntlm", login, accepted, username=told.username, **proof)
        return f"{told.domain}\\{told.username}", None if accepted else refusal

    def _tried(self, method: str, login: Login, accepted: bool, **fields: str | None) -> None:
        self._session.event(
            "auth",
            method=method,
            **fields,
            accepted=accepted,
            host=login.hostname or None,
            app=login.application or None,
            client=login.library or None,
            database=login.database or None,
        )

    async def _refuse(self, writer: Writer, *failures: Failure) -> None:
        await self._channel.send(b"".join(map(writer.message, failures)) + writer.done(ERROR))

    # What comes after

    async def _serve(self, client: Client, login: Login, writer: Writer) -> None:
        for _ in range(COMMANDS_LIMIT):
            kind, content = await self._channel.receive()
            if kind == ATTENTION:
                await self._channel.send(writer.done(ATTENTION_ACKNOWLEDGED))
                continue
            if kind not in (BATCH, RPC):
                raise Malformed(f"a message of type {kind}", content)
            body = _without_headers(content) if login.version >= TDS_7_2 else content
            text = body.decode("utf-16-le", "replace") if kind == BATCH else statement_of(body)
            self._session.event("command", command=text[:SHOWN], database=client.database)
            before = client.database
            answers = client.run(text)
            changed = b""
            if client.database != before:
                context = f"Changed database context to '{client.database}'."
                changed = writer.change(DATABASE, client.database, before)
                changed += writer.message(Failure(5701, 10, context, 2))
            await self._channel.send(changed + b"".join(_told(writer, answers)))
        raise Ended("too many commands")


def _told(writer: Writer, answers: list[Answer]) -> list[bytes]:
    parts = []
    for place, one in enumerate(answers or [None], 1):
        more = int(place < len(answers))
        if isinstance(one, Rows):
            parts.append(writer.rows(one) + writer.done(COUNT | more, len(one.rows), SELECT))
        elif one is None:
            parts.append(writer.done(more))
        else:
            parts.append(writer.message(one) + writer.done(ERROR | more))
    return parts


def _failed(username: str) -> str:
    return f"Login failed for user '{username}'."


def _without_headers(content: bytes) -> bytes:
    """Behind ALL_HEADERS ([MS-TDS] section 2.2.5.3)."""
    if len(content) < 4:
        raise Malformed("a batch without headers", content)
    (length,) = struct.unpack_from("<I", content)
    if not 4 <= length <= len(content):
        raise Malformed("headers beyond the end of the message", content)
    return content[length:]
