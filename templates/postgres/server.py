"""A PostgreSQL server: who wants in with what, and what was asked once in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalogue import Catalogue
from decnet_later import Later
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from decnet_tls import Subject, certificate_of
from extended import Extended
from login import Door, Fatal, Login
from messages import (
    Problem,
    backend_key,
    complete,
    data_row,
    error,
    message,
    parameter,
    parse_parameters,
    read_message,
    read_startup,
    ready,
    row_description,
    text_of,
)
from queries import Client, Result
from versions import release_of

if TYPE_CHECKING:
    import ssl

    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(message_bytes=32 * 1024, idle_seconds=120, seconds=600)
COMMANDS_LIMIT = 1000
CANCEL, TLS, GSSAPI = 80877102, 80877103, 80877104
"""Versions that are none: requests in a startup packet's place."""
NEGOTIATIONS = 4


class Server:
    """What the connections of a decky share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self.release = release_of(identity.distro)
        encryption = "md5" if config["auth"] == "md5" else "scram-sha-256"
        self.catalogue = Catalogue(identity, self.release, encryption)
        self._door = Door(identity, self.release, Logins(config), config["auth"])
        # What the package ssl-cert makes for all services of a Debian machine.
        subject = Subject(identity.fqdn)
        self._tls: Later[ssl.SSLContext] = Later(
            lambda: certificate_of(identity, "snakeoil", subject).context()
        )
        self._first_pid = identity.number("postgres/pid", 1000, 30_000)
        self._connections = 0

    async def converse(self, stream: Stream) -> None:
        """One connection."""
        try:
            parameters = await self._begin(stream)
            greeting = await Login(self._door, stream, parameters).run()
            client = self._client(stream, parameters)
            await stream.send(greeting + self._welcome(client, parameters))
            await self._serve(stream, client)
        except Fatal as fatal:
            await stream.send(self._error(fatal.problem))
            raise Ended(fatal.problem.text) from None

    def _error(self, problem: Problem) -> bytes:
        return error(problem, old=self.release.major < 10)

    async def _begin(self, stream: Stream) -> dict[str, str]:
        """The parameters of the startup packet, after what is asked before it."""
        for _ in range(NEGOTIATIONS):
            body = await read_startup(stream)
            version = int.from_bytes(body[:4], "big")
            if version == TLS and self.release.has_tls and stream.tls is None:
                context = await self._tls.get()
                await stream.send(b"S")
                await stream.start_tls(context)
            elif version in {TLS, GSSAPI}:
                await stream.send(b"N")
            elif version == CANCEL:
                stream.session.event("request", method="cancel")
                raise asyncio.IncompleteReadError(b"", None)
            else:
                return self._parameters(version, body)
        raise Malformed("too many requests before the startup packet")

    def _parameters(self, version: int, body: bytes) -> dict[str, str]:
        if version >> 16 != 3:
            told = f"unsupported frontend protocol {version >> 16}.{version & 0xFFFF}"
            place = f"postmaster.c {self.release.startup_line} ProcessStartupPacket"
            supported = f"{told}: server supports {self.release.oldest_protocol} to 3.0"
            raise Fatal(Problem("0A000", supported, place, "FATAL"))
        parameters = parse_parameters(body[4:])
        if not parameters.get("user"):
            told = "no PostgreSQL user name specified in startup packet"
            place = f"postmaster.c {self.release.startup_line + 129} ProcessStartupPacket"
            raise Fatal(Problem("28000", told, place, "FATAL"))
        return parameters

    def _client(self, stream: Stream, parameters: dict[str, str]) -> Client:
        database = parameters.get("database") or parameters["user"]
        if database not in self.catalogue.databases:
            told = f'database "{database}" does not exist'
            raise Fatal(Problem("3D000", told, "postinit.c 1013 InitPostgres", "FATAL"))
        self._connections += 1
        hosts = (stream.session.source, stream.local_address[0])
        return Client(
            self.catalogue, parameters["user"], database, hosts, self._first_pid + self._connections
        )

    def _welcome(self, client: Client, parameters: dict[str, str]) -> bytes:
        told = {
            "application_name": parameters.get("application_name", ""),
            "client_encoding": "UTF8",
            "DateStyle": "ISO, MDY",
            "default_transaction_read_only": "off",
            "in_hot_standby": "off",
            "integer_datetimes": "on",
            "IntervalStyle": "postgres",
            "is_superuser": "on" if client.is_superuser else "off",
            "server_encoding": "UTF8",
            "server_version": self.release.version,
            "session_authorization": client.username,
            "standard_conforming_strings": "on",
            "TimeZone": "Etc/UTC",
        }
        if self.release.major < 14:
            del told["default_transaction_read_only"], told["in_hot_standby"]
        key = backend_key(self._first_pid + self._connections, secrets.randbits(32))
        parts = [parameter(name, value) for name, value in told.items()]
        return b"".join(parts) + key + ready()

    async def _serve(self, stream: Stream, client: Client) -> None:
        extended = Extended(client, stream.session, self._error)
        for _ in range(COMMANDS_LIMIT):
            kind, body = await read_message(stream)
            if kind == b"X":
                return
            if kind == b"Q":
                text = text_of(body)
                stream.session.event("command", command=text)
                await stream.send(self._simple(client, text))
            elif kind in Extended.KINDS:
                await stream.send(extended.take(kind, body))
            else:
                told = f"invalid frontend message type {kind[0]}"
                await stream.send(
                    self._error(Problem("08P01", told, "postgres.c 4867 PostgresMain", "FATAL"))
                )
                raise Malformed(told, kind + body)

    def _simple(self, client: Client, text: str) -> bytes:
        results = client.run(text)
        parts = [message(b"I")] if not results else []
        for result in results:
            parts.append(self._error(result) if isinstance(result, Problem) else _told(result))
        return b"".join(parts) + ready(client.transaction)


def _told(result: Result) -> bytes:
    if result.rows is None:
        return complete(result.tag)
    rows = b"".join(data_row(row) for row in result.rows.rows)
    return row_description(result.rows.columns) + rows + complete(result.tag)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    server = Server(identity, config)
    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], server.converse))
