"""An FTP server that passes for vsftpd, by pyftpdlib; its event loop runs inside asyncio's."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pyftpdlib.authorizers import AuthenticationFailed
from pyftpdlib.handlers import DTPHandler, FTPHandler, proto_cmds
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from bait import BaitFileSystem, bait_of
from decnet_logins import Logins
from decnet_sessions import Sessions
from decnet_sockets import BACKLOG, Sockets
from products import HELP, greeting_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger

LINE_LIMIT = 2048
ABSENT = {"MLST", "MLSD", "MFMT", "SITE CHMOD", "XMKD", "XRMD", "ALLO"}
COMMANDS = {name: facts for name, facts in proto_cmds.items() if name not in ABSENT}
ANONYMOUS = {"anonymous", "ftp"}
LEAVING = {"STOR", "APPE"}

VSFTPD_TEXTS = {
    "200 Active data connection established.": "200 PORT command successful. Consider using PASV.",
    "200 I successfully did nothing'.": "200 NOOP ok.",
    "200 Type set to: ASCII.": "200 Switching to ASCII mode.",
    "200 Type set to: Binary.": "200 Switching to Binary mode.",
    "211 End FEAT.": "211 End",
    "331 Username ok, send password.": "331 Please specify the password.",
    "503 User already authenticated.": "230 Already logged in.",
    "530 Log in with USER and PASS first.": "530 Please login with USER and PASS.",
    "530 Login incorrect. Disconnecting.": "530 Login incorrect.",
    "550 Not enough privileges.": "550 Permission denied.",
}
"""What pyftpdlib says, and how vsftpd says it."""


def as_vsftpd(response: str) -> str:
    """A reply in vsftpd's words."""
    if response.startswith('500 Command "'):
        return "500 Unknown command."
    if response.startswith("250 ") and response.endswith("is the current directory."):
        return "250 Directory successfully changed."
    if response.startswith("550 No such file"):
        return "550 Failed to open file."
    return VSFTPD_TEXTS.get(response, response)


def about_transfer(response: str, command: str, name: str) -> str:
    """vsftpd's words before and after the data of a listing or of a file."""
    listing = command in {"LIST", "NLST"}
    if response.startswith(("125 ", "150 ")):
        opening = f"150 Opening BINARY mode data connection for {name}."
        if command in LEAVING:
            opening = "150 Ok to send data."
        return "150 Here comes the directory listing." if listing else opening
    if response == "226 Transfer complete." and listing:
        return "226 Directory send OK."
    return response


class Authorizer:
    """Who is let in. Knows nothing of the machine's users."""

    def __init__(self, logins: Logins, anonymous: bool) -> None:
        self._logins = logins
        self._anonymous = anonymous

    def validate_authentication(self, username: str, password: str, handler: Handler) -> None:
        """Notes a try, and raises unless it is accepted."""
        open_to_all = self._anonymous and username.lower() in ANONYMOUS
        accepted = self._logins.accepts(handler.session.source, username, password) or open_to_all
        handler.session.event(
            "auth", method="password", username=username, password=password, accepted=accepted
        )
        if not accepted:
            raise AuthenticationFailed("Login incorrect.")

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        """Change directory, list and read; whoever has a password may leave files, too."""
        return perm in self.get_perms(username)

    def get_perms(self, username: str) -> str:
        """The same as letters."""
        return "elr" if username.lower() in ANONYMOUS else "elraw"

    def get_home_dir(self, username: str) -> str:
        """There is one tree."""
        return "/"

    def get_msg_login(self, username: str) -> str:
        """Said after the password."""
        return "Login successful."

    def get_msg_quit(self, username: str) -> str:
        """Said at the end."""
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """Nothing on the machine is touched."""

    def terminate_impersonation(self, username: str) -> None:
        """As above."""


class DataConnection(DTPHandler):
    """A transfer: of files in memory, which sendfile(2) cannot send."""

    timeout = 60

    def use_sendfile(self) -> bool:
        """Never."""
        return False


class Handler(FTPHandler):
    """One control connection. `sessions` is set on a subclass."""

    sessions: Sessions
    help: str | None = None
    """How the answer to HELP begins, where it is not as pyftpdlib has it."""
    proto_cmds = COMMANDS
    dtp_handler = DataConnection
    use_sendfile = False
    unicode_errors = "surrogateescape"
    max_login_attempts = 3
    auth_failed_timeout = 1
    timeout = 120

    _asked = ("", "")

    def handle(self) -> None:
        """The connection was made: sends the greeting."""
        port = self.socket.getsockname()[1]
        self.session = self.sessions.open((self.remote_ip, self.remote_port), port, self.close)
        if not self._closed:
            self.push(f"220 {self.banner}\r\n")

    def close(self) -> None:
        """The end, from whichever side."""
        super().close()
        if hasattr(self, "session"):
            self.session.end()

    def add_channel(self, map: None = None, events: int | None = None) -> None:
        """Listens again, unless the connection was ended while a refusal was put off."""
        if not self._closed:
            super().add_channel(map, events)

    def push(self, s: str) -> None:
        """Sends text, and what was no text as the bytes it was."""
        if s.startswith("211-Features supported:"):
            s = "211-Features:\r\n"
        if self.help is not None and s.startswith("214-"):
            s = f"{self.help}\r\n"
        super(FTPHandler, self).push(s.encode("utf-8", "surrogateescape"))

    def respond(self, resp: str, logfun: Callable[..., None] = logging.debug) -> None:
        """One reply."""
        resp = about_transfer(as_vsftpd(resp), *self._asked)
        super().respond(resp, logging.getLogger("pyftpdlib").debug)

    def collect_incoming_data(self, data: bytes) -> None:
        """A part of a line, until the line is too long."""
        if self._closed:
            return
        if self._in_buffer_len + len(data) > LINE_LIMIT:
            self.session.event("malformed", error="line too long", data=data[:256])
            self.session.cut_off("line too long")
            return
        super().collect_incoming_data(data)

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """One line. PASS is told by its login."""
        if self._closed:
            return
        if cmd in {"LIST", "NLST", "RETR"} | LEAVING:
            self._asked = (cmd, arg)
        if cmd != "PASS" or self.authenticated or not self.username:
            self.session.event("command", command=line)
        if not cmd.isascii() or not cmd.isalpha():
            self.session.event("malformed", error="not a command", data=line[:256])
        super().pre_process_command(line, cmd, arg)

    def handle_error(self) -> None:
        """A line that we stumbled over: noted, and the connection ended."""
        error = sys.exc_info()[1]
        logging.getLogger("decnet").error("an FTP command was not handled", exc_info=error)
        self.close()

    def log(self, msg: str, logfun: Callable[..., None] = logging.debug) -> None:
        """pyftpdlib's own log is not wanted."""

    logline = log


class Running:
    """pyftpdlib's loop, driven by asyncio: its epoll descriptor is readable when it has work."""

    def __init__(self, ioloop: IOLoop) -> None:
        self._ioloop = ioloop
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._descriptor = ioloop._poller.fileno()
        self._loop.add_reader(self._descriptor, self._pump)
        self._pump()

    def _pump(self) -> None:
        # pyftpdlib takes a timeout of 0 for none at all, and would wait for ever.
        self._ioloop.poll(0.0001)
        soonest = self._ioloop.sched.poll()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if soonest is not None:
            # A call that is due is not run twice in a row without a look at the descriptors.
            self._timer = self._loop.call_later(max(soonest, 0.01), self._pump)

    async def close(self) -> None:
        """Ends at once."""
        self._loop.remove_reader(self._descriptor)
        if self._timer is not None:
            self._timer.cancel()
        self._ioloop.close()


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
