"""A TFTP server whose files are made up, and which keeps what is written to it by its hash.

It answers from its own port all the way, where RFC 1350 section 4 has it choose another for each transfer.
Clients take the port that the first answer comes from, and answers of the port that was asked belong to the
connection that the client has begun: nothing else of the decky may go out (src/compose/egress-rules.ts).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bait import files_of
from decnet_datagrams import Peer, serve_datagrams
from decnet_servers import Servers
from packets import ILLEGAL, NOT_FOUND, RRQ, VERBS, VIOLATION, Error, Request, error, read_packet
from table import Table
from transfers import Download, Transfer, Writing

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets


class Responder:
    """Answers one datagram at a time."""

    def __init__(self, identity: Identity, *, accept_uploads: bool) -> None:
        self._files = files_of(identity)
        self._accept_uploads = accept_uploads
        self._illegal = (
            "Illegal operation" if identity.distro.startswith("cisco-") else "Illegal TFTP operation"
        )
        self._table = Table()

    def answer(self, data: bytes, peer: Peer) -> list[bytes]:
        """The handler of `decnet_datagrams`."""
        packet = read_packet(data)
        if isinstance(packet, Request):
            return self._request(packet, peer)
        if packet is None:
            peer.event("request", method="UNKNOWN", value=data[:64])
            return [error(ILLEGAL, self._illegal)]
        transfer = self._table.get(peer)
        if transfer is None:
            return []
        if isinstance(packet, Error):
            self._table.close(peer)
            return []
        replies = transfer.take(packet)
        if replies:
            self._table.put(peer, transfer)
        return replies

    def _request(self, request: Request, peer: Peer) -> list[bytes]:
        transfer = self._table.get(peer)
        if transfer is not None and not transfer.over and transfer.request == request:
            # The client has not heard the first answer.
            return transfer.begin()
        words = request.path.decode("utf-8", "surrogateescape").split("/")
        path = "/".join(word for word in words if word not in {"", ".", "tftpboot"})
        refusal = self._refusal(request, words, path)
        peer.event(
            "request",
            method=VERBS[request.kind],
            path=request.path,
            type=request.mode,
            attributes=" ".join(f"{name}={value}" for name, value in request.options.items()) or None,
            known=None if request.kind != RRQ else refusal is None,
        )
        if refusal is not None:
            return [refusal]
        made = self._made(request, path, peer)
        self._table.put(peer, made)
        return made.begin()

    def _made(self, request: Request, path: str, peer: Peer) -> Transfer:
        if request.kind != RRQ:
            return Writing(request, peer)
        content = self._files[path]
        return Download(request, content if request.mode == "octet" else content.replace(b"\n", b"\r\n"))

    def _refusal(self, request: Request, words: list[str], path: str) -> bytes | None:
        if request.mode not in {"octet", "netascii"}:
            return error(ILLEGAL, self._illegal)
        if ".." in words:
            return error(VIOLATION, "Access violation")
        if request.kind == RRQ:
            return None if path in self._files else error(NOT_FOUND, "File not found")
        return None if self._accept_uploads else error(VIOLATION, "Access violation")


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    responder = Responder(identity, accept_uploads=config["accept_uploads"])
    return Servers(await serve_datagrams(logger, sockets[identity.port, "udp"], responder.answer))
