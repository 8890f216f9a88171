"""A Kubernetes API server: it refuses the anonymous, notes tokens, and shows bait to those it accepts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api import ANONYMOUS, USER, Api, Reply, command_of, status, written
from decnet_http import Request
from decnet_http_answers import Answer
from decnet_http_go import GO, go_refusal
from decnet_http_server import Sink, Visitor, serve_site
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sockets import Sockets
from decnet_tls import Subject, certificate_of
from decnet_web_credentials import basic_credentials, bearer_token
from resources import Resources
from versions import version_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

PEOPLE = ("curl", "Wget", "Mozilla/5.0")
"""Beginnings of the names of clients that get indented JSON."""
NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")

OLD = Answer(
    401,
    b"Unauthorized\n",
    [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Www-Authenticate", 'Basic realm="kubernetes-master"'),
        ("X-Content-Type-Options", "nosniff"),
    ],
)
"""HTTP/1.0 is answered as releases without anonymous users did: that is how nmap knows Kubernetes."""


class Cluster:
    """The site of one decky."""

    dialect = GO
    server = ""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        version = version_of(identity.distro)
        resources = Resources(identity, version.number)
        self._api = Api(resources, version.reply(), identity.ip or "10.0.2.15")
        self._tokens = frozenset(config["tokens"])
        self._is_open: bool = config["anonymous"]
        self._logins = Logins(config)
        self._schema, self._level = (
            str(uuid.UUID(bytes=identity.derive(f"kubernetes/{name}", 16), version=4))
            for name in ("flow", "level")
        )

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """The beginning of a body is enough."""
        return None

    def refuse(self, status: int, request: Request | None) -> Answer:
        """What Go cannot read."""
        return go_refusal(status)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """The API's answer to whoever the request comes from."""
        user = self._user(request, visitor)
        command = command_of(request)
        if command is not None:
            visitor.session.event("command", command=command, body=request.body or None)
        if request.version < (1, 1):
            return OLD
        if user is None:
            return self._told(request, status(401, "Unauthorized", "Unauthorized"))
        may_read = user != ANONYMOUS or self._is_open
        return self._told(request, self._api.reply(request, user, may_read=may_read))

    def _user(self, request: Request, visitor: Visitor) -> str | None:
        """Whom the credentials belong to; None where they are none of the cluster's."""
        header = request.header("authorization")
        token, pair = bearer_token(header), basic_credentials(header)
        if token is None and pair is None:
            return ANONYMOUS

        def accepts() -> bool:
            accepted = token is not None and (
                self._logins.count(visitor.session.source) or token in self._tokens
            )
            method, (username, password) = ("token", (None, token)) if pair is None else ("basic", pair)
            visitor.session.event(
                "auth",
                method=method,
                username=username,
                password=password,
                accepted=accepted,
                path=request.path,
            )
            return accepted

        return USER if visitor.judge(header, accepts) else None

    def _told(self, request: Request, reply: Reply) -> Answer:
        code, body = reply
        text = isinstance(body, str)
        pretty = request.header("user-agent").startswith(PEOPLE)
        headers = [
            ("Audit-Id", str(uuid.uuid4())),
            ("Cache-Control", "no-cache, private"),
            ("Content-Type", "text/plain; charset=utf-8" if text else "application/json"),
            *([("X-Content-Type-Options", "nosniff")] if text or code == 403 else []),
            ("X-Kubernetes-Pf-Flowschema-Uid", self._schema),
            ("X-Kubernetes-Pf-Prioritylevel-Uid", self._level),
        ]
        shown = body if text else written(body, pretty=pretty)
        return Answer(code, shown.encode("utf-8", "surrogateescape"), headers)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port, in TLS."""
    subject = Subject(
        "kube-apiserver",
        names=(identity.hostname, *NAMES),
        addresses=("10.96.0.1", identity.ip),
        issuer="kubernetes",
        days=365,
    )
    tls = certificate_of(identity, "kubernetes", subject).context()
    site = Cluster(identity, config)
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], site, tls=tls))
