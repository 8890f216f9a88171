"""Port 135 of a Windows machine: which services it has, what it is called, and logins that fail."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import decnet_dcerpc as rpc
from decnet_negotiation import Negotiation
from decnet_rpc_server import RpcServer
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Malformed, Stream
from decnet_windows import netbios_name, ntlm_target
from endpoints import computer_of, endpoints_of
from mapper import MAPPER, Mapper
from objects import EXPORTER, activation, exporter

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets


class Server:
    """What all connections share."""

    def __init__(self, identity: Identity) -> None:
        self._endpoints = endpoints_of(identity)
        self._computer = computer_of(identity)
        self._name = netbios_name(identity)
        self._target = ntlm_target(identity, member=True)
        self._group = identity.number("msrpc/group", 0x1000, 0xFFFF)

    async def converse(self, stream: Stream) -> None:
        """Serves one client."""
        address, port = stream.local_address
        interfaces = {
            MAPPER: Mapper(self._endpoints, address, self._computer).interface(),
            EXPORTER: exporter((self._name, address)),
            **activation(),
        }
        self._group += 1
        server = RpcServer(
            stream.session, interfaces, str(port), self._group, lambda: Negotiation(self._target)
        )
        while True:
            start = await stream.exactly(rpc.HEAD_BYTES)
            try:
                head = rpc.head_of(start)
                message = start + await stream.exactly(head.length - rpc.HEAD_BYTES)
                for reply in server.receive(message):
                    await stream.send(reply)
            except rpc.WrongVersion as error:
                length, call = _claims_of(start)
                # Windows answers nothing to what is no message of any version.
                if length >= rpc.HEAD_BYTES:
                    await stream.send(rpc.message(rpc.BIND_NAK, call, rpc.bind_nak(rpc.NAK_VERSION)))
                raise Malformed(str(error), start) from None
            except rpc.NotRpc as error:
                raise Malformed(str(error), start) from None


def _claims_of(start: bytes) -> tuple[int, int]:
    """Length and number of the call in a head of whatever version, in the byte order that it claims."""
    order = "<" if start[4] & 0x10 else ">"
    length, call = struct.unpack_from(f"{order}H2xI", start, 8)
    return length, call


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    server = Server(identity)
    sessions = Sessions(logger, Limits(idle_seconds=60))
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], server.converse))
