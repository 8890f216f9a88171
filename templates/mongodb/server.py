"""A MongoDB server: who wants in, and what is asked of the data."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bson.errors import BSONError

from commands import Client
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Malformed, Stream
from documents import told
from facts import Facts
from login import Login
from store import Store, bait_of
from wire import HTTP, Request, read_request, reply

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(message_bytes=48 * 1024, idle_seconds=300, seconds=1200)
REQUESTS_LIMIT = 2000
UNTOLD = {"saslstart", "saslcontinue"}
"""Parts of a login, which is told as a whole."""
GREETINGS = {"hello", "ismaster", "ping"}
PLAIN = GREETINGS | {"buildinfo", "endsessions", "connectionstatus", "whatsmyuri"}
"""What drivers ask by themselves."""


class Server:
    """What the connections of a decky share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self._identity = identity
        self._auth: bool = config["auth"]
        self._logins = Logins(config)
        self._facts = Facts(identity)
        self._bait = bait_of(identity)
        self._connections = itertools.count(identity.number("mongodb/connection", 20, 9000))

    async def converse(self, stream: Stream) -> None:
        """One connection."""
        session = stream.session
        login = Login(self._identity, self._logins, session)
        number = next(self._connections)
        source = session.source
        client = Client(self._facts, Store(self._bait), login, number, source, auth=self._auth)
        for count in range(1, REQUESTS_LIMIT):
            request = await read_request(stream)
            if request is None:
                session.event("request", method="GET")
                await stream.send(HTTP)
                return
            answer = client.run(request.command, is_query=request.is_query)
            _tell(stream, request, login.client, is_first=count == 1)
            if request.wants_reply:
                await stream.send(_encoded(request, count, answer))


def _tell(stream: Stream, request: Request, client: str | None, *, is_first: bool) -> None:
    name = next(iter(request.command)).lower()
    if name in PLAIN:
        # Drivers ask again every few seconds.
        if is_first or name not in GREETINGS:
            stream.session.event("request", method=name, client=client)
    elif name not in UNTOLD:
        stream.session.event("command", command=told(request.command))


def _encoded(request: Request, count: int, answer: dict[str, Any]) -> bytes:
    try:
        return reply(request, count, answer)
    except (BSONError, ValueError, OverflowError) as wrong:
        # What a client has put in may be read and not be written again.
        raise Malformed(f"BSON: {wrong}") from None


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    server = Server(identity, config)
    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], server.converse))
