"""The files that a shell shows: in memory, the decky's own, and a few that one session writes for itself."""

from __future__ import annotations

import posixpath
import time
from dataclasses import dataclass

from decnet_shell_contents import HISTORIES, notes_of, texts_of
from decnet_shell_machine import Machine

WRITTEN_LIMIT = 32
WRITTEN_CHARACTERS = 4096
PATH_LIMIT = 512
LEVELS = 16
MODES = {"/root": 0o700, "/tmp": 0o1777, "/var/tmp": 0o1777, "/dev/shm": 0o1777}


DIRECTORIES = (
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/mnt",
    "/proc",
    "/root",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr/bin",
    "/usr/sbin",
)
DIRECTORIES += ("/var/log", "/var/run", "/var/tmp", "/dev/shm")
MORE_DIRECTORIES = (
    "/boot",
    "/home",
    "/media",
    "/opt",
    "/run",
    "/srv",
    "/usr/lib",
    "/usr/local/bin",
    "/usr/share",
)
MORE_DIRECTORIES += (
    "/etc/cron.d",
    "/etc/ssh",
    "/etc/systemd",
    "/var/backups",
    "/var/cache",
    "/var/lib",
    "/var/spool/cron",
)


@dataclass
class File:
    """A file, or a directory where `text` is None."""

    text: str | None
    mode: int = 0o644
    owner: str = "root"
    modified: float = 0


class Files:
    """One session's view."""

    def __init__(self, machine: Machine, username: str, home: str) -> None:
        self._machine = machine
        self._username = username
        self._installed = machine.booted - 86_400 * (20 + machine.serial % 300)
        self._files: dict[str, File] = {}
        self._written = 0
        for path in DIRECTORIES + (() if machine.is_busybox else MORE_DIRECTORIES):
            self._add(path, File(None, MODES.get(path, 0o755)))
        for path, text in texts_of(machine, username, home).items():
            self._add(path, File(text, 0o640 if "shadow" in path else 0o644))
        for name in machine.people:
            self._add(f"/home/{name}", File(None, 0o700, name))
        self._home(home)

    def _home(self, home: str) -> None:
        owner = self._username
        self._add(home, File(None, 0o700, owner))
        if self._machine.is_busybox:
            return
        history = HISTORIES[self._machine.serial % len(HISTORIES)]
        self._add(f"{home}/.bash_history", File(history, 0o600, owner))
        self._add(f"{home}/.bashrc", File("# ~/.bashrc\nalias ll='ls -l'\n", 0o644, owner))
        self._add(f"{home}/.profile", File("# ~/.profile\n", 0o644, owner))
        self._add(f"{home}/notes.txt", File(notes_of(self._machine), 0o600, owner))

    def _add(self, path: str, file: File) -> None:
        file.modified = file.modified or self._installed + hash_of(path) % 1_700_000
        self._files[path] = file
        parent = posixpath.dirname(path)
        if parent not in self._files and parent != path:
            self._add(parent, File(None, 0o755))

    def get(self, path: str) -> File | None:
        """What is there."""
        if path in self._files:
            return self._files[path]
        return File(None, 0o755) if path == "/" else None

    def names(self, path: str) -> list[str]:
        """Names in a directory."""
        prefix = path.rstrip("/") + "/"
        return sorted(
            one[len(prefix) :]
            for one in self._files
            if one.startswith(prefix) and "/" not in one[len(prefix) :] and one != "/"
        )

    def below(self, path: str) -> list[str]:
        """Every path below a directory, and its own."""
        prefix = path.rstrip("/") + "/"
        return sorted(one for one in self._files if one == path or one.startswith(prefix))

    def may_write(self, path: str) -> bool:
        """Whether the user may make or change it."""
        if self._username == "root":
            return not path.startswith(("/proc", "/sys"))
        file = self.get(path)
        if file is not None and file.text is not None:
            return file.owner == self._username
        parent = self.get(posixpath.dirname(path))
        writable = path.startswith(("/tmp/", "/dev/shm/", "/var/tmp/"))
        return writable or (parent is not None and parent.owner == self._username)

    def may_read(self, path: str) -> bool:
        """Whether the user may read it."""
        file = self.get(path)
        return (
            self._username == "root"
            or file is None
            or bool(file.mode & 0o004)
            or file.owner == self._username
        )

    def write(self, path: str, text: str | None, *, appends: bool = False) -> bool:
        """Keeps a text, or makes a directory; False where there is no such directory or no more room."""
        parent = self.get(posixpath.dirname(path))
        if parent is None or parent.text is not None or len(path) > PATH_LIMIT or path.count("/") > LEVELS:
            return False
        before = self._files.get(path)
        if before is None:
            if self._written >= WRITTEN_LIMIT:
                return False
            self._written += 1
            before = self._files[path] = File(text, 0o644 if text is not None else 0o755, self._username)
        if text is not None:
            kept = (before.text or "") + text if appends else text
            before.text = kept[:WRITTEN_CHARACTERS]
        before.modified = time.time()
        return True

    def remove(self, path: str) -> None:
        """Takes it away, with all below it."""
        for one in self.below(path):
            self._files.pop(one, None)


def hash_of(text: str) -> int:
    """A number of a text that stays."""
    number = 5381
    for char in text:
        number = (number * 33 + ord(char)) & 0x7FFFFFFF
    return number
