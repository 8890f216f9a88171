"""One client: pyftpdlib's handler, with our limits and events, and vsftpd's words."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from pyftpdlib.handlers import DTPHandler, FTPHandler, proto_cmds

from decnet_sessions import Sessions
from vsftpd import LEAVING, about_transfer, as_vsftpd

LINE_LIMIT = 2048
ABSENT = {"MLST", "MLSD", "MFMT", "SITE CHMOD", "XMKD", "XRMD", "ALLO"}
COMMANDS = {name: facts for name, facts in proto_cmds.items() if name not in ABSENT}


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
