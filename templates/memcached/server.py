"""A memcached that anyone may use, as it is by default; its UDP port, which floods others, stays closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from binary import MAGIC, Binary
from cache import Cache, bait_of
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Stream
from stats import Counters
from text import Text
from versions import DEFAULT, RELEASES

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

LIMITS = Limits(message_bytes=16 * 1024, idle_seconds=120, seconds=600)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    version, libevent = RELEASES.get(identity.distro, DEFAULT)
    counters = Counters(identity, config["version"] or version, libevent)
    cache = Cache(bait_of(identity))

    async def converse(stream: Stream) -> None:
        counters.connections += 1
        first = await stream.exactly(1)
        speaker = Binary if first[0] == MAGIC else Text
        await speaker(stream, cache, counters).converse(first)

    return Servers(await serve_streams(Sessions(logger, LIMITS), sockets[identity.port, "tcp"], converse))
