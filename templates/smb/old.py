"""One client of SMB 1 ([MS-CIFS], [MS-SMB]), as far as the login: what scanners speak, and old machines."""

from __future__ import annotations

import os
import struct
import time

import decnet_spnego as spnego
import smb1
import status
from decnet_negotiation import Negotiation
from decnet_ntlm import Answer, bare_answer
from decnet_sessions import Session
from decnet_streams import Malformed
from login import Account, Gate
from machine import Machine, filetime
from smb1 import Old

NAME = "SMB 1.0"
ALONE = 0xFF
"""No further command comes in this message."""
NAMES = {
    0x24: "lock",
    0x25: "transaction",
    0x2D: "open",
    0x2E: "read",
    0x2F: "write",
    0x32: "transaction2",
    0x34: "find-close",
    0xA0: "nt-transact",
    0xA2: "nt-create",
}
"""Commands that are told by name ([MS-CIFS] section 2.2.2.1)."""


class OldConnection:
    """One client that stays with SMB 1."""

    def __init__(self, machine: Machine, gate: Gate, session: Session) -> None:
        self._machine = machine
        self._gate = gate
        self._session = session
        self._nonce = os.urandom(8)
        self._negotiation = Negotiation(machine.target)
        self._account: Account | None = None

    def negotiate(self, packet: bytes, dialects: list[bytes]) -> bytes:
        """Chooses NT LM 0.12, or no dialect at all."""
        request = Old.of(packet)
        # Samba takes the first of these two that is offered under its older name.
        names = (b"NT LM 0.12",) if self._machine.is_windows else (b"NT LANMAN 1.0", b"NT LM 0.12")
        chosen = next((dialects.index(name) for name in names if name in dialects), None)
        self._session.event(
            "request",
            method="negotiate",
            dialect="none" if chosen is None or not self._machine.smb1 else NAME,
        )
        if chosen is None or not self._machine.smb1:
            return request.reply(status.SUCCESS, b"\xff\xff")
        extended = bool(request.flags2 & smb1.EXTENDED_SECURITY)
        if extended:
            data = self._machine.guid + spnego.offer(self._machine.mechanisms)
        else:
            names16 = f"{self._machine.domain}\0{self._machine.target.computer}\0"
            data = self._nonce + names16.encode("utf-16-le")
        return request.reply(status.SUCCESS, self._parameters(chosen, extended=extended), data)

    def _parameters(self, chosen: int, *, extended: bool) -> bytes:
        """The words of [MS-CIFS] section 2.2.4.52.2: the figures by which nmap knows a product."""
        machine = self._machine
        if machine.is_windows:
            multiplex, buffer, key = (50, 16_644, 0) if machine.is_server else (10, 4356, 0)
            able = 0x0001F3FC if machine.is_server else 0x0001E3FC
        else:
            multiplex, buffer, key, able = 50, 16_644, 0, 0x0080F3FD
        return struct.pack(
            "<HBHHIIIIQhB",
            chosen,
            3,
            multiplex,
            1,
            buffer,
            65_536,
            key,
            able | (0x80000000 if extended else 0),
            filetime(time.time()),
            0,
            0 if extended else 8,
        )

    def receive(self, packet: bytes) -> bytes:
        """Answers a later message."""
        request = Old.of(packet)
        if request.command == smb1.SESSION_SETUP:
            return self._set_up(request)
        if request.command == smb1.ECHO:
            return request.reply(status.SUCCESS, struct.pack("<H", 1), request.data[:1024])
        if self._account is None:
            return request.reply(status.ACCESS_DENIED)
        if request.command == smb1.LOGOFF:
            self._account = None
            return request.reply(status.SUCCESS, struct.pack("<BBH", ALONE, 0, 0))
        if request.command == smb1.TREE_CONNECT:
            return self._connect_tree(request)
        if request.command == smb1.TREE_DISCONNECT:
            return request.reply(status.SUCCESS)
        name = NAMES.get(request.command, f"command {request.command:#x}")
        self._session.event("request", method=name, dialect=NAME, data=packet[:64], accepted=False)
        return request.reply(status.ACCESS_DENIED)

    def _set_up(self, request: Old) -> bytes:
        if len(request.words) == 24:
            return self._set_up_extended(request)
        *_, lm_length, nt_length, _, _ = request.layout("BxHHHHIHHII")
        if lm_length + nt_length > len(request.data):
            raise Malformed("a login shorter than its passwords", request.packet[:128])
        lm, nt = request.data[:lm_length], request.data[lm_length : lm_length + nt_length]
        username, domain = request.strings(lm_length + nt_length, 2)
        found = bare_answer(username, domain, lm, nt, self._nonce)
        return self._finish(request, found)

    def _set_up_extended(self, request: Old) -> bytes:
        *_, length, _, _ = request.layout("BxHHHHIHII")
        try:
            found = self._negotiation.take(request.data[:length])
        except ValueError as error:
            raise Malformed(str(error), request.data) from None
        if isinstance(found, Answer):
            return self._finish(request, found, extended=True)
        code = status.LOGON_FAILURE if self._negotiation.is_refused else status.MORE_PROCESSING_REQUIRED
        return self._setup_reply(request, code, found)

    def _finish(self, request: Old, answer: Answer, *, extended: bool = False) -> bytes:
        self._account = self._gate.admit(answer, self._session, NAME)
        blob = self._negotiation.accepted() if extended else None
        self._negotiation = Negotiation(self._machine.target)
        if self._account is None:
            return request.reply(status.LOGON_FAILURE)
        return self._setup_reply(request, status.SUCCESS, blob, guest=self._account.is_guest)

    def _setup_reply(self, request: Old, code: int, blob: bytes | None, *, guest: bool = False) -> bytes:
        machine = self._machine
        words = struct.pack("<BBHH", ALONE, 0, 0, guest)
        texts = (machine.native_os, machine.native_lan)
        if blob is None:
            data = request.text(3, b"", *texts, machine.domain)
        else:
            words += struct.pack("<H", len(blob))
            data = request.text(4, blob, *texts)
        return request.reply(code, words, data, user=2048)

    def _connect_tree(self, request: Old) -> bytes:
        *_, length = request.layout("BxHHH")
        path = request.strings(length, 1)[0][:512]
        is_pipe = path.upper().endswith("\\IPC$")
        self._session.event("request", method="tree-connect", dialect=NAME, path=path, accepted=is_pipe)
        if not is_pipe:
            return request.reply(status.ACCESS_DENIED)
        data = request.text(3, b"IPC\0", "")
        return request.reply(status.SUCCESS, struct.pack("<BBHH", ALONE, 0, 0, 1), data, tree=1)
