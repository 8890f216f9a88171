"""Commands that print and filter text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_shell import Shell

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "\\": "\\"}
HEX = "0123456789abcdefABCDEF"


def unescaped(text: str) -> str:
    """As `echo -e` reads it: `\\n`, `\\x41`, `\\0101`."""
    parts: list[str] = []
    place = 0
    while place < len(text):
        if text[place] != "\\" or place + 1 == len(text):
            parts.append(text[place])
            place += 1
            continue
        mark = text[place + 1]
        digits, base = ("", 16) if mark == "x" else ("", 8)
        allowed = HEX if mark == "x" else "01234567" if mark == "0" else ""
        place += 2
        while len(digits) < (2 if base == 16 else 3) and place < len(text) and text[place] in allowed:
            digits += text[place]
            place += 1
        if digits:
            parts.append(chr(int(digits, base) & 0xFF))
        else:
            parts.append(ESCAPES.get(mark, "\\" + mark))
    return "".join(parts)


def _echo(shell: Shell, words: list[str], piped: str) -> str:
    options = set()
    while words and words[0] in {"-n", "-e", "-ne", "-en", "-E"}:
        options |= set(words[0][1:])
        words = words[1:]
    text = " ".join(words)
    return (unescaped(text) if "e" in options else text) + ("" if "n" in options else "\n")


def _printf(shell: Shell, words: list[str], piped: str) -> str:
    if not words:
        return shell.fail("printf: usage: printf format [arguments]\n")
    text, arguments = unescaped(words[0]), words[1:]
    for argument in arguments[:32]:
        text = text.replace("%s", argument, 1)
    return text.replace("%s", "").replace("%%", "%")


def _read(shell: Shell, name: str, command: str) -> tuple[str, str]:
    """The text of a file, and what is wrong with it."""
    path = shell.path(name)
    file = shell.files.get(path)
    if file is None:
        return "", shell.fail(f"{command}: {_quoted(shell, name)}: No such file or directory\n")
    if not shell.files.may_read(path):
        return "", shell.fail(f"{command}: {name}: Permission denied\n")
    if file.text is None:
        return "", shell.fail(f"{command}: {name}: Is a directory\n")
    return file.text, ""


def _quoted(shell: Shell, name: str) -> str:
    return f"can't open '{name}'" if shell.machine.is_busybox else name


def _input(shell: Shell, words: list[str], piped: str, command: str) -> tuple[str, str]:
    """What the files, or the pipe, have."""
    names = [word for word in words if not word.startswith("-") or word == "-"]
    if not names or names == ["-"]:
        return piped, ""
    read = [_read(shell, name, command) for name in names[:64]]
    return "".join(text for text, _ in read), "".join(wrong for _, wrong in read)


def _cat(shell: Shell, words: list[str], piped: str) -> str:
    names = [word for word in words if not word.startswith("-")]
    if not names:
        return piped
    return "".join(text or wrong for text, wrong in (_read(shell, name, "cat") for name in names[:64]))


def _counted(words: list[str]) -> tuple[int, list[str]]:
    """The number of lines that is asked for, and the other words."""
    rest: list[str] = []
    count, is_next = 10, False
    for word in words:
        digits = word.lstrip("-+n")
        if is_next or (word.startswith("-") and digits.isdecimal()):
            count = int(digits[:6]) if digits.isdecimal() else 10
            is_next = False
        elif word in {"-n", "-c"}:
            is_next = True
        else:
            rest.append(word)
    return count, rest


def _head(shell: Shell, words: list[str], piped: str) -> str:
    count, names = _counted(words)
    text, wrong = _input(shell, names, piped, "head")
    return wrong + "".join(text.splitlines(keepends=True)[:count])


def _tail(shell: Shell, words: list[str], piped: str) -> str:
    count, names = _counted(words)
    text, wrong = _input(shell, names, piped, "tail")
    return wrong + "".join(text.splitlines(keepends=True)[-count:] if count else [])


def _grep(shell: Shell, words: list[str], piped: str) -> str:
    options = "".join(word[1:] for word in words if word.startswith("-") and not word.startswith("--"))
    rest = [word for word in words if not word.startswith("-")]
    if not rest:
        return shell.fail("Usage: grep [OPTION]... PATTERNS [FILE]...\n")
    text, wrong = _input(shell, rest[1:], piped, "grep")
    # A pattern is taken for a plain text: nothing that was typed becomes a regular expression.
    pattern = rest[0].strip("^$").replace("\\", "")
    fold = str.lower if "i" in options else str
    lines = [
        line
        for line in text.splitlines()
        if any(fold(one) in fold(line) for one in pattern.split("|")) != ("v" in options)
    ]
    shell.status = 0 if lines else 1
    return wrong + (f"{len(lines)}\n" if "c" in options else "".join(f"{line}\n" for line in lines))


def _wc(shell: Shell, words: list[str], piped: str) -> str:
    text, wrong = _input(shell, words, piped, "wc")
    counts = {"-l": text.count("\n"), "-w": len(text.split()), "-c": len(text)}
    chosen = [count for option, count in counts.items() if option in words] or list(counts.values())
    return wrong + " ".join(str(count) for count in chosen) + "\n"


def _sort(shell: Shell, words: list[str], piped: str) -> str:
    text, wrong = _input(shell, words, piped, "sort")
    lines = sorted(text.splitlines(), reverse="-r" in words)
    return wrong + "".join(f"{line}\n" for line in (dict.fromkeys(lines) if "-u" in words else lines))


def _uniq(shell: Shell, words: list[str], piped: str) -> str:
    text, wrong = _input(shell, words, piped, "uniq")
    return wrong + "".join(f"{line}\n" for line in dict.fromkeys(text.splitlines()))


def _fields(shell: Shell, words: list[str], piped: str) -> str:
    """awk, cut and sed: what is piped goes through as it is."""
    return piped


def _tee(shell: Shell, words: list[str], piped: str) -> str:
    for name in words[:8]:
        path = shell.path(name)
        if not name.startswith("-") and shell.files.may_write(path):
            shell.files.write(path, piped, appends="-a" in words)
    return piped


TEXTS = {
    **dict.fromkeys(("awk", "cut", "sed", "tr", "xargs"), _fields),
    **dict.fromkeys(("cat", "more", "less"), _cat),
    "echo": _echo,
    "egrep": _grep,
    "grep": _grep,
    "head": _head,
    "printf": _printf,
    "sort": _sort,
    "tail": _tail,
    "tee": _tee,
    "uniq": _uniq,
    "wc": _wc,
}
