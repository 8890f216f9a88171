"""A shallow shell over a small file system in memory, for whoever was let in.

bash where the decky runs a distribution, BusyBox's ash where it is a device. Nothing here runs a program,
opens a file, resolves a name or evaluates what the attacker typed.
"""

from __future__ import annotations

import posixpath
import time
from typing import TYPE_CHECKING

from decnet_shell_commands import COMMANDS, GNU_ONLY, SILENT
from decnet_shell_facts import SESSION_PID
from decnet_shell_files import Files
from decnet_shell_line import SUBSTITUTIONS, Command, Unfinished, parse
from decnet_shell_machine import machine_of

if TYPE_CHECKING:
    from decnet_identity import Identity

OUTPUT_LIMIT = 64 * 1024
"""Characters that one line may print."""
SUBSTITUTED_LIMIT = 1024
SUBSTITUTED_A_LINE = 16
HISTORY_LIMIT = 100
KEYWORDS = frozenset("for while until if case function select do done then else fi esac { } [[ !".split())
"""What begins more than a simple command: read, and not run."""


class Shell:
    """What one login sees. `run` answers a line's output; `over` tells that it asked to leave."""

    def __init__(self, identity: Identity, username: str) -> None:
        self.machine = machine_of(identity)
        self.service = identity.service
        self.username = username
        self.home = "/root" if username == "root" else f"/home/{username.replace('/', '_')[:32]}"
        self.directory = self.home
        self.over = False
        self.status = 0
        self.files = Files(self.machine, username, self.home)
        self.history: list[str] = []
        self.since = time.time()
        self.variables = {
            "HOME": self.home,
            "HOSTNAME": self.machine.hostname,
            "LOGNAME": username,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PWD": self.home,
            "SHELL": "/bin/sh" if self.machine.is_busybox else "/bin/bash",
            "TERM": "xterm",
            "USER": username,
        }
        self._depth = 0
        self._substituted = 0

    @property
    def is_root(self) -> bool:
        """Whether the user may do all."""
        return self.username == "root"

    @property
    def number(self) -> int:
        """The user's number."""
        if self.is_root:
            return 0
        people = self.machine.people
        return 1000 + (people.index(self.username) if self.username in people else len(people))

    @property
    def prompt(self) -> str:
        """As the distro sets it."""
        host = self.machine.hostname
        place = "~" if self.directory == self.home else self.directory
        sign = "#" if self.is_root else "$"
        if self.machine.is_busybox:
            return (
                f"{self.username}@{host}:{place}{sign} "
                if self.machine.distro == "openwrt-23"
                else f"{place} {sign} "
            )
        if self.machine.is_red_hat or self.machine.distro == "arch":
            return f"[{self.username}@{host} {posixpath.basename(place) or '/'}]{sign} "
        return (
            f"{host}:{place}{sign} "
            if self.machine.distro == "alpine"
            else f"{self.username}@{host}:{place}{sign} "
        )

    @property
    def greeting(self) -> str:
        """What stands above the first prompt."""
        machine = self.machine
        if machine.is_busybox:
            return f"\n\nBusyBox {machine.busybox} built-in shell (ash)\n\n"
        whole = f"{machine.hostname} {machine.kernel} {machine.build} {machine.architecture}"
        opening = {
            "ubuntu22": f"Welcome to {machine.title} (GNU/Linux {machine.kernel} {machine.architecture})\n\n",
            "ubuntu20": f"Welcome to {machine.title} (GNU/Linux {machine.kernel} {machine.architecture})\n\n",
            "alpine": "Welcome to Alpine!\n\n",
        }
        silent = machine.is_red_hat or machine.distro == "arch"
        return (
            "" if silent else opening.get(machine.distro, f"Linux {whole}\n\n")
        ) + f"Last login: {self._last_login()}\n"

    def _last_login(self) -> str:
        after = min(3600 + self.machine.serial % 900_000, self.machine.uptime // 2)
        moment = time.gmtime(self.machine.booted + after)
        source = self.machine.ip.rpartition(".")[0] + f".{20 + self.machine.serial % 200}"
        return f"{time.strftime('%a %b %e %H:%M:%S %Y', moment)} from {source}"

    def run(self, line: str) -> str:
        """The output of one line."""
        if line.strip():
            self.history = [*self.history[-HISTORY_LIMIT:], line]
        self._substituted = 0
        return self._run(line)

    def _run(self, line: str) -> str:
        output, piped = "", ""
        try:
            for command in parse(line, self._value, self.substitute):
                if (command.joined == "&&" and self.status) or (command.joined == "||" and not self.status):
                    continue
                written = self._simple(command, piped if command.joined == "|" else "")[:OUTPUT_LIMIT]
                piped = written if command.follows == "|" else ""
                output += "" if piped else written
                if self.over or len(output) > OUTPUT_LIMIT:
                    break
        except Unfinished as wrong:
            self.status = 2
            output += f"{self.machine.shell}: syntax error: {wrong}\n"
        return output[:OUTPUT_LIMIT]

    def _value(self, name: str) -> str:
        """Of a variable."""
        return {"?": str(self.status), "$": str(SESSION_PID)}.get(name, self.variables.get(name, ""))

    def substitute(self, text: str) -> str:
        """What a command within a command prints, on one line."""
        self._substituted += 1
        if self._depth >= SUBSTITUTIONS or self._substituted > SUBSTITUTED_A_LINE:
            return ""
        self._depth += 1
        try:
            return self._run(text).rstrip("\n")[:SUBSTITUTED_LIMIT].replace("\n", " ")
        finally:
            self._depth -= 1

    def _simple(self, command: Command, piped: str) -> str:
        self.status = 0
        for name, value in command.assignments:
            self.assign(name, value)
        output = self.execute(command.words, piped) if command.words else ""
        if command.target is None or self.status == 127:
            return output
        path = self.path(command.target)
        if path == "/dev/null":
            return ""
        return self._redirected(command, path, output)

    def _redirected(self, command: Command, path: str, output: str) -> str:
        file = self.files.get(path)
        wrong = None
        if file is not None and file.text is None:
            wrong = "Is a directory"
        elif not self.files.may_write(path):
            wrong = "Permission denied"
        elif not self.files.write(path, output, appends=command.appends):
            wrong = "No such file or directory"
        return "" if wrong is None else self.fail(f"{self.machine.shell}: {command.target}: {wrong}\n")

    def execute(self, words: list[str], piped: str = "") -> str:
        """The output of one simple command."""
        name = posixpath.basename(words[0])
        if words[0] in KEYWORDS or name in SILENT:
            return ""
        found = COMMANDS.get(name)
        if found is None or (self.machine.is_busybox and name in GNU_ONLY):
            return self._unknown(words[0])
        return found(self, words[1:], piped)

    def _unknown(self, name: str) -> str:
        self.status = 127
        path = self.path(name)
        file = self.files.get(path) if "/" in name else None
        if file is not None:
            self.status = 126
            wrong = "Is a directory" if file.text is None else "Permission denied"
            return f"{self.machine.shell}: {name}: {wrong}\n"
        if "/" in name:
            missing = "not found" if self.machine.is_busybox else "No such file or directory"
            return f"{self.machine.shell}: {name}: {missing}\n"
        missing = "not found" if self.machine.is_busybox else "command not found"
        return f"{self.machine.shell}: {name}: {missing}\n"

    def assign(self, name: str, value: str) -> None:
        """Sets a variable; there are few, and they are short."""
        if len(self.variables) < 64:
            self.variables[name[:64]] = value[:256]

    def fail(self, text: str) -> str:
        """A text that is an error."""
        self.status = 1
        return text

    def path(self, name: str) -> str:
        """An absolute path."""
        name = self.home + name[1:] if name == "~" or name.startswith("~/") else name
        joined = posixpath.normpath(posixpath.join(self.directory, name))
        return "/" + joined.lstrip("/")
