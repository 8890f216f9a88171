"""A printer, or CUPS, by IPP over HTTP (RFC 8010, RFC 8011)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attributes import Queue
from cups import WEB, queue_of
from decnet_http import Request
from decnet_http_answers import Answer
from decnet_http_server import Sink, Visitor, serve_site
from decnet_logins import Logins
from decnet_printers import is_printer, printer_of
from decnet_servers import Servers
from decnet_sessions import Session
from decnet_sockets import Sockets
from decnet_uploads import Upload
from decnet_web_login import LoginSite
from decnet_web_site import BY_DISTRO, PRODUCTS, facts_of
from encoding import Message, NotIpp, Parser
from jobs import Jobs
from operations import CUPS_SUPPORTED, SUPPORTED, Operations, name_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

KIND = "application/ipp"


class Document:
    """A request of IPP as it comes in: its attributes, then what is to be printed."""

    def __init__(self, session: Session) -> None:
        self.size = 0
        self.error: str | None = None
        self._session = session
        self._parser = Parser()
        self._upload: Upload | None = None

    @property
    def message(self) -> Message | None:
        """The request, once it is complete."""
        return self._parser.message if self._parser.is_complete else None

    def write(self, data: bytes) -> None:
        """The next bytes."""
        if self.error is not None:
            return
        was_complete = self._parser.is_complete
        try:
            document = self._parser.feed(data)
        except NotIpp as error:
            self.error = str(error)
            return
        if self._parser.is_complete and not was_complete:
            self._begin(self._parser.message)
        if document and self._upload is not None:
            self.size += len(document)
            self._upload.write(document)

    def _begin(self, message: Message) -> None:
        name = message.text("job-name") or message.text("document-name")
        self._session.event(
            "command",
            command=name_of(message.operation),
            username=message.text("requesting-user-name") or None,
            uri=message.text("printer-uri") or message.text("job-uri") or None,
            job=name or None,
            format=message.text("document-format") or None,
        )
        self._upload = Upload(name or "document")

    def finish(self, session: Session) -> None:
        """All has come."""
        if self._upload is not None and self.size:
            self._upload.finish(session)


class IppSite(LoginSite):
    """IPP by POST, and the web pages of the same printer."""

    operations: Operations

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """Every request of IPP is read as it comes."""
        visitor.memory.pop("ipp", None)
        if request.method == "POST" and request.content_type == KIND:
            visitor.memory["ipp"] = Document(visitor.session)
            return visitor.memory["ipp"]
        return super().sink(request, visitor)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """An answer of IPP, or a page."""
        document = visitor.memory.pop("ipp", None)
        if document is None:
            return super().answer(request, visitor)
        message = document.message
        if message is None:
            error = document.error or "unfinished attributes"
            visitor.session.event("malformed", error=f"IPP: {error}", data=request.body[:256])
            return self.refuse(400, request)
        if not self._is_ours(request.path):
            return self.refuse(404, request)
        body = self.operations.answer(message, document.size)
        return Answer(200, body, [("Content-Type", KIND), ("Content-Language", "en")])

    def _is_ours(self, path: str) -> bool:
        return path in {"/", "/ipp", "/ipp/", "/ipp/print", "/jobs", "/jobs/", self.operations.queue.path}


def site_of(identity: Identity, config: Mapping[str, Any]) -> IppSite:
    """The decky's printer: its own pages beside IPP, or those of CUPS."""
    printer = printer_of(identity)
    cups = not is_printer(identity.distro)
    product = WEB if cups else PRODUCTS[BY_DISTRO[identity.distro]]
    facts = facts_of(identity, product, {"server": "", "title": ""})
    name = queue_of(identity) if cups else identity.hostname
    queue = Queue(
        printer=printer,
        name=name,
        path=f"/printers/{name}" if cups else "/ipp/print",
        make_and_model=printer.mdl,
        host=identity.ip or identity.fqdn,
        operations=CUPS_SUPPORTED if cups else SUPPORTED,
        versions=("1.0", "1.1", "2.0"),
        identity=identity,
    )
    site = IppSite(product, facts, Logins(config), identity, tls=False)
    site.operations = Operations(queue, Jobs(identity))
    return site


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    return Servers(await serve_site(logger, sockets[identity.port, "tcp"], site_of(identity, config)))
