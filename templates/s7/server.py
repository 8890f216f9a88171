"""A SIMATIC controller's port 102: who it is can be read, and what is written to it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from controller import Plc
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from messages import read_message
from services import Services
from transport import DATA, DISCONNECT, carry, confirm, read_connect, read_tpdu, refuse

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(per_source=16, total=64, seconds=1800, idle_seconds=120, message_bytes=8192)
MESSAGES = 20_000
"""Of one connection."""
SLOT = 0x1F


async def connect(stream: Stream, plc: Plc, reference: int) -> None:
    """The connection of COTP; ends for a slot where there is no CPU."""
    asked = read_connect(await read_tpdu(stream))
    called = asked.called
    rack, slot = (called[1] >> 5, called[1] & SLOT) if len(called) == 2 else (0, None)
    stream.session.event(
        "request",
        method="connect",
        **{"from": asked.calling.hex() or None, "to": called.hex() or None},
        unit=None if slot is None else f"{rack}/{slot}",
    )
    if not called:
        raise Ended("no TSAP")
    if rack or slot not in plc.slots:
        await stream.send(refuse(asked))
        raise Ended("no CPU in this slot")
    await stream.send(confirm(asked, reference))


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    plc = Plc(identity, config["password"])
    reference = identity.number("s7/reference", 1, 0xFFFF)

    async def converse(stream: Stream) -> None:
        await connect(stream, plc, reference)
        services = Services(plc, stream.session)
        for _ in range(MESSAGES):
            tpdu = await read_tpdu(stream)
            if tpdu.kind == DISCONNECT:
                return
            if tpdu.kind != DATA:
                raise Malformed("no data in a TPDU", bytes([tpdu.kind]) + tpdu.head)
            await stream.send(carry(services.run(read_message(tpdu.data))))
        raise Ended("too many messages")

    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], converse))
