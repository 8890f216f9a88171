"""The commands that a shell knows: each gets the shell, its words and what is piped, and answers a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from decnet_shell_facts import FACTS
from decnet_shell_files import WRITTEN_CHARACTERS
from decnet_shell_network import NETWORK
from decnet_shell_texts import TEXTS
from decnet_shell_tree import TREE

if TYPE_CHECKING:
    from decnet_shell import Shell

Run = Callable[["Shell", list[str], str], str]

SILENT = frozenset(
    "alias ulimit umask trap stty clear reset sync sleep true : wait renice nohup sysctl modprobe iptables "
    "ip6tables kill killall pkill set shopt unalias setterm setenforce chattr export swapoff insmod rmmod".split()
)
"""Commands that say nothing."""
GNU_ONLY = frozenset(
    "last lastlog lscpu systemctl journalctl apt apt-get dpkg yum dnf rpm apk pacman sudo hostnamectl "
    "getent lsb_release service crontab ss".split()
)
"""What a device with BusyBox has not."""
INTERPRETERS = frozenset({"sh", "bash", "ash", "dash"})
SERVICES = ("cron", "ssh", "rsyslog", "dbus", "systemd-journald")


def _busybox(shell: Shell, words: list[str], piped: str) -> str:
    if not words:
        usage = "Usage: busybox [function [arguments]...]"
        return f"BusyBox {shell.machine.busybox} multi-call binary.\n\n{usage}\n"
    known = {*COMMANDS, *SILENT} - GNU_ONLY - {"busybox"}
    if words[0] not in known:
        shell.status = 127
        return f"{words[0]}: applet not found\n"
    return shell.execute(words, piped)


def _interpret(shell: Shell, words: list[str], piped: str) -> str:
    if words[:1] == ["-c"] and len(words) > 1:
        return shell.substitute(words[1]) + "\n" if words[1].strip() else ""
    if words and not words[0].startswith("-"):
        file = shell.files.get(shell.path(words[0]))
        if file is None:
            shell.status = 127
            return f"{'sh' if shell.machine.is_busybox else 'bash'}: {words[0]}: No such file or directory\n"
    # A script, or what is piped in, is not run.
    return ""


def _exit(shell: Shell, words: list[str], piped: str) -> str:
    shell.over = True
    return "" if shell.machine.is_busybox else "logout\n"


def _sudo(shell: Shell, words: list[str], piped: str) -> str:
    if not words:
        return shell.fail("usage: sudo -h | -K | -k | -V\n")
    if shell.is_root:
        return shell.execute([word for word in words if not word.startswith("-")] or ["true"], piped)
    if words[0] == "-n":
        return shell.fail("sudo: a password is required\n")
    return shell.fail(f"{shell.username} is not in the sudoers file.\n")


def _su(shell: Shell, words: list[str], piped: str) -> str:
    return "" if shell.is_root else shell.fail("su: Authentication failure\n")


def _passwd(shell: Shell, words: list[str], piped: str) -> str:
    if shell.machine.is_busybox:
        return f"Changing password for {shell.username}\npasswd: no changes\n"
    return shell.fail("passwd: Authentication token manipulation error\npasswd: password unchanged\n")


def _crontab(shell: Shell, words: list[str], piped: str) -> str:
    return shell.fail(f"no crontab for {shell.username}\n") if words[:1] == ["-l"] else ""


def _systemctl(shell: Shell, words: list[str], piped: str) -> str:
    verb, name = (words + ["", ""])[:2]
    name = name.removesuffix(".service")
    if verb == "status" and name in SERVICES:
        return f"* {name}.service\n     Loaded: loaded (enabled)\n     Active: active (running)\n"
    if verb in {"status", "start", "restart"} and name:
        return shell.fail(f"Unit {name}.service could not be found.\n")
    if verb in {"stop", "disable", "enable", "mask"} and not shell.is_root:
        return shell.fail(f"Failed to {verb} {name}.service: Access denied\n")
    return ""


def _packages(shell: Shell, words: list[str], piped: str) -> str:
    if not shell.is_root:
        return shell.fail("E: Could not open lock file - open (13: Permission denied)\nE: are you root?\n")
    if words[:1] in (["update"], ["install"], ["upgrade"]):
        return shell.fail("Err:1 Temporary failure resolving the mirror\nE: Unable to fetch some archives\n")
    return ""


def _which(shell: Shell, words: list[str], piped: str) -> str:
    known = [word for word in words if word in COMMANDS or word in SILENT]
    shell.status = 0 if len(known) == len(words) else 1
    return "".join(f"/usr/bin/{word}\n" for word in known)


def _command(shell: Shell, words: list[str], piped: str) -> str:
    return (
        _which(shell, words[1:], piped)
        if words[:1] == ["-v"]
        else shell.execute(words, piped)
        if words
        else ""
    )


def _history(shell: Shell, words: list[str], piped: str) -> str:
    if words[:1] == ["-c"]:
        shell.history.clear()
    return "".join(f"{number:5}  {line}\n" for number, line in enumerate(shell.history, 1))


def _env(shell: Shell, words: list[str], piped: str) -> str:
    return "".join(f"{name}={value}\n" for name, value in sorted(shell.variables.items()))


def _unset(shell: Shell, words: list[str], piped: str) -> str:
    for word in words:
        shell.variables.pop(word, None)
    return ""


def _false(shell: Shell, words: list[str], piped: str) -> str:
    return shell.fail("")


def _test(shell: Shell, words: list[str], piped: str) -> str:
    words = words[:-1] if words[-1:] == ["]"] else words
    file = shell.files.get(shell.path(words[1])) if len(words) == 2 else None
    holds = {"-e": file is not None, "-f": file is not None and file.text is not None}
    holds["-d"] = file is not None and file.text is None
    if len(words) == 2:
        shell.status = 0 if holds.get(words[0], words[0] == "-n" and bool(words[1])) else 1
    elif len(words) == 3:
        same = words[0] == words[2]
        shell.status = 0 if same == (words[1] in {"=", "==", "-eq"}) else 1
    return ""


def _dd(shell: Shell, words: list[str], piped: str) -> str:
    options = dict(word.split("=", 1) for word in words if "=" in word)
    file = shell.files.get(shell.path(options.get("if", "/dev/null")))
    text = (file.text or "")[:52] if file is not None else ""
    if options.get("of", "").startswith("/dev/sd"):
        return shell.fail(f"dd: failed to open '{options['of']}': Permission denied\n")
    return f"{text}0+1 records in\n0+1 records out\n"[:WRITTEN_CHARACTERS]


COMMANDS: dict[str, Run] = {
    **FACTS,
    **NETWORK,
    **TEXTS,
    **TREE,
    **dict.fromkeys(INTERPRETERS, _interpret),
    **dict.fromkeys(("apt", "apt-get", "yum", "dnf", "apk", "pacman"), _packages),
    **dict.fromkeys(("exit", "logout", "quit"), _exit),
    **dict.fromkeys(("test", "["), _test),
    "busybox": _busybox,
    "command": _command,
    "crontab": _crontab,
    "dd": _dd,
    "env": _env,
    "false": _false,
    "history": _history,
    "passwd": _passwd,
    "printenv": _env,
    "service": _systemctl,
    "su": _su,
    "sudo": _sudo,
    "systemctl": _systemctl,
    "unset": _unset,
    "which": _which,
}
