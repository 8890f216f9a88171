"""A Cisco router's EXEC as far as an intruder looks around: data, and a mode or two."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

CRYPT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

RELEASES = {
    "cisco-iosxe17": (
        "Cisco IOS XE Software, Version 17.03.05\n"
        "Cisco IOS Software [Amsterdam], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.5, "
        "RELEASE SOFTWARE (fc2)\n",
        "cisco ISR4331/K9 (1RU) processor with 1687137K/3071K bytes of memory.",
        "GigabitEthernet0/0/",
    ),
    "cisco-ios15": (
        "Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.7(3)M8, "
        "RELEASE SOFTWARE (fc1)\n",
        "Cisco CISCO2911/K9 (revision 1.0) with 483328K/40960K bytes of memory.",
        "GigabitEthernet0/",
    ),
}
"""What `show version` begins with, the line of the processor, and how interfaces are named."""

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
        self._release = RELEASES.get(identity.distro, RELEASES["cisco-ios15"])
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
        weeks, days, hours = (
            self._identity.number(f"ios/{unit}", 1, 50 if unit == "w" else 6) for unit in "wdh"
        )
        board = self._identity.derive("ios/board", 4).hex().upper()
        begin, processor, _ = self._release
        return (
            f"{begin}Technical Support: http://www.cisco.com/techsupport\n\n"
            f"{self._host} uptime is {weeks} weeks, {days} days, {hours} hours\n"
            "System returned to ROM by power-on\n\n"
            f"{processor}\nProcessor board ID FCZ{board}\n3 Gigabit Ethernet interfaces\n\n"
            "Configuration register is 0x2102\n"
        )

    def _addresses(self) -> str:
        head = "Interface              IP-Address      OK? Method Status                Protocol\n"
        name = self._release[2]
        address = self._identity.ip or "unassigned"
        return head + (
            f"{name + '0':<23}{address:<16}YES NVRAM  up                    up\n"
            f"{name + '1':<23}{'unassigned':<16}YES NVRAM  administratively down down\n"
        )

    def _interfaces(self) -> str:
        mac = self._identity.mac.replace(":", "") or self._identity.derive("ios/mac", 6).hex()
        shown = f"{mac[:4]}.{mac[4:8]}.{mac[8:]}"
        return (
            f"{self._release[2]}0 is up, line protocol is up\n"
            f"  Hardware is CN Gigabit Ethernet, address is {shown} (bia {shown})\n"
            "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"
        )

    def _users(self) -> str:
        return (
            "    Line       User       Host(s)              Idle       Location\n"
            f"*{self._identity.number('ios/line', 1, 5) + 386:>3} vty 0     {self.username[:10]:<10} idle\n"
        )

    def _configuration(self) -> str:
        name, address = self._release[2], self._identity.ip
        mask = f" ip address {address} 255.255.255.0" if address else " no ip address"
        text = "\n".join(
            (
                "version 15.7" if self._identity.distro == "cisco-ios15" else "version 17.3",
                "service timestamps log datetime msec",
                f"hostname {self._host}",
                f"enable secret 5 {_secret(self._identity, 'enable')}",
                f"username netadmin privilege 15 secret 5 {_secret(self._identity, 'netadmin')}",
                f"interface {name}0",
                mask,
                f"interface {name}1",
                " shutdown",
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
