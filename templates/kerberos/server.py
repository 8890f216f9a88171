"""A KDC over UDP and TCP: it tells who exists, asks for a proof of the password, keeps it, and refuses."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from decnet_ber import NotBer
from decnet_datagrams import Peer
from decnet_directory import in_domain
from decnet_servers import Servers
from decnet_sessions import Limits
from decnet_sockets import Sockets
from decnet_streams import Malformed, Stream
from decnet_transports import serve_over_both
from realm import Realm
from requests import AS_REQUEST, Request, read

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(idle_seconds=30, message_bytes=32 * 1024)

Note = Callable[..., None]


def tell(realm: Realm, request: Request, note: Note, transport: str) -> None:
    """Writes a request: one with a proof as `auth`, any other as `request`."""
    fields = {
        "username": request.client.text if request.client else None,
        "domain": request.realm,
        "path": request.server.text if request.server else None,
        "protocol": transport,
    }
    if request.kind != AS_REQUEST:
        note("request", method="tgs-req", **fields)
    elif request.timestamp is None:
        note("request", method="as-req", **fields, known=realm.account(request) is not None)
    else:
        note(
            "auth",
            method="kerberos",
            **fields,
            known=realm.account(request) is not None,
            hashcat=realm.hashcat(request),
            etype=request.timestamp.etype,
            accepted=False,
        )


def datagram(realm: Realm, data: bytes, peer: Peer) -> list[bytes]:
    """Answers one datagram."""
    try:
        request = read(data)
    except NotBer as error:
        raise Malformed(str(error), data) from None
    tell(realm, request, peer.event, "udp")
    return [realm.answer(request)]


async def converse(realm: Realm, stream: Stream) -> None:
    """Answers one request after the other (RFC 4120 section 7.2.2)."""
    while True:
        head = await stream.exactly(4)
        (length,) = struct.unpack(">I", head)
        if length > LIMITS.message_bytes:
            refusal = realm.too_long()
            if refusal is not None:
                await stream.send(struct.pack(">I", len(refusal)) + refusal)
            raise Malformed(f"a message of {length} bytes", head)
        data = await stream.exactly(length)
        try:
            request = read(data)
        except NotBer as error:
            raise Malformed(str(error), data) from None
        tell(realm, request, stream.session.event, "tcp")
        reply = realm.answer(request)
        await stream.send(struct.pack(">I", len(reply)) + reply)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared ports."""
    realm = Realm(in_domain(identity), config["users"])
    return await serve_over_both(
        logger,
        sockets,
        LIMITS,
        converse=lambda stream: converse(realm, stream),
        receive=lambda data, peer: datagram(realm, data, peer),
    )
