"""The Docker Engine's API in the clear: whoever comes may do all, and nothing of it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api import Api
from decnet_http import Request
from decnet_http_answers import Answer
from decnet_http_go import GO, go_refusal
from decnet_http_server import Sink, Visitor, serve_site
from decnet_servers import Servers
from decnet_sessions import Limits
from decnet_sockets import Sockets
from decnet_uploads import Upload

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(per_source=32, total=96, seconds=600, idle_seconds=120, message_bytes=8192)
ARCHIVES = ("application/x-tar", "application/tar", "application/gzip")


class Engine:
    """The site of one decky."""

    dialect = GO

    def __init__(self, identity: Identity) -> None:
        self._api = Api(identity)
        self.server = f"Docker/{self._api.engine.version} (linux)"

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """Archives: what is built of, copied into a container, or loaded as an image."""
        if request.content_type in ARCHIVES or request.path.endswith(("/archive", "/images/load", "/build")):
            return Upload(request.path)
        return None

    def refuse(self, status: int, request: Request | None) -> Answer:
        """What Go cannot read."""
        return go_refusal(status)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """The API's answer, with the headers of all its answers."""
        found = self._api.answer(request, visitor)
        if found.status == 101:
            return found
        engine = self._api.engine
        common = [
            ("Api-Version", engine.api),
            ("Docker-Experimental", "false"),
            ("Ostype", "linux"),
            ("Server", self.server),
        ]
        headers = sorted([*found.headers, *common])
        return replace(found, headers=headers)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    site = Engine(identity)
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], site, limits=LIMITS))
