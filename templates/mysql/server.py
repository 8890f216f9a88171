"""A MySQL or MariaDB server: who wants in with what, and what was asked once in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalogue import Catalogue
from decnet_keys import rsa_key
from decnet_later import Later
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sql import Rows
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from decnet_tls import Subject, certificate_of
from handshake import capabilities_of, fresh_nonce, greeting, is_tls_request, parse_answer, parse_change
from login import Door, Login
from packets import QUERY_ATTRIBUTES, TLS, Channel, Reader, failure, ok
from queries import Answer, Client
from refusals import Failure
from results import end, result_set
from versions import Release, release_of

if TYPE_CHECKING:
    import ssl

    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets
    from handshake import Answer as Reply

LIMITS = Limits(message_bytes=32 * 1024, idle_seconds=120, seconds=600)
COMMANDS_LIMIT = 1000
QUIT, INIT_DB, QUERY, FIELD_LIST, STATISTICS = 0x01, 0x02, 0x03, 0x04, 0x09
PING, CHANGE_USER, PREPARE, SET_OPTION, RESET = 0x0E, 0x11, 0x16, 0x1B, 0x1F
UNKNOWN = failure(1047, "08S01", "Unknown command")
UNPREPARED = failure(1295, "HY000", "This command is not supported in the prepared statement protocol yet")


class Server:
    """What the connections of a decky share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self.release: Release = release_of(identity.distro, config["version"])
        self.catalogue = Catalogue(identity, self.release)
        key = Later(lambda: rsa_key(identity, "mysql/password"))
        self.door = Door(self.release, Logins(config), key)
        self.tls: Later[ssl.SSLContext] = Later(lambda: _context(identity, self.release))
        self._connections = itertools.count(identity.number("mysql/connection", 40, 9000))

    async def converse(self, stream: Stream) -> None:
        """One connection."""
        channel, nonce, number = Channel(stream), fresh_nonce(), next(self._connections)
        await channel.send(greeting(self.release, number, nonce))
        packet = await channel.read()
        if is_tls_request(packet) and capabilities_of(self.release)[0] & TLS:
            await stream.start_tls(await self.tls.get(), begun=True)
            packet = await channel.read()
        try:
            reply = parse_answer(packet)
        except Malformed:
            await channel.send(failure(1043, "08S01", "Bad handshake", old=True))
            raise
        await Login(self.door, channel, nonce, tls=stream.tls is not None).run(reply)
        await self._serve(channel, await self._let_in(channel, reply, number), reply)

    async def _let_in(self, channel: Channel, reply: Reply, number: int) -> Client:
        client = Client(self.catalogue, reply.username, channel.stream.session.source, number)
        wrong = client.use(reply.database) if reply.database else None
        await channel.send(_failure(wrong) if wrong else ok())
        if wrong:
            raise Ended("no access to the database")
        return client

    async def _serve(self, channel: Channel, client: Client, reply: Reply) -> None:
        for _ in range(COMMANDS_LIMIT):
            channel.sequence = 0
            packet = await channel.read()
            if not packet or packet[0] == QUIT:
                return
            self.catalogue.questions()
            if packet[0] == CHANGE_USER:
                reply = parse_change(packet[1:], reply)
                login = Login(self.door, channel, fresh_nonce(), tls=channel.stream.tls is not None)
                await login.run(reply, changes=True)
                client = await self._let_in(channel, reply, client.connection)
                continue
            name, packets = self._command(packet[0], packet[1:], client, reply)
            channel.stream.session.event("command", command=name)
            await channel.send(*packets)

    def _command(self, code: int, body: bytes, client: Client, reply: Reply) -> tuple[bytes, list[bytes]]:
        """What the log calls it, and the packets that answer it."""
        if code == QUERY:
            query = _statement(body, client.catalogue.release, reply)
            answer = client.run(query.decode("utf-8", "surrogateescape"))
            return query, _packets(answer, reply)
        if code == INIT_DB:
            wrong = client.use(body.decode("utf-8", "surrogateescape"))
            return b"USE " + body, [_failure(wrong) if wrong else ok()]
        if code == PREPARE:
            return b"PREPARE " + body, [UNPREPARED]
        if code == STATISTICS:
            return b"STATISTICS", [client.catalogue.statistics().encode()]
        if code == FIELD_LIST:
            return b"FIELD LIST " + body.split(b"\0")[0], [end(0)]
        if code in {PING, RESET}:
            return {PING: b"PING", RESET: b"RESET CONNECTION"}[code], [ok()]
        if code == SET_OPTION:
            return b"SET OPTION", [end(reply.capabilities)]
        return b"COMMAND %d" % code, [UNKNOWN]


def _statement(body: bytes, release: Release, reply: Reply) -> bytes:
    """The text of COM_QUERY, which MySQL 8's client has attributes in front of."""
    if release.is_mariadb or not reply.capabilities & QUERY_ATTRIBUTES:
        return body
    reader = Reader(body)
    count = reader.lenenc()
    reader.lenenc()
    if count:
        raise Malformed("query attributes", body)
    return reader.rest()


def _packets(answer: Answer, reply: Reply) -> list[bytes]:
    if isinstance(answer, Failure):
        return [_failure(answer)]
    if isinstance(answer, Rows):
        return result_set(answer, reply.capabilities, reply.extended)
    return [ok()]


def _failure(wrong: Failure) -> bytes:
    return failure(wrong.code, wrong.state, wrong.text)


def _context(identity: Identity, release: Release) -> ssl.SSLContext:
    """TLS with the certificate that MySQL makes by itself when it is set up."""
    number = release.version.split("-")[0]
    name, signer = (f"MySQL_Server_{number}_Auto_Generated_{one}_Certificate" for one in ("Server", "CA"))
    return certificate_of(identity, "mysql", Subject(name, issuer=signer)).context()


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    server = Server(identity, config)
    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], server.converse))
