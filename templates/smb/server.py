"""A file server that speaks SMB 1 to 3: whoever logs in is noted, and finds bait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import dialects
import netbios
import smb1
import smb2
from connection import Connection
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from login import Gate
from machine import Machine, machine_of
from old import OldConnection

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

NETBIOS_PORT = 139
MESSAGE_BYTES = dialects.MOST_BYTES + 4096
"""A write of the greatest size, and what is around it."""


class Server:
    """What all connections share."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        self._machine: Machine = machine_of(identity)
        self._gate = Gate(config)
        self._number = identity.number("smb/session", 1, 1 << 32) << 2 | 1

    async def converse(self, stream: Stream) -> None:
        """Serves one client."""
        self._number += 4 << 8
        connection = Connection(self._machine, self._gate, stream.session, self._number)
        try:
            await self._serve(stream, connection)
        finally:
            connection.close()

    async def _serve(self, stream: Stream, connection: Connection) -> None:
        answer: Callable[[bytes], bytes] | None = None
        # Windows wants a NetBIOS session first on the port of NetBIOS; Samba does not mind.
        opened = stream.local_address[1] != NETBIOS_PORT or not self._machine.is_windows
        while True:
            kind, packet = await netbios.packet(stream)
            if kind == netbios.REQUEST:
                called, calling = netbios.names_of(packet)
                stream.session.event("request", method="netbios-session", called=called, client=calling)
                opened = True
                await stream.send(bytes([netbios.POSITIVE, 0, 0, 0]))
            elif kind == netbios.MESSAGE:
                if not opened:
                    await stream.send(bytes([netbios.NEGATIVE, 0, 0, 1, netbios.NO_REASON]))
                    raise Ended("no NetBIOS session")
                answer, made = self._answer(stream, connection, answer, packet)
                if made:
                    await stream.send(netbios.frame(made))

    def _answer(
        self, stream: Stream, connection: Connection, answer: Callable[[bytes], bytes] | None, packet: bytes
    ) -> tuple[Callable[[bytes], bytes] | None, bytes]:
        """What answers from now on, and the answer to this packet."""
        if packet.startswith(smb2.MAGIC):
            return connection.receive, connection.receive(packet)
        if not packet.startswith(smb1.MAGIC):
            raise Malformed("neither SMB 1 nor SMB 2", packet)
        if answer is not None:
            if answer == connection.receive:
                raise Malformed("SMB 1 after SMB 2", packet)
            return answer, answer(packet)
        offered = smb1.dialects_of(packet)
        if offered is None:
            raise Malformed("a request before the negotiation", packet)
        for name, dialect in ((b"SMB 2.???", dialects.ANY_SMB2), (b"SMB 2.002", 0x0202)):
            if name in offered:
                return connection.receive, connection.upgrade(dialect)
        old = OldConnection(self._machine, self._gate, stream.session)
        return old.receive, old.negotiate(packet, offered)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared ports."""
    server = Server(identity, config)
    sessions = Sessions(logger, Limits(total=160, message_bytes=MESSAGE_BYTES))
    return Servers(
        *[
            await serve_streams(sessions, sockets[port.port, port.protocol], server.converse)
            for port in identity.ports
        ]
    )
