"""A Cisco switch's EXEC as far as an intruder looks around: data, and a mode or two."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from decnet_cisco import release_of
from decnet_uptime import DAY, uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

CRYPT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WORDS = {
    "configure": ("terminal",),
    "disable": (),
    "enable": (),
    "exit": (),
    "logout": (),
    "quit": (),
    "show": (
        "clock",
        "interfaces",
        "ip",
        "privilege",
        "running-config",
        "startup-config",
        "users",
        "version",
    ),
    "terminal": (),
    "write": (),
}
"""Commands and what may follow; each may be cut short as long as it is the only one that begins so."""

PRIVILEGED = {"configure", "write", "show running-config", "show startup-config"}


class Exec:
    """One login. `run` answers a line's output; `asks_secret` tells that `enable` wants a password now."""

    def __init__(self, identity: Identity, username: str) -> None:
        self._identity = identity
        self._host = identity.hostname.split(".")[0]
        self._release = release_of(identity.distro)
        self.username = username
        self.greeting = ""
        self.over = False
        self.asks_secret = False
        self._privileged = False
        self._configures = False

    @property
    def prompt(self) -> str:
        """As IOS writes it."""
        if self._configures:
            return f"{self._host}(config)#"
        return self._host + ("#" if self._privileged else ">")

    def enable(self) -> None:
        """The password was right."""
        self._privileged = True

    def run(self, line: str) -> str:
        """The output of one line."""
        words = line.split()[:16]
        if not words:
            return ""
        if self._configures:
            self._configures = _whole(words[0], ("end", "exit")) is None
            return ""
        command = _whole(words[0], tuple(WORDS))
        if command == "show" and len(words) > 1:
            topic = _whole(words[1], WORDS["show"])
            command = None if topic is None else f"show {topic}"
        if command in PRIVILEGED and not self._privileged:
            command = None
        return self._unknown(line, words) if command is None else self._do(command)

    def _unknown(self, line: str, words: list[str]) -> str:
        if self._privileged or len(words) > 1:
            column = len(self.prompt) + len(line) - len(line.lstrip())
            return " " * column + "^\n% Invalid input detected at '^' marker.\n\n"
        return (
            f'Translating "{words[0]}"...domain server (255.255.255.255)\n'
            "% Unknown command or computer name, or unable to find computer address\n"
        )

    def _do(self, command: str) -> str:
        answers = {
            "configure": self._configure,
            "disable": self._disable,
            "enable": self._ask,
            "exit": self._leave,
            "logout": self._leave,
            "quit": self._leave,
            "show clock": lambda: f"{_clock()}\n",
            "show interfaces": self._interfaces,
            "show ip": self._addresses,
            "show privilege": lambda: f"Current privilege level is {15 if self._privileged else 1}\n",
            "show running-config": self._configuration,
            "show startup-config": self._configuration,
            "show users": self._users,
            "show version": self._version,
            "write": lambda: "Building configuration...\n[OK]\n",
        }
        answer = answers.get(command)
        return "" if answer is None else answer()

    def _configure(self) -> str:
        self._configures = True
        return "Enter configuration commands, one per line.  End with CNTL/Z.\n"

    def _disable(self) -> str:
        self._privileged = False
        return ""

    def _ask(self) -> str:
        self.asks_secret = not self._privileged
        return ""

    def _leave(self) -> str:
        self.over = True
        return ""

    def _version(self) -> str:
        days, rest = divmod(uptime_of(self._identity), DAY)
        weeks, days = divmod(days, 7)
        board = self._identity.derive("ios/board", 4).hex().upper()
        release = self._release
        notice = "\n".join(release.notice)
        return (
            f"{release.banner}{release.software}\n{notice}\n\n"
            f"{self._host} uptime is {weeks} weeks, {days} days, {rest // 3600} hours\n"
            "System returned to ROM by power-on\n\n"
            f"{release.processor}\nProcessor board ID FOC{board}\n1 Virtual Ethernet interface\n"
            f"{release.ports} Gigabit Ethernet interfaces\n\n"
            f"Configuration register is {'0xF' if not release.banner else '0x102'}\n"
        )

    def _addresses(self) -> str:
        head = "Interface              IP-Address      OK? Method Status                Protocol\n"
        port = self._release.port
        address = self._identity.ip or "unassigned"
        return head + (
            f"{'Vlan1':<23}{address:<16}YES NVRAM  up                    up\n"
            f"{port + '1':<23}{'unassigned':<16}YES unset  up                    up\n"
            f"{port + '2':<23}{'unassigned':<16}YES unset  down                  down\n"
        )

    def _interfaces(self) -> str:
        mac = self._identity.mac.replace(":", "") or self._identity.derive("ios/mac", 6).hex()
        shown = f"{mac[:4]}.{mac[4:8]}.{mac[8:]}"
        return (
            "Vlan1 is up, line protocol is up\n"
            f"  Hardware is EtherSVI, address is {shown} (bia {shown})\n"
            "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"
        )

    def _users(self) -> str:
        return (
            "    Line       User       Host(s)              Idle       Location\n"
            f"*{self._identity.number('ios/line', 1, 5) + 386:>3} vty 0     {self.username[:10]:<10} idle\n"
        )

    def _configuration(self) -> str:
        port, address = self._release.port, self._identity.ip
        mask = f" ip address {address} 255.255.255.0" if address else " no ip address"
        text = "\n".join(
            (
                f"version {self._release.version}",
                "service timestamps log datetime msec",
                f"hostname {self._host}",
                f"enable secret 5 {_secret(self._identity, 'enable')}",
                f"username netadmin privilege 15 secret 5 {_secret(self._identity, 'netadmin')}",
                f"interface {port}1",
                " switchport mode access",
                "interface Vlan1",
                mask,
                "line vty 0 4",
                " login local",
                " transport input telnet ssh",
                "end",
            )
        )
        return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}\n\n"


def _whole(word: str, words: tuple[str, ...]) -> str | None:
    """The only one of the words that begins so."""
    found = [one for one in words if one.startswith(word.lower())]
    return found[0] if len(found) == 1 else None


def _clock() -> str:
    now = datetime.now(timezone.utc)
    month = MONTHS[now.month - 1]
    return f"*{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC {now:%a} {month} {now.day} {now.year}"


def _secret(identity: Identity, name: str) -> str:
    """What looks like an MD5 crypt, and is nobody's password."""
    letters = "".join(CRYPT[byte % 64] for byte in identity.derive(f"ios/secret/{name}", 26))
    return f"$1${letters[:4]}${letters[4:]}"
