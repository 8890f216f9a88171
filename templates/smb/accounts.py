"""Session setup of SMB 2 and 3 ([MS-SMB2] section 3.3.5.5): who is logged in, and with what key."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import smb2
import status
from decnet_negotiation import Negotiation
from decnet_ntlm import Answer
from decnet_ntlm_session import SessionSecurity
from decnet_sessions import Session
from decnet_streams import Malformed
from login import Account, Gate, Rank
from machine import Machine
from shares import Share
from signing import SMB_3_1_1, Signer, chain
from smb2 import HEAD_BYTES, Reply, Request, failure

LOGINS_LIMIT = 16


@dataclass
class Login:
    """A session of SMB, from its first token on."""

    number: int
    preauth: bytes
    negotiation: Negotiation
    account: Account | None = None
    signer: Signer | None = None
    trees: dict[int, Share] = field(default_factory=dict)


class Accounts:
    """The sessions of SMB on one connection, by their numbers."""

    def __init__(self, machine: Machine, gate: Gate, session: Session, first: int) -> None:
        self._machine = machine
        self._gate = gate
        self._session = session
        self._next = first
        self._logins: dict[int, Login] = {}

    def __len__(self) -> int:
        return len(self._logins)

    def get(self, number: int) -> Login | None:
        """By its number."""
        return self._logins.get(number)

    def remove(self, login: Login) -> None:
        """Ends it."""
        self._logins.pop(login.number, None)

    def set_up(self, request: Request, dialect: int, preauth: bytes) -> Reply:
        """The next step of a login; `preauth` is the hash of the negotiation."""
        flags, _, _, _, offset, length, _ = request.fields("BBIIHHQ", 25)
        if flags & 1:
            # Another channel of a session: nobody was told that there are any.
            return failure(status.REQUEST_NOT_ACCEPTED)
        login = self._logins.get(request.session)
        if login is None:
            if request.session or len(self._logins) >= LOGINS_LIMIT:
                return failure(status.USER_SESSION_DELETED)
            login = Login(self._next, preauth, Negotiation(self._machine.target))
            self._next += 4
            self._logins[login.number] = login
        if dialect == SMB_3_1_1:
            login.preauth = chain(login.preauth, request.raw)
        reply = self._step(login, request.buffer(offset, length), dialect)
        if dialect == SMB_3_1_1 and reply.status == status.MORE_PROCESSING_REQUIRED:
            login.preauth = chain(login.preauth, smb2.encode(request, reply))
        return reply

    def _step(self, login: Login, blob: bytes, dialect: int) -> Reply:
        try:
            found = login.negotiation.take(blob)
        except ValueError as error:
            raise Malformed(str(error), blob) from None
        if not isinstance(found, Answer):
            refused = login.negotiation.is_refused
            code = status.LOGON_FAILURE if refused else status.MORE_PROCESSING_REQUIRED
            return _reply(login, code, 0, found)
        account = self._gate.admit(found, self._session, smb2.name_of(dialect))
        if account is None:
            self.remove(login)
            return Reply(status.LOGON_FAILURE, failure(0).body, 0, login.number)
        return self._enter(login, account, dialect)

    def _enter(self, login: Login, account: Account, dialect: int) -> Reply:
        login.account = account
        security = None
        if account.key is not None:
            login.signer = Signer(account.key, dialect, login.preauth)
            if SessionSecurity.is_possible(account.flags):
                security = SessionSecurity(account.key, account.flags)
        blob = login.negotiation.accepted(security)
        # A client may log in again in the place of this one.
        login.negotiation = Negotiation(self._machine.target)
        flags = smb2.IS_NULL if account.rank is Rank.NULL else smb2.IS_GUEST if account.is_guest else 0
        return _reply(login, status.SUCCESS, flags, blob)


def _reply(login: Login, code: int, flags: int, blob: bytes) -> Reply:
    head = struct.pack("<HHHH", 9, flags, HEAD_BYTES + 8, len(blob))
    return Reply(code, head + blob, 0, login.number)
