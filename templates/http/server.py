"""A web server by aiohttp: a login page, basic authentication under /admin, errors for the rest."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from decnet_distros import distro_of
from decnet_sessions import Session, Sessions
from decnet_sockets import BACKLOG, Sockets
from pages import TITLES, error_page, login_page, welcome_page

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

BODY_SECONDS = 20
BYTES_LIMIT = 1024 * 1024
"""Of one connection: aiohttp bounds a header's length, but not their sum."""
BODY_SHOWN = 1024
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "TRACE"}
USERNAME_FIELDS = ("username", "user", "login", "email", "log", "uname", "j_username")
PASSWORD_FIELDS = ("password", "pass", "passwd", "pwd", "psd", "j_password")


@dataclass(frozen=True)
class Site:
    """What this decky's web server is."""

    server: str
    hostname: str
    port: int
    title: str
    colours: tuple[str, str]
    entity_tag: str
    modified: str
    accepted: frozenset[tuple[str, str]]


def site_of(identity: Identity, config: Mapping[str, Any]) -> Site:
    """The decky's own site."""
    hue = identity.number("http/hue", 0, 359)
    return Site(
        server=config["server"] or distro_of(identity.distro).http,
        hostname=identity.hostname,
        port=identity.port,
        title=config["title"] or identity.choose("http/title", TITLES),
        colours=(f"hsl({hue},20%,92%)", f"hsl({hue},50%,35%)"),
        entity_tag=identity.derive("http/etag", 6).hex(),
        modified=formatdate(identity.number("http/modified", 1_600_000_000, 1_720_000_000), usegmt=True),
        accepted=frozenset((pair["username"], pair["password"]) for pair in config["accept"]),
    )


class Connection(RequestHandler):
    """One TCP connection, which may carry several requests."""

    __slots__ = ("site", "session", "_sessions", "_bytes")

    def __init__(self, manager: web.Server, sessions: Sessions, site: Site, **options: Any) -> None:
        super().__init__(manager, **options)
        self.site = site
        self._sessions = sessions
        self._bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Before a byte was read."""
        peer = transport.get_extra_info("peername") or ("0.0.0.0", 0)
        port = transport.get_extra_info("sockname")[1]
        self.session: Session = self._sessions.open(peer[:2], port, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The end."""
        self.session.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes, until there are too many of them."""
        self._bytes += len(data)
        if self._bytes > BYTES_LIMIT:
            self.session.cut_off("too many bytes")
            return
        try:
            super().data_received(data)
        except ValueError as error:
            # A target that is no URL: aiohttp's parser lets the error of yarl through.
            self.session.event("malformed", error=str(error))
            self.close_as_malformed()

    def close_as_malformed(self) -> None:
        """Ends the connection as Apache does, with an answer to nobody's request."""
        page = error_page(400, self.site.server, self.site.hostname, self.site.port).encode()
        head = (
            f"HTTP/1.1 400 Bad Request\r\nDate: {formatdate(usegmt=True)}\r\n"
            f"Server: {self.site.server}\r\nContent-Length: {len(page)}\r\nConnection: close\r\n"
            "Content-Type: text/html; charset=iso-8859-1\r\n\r\n"
        )
        if self.transport is not None:
            self.transport.write(head.encode() + page)
        self.force_close()

    def log_exception(self, *args: Any, **options: Any) -> None:
        """What aiohttp calls unhandled; a broken message after a request is the client's doing."""
        error = options.get("exc_info")
        if isinstance(error, HttpProcessingError):
            self.session.event("malformed", error=error.message)
        else:
            super().log_exception(*args, **options)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What aiohttp could not parse, and what we did not foresee."""
        if status >= 500:
            self.logger.error("a request was not handled", exc_info=exc)
            status = 400
        self.session.event("malformed", error=message or type(exc).__name__)
        response = answer(self.site, status)
        response.force_close()
        return response


def answer(site: Site, status: int, page: str | None = None, **headers: str) -> web.Response:
    """A page with the headers in Apache's order; for an error its own page."""
    body = error_page(status, site.server, site.hostname, site.port) if page is None else page
    kind = "text/html; charset=iso-8859-1" if page is None else "text/html; charset=UTF-8"
    return web.Response(
        status=status,
        body=body.encode("utf-8"),
        headers={
            "Date": formatdate(usegmt=True),
            "Server": site.server,
            **{name.replace("_", "-"): value for name, value in headers.items()},
            "Content-Type": kind,
        },
    )


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Username and password of a Basic Authorization header (RFC 7617)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        plain = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    username, colon, password = plain.decode("utf-8", "surrogateescape").partition(":")
    return (username, password) if colon else None


def form_credentials(kind: str, body: bytes) -> tuple[str, str] | None:
    """Username and password of a posted form, whatever the usual names of its fields."""
    if kind != "application/x-www-form-urlencoded":
        return None
    text = body.decode("utf-8", "surrogateescape")
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=100))
    except ValueError:
        return None
    username = next((fields[name] for name in USERNAME_FIELDS if name in fields), None)
    password = next((fields[name] for name in PASSWORD_FIELDS if name in fields), None)
    if username is None and password is None:
        return None
    return username or "", password or ""


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """At most `limit` bytes and one; whoever is too slow is taken to have said all."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while len(body) <= limit:
                part = await request.content.readany()
                if not part:
                    break
                body += part
    except TimeoutError:
        pass
    return bytes(body[: limit + 1])


async def handle(site: Site, limit: int, request: web.BaseRequest) -> web.StreamResponse:
    """Notes a request and its credentials, and answers it."""
    session: Session = request.protocol.session
    try:
        body = await read_body(request, limit)
    except web.RequestPayloadError as error:
        session.event("malformed", error=str(error))
        body = b""
    path, _, query = request.raw_path.partition("?")
    basic = basic_credentials(request.headers.get("Authorization", ""))
    form = form_credentials(request.content_type, body) if request.method == "POST" else None
    response = respond(site, request.method, path, basic, form, len(body) > limit)
    session.event(
        "request",
        method=request.method,
        path=path,
        query=query or None,
        host=request.headers.get("Host"),
        user_agent=request.headers.get("User-Agent"),
        content_type=request.headers.get("Content-Type"),
        body=body[:limit] or None,
        status=response.status,
    )
    for method, pair in (("basic", basic), ("form", form)):
        if pair is not None:
            session.event(
                "auth",
                method=method,
                username=pair[0],
                password=pair[1],
                accepted=pair in site.accepted,
                path=path,
            )
    return response


def respond(
    site: Site,
    method: str,
    path: str,
    basic: tuple[str, str] | None,
    form: tuple[str, str] | None,
    too_long: bool,
) -> web.Response:
    """The answer to a request: nothing but pages made here."""
    if too_long:
        response = answer(site, 413)
        response.force_close()
        return response
    if method not in METHODS:
        return answer(site, 501, Allow="GET,POST,OPTIONS,HEAD")
    if method == "OPTIONS":
        return answer(site, 200, "", Allow="GET,POST,OPTIONS,HEAD")
    if method not in {"GET", "HEAD", "POST"}:
        return answer(site, 405, Allow="GET,POST,OPTIONS,HEAD")
    if path == "/admin" or path.startswith("/admin/"):
        if basic in site.accepted:
            return answer(site, 200, welcome_page(site.title, basic[0]))
        return answer(site, 401, WWW_Authenticate='Basic realm="Restricted Content"')
    if path in {"/login", "/"} and form is not None:
        if form in site.accepted:
            return answer(site, 200, welcome_page(site.title, form[0]))
        return answer(site, 200, login_page(site.title, site.colours, wrong=True))
    if path in {"/", "/index.html", "/login"}:
        page = login_page(site.title, site.colours, wrong=False)
        tag = f'"{len(page):x}-{site.entity_tag}"'
        return answer(site, 200, page, Last_Modified=site.modified, ETag=tag)
    if path == "/server-status" or path.startswith("/.ht"):
        return answer(site, 403)
    return answer(site, 404)


class Running:
    """The listening server."""

    def __init__(self, server: asyncio.Server, manager: web.Server) -> None:
        self._server = server
        self._manager = manager

    async def close(self) -> None:
        """Ends at once."""
        self._server.close()
        await self._manager.shutdown(0.1)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Running:
    """Serves the declared port."""
    sessions = Sessions(logger)
    site = site_of(identity, config)
    manager = web.Server(lambda request: handle(site, sessions.limits.message_bytes, request))
    loop = asyncio.get_running_loop()

    def connection() -> Connection:
        return Connection(
            manager,
            sessions,
            site,
            loop=loop,
            access_log=None,
            keepalive_timeout=5,
            lingering_time=1,
            # An attacker's compressed body would grow here; it is noted as it came.
            auto_decompress=False,
        )

    server = await loop.create_server(connection, sock=sockets[identity.port, "tcp"], backlog=BACKLOG)
    return Running(server, manager)
