"""A telephone exchange (SIP, RFC 3261): who registers or calls is asked for a password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from agent import Agent
from decnet_datagrams import Peer
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits
from decnet_sockets import Sockets
from decnet_streams import Ended, Malformed, Stream
from decnet_transports import serve_over_both
from message import MESSAGE_LIMIT, content_length, read_request
from products import product_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(seconds=900, idle_seconds=120, message_bytes=MESSAGE_LIMIT)
REQUESTS_LIMIT = 1000
ROOM = 1 << 20
"""Bytes of a reply over TCP, whose source is not forged: all that it wants."""
AMPLIFICATION = 2
"""Bytes of a reply for each byte of a datagram; its source may be forged."""


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port, over TCP and UDP."""
    product = product_of(identity)
    realm = config["realm"] or (identity.fqdn if identity.domain else product.realm)
    agent = Agent(identity, product, config["user_agent"] or product.name, realm, Logins(config))

    async def converse(stream: Stream) -> None:
        for _ in range(REQUESTS_LIMIT):
            head = await stream.until(b"\r\n\r\n")
            if not head.strip():
                # A keep-alive (RFC 5626 section 4.4.1).
                await stream.send(b"\r\n")
                continue
            request = read_request(head)
            await stream.exactly(content_length(head))
            answer = agent.answer(request, stream.session, ROOM)
            if answer is not None:
                await stream.send(answer)
        raise Ended("too many requests")

    def receive(data: bytes, peer: Peer) -> Iterator[bytes]:
        if not data.strip(b"\r\n\0 "):
            return
        if len(data) > MESSAGE_LIMIT:
            raise Malformed(f"a message of {len(data)} bytes")
        room = AMPLIFICATION * len(data)
        answer = agent.answer(read_request(data), peer, room)
        if answer is not None and len(answer) <= room:
            yield answer

    return await serve_over_both(logger, sockets, LIMITS, converse=converse, receive=receive)
