"""A name server for the decky's own domain, over UDP and TCP: every query is noted, none goes any further."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dnslib import CLASS, QTYPE

from answers import Server, refusal
from decnet_datagrams import Peer
from decnet_directory import in_domain
from decnet_servers import Servers
from decnet_sessions import Limits
from decnet_sockets import Sockets
from decnet_streams import Malformed, Stream
from decnet_transports import serve_over_both
from question import NOTIFY, QUERY, UPDATE, NotDns, Question, read
from versions import Product, product_of
from zone import zones_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(idle_seconds=30, message_bytes=65_535)
"""30 seconds: tcp-idle-timeout of BIND."""
OPCODES = {QUERY: "query", 1: "iquery", 2: "status", NOTIFY: "notify", UPDATE: "update"}

Note = Callable[..., None]


def tell(note: Note, question: Question, transport: str) -> None:
    """Writes what is asked."""
    fields = {}
    if question.asks:
        fields = {
            "query": question.name or ".",
            "type": QTYPE.forward.get(question.type, f"TYPE{question.type}"),
            "class": CLASS.forward.get(question.klass, f"CLASS{question.klass}"),
        }
    method = OPCODES.get(question.opcode, str(question.opcode))
    note("request", method=method, protocol=transport, **fields)


def datagram(server: Server, data: bytes, peer: Peer) -> list[bytes]:
    """Answers one datagram."""
    try:
        question = read(data)
    except NotDns as error:
        peer.event("malformed", error=str(error), data=data[:256])
        reply = refusal(error)
        return [] if reply is None else [reply]
    tell(peer.event, question, "udp")
    return [server.answer(question, peer.source, udp=True)]


async def converse(server: Server, stream: Stream) -> None:
    """Answers one query after the other (RFC 7766)."""
    while True:
        (length,) = struct.unpack(">H", await stream.exactly(2))
        data = await stream.exactly(length)
        try:
            question = read(data)
        except NotDns as error:
            reply = refusal(error)
            if reply is not None:
                await stream.send(struct.pack(">H", len(reply)) + reply)
            raise Malformed(str(error), data) from None
        tell(stream.session.event, question, "tcp")
        reply = server.answer(question, stream.session.source, udp=False)
        await stream.send(struct.pack(">H", len(reply)) + reply)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared ports."""
    identity = in_domain(identity)
    product = product_of(identity.distro)
    if config["version"]:
        product = Product(product.name, config["version"])
    server = Server(
        product,
        identity.hostname,
        zones_of(identity),
        config["zone_transfer"],
        identity.derive("dns/cookie", 16),
    )
    return await serve_over_both(
        logger,
        sockets,
        LIMITS,
        converse=lambda stream: converse(server, stream),
        receive=lambda data, peer: datagram(server, data, peer),
    )
