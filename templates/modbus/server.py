"""A controller's Modbus TCP: reads are answered with a process that moves, writes are told and taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from decnet_controllers import controller_of
from decnet_process import Process
from decnet_servers import Servers
from decnet_sessions import Limits, Session, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Stream
from frames import Frame, Refused, read_frame
from functions import CHANGING, NAMES, Failure, Functions, Seen

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(per_source=16, total=64, seconds=1800, idle_seconds=120, message_bytes=512)
REQUESTS = 20_000
"""Of one connection."""


def answer(functions: Functions, frame: Frame, session: Session) -> Frame:
    """Runs a request and tells of it."""
    seen = Seen()
    exception = None
    try:
        response = frame.response(functions.run(frame.function, frame.data, seen))
    except Failure as failure:
        exception = failure.code
        response = frame.failure(failure.code)
    name = NAMES.get(frame.function, f"function-{frame.function}")
    fields = {"unit": frame.unit, "address": seen.address, "size": seen.quantity}
    if frame.function in CHANGING:
        accepted = exception is None
        session.event(
            "command", command=name, function=frame.function, values=seen.values, accepted=accepted, **fields
        )
    else:
        session.event("request", method=name, status=exception, **fields)
    return response


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    functions = Functions(controller_of(identity), Process(identity), accept_writes=config["accept_writes"])

    async def converse(stream: Stream) -> None:
        for _ in range(REQUESTS):
            try:
                frame = await read_frame(stream)
            except Refused as refused:
                await stream.send(refused.answer)
                raise
            await stream.send(answer(functions, frame, stream.session).encode())
        raise Ended("too many requests")

    sessions = Sessions(logger, LIMITS)
    return Servers(await serve_streams(sessions, sockets[identity.port, "tcp"], converse))
