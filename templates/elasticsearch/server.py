"""An Elasticsearch node: an open one that everyone reads and writes, or one that wants a login."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api import Api
from call import call_of, changes
from cluster import Cluster
from decnet_http import Request
from decnet_http_answers import OTHERS, Answer, Dialect
from decnet_http_server import Sink, Visitor, serve_site
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sockets import Sockets
from decnet_web_credentials import basic_credentials
from errors import unauthorized
from indices import Indices

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

JSON = "application/json; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"


class Node:
    """The site of one decky."""

    dialect = Dialect((OTHERS, "content-type", "content-length"), version=None)
    server = ""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self._cluster = Cluster(identity, config["version"])
        self._api = Api(self._cluster, Indices(identity))
        self._secured: bool = config["security"]
        self._logins = Logins(config)

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """The beginning of a body is enough."""
        return None

    def refuse(self, status: int, request: Request | None) -> Answer:
        """What cannot be read."""
        cause = {"type": "illegal_argument_exception", "reason": "invalid request"}
        return self._told(status, {"error": {"root_cause": [cause], **cause}, "status": status}, pretty=False)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """JSON, once the login is checked where one is needed."""
        call = call_of(request)
        header = request.header("authorization")
        pair = basic_credentials(header)
        accepted = pair is not None and visitor.judge(header, lambda: self._accepts(pair, request, visitor))
        if self._secured and not accepted:
            body = unauthorized(request.path, pair[0] if pair else None)
            realm = ("WWW-Authenticate", 'Basic realm="security" charset="UTF-8"')
            return self._told(401, body, pretty="pretty" in call.query, headers=[realm])
        if changes(call):
            command = f"{request.method} {request.target}"
            visitor.session.event("command", command=command, body=request.body or None)
        status, reply = self._api.reply(call)
        # The root is pretty by itself.
        return self._told(status, reply, pretty="pretty" in call.query or not call.parts)

    def _accepts(self, pair: tuple[str, str], request: Request, visitor: Visitor) -> bool:
        accepted = self._logins.accepts(visitor.session.source, *pair)
        visitor.session.event(
            "auth", method="basic", username=pair[0], password=pair[1], accepted=accepted, path=request.path
        )
        return accepted

    def _told(
        self, status: int, reply: Any, *, pretty: bool, headers: list[tuple[str, str]] | None = None
    ) -> Answer:
        own = [("X-elastic-product", "Elasticsearch")] if self._cluster.version.named else []
        if isinstance(reply, str):
            kind, text = TEXT, reply
        elif pretty:
            kind, text = JSON, json.dumps(reply, indent=2, separators=(",", " : ")) + "\n"
        else:
            kind, text = JSON, json.dumps(reply, separators=(",", ":"))
        return Answer(
            status, text.encode("utf-8", "surrogateescape"), [*own, *(headers or []), ("content-type", kind)]
        )


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], Node(identity, config)))
