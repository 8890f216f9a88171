"""Commands that tell of the machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from decnet_shell_contents import used_disk, used_memory

if TYPE_CHECKING:
    from decnet_shell import Shell

SESSION_PID = 2841
KERNEL_THREADS = ("kthreadd", "rcu_gp", "mm_percpu_wq", "ksoftirqd/0", "kswapd0", "kworker/0:1-events")
DAEMONS = (
    "/usr/lib/systemd/systemd-journald",
    "/usr/lib/systemd/systemd-udevd",
    "/usr/bin/dbus-daemon --system",
    "/usr/sbin/cron -f",
    "/usr/sbin/rsyslogd -n -iNONE",
    "/sbin/agetty -o -p -- \\u --noclear tty1 linux",
)
DEVICE_DAEMONS = (
    "/sbin/syslogd -n",
    "/sbin/klogd -n",
    "/usr/sbin/crond",
    "udhcpc -i eth0",
    "/usr/sbin/telnetd",
)


def _uname(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    userland = "" if machine.system == "VMkernel" else " GNU/Linux"
    parts = {
        "s": machine.system,
        "n": machine.hostname,
        "r": machine.kernel,
        "v": machine.build,
        "m": machine.architecture,
        "o": userland.strip(),
    }
    letters = "".join(word[1:] for word in words if word.startswith("-") and not word.startswith("--"))
    if "a" in letters or "--all" in words:
        letters = "snrvmo"
    if any(letter not in parts and letter not in "pi" for letter in letters):
        return shell.fail(f"uname: invalid option -- '{letters[:1]}'\n")
    wanted = [text for letter, text in parts.items() if letter in (letters or "s") and text]
    return " ".join(wanted) + "\n"


def _id(shell: Shell, words: list[str], piped: str) -> str:
    if words[:1] == ["-u"]:
        return f"{shell.number}\n"
    whole = f"{shell.number}({shell.username})"
    return f"uid={whole} gid={whole} groups={whole}\n"


def span(seconds: int) -> str:
    """As uptime writes it."""
    days, rest = divmod(seconds, 86_400)
    hours, minutes = divmod(rest // 60, 60)
    begin = f"{days} day{'s' if days != 1 else ''}, " if days else ""
    return f"{begin}{hours:2}:{minutes:02}" if hours else f"{begin}{minutes} min"


def _uptime(shell: Shell, words: list[str], piped: str) -> str:
    users = "" if shell.machine.is_busybox else "  1 user,"
    now = time.strftime("%H:%M:%S", time.gmtime())
    return f" {now} up {span(shell.machine.uptime)},{users}  load average: 0.02, 0.04, 0.00\n"


def _w(shell: Shell, words: list[str], piped: str) -> str:
    head = "USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n"
    since = time.strftime("%H:%M", time.gmtime(shell.since))
    line = f"{shell.username[:8]:<8} pts/0    -                {since}    0.00s  0.01s  0.00s w\n"
    return _uptime(shell, [], "") + head + line


def _who(shell: Shell, words: list[str], piped: str) -> str:
    since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(shell.since))
    return f"{shell.username:<8} pts/0        {since}\n"


def _last(shell: Shell, words: list[str], piped: str) -> str:
    format_, machine = "%a %b %e %H:%M", shell.machine
    since = time.strftime(format_, time.gmtime(shell.since))
    boot = time.strftime(format_, time.gmtime(machine.booted))
    lines = [f"{shell.username[:8]:<8} pts/0                         {since}   still logged in"]
    lines.append(f"reboot   system boot  {machine.kernel[:16]:<16} {boot}   still running")
    begin = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(machine.booted))
    return "\n".join(lines) + f"\n\nwtmp begins {begin}\n"


def _ps(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    if machine.is_busybox:
        return _processes_of_device()
    if not words:
        head = "    PID TTY          TIME CMD\n"
        return f"{head}{SESSION_PID:>7} pts/0    00:00:00 bash\n{SESSION_PID + 31:>7} pts/0    00:00:00 ps\n"
    boot = time.strftime("%b%d", time.gmtime(machine.booted))
    server = f"sshd: {shell.username}@pts/0" if shell.service == "ssh" else "in.telnetd"
    named = ["/sbin/init", *(f"[{name}]" for name in KERNEL_THREADS), *DAEMONS]
    rows = [
        ("root", 1 if not place else 1 + place * (7 if place < 7 else 59), name)
        for place, name in enumerate(named)
    ]
    rows += [("root", SESSION_PID - 20, server), (shell.username, SESSION_PID, "-bash")]
    rows.append((shell.username, SESSION_PID + 31, "ps " + " ".join(words)))
    if "f" in words[0] and not words[0].startswith("a"):
        lines = (
            f"{user[:8]:<8} {pid:>7} {1 if pid > 1 else 0:>7}  0 {boot} ?        00:00:00 {name}"
            for user, pid, name in rows
        )
        return "UID          PID    PPID  C STIME TTY          TIME CMD\n" + "\n".join(lines) + "\n"
    lines = (
        f"{user[:8]:<8} {pid:>7}  0.0  0.{pid % 4} {9000 + pid * 3:>6} {3000 + pid:>5} "
        f"?        Ss   {boot}   0:00 {name}"
        for user, pid, name in rows
    )
    return (
        "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
        + "\n".join(lines)
        + "\n"
    )


def _processes_of_device() -> str:
    named = ["init", *(f"[{name}]" for name in KERNEL_THREADS[:5]), *DEVICE_DAEMONS, "-sh", "ps"]
    rows = (
        f"{1 + place * 23:>5} root      {1100 + place * 12:>5} S    {name}"
        for place, name in enumerate(named)
    )
    return "  PID USER       VSZ STAT COMMAND\n" + "\n".join(rows) + "\n"


def _free(shell: Shell, words: list[str], piped: str) -> str:
    unit = {"-m": 1024, "-g": 1024 * 1024}.get((words or ["-k"])[0], 1)
    total, used = shell.machine.memory, used_memory(shell.machine)
    cached = used // 3
    if (words or [""])[0] == "-h":
        total, used, cached, unit = total // 1024, used // 1024, cached // 1024, 1
    numbers = [total, used - cached, total - used, 912, cached, total - used + cached]
    shown = "".join(f"{number // unit:>12}" for number in numbers)
    head = "               total        used        free      shared  buff/cache   available\n"
    return f"{head}Mem:    {shown}\nSwap:   {0:>12}{0:>12}{0:>12}\n"


def _df(shell: Shell, words: list[str], piped: str) -> str:
    human = "-h" in words
    root = (
        "rootfs" if shell.machine.is_busybox else "/dev/sda1",
        shell.machine.disk,
        used_disk(shell.machine),
        "/",
    )
    rows = [("tmpfs", shell.machine.memory // 2, 0, "/dev/shm"), root]
    size = "Size  Used Avail" if human else "1K-blocks     Used Available"
    lines = [f"Filesystem     {size} Use% Mounted on"]
    for name, total, used, place in rows:
        numbers = [total, used, total - used]
        shown = [f"{number / 1048576:>4.1f}G" if human else f"{number:>9}" for number in numbers]
        lines.append(f"{name:<14} {' '.join(shown)} {100 * used // max(total, 1):>3}% {place}")
    return "\n".join(lines) + "\n"


def _lscpu(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    rows = {"Architecture": machine.architecture, "CPU(s)": machine.cores, "Model name": machine.processor}
    return "".join(f"{name + ':':<33}{value}\n" for name, value in rows.items())


def _nproc(shell: Shell, words: list[str], piped: str) -> str:
    return f"{shell.machine.cores}\n"


def _date(shell: Shell, words: list[str], piped: str) -> str:
    if words[:1] == ["+%s"]:
        return f"{int(time.time())}\n"
    return time.strftime("%a %b %e %H:%M:%S UTC %Y\n", time.gmtime())


def _hostname(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    if words[:1] == ["-I"] or words[:1] == ["-i"]:
        return f"{machine.ip}\n"
    with_domain = words[:1] == ["-f"] and machine.domain
    return f"{machine.hostname}.{machine.domain}\n" if with_domain else f"{machine.hostname}\n"


def _whoami(shell: Shell, words: list[str], piped: str) -> str:
    return f"{shell.username}\n"


def _mount(shell: Shell, words: list[str], piped: str) -> str:
    if words:
        return shell.fail(
            "mount: only root can do that\n" if not shell.is_root else "mount: bad superblock\n"
        )
    file = shell.files.get("/proc/mounts")
    rows = (line.split() for line in (file.text or "" if file else "").splitlines())
    return "".join(f"{row[0]} on {row[1]} type {row[2]} ({row[3]})\n" for row in rows)


def _release(shell: Shell, words: list[str], piped: str) -> str:
    return f"Description:\t{shell.machine.title}\n"


FACTS = {
    "date": _date,
    "df": _df,
    "free": _free,
    "hostname": _hostname,
    "id": _id,
    "last": _last,
    "lsb_release": _release,
    "lscpu": _lscpu,
    "mount": _mount,
    "nproc": _nproc,
    "ps": _ps,
    "uname": _uname,
    "uptime": _uptime,
    "w": _w,
    "who": _who,
    "whoami": _whoami,
}
