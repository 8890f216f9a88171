"""An FTP server that passes for vsftpd, by pyftpdlib."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from authorizer import Authorizer
from bait import BaitFileSystem, bait_of
from decnet_logins import Logins
from decnet_sessions import Sessions
from decnet_sockets import BACKLOG, Sockets
from event_loop import Running
from handler import Handler
from products import HELP, greeting_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Running:
    """Serves the declared port. Ports for data are opened for whoever is logged in only."""
    logging.getLogger("pyftpdlib").setLevel(logging.CRITICAL)
    files = {
        "files": bait_of(identity),
        "modified": identity.number("ftp/modified", 1_650_000_000, 1_710_000_000),
    }
    handler = type(
        "ServiceHandler",
        (Handler,),
        {
            "sessions": Sessions(logger),
            "authorizer": Authorizer(Logins(config), config["anonymous"]),
            "abstracted_fs": type("ServiceFileSystem", (BaitFileSystem,), files),
            "banner": config["banner"] or greeting_of(identity),
            "help": HELP.get(identity.distro),
        },
    )
    ioloop = IOLoop()
    FTPServer(sockets[identity.port, "tcp"], handler, ioloop=ioloop, backlog=BACKLOG)
    return Running(ioloop)
