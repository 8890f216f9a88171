"""A small tree of files in memory that passes for a file system to pyftpdlib.

Every method that the parent class would answer from the disk is answered here.
"""

from __future__ import annotations

import errno
import io
import posixpath
import stat
import time
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

from pyftpdlib.filesystems import AbstractedFS

from decnet_uploads import Upload

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_sessions import Session

NAMES = ("inventory", "contacts", "suppliers", "holidays", "network-plan", "meeting-notes")


def bait_of(identity: Identity) -> Mapping[str, bytes]:
    """The decky's own files."""
    year = identity.number("ftp/year", 2021, 2024)
    first = identity.choose("ftp/first", NAMES)
    rows = identity.number("ftp/rows", 20, 90)
    lines = (f"{row};{identity.derive(f'ftp/row/{row}', 4).hex()};{row * 7 % 31}\r\n" for row in range(rows))
    readme = f"Files of {identity.hostname}. Ask the service desk for write access.\r\n"
    return {
        "/README.txt": readme.encode(),
        f"/pub/{first}-{year}.csv": ("id;code;count\r\n" + "".join(lines)).encode(),
        "/pub/backup/.stamp": f"{year}-11-03 02:30\r\n".encode(),
    }


class Left:
    """A file that somebody leaves: told when it is whole, and not seen again."""

    def __init__(self, name: str, session: Session) -> None:
        self.name = name
        self._upload = Upload(name)
        self._session = session
        self.closed = False

    def write(self, data: bytes) -> None:
        """The next part."""
        self._upload.write(data)

    def close(self) -> None:
        """The end of the transfer."""
        if not self.closed:
            self.closed = True
            self._upload.finish(self._session, method="STOR")


def _absent(path: str) -> NoReturn:
    raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)


class BaitFileSystem(AbstractedFS):
    """Set `files` and `modified` on a subclass. Paths here and at the client are the same."""

    files: Mapping[str, bytes] = {}
    modified: float = 0

    def ftp2fs(self, ftppath: str) -> str:
        """The same path, made absolute."""
        return self.ftpnorm(ftppath)

    def fs2ftp(self, fspath: str) -> str:
        """The same path."""
        return fspath

    def validpath(self, path: str) -> bool:
        """There is nothing outside."""
        return True

    def realpath(self, path: str) -> str:
        """There are no links."""
        return path

    def isfile(self, path: str) -> bool:
        """Whether it is one of the files."""
        return path in self.files

    def islink(self, path: str) -> bool:
        """There are no links."""
        return False

    def isdir(self, path: str) -> bool:
        """Whether a file is below it."""
        prefix = path.rstrip("/") + "/"
        return any(file.startswith(prefix) for file in self.files)

    def lexists(self, path: str) -> bool:
        """Whether there is anything."""
        return self.isfile(path) or self.isdir(path)

    def listdir(self, path: str) -> list[str]:
        """Names below a directory."""
        prefix = path.rstrip("/") + "/"
        return sorted({f[len(prefix) :].split("/")[0] for f in self.files if f.startswith(prefix)})

    def chdir(self, path: str) -> None:
        """Changes the session's directory, never the process's."""
        if not self.isdir(path):
            _absent(path)
        self.cwd = path

    def open(self, filename: str, mode: str) -> io.BytesIO | Left:
        """A file to read, or one that is left."""
        if mode in {"wb", "ab"}:
            if filename in self.files or self.isdir(filename) or not self.isdir(posixpath.dirname(filename)):
                self._refuse()
            return Left(filename, self.cmd_channel.session)
        if mode != "rb" or filename not in self.files:
            _absent(filename)
        file = io.BytesIO(self.files[filename])
        file.name = filename
        return file

    def getsize(self, path: str) -> int:
        """Bytes of a file."""
        return len(self.files[path]) if path in self.files else 4096

    def getmtime(self, path: str) -> float:
        """All were changed at the same time."""
        return self.modified

    def stat(self, path: str) -> SimpleNamespace:
        """What pyftpdlib reads of it."""
        if not self.lexists(path):
            _absent(path)
        mode = stat.S_IFREG | 0o644 if self.isfile(path) else stat.S_IFDIR | 0o755
        return SimpleNamespace(st_mode=mode, st_size=self.getsize(path), st_mtime=self.modified)

    lstat = stat

    def format_list(self, basedir: str, listing: list[str], ignore_err: bool = True) -> Iterator[bytes]:
        """Lines as `ls -l` writes them, which is how vsftpd answers LIST."""
        when = time.strftime("%b %d  %Y", time.gmtime(self.modified))
        for name in listing:
            path = posixpath.join(basedir, name)
            kind, links = ("-rw-r--r--", 1) if self.isfile(path) else ("drwxr-xr-x", 2)
            line = f"{kind}    {links} 1000     1000     {self.getsize(path):8d} {when} {name}\r\n"
            yield line.encode("utf-8", "surrogateescape")

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    mkstemp = mkdir = rmdir = remove = rename = chmod = utime = readlink = _refuse
