"""What the controller does for one connection: jobs and user data, each told as it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import messages
import variables
from controller import PDU, Plc
from messages import Message, Userdata, answered, read_userdata, told
from szl import RUN, STOP, clock

if TYPE_CHECKING:
    from decnet_sessions import Session

READ, WRITE, CONTROL, HALT, SETUP = 0x04, 0x05, 0x28, 0x29, 0xF0
TRANSFERS = {
    0x1A: "request-download",
    0x1B: "download-block",
    0x1C: "end-download",
    0x1D: "start-upload",
    0x1E: "upload",
    0x1F: "end-upload",
}
SHOWN = 32


class Services:
    """One connection's."""

    def __init__(self, plc: Plc, session: Session) -> None:
        self._plc = plc
        self._session = session
        self._trusted = not plc.password
        self._pdu = PDU
        self._rest = b""
        self._sequence = 0
        self._jobs: dict[int, Callable[[Message], bytes]] = {
            SETUP: self._setup,
            READ: self._read,
            WRITE: self._write,
            CONTROL: self._control,
            HALT: self._halt,
        }

    def run(self, message: Message) -> bytes:
        """The answer to a message."""
        if message.kind == messages.USERDATA:
            return self._userdata(message)
        function = message.parameters[0]
        job = self._jobs.get(function)
        if job is not None:
            return job(message)
        name = TRANSFERS.get(function)
        # The name of a block or of a service, as letters.
        block = message.parameters[9:].decode("latin-1")[:SHOWN] or None
        if name is None:
            self._session.event("request", verb=f"function-{function:#04x}")
            return answered(message, b"", error=messages.NOT_AVAILABLE)
        self._session.event("command", command=name, name=block, accepted=False)
        return answered(message, b"", error=messages.PROTECTED)

    def _setup(self, message: Message) -> bytes:
        parameters = message.parameters
        if len(parameters) != 8:
            return answered(message, b"", error=messages.NOT_AVAILABLE)
        asked = int.from_bytes(parameters[6:8], "big")
        self._pdu = max(64, min(asked, PDU))
        self._session.event("request", verb="setup", size=asked)
        return answered(message, parameters[:2] + b"\0\x01\0\x01" + self._pdu.to_bytes(2, "big"))

    def _read(self, message: Message) -> bytes:
        items = variables.read_items(message.parameters)
        self._session.event("request", verb="read-var", query=", ".join(item.shown for item in items))
        data = b""
        if sum(item.length + 5 for item in items) <= self._pdu:
            data = variables.read(self._plc.memory, items)
        if not data or len(data) + 14 > self._pdu:
            return answered(message, b"", error=messages.TOO_LARGE)
        return answered(message, message.parameters[:2], data)

    def _write(self, message: Message) -> bytes:
        items = variables.read_items(message.parameters)
        values = variables.read_values(message.data, len(items))
        codes = bytearray()
        for item, value in zip(items, values, strict=True):
            code = variables.write(self._plc.memory, item, value) if self._trusted else messages.MISSING
            codes.append(code)
            self._session.event(
                "command",
                command="write-var",
                path=item.shown,
                values=value[:SHOWN].hex(),
                accepted=code == messages.OK,
            )
        if not self._trusted:
            return answered(message, b"", error=messages.PROTECTED)
        return answered(message, message.parameters[:2], bytes(codes))

    def _control(self, message: Message) -> bytes:
        # The name of the service is the last part, with its length in front.
        name = _last_text(message.parameters[8:])
        start = name == "P_PROGRAM"
        return self._steer(message, "plc-start" if start else "plc-control", name, RUN if start else None)

    def _halt(self, message: Message) -> bytes:
        return self._steer(message, "plc-stop", _last_text(message.parameters[6:]), STOP)

    def _steer(self, message: Message, command: str, name: str, mode: int | None) -> bytes:
        self._session.event("command", command=command, name=name, accepted=self._trusted)
        if not self._trusted:
            return answered(message, b"", error=messages.PROTECTED)
        if mode is not None:
            self._plc.state.mode = mode
        return answered(message, message.parameters[:1])

    def _userdata(self, message: Message) -> bytes:
        asked = read_userdata(message)
        kind = asked.group, asked.function
        if kind == (messages.SZL, 1):
            return self._list(message, asked)
        if kind == (messages.SECURITY, 1):
            return self._log_in(message, asked)
        if kind == (messages.BLOCKS, 1):
            self._session.event("request", verb="list-blocks")
            return told(message, asked, self._plc.blocks)
        if kind == (messages.CLOCK, 1):
            self._session.event("request", verb="read-clock")
            return told(message, asked, clock())
        self._session.event("request", verb=f"userdata-{asked.group}-{asked.function}")
        return told(message, asked, None, error=messages.NOT_AVAILABLE)

    def _list(self, message: Message, asked: Userdata) -> bytes:
        if asked.sequence and asked.sequence == self._sequence and self._rest:
            return self._part(message, asked)
        if len(asked.data) != 4:
            return told(message, asked, None, error=messages.NO_SUCH_LIST)
        number, index = (int.from_bytes(asked.data[at : at + 2], "big") for at in (0, 2))
        self._session.event("request", verb="read-szl", szl=f"{number:#06x}", index=index)
        found = self._plc.lists.read(number, index, self._plc.state.mode)
        if found is None:
            return told(message, asked, None, error=messages.NO_SUCH_LIST)
        self._rest = found
        self._sequence = self._sequence % 255 + 1
        return self._part(message, asked)

    def _part(self, message: Message, asked: Userdata) -> bytes:
        # Header, parameters and the head of the data take 26 bytes.
        room = max(self._pdu, PDU) - 26
        part, self._rest = self._rest[:room], self._rest[room:]
        return told(message, asked, part, sequence=self._sequence, more=bool(self._rest))

    def _log_in(self, message: Message, asked: Userdata) -> bytes:
        password = _plain(asked.data[:8])
        known = self._plc.password.encode()
        right = bool(known) and password == known
        self._session.event("auth", method="s7", password=password, accepted=right)
        self._trusted = self._trusted or right
        if right:
            return told(message, asked, b"")
        return told(message, asked, None, error=messages.WRONG_PASSWORD if known else messages.NO_PASSWORD)


def _plain(hidden: bytes) -> bytes:
    """A password as it was typed: each byte is hidden by 0x55 and the one two places before it."""
    shown = bytes(byte ^ 0x55 ^ (hidden[at - 2] if at > 1 else 0) for at, byte in enumerate(hidden))
    return shown.rstrip(b" \0")


def _last_text(data: bytes) -> str:
    """The last text in it that has its length in front."""
    for start in range(len(data)):
        if data[start] == len(data) - start - 1:
            return data[start + 1 :].decode("latin-1")[:SHOWN]
    return ""
