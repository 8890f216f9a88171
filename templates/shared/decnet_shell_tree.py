"""Commands that walk and change the file system."""

from __future__ import annotations

import posixpath
import time
from typing import TYPE_CHECKING

from decnet_shell_files import File

if TYPE_CHECKING:
    from decnet_shell import Shell

NAMES_LIMIT = 64
MODES = "rwxrwxrwx"


def _cd(shell: Shell, words: list[str], piped: str) -> str:
    before = shell.variables.get("OLDPWD", shell.home)
    name = words[0] if words else "~"
    path = before if name == "-" else shell.path(name)
    file = shell.files.get(path)
    can = "can't cd to " if shell.machine.is_busybox else ""
    if file is None:
        missing = "" if shell.machine.is_busybox else ": No such file or directory"
        return shell.fail(f"{shell.machine.shell}: cd: {can}{name}{missing}\n")
    if file.text is not None or not shell.files.may_read(path):
        wrong = "Not a directory" if file.text is not None else "Permission denied"
        return shell.fail(f"{shell.machine.shell}: cd: {can}{name}: {wrong}\n")
    shell.variables |= {"OLDPWD": shell.directory, "PWD": path}
    shell.directory = path
    return ""


def _pwd(shell: Shell, words: list[str], piped: str) -> str:
    return f"{shell.directory}\n"


def mode_of(file: File) -> str:
    """As `ls -l` writes it."""
    bits = "".join(letter if file.mode >> (8 - place) & 1 else "-" for place, letter in enumerate(MODES))
    sticky = bits[:-1] + "t" if file.mode & 0o1000 else bits
    return ("d" if file.text is None else "-") + sticky


def _ls(shell: Shell, words: list[str], piped: str) -> str:
    options = "".join(word[1:] for word in words if word.startswith("-"))
    names = [word for word in words if not word.startswith("-")] or ["."]
    parts: list[str] = []
    for name in names[:NAMES_LIMIT]:
        path = shell.path(name)
        file = shell.files.get(path)
        if file is None:
            shell.status = 2
            shown = name if shell.machine.is_busybox else f"cannot access '{name}'"
            parts.append(f"ls: {shown}: No such file or directory\n")
        elif file.text is not None or "d" in options:
            parts.append(_listed(shell, [(name, file)], options))
        elif not shell.files.may_read(path):
            shell.status = 2
            parts.append(f"ls: cannot open directory '{name}': Permission denied\n")
        else:
            head = f"{name}:\n" if len(names) > 1 else ""
            parts.append(head + _directory(shell, path, options))
    return "".join(parts)


def _directory(shell: Shell, path: str, options: str) -> str:
    found: list[tuple[str, File]] = []
    if "a" in options:
        own = shell.files.get(path)
        above = shell.files.get(posixpath.dirname(path))
        found += [(name, file) for name, file in ((".", own), ("..", above)) if file is not None]
    for name in shell.files.names(path):
        file = shell.files.get(posixpath.join(path, name))
        if file is not None and ("a" in options or "A" in options or not name.startswith(".")):
            found.append((name, file))
    total = f"total {4 * len(found)}\n" if "l" in options else ""
    return total + _listed(shell, found, options)


def _listed(shell: Shell, found: list[tuple[str, File]], options: str) -> str:
    if "l" not in options:
        return "".join(f"{name}\n" for name, _ in found)
    return "".join(_long(name, file) for name, file in found)


def _long(name: str, file: File) -> str:
    size = 4096 if file.text is None else len(file.text)
    moment = time.gmtime(file.modified or time.time())
    is_old = time.time() - (file.modified or time.time()) > 180 * 86_400
    when = time.strftime("%b %e  %Y" if is_old else "%b %e %H:%M", moment)
    links = 2 if file.text is None else 1
    return f"{mode_of(file)} {links} {file.owner:<8} {file.owner:<8} {size:>7} {when} {name}\n"


def _touch(shell: Shell, words: list[str], piped: str) -> str:
    return "".join(_made(shell, "touch", name, "") for name in _names(words))


def _mkdir(shell: Shell, words: list[str], piped: str) -> str:
    return "".join(_made(shell, "mkdir", name, None) for name in _names(words))


def _names(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith("-")][:NAMES_LIMIT]


def _made(shell: Shell, command: str, name: str, text: str | None) -> str:
    path = shell.path(name)
    file = shell.files.get(path)
    what = f"cannot create directory '{name}'" if command == "mkdir" else f"cannot touch '{name}'"
    if file is not None:
        return "" if command == "touch" else shell.fail(f"{command}: {what}: File exists\n")
    if not shell.files.may_write(path):
        return shell.fail(f"{command}: {what}: Permission denied\n")
    if not shell.files.write(path, text):
        return shell.fail(f"{command}: {what}: No such file or directory\n")
    return ""


def _rm(shell: Shell, words: list[str], piped: str) -> str:
    options = "".join(word[1:] for word in words if word.startswith("-"))
    parts: list[str] = []
    for name in _names(words):
        path = shell.path(name)
        file = shell.files.get(path)
        wrong = None
        if file is None:
            wrong = None if "f" in options else "No such file or directory"
        elif file.text is None and "r" not in options and "R" not in options:
            wrong = "Is a directory"
        elif path == "/" or not shell.files.may_write(path):
            wrong = "Permission denied"
        else:
            shell.files.remove(path)
        if wrong is not None:
            parts.append(shell.fail(f"rm: cannot remove '{name}': {wrong}\n"))
    return "".join(parts)


def _copy(shell: Shell, words: list[str], piped: str, *, moves: bool = False) -> str:
    command, names = ("mv" if moves else "cp"), _names(words)
    if len(names) < 2:
        return shell.fail(f"{command}: missing file operand\n")
    target = shell.path(names[-1])
    into = shell.files.get(target)
    parts: list[str] = []
    for name in names[:-1]:
        path = shell.path(name)
        file = shell.files.get(path)
        place = (
            posixpath.join(target, posixpath.basename(path))
            if into is not None and into.text is None
            else target
        )
        if file is None or not shell.files.may_read(path):
            wrong = "No such file or directory" if file is None else "Permission denied"
            parts.append(shell.fail(f"{command}: cannot stat '{name}': {wrong}\n"))
        elif not shell.files.may_write(place) or not shell.files.write(place, file.text):
            parts.append(shell.fail(f"{command}: cannot create regular file '{place}': Permission denied\n"))
        elif moves and shell.files.may_write(path):
            shell.files.remove(path)
    return "".join(parts)


def _move(shell: Shell, words: list[str], piped: str) -> str:
    return _copy(shell, words, piped, moves=True)


def _chmod(shell: Shell, words: list[str], piped: str) -> str:
    names = [word for word in words if not word.startswith("-")]
    parts: list[str] = []
    for name in names[1:NAMES_LIMIT]:
        path = shell.path(name)
        file = shell.files.get(path)
        if file is None:
            parts.append(shell.fail(f"chmod: cannot access '{name}': No such file or directory\n"))
        elif not shell.files.may_write(path):
            parts.append(shell.fail(f"chmod: changing permissions of '{name}': Operation not permitted\n"))
        elif names[0].isdecimal() and len(names[0]) < 5 and not set(names[0]) & set("89"):
            file.mode = int(names[0], 8)
        elif "x" in names[0]:
            file.mode |= 0o111
    return "".join(parts)


def _find(shell: Shell, words: list[str], piped: str) -> str:
    place = words[0] if words and not words[0].startswith("-") else "."
    path = shell.path(place)
    if shell.files.get(path) is None:
        return shell.fail(f"find: '{place}': No such file or directory\n")
    wanted = words[words.index("-name") + 1] if "-name" in words[:-1] else ""
    text = wanted.strip("*")
    found = (one for one in shell.files.below(path) if not wanted or text in posixpath.basename(one))
    return "".join(f"{one}\n" for one in found)


def _stat(shell: Shell, words: list[str], piped: str) -> str:
    name = (_names(words) or [""])[0]
    file = shell.files.get(shell.path(name))
    if file is None:
        return shell.fail(f"stat: cannot stat '{name}': No such file or directory\n")
    size = 4096 if file.text is None else len(file.text)
    return f"  File: {name}\n  Size: {size}\nAccess: ({file.mode & 0o7777:04o}/{mode_of(file)})\n"


def _file(shell: Shell, words: list[str], piped: str) -> str:
    parts: list[str] = []
    for name in _names(words):
        file = shell.files.get(shell.path(name))
        kind = "cannot open (No such file or directory)" if file is None else "directory"
        if file is not None and file.text is not None:
            kind = (
                "ELF executable"
                if file.text.startswith("\x7fELF")
                else "ASCII text"
                if file.text
                else "empty"
            )
        parts.append(f"{name}: {kind}\n")
    return "".join(parts)


TREE = {
    "cd": _cd,
    "chmod": _chmod,
    "chown": _chmod,
    "cp": _copy,
    "dir": _ls,
    "file": _file,
    "find": _find,
    "ls": _ls,
    "ll": lambda shell, words, piped: _ls(shell, ["-l", *words], piped),
    "mkdir": _mkdir,
    "mv": _move,
    "pwd": _pwd,
    "rm": _rm,
    "rmdir": _rm,
    "stat": _stat,
    "touch": _touch,
}
