"""Telnet's in-band commands (RFC 854, options by RFC 855), taken out of what a client sends."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_streams import Malformed

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
INTERRUPT, ERASE_CHARACTER, ERASE_LINE = 244, 247, 248
COMMANDS = range(236, 250)
"""EOF of RFC 1184 up to GA: commands of one byte."""

ECHO, SUPPRESS_GO_AHEAD, STATUS, TERMINAL_TYPE, WINDOW_SIZE, TERMINAL_SPEED, FLOW_CONTROL = (
    1,
    3,
    5,
    24,
    31,
    32,
    33,
)
X_DISPLAY, NEW_ENVIRONMENT = 35, 39
"""Options (RFC 857, 858, 859, 1091, 1073, 1079, 1372, 1096, 1572)."""

VAR, VALUE, ESCAPE, USERVAR = 0, 1, 2, 3
"""What parts the environment (RFC 1572 section 2)."""

SUBOPTION_LIMIT = 1024

AS_CHARACTERS = {INTERRUPT: b"\x03", ERASE_CHARACTER: b"\x7f", ERASE_LINE: b"\x15"}
"""Commands that a terminal has a key for."""


@dataclass(frozen=True)
class Option:
    """WILL, WONT, DO or DONT about an option."""

    verb: int
    number: int


@dataclass(frozen=True)
class Suboption:
    """What a client says within an option, without the option's number."""

    number: int
    data: bytes


Item = bytes | Option | Suboption


class Decoder:
    """Parts a client's bytes into text and commands, wherever they are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Item]:
        """What is complete by now; raises `Malformed` for a command that does not exist."""
        data = self._rest + data
        items: list[Item] = []
        at = 0
        while at < len(data):
            start = data.find(IAC, at)
            if start < 0:
                start = len(data)
            if start > at:
                items.append(data[at:start])
            at = start
            if at == len(data):
                break
            read = _command(data, at)
            if read is None:
                break
            item, at = read
            if item is not None:
                items.append(item)
        self._rest = data[at:]
        return items


def _command(data: bytes, at: int) -> tuple[Item | None, int] | None:
    """The command there and where it ends; None while it is not complete."""
    if len(data) - at < 2:
        return None
    command = data[at + 1]
    if command == IAC:
        return bytes([IAC]), at + 2
    if command in (WILL, WONT, DO, DONT):
        return None if len(data) - at < 3 else (Option(command, data[at + 2]), at + 3)
    if command == SB:
        return _suboption(data, at)
    if command in AS_CHARACTERS:
        return AS_CHARACTERS[command], at + 2
    if command in COMMANDS or command == SE:
        return None, at + 2
    raise Malformed(f"not a command of Telnet: {command}", data[at : at + 64])


def _suboption(data: bytes, at: int) -> tuple[Item | None, int] | None:
    said = bytearray()
    position = at + 2
    while position < len(data):
        if len(said) > SUBOPTION_LIMIT:
            raise Malformed("a suboption without an end", data[at : at + 64])
        byte = data[position]
        if byte != IAC:
            said.append(byte)
            position += 1
            continue
        if position + 1 == len(data):
            return None
        if data[position + 1] == IAC:
            said.append(IAC)
            position += 2
            continue
        # Whatever else follows ends it, as telnetd has it.
        return (Suboption(said[0], bytes(said[1:])) if said else None), position + 2
    return None


def environment(data: bytes) -> dict[bytes, bytes]:
    """The variables of a NEW-ENVIRON IS suboption (RFC 1572), those without a value left out."""
    found: dict[bytes, bytes] = {}
    name, value, into = bytearray(), None, None
    position = 1
    while position < len(data):
        byte = data[position]
        if byte in (VAR, USERVAR):
            if value is not None:
                found[bytes(name)] = bytes(value)
            name, value = bytearray(), None
            into = name
        elif byte == VALUE:
            value = bytearray()
            into = value
        else:
            if byte == ESCAPE and position + 1 < len(data):
                position += 1
                byte = data[position]
            if into is not None:
                into.append(byte)
        position += 1
    if value is not None:
        found[bytes(name)] = bytes(value)
    return found
