"""A VNC server as far as its password; for who is let in a picture of a login screen behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conversation import Conversation, Host
from decnet_directory import directory_of
from decnet_logins import Logins
from decnet_servers import Servers
from decnet_sessions import Limits, Sessions
from decnet_sockets import Sockets
from decnet_stream_server import serve_streams
from decnet_streams import Stream
from decnet_windows import netbios_name, windows_of
from picture import login_screen

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LIMITS = Limits(seconds=600, idle_seconds=120, message_bytes=64 * 1024)


def look_of(identity: Identity) -> tuple[str, str, str]:
    """Version, name of the desktop and words of the refusal: TigerVNC, TightVNC on Windows, or Apple's."""
    if windows_of(identity.distro) is not None:
        return "003.008", netbios_name(identity).lower(), "Authentication failed"
    if identity.distro.startswith("macos"):
        return "003.889", identity.hostname, "Authentication failed"
    people = directory_of(identity).people
    user = identity.choose("vnc/user", ("root", people[0].account, people[1].account))
    return "003.008", f"{identity.hostname}:1 ({user})", "Authentication failure"


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    version, desktop, failure = look_of(identity)
    host = Host(
        version=version,
        desktop=config["desktop"] or desktop,
        failure=failure,
        logins=Logins({"accept_after": config["accept_after"]}),
        passwords=[one["password"] for one in config["accept"]],
        picture=login_screen(identity),
    )

    async def handle(stream: Stream) -> None:
        await Conversation(host, stream).run()

    bound = sockets[identity.port, "tcp"]
    return Servers(await serve_streams(Sessions(logger, LIMITS), bound, handle))
