"""A shallow shell over a small file system in memory, for whoever was let in.

Nothing here runs a program, opens a file or evaluates what the attacker typed.
"""

from __future__ import annotations

import posixpath
import shlex
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from decnet_distros import distro_of

if TYPE_CHECKING:
    from decnet_identity import Identity


class Shell:
    """What one login sees. `run` answers a line's output; `over` tells that it asked to leave."""

    def __init__(self, identity: Identity, username: str) -> None:
        self._identity = identity
        self._distro = distro_of(identity.distro)
        self.username = username
        self.home = "/root" if username == "root" else f"/home/{username.replace('/', '_')}"
        self.directory = self.home
        self.over = False
        self._files = self._file_system()
        self._commands = {
            "cat": self._cat,
            "cd": self._cd,
            "echo": lambda arguments: " ".join(arguments) + "\n",
            "exit": self._exit,
            "hostname": lambda _: f"{identity.hostname}\n",
            "id": self._id,
            "logout": self._exit,
            "ls": self._ls,
            "ps": self._ps,
            "pwd": lambda _: f"{self.directory}\n",
            "uname": self._uname,
            "uptime": self._uptime,
            "w": self._w,
            "whoami": lambda _: f"{username}\n",
        }

    @property
    def prompt(self) -> str:
        """As bash writes it."""
        place = "~" if self.directory == self.home else self.directory
        sign = "#" if self.username == "root" else "$"
        return f"{self.username}@{self._identity.hostname.split('.')[0]}:{place}{sign} "

    @property
    def greeting(self) -> str:
        """What stands above the first prompt."""
        return f"Linux {self._identity.hostname} {self._distro.kernel} {self._distro.build} x86_64\n"

    def run(self, line: str) -> str:
        """The output of one line."""
        try:
            words = shlex.split(line)
        except ValueError:
            return "-bash: syntax error: unexpected end of file\n"
        if not words:
            return ""
        command = self._commands.get(posixpath.basename(words[0]))
        if command is None:
            return f"-bash: {words[0]}: command not found\n"
        return command(words[1:])

    def _file_system(self) -> dict[str, str]:
        title = self._distro.title
        host = self._identity.hostname
        uid = 0 if self.username == "root" else 1000
        return {
            "/etc/hostname": f"{host}\n",
            "/etc/hosts": f"127.0.0.1\tlocalhost\n127.0.1.1\t{host}\n",
            "/etc/os-release": f'PRETTY_NAME="{title}"\nNAME="{title.split(" ")[0]}"\n',
            "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n"
            "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
            "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
            + (f"{self.username}:x:1000:1000::{self.home}:/bin/bash\n" if uid else ""),
            f"{self.home}/.bash_history": "df -h\ntail /var/log/syslog\nexit\n",
            f"{self.home}/notes.txt": "backup runs at 02:30, see cron\n",
            "/var/log/syslog": "",
            "/tmp/.keep": "",
        }

    def _path(self, name: str) -> str:
        name = self.home + name[1:] if name.startswith("~") else name
        return posixpath.normpath(posixpath.join(self.directory, name))

    def _is_directory(self, path: str) -> bool:
        prefix = path.rstrip("/") + "/"
        return any(file.startswith(prefix) for file in self._files)

    def _cat(self, arguments: list[str]) -> str:
        return "".join(self._read(name) for name in arguments)

    def _read(self, name: str) -> str:
        path = self._path(name)
        if path in self._files:
            return self._files[path]
        if path == "/etc/shadow":
            return f"cat: {name}: Permission denied\n"
        wrong = "Is a directory" if self._is_directory(path) else "No such file or directory"
        return f"cat: {name}: {wrong}\n"

    def _cd(self, arguments: list[str]) -> str:
        path = self._path(arguments[0] if arguments else "~")
        if not self._is_directory(path):
            return f"-bash: cd: {arguments[0]}: No such file or directory\n"
        self.directory = path
        return ""

    def _ls(self, arguments: list[str]) -> str:
        names = [argument for argument in arguments if not argument.startswith("-")]
        options = "".join(argument for argument in arguments if argument.startswith("-"))
        path = self._path(names[0] if names else ".")
        if path in self._files:
            return f"{names[0]}\n"
        if not self._is_directory(path):
            return f"ls: cannot access '{names[0] if names else '.'}': No such file or directory\n"
        prefix = path.rstrip("/") + "/"
        below = {file[len(prefix) :].split("/")[0] for file in self._files if file.startswith(prefix)}
        shown = sorted(name for name in below if "a" in options or not name.startswith("."))
        return "".join(f"{name}\n" for name in shown)

    def _exit(self, _: list[str]) -> str:
        self.over = True
        return ""

    def _id(self, _: list[str]) -> str:
        number = 0 if self.username == "root" else 1000
        whole = f"{number}({self.username})"
        return f"uid={whole} gid={whole} groups={whole}\n"

    def _uname(self, arguments: list[str]) -> str:
        if not arguments:
            return "Linux\n"
        if arguments[0] == "-r":
            return f"{self._distro.kernel}\n"
        if arguments[0] == "-a":
            return self.greeting.rstrip("\n") + " GNU/Linux\n"
        return "x86_64\n" if arguments[0] == "-m" else "Linux\n"

    def _uptime(self, _: list[str]) -> str:
        days = self._identity.number("shell/uptime", 3, 240)
        now = datetime.now(timezone.utc)
        return f" {now:%H:%M:%S} up {days} days,  1 user,  load average: 0.02, 0.04, 0.00\n"

    def _w(self, _: list[str]) -> str:
        head = "USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n"
        line = f"{self.username:<8} pts/0    -                -        0.00s  0.01s  0.00s w\n"
        return self._uptime([]) + head + line

    def _ps(self, _: list[str]) -> str:
        pid = self._identity.number("shell/pid", 900, 30_000)
        lines = f"{pid:>7} pts/0    00:00:00 bash\n{pid + 31:>7} pts/0    00:00:00 ps\n"
        return "    PID TTY          TIME CMD\n" + lines
