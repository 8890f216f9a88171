"""One protocol over both TCP and UDP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from decnet_datagrams import serve_datagrams
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams

if TYPE_CHECKING:
    from decnet_datagrams import Handler as DatagramHandler
    from decnet_logging import Logger
    from decnet_sockets import Sockets
    from decnet_streams import Stream


async def serve_over_both(
    logger: Logger,
    sockets: Sockets,
    limits: Limits,
    *,
    converse: Callable[[Stream], Awaitable[None]],
    receive: DatagramHandler,
) -> Servers:
    """Serves every socket: those of TCP by `converse`, those of UDP by `receive`."""
    sessions = Sessions(logger, limits)
    return Servers(
        *[
            await serve_datagrams(logger, bound, receive)
            if protocol == "udp"
            else await serve_streams(sessions, bound, converse)
            for (_, protocol), bound in sockets.items()
        ]
    )
