"""One client of SMB 2 or 3: which request goes where."""

from __future__ import annotations

import struct
from collections.abc import Callable

import dialects
import smb2
import status
from accounts import Accounts, Login
from decnet_rpc_server import RpcServer
from decnet_sessions import Session
from decnet_streams import Malformed
from files import Files
from login import Account, Gate, Rank
from machine import Machine
from opens import Opens, Pipe
from queries import Queries
from shares import PIPE, Share
from signing import SMB_3_1_1, Signer, chain
from smb2 import HEAD_BYTES, Reply, Request, failure
from srvsvc import SRVSVC, srvsvc_of

TREES_LIMIT = 32
GROUP = 0x53F0
"""Association group of DCE/RPC: as Samba counts them."""
PIPE_TRANSCEIVE, VALIDATE_NEGOTIATION, DFS_REFERRALS, DFS_REFERRALS_EX = 0x11C017, 0x140204, 0x60194, 0x601B0
DISK_SHARE, PIPE_SHARE = 1, 2
FULL_ACCESS, READ_ACCESS = 0x001F01FF, 0x001200A9
KNOWN_PIPES = {
    "atsvc", "browser", "epmapper", "eventlog", "initshutdown", "lsarpc", "lsass", "netlogon", "ntsvcs",
    "protected_storage", "samr", "scerpc", "spoolss", "svcctl", "trkwks", "w32time", "winreg", "wkssvc",
}  # fmt: skip
"""Pipes that are there, and closed to everyone who gets here."""


class Connection:
    """The server's side of one TCP connection."""

    def __init__(self, machine: Machine, gate: Gate, session: Session, first: int) -> None:
        self._machine = machine
        self._session = session
        self._dialect = 0
        self._preauth = bytes(64)
        self._logins = Accounts(machine, gate, session, first)
        self._trees = 0
        self._opens = Opens()
        self._files = Files(session, self._opens, self._pipe)
        self._queries = Queries(session, self._opens)

    def close(self) -> None:
        """The client is gone."""
        self._files.close_all()

    def upgrade(self, dialect: int) -> bytes:
        """The answer to a client that has asked for SMB 2 in SMB 1 ([MS-SMB2] section 3.3.5.3)."""
        self._dialect = 0 if dialect == dialects.ANY_SMB2 else dialect
        asked = Request(smb2.NEGOTIATE, 0, 1, 0, 0, 0, b"")
        return smb2.encode(asked, Reply(status.SUCCESS, dialects.answer(self._machine, dialect)))

    def receive(self, packet: bytes) -> bytes:
        """Answers the requests of one packet; nothing where there is nothing to say."""
        self._opens.begin()
        made: list[bytes] = []
        before: tuple[Request, Reply] | None = None
        signers: list[Signer | None] = []
        for request in smb2.requests_of(packet):
            if request.is_related and before is not None:
                request = _joined(request, before)
            reply = self._answer(request, before)
            if reply is None:
                continue
            before = request, reply
            made.append(smb2.encode(request, reply))
            signers.append(self._signer_of(request, reply))
        return self._assemble(made, signers)

    def _assemble(self, made: list[bytes], signers: list[Signer | None]) -> bytes:
        """Puts replies behind each other, each padded to eight bytes but the last."""
        sent = b""
        for index, (message, signer) in enumerate(zip(made, signers, strict=True)):
            if index < len(made) - 1:
                message += bytes(-len(message) % 8)
                message = message[:20] + struct.pack("<I", len(message)) + message[24:]
            sent += message if signer is None else signer.sign(message)
        return sent

    def _signer_of(self, request: Request, reply: Reply) -> Signer | None:
        login = self._logins.get(reply.session or request.session)
        if login is None or login.signer is None:
            return None
        is_last_of_login = request.command == smb2.SESSION_SETUP and reply.status == status.SUCCESS
        return login.signer if request.is_signed or is_last_of_login else None

    def _answer(self, request: Request, before: tuple[Request, Reply] | None) -> Reply | None:
        if request.command == smb2.NEGOTIATE:
            return self._negotiate(request)
        if not self._dialect:
            raise Malformed("a request before the negotiation", request.raw[:128])
        if request.command == smb2.SESSION_SETUP:
            return self._logins.set_up(request, self._dialect, self._preauth)
        if request.command == smb2.ECHO:
            return Reply(status.SUCCESS, _SHORT, request.tree, request.session)
        if request.command == smb2.CANCEL:
            return None
        login = self._logins.get(request.session)
        if login is None or login.account is None:
            return _addressed(failure(status.USER_SESSION_DELETED), request)
        if request.is_signed and login.signer is not None and not login.signer.verifies(request.raw):
            return _addressed(failure(status.ACCESS_DENIED), request)
        if request.is_related and before is not None and before[1].status >= 0xC0000000:
            return _addressed(failure(before[1].status), request)
        return _addressed(self._serve(request, login, login.account), request)

    def _negotiate(self, request: Request) -> Reply:
        if self._dialect and len(self._logins):
            raise Malformed("a second negotiation", request.raw[:128])
        dialect = dialects.choose(request)
        if dialect is None:
            return failure(status.NOT_SUPPORTED)
        self._dialect = dialect
        self._session.event("request", method="negotiate", dialect=smb2.name_of(dialect))
        reply = Reply(status.SUCCESS, dialects.answer(self._machine, dialect))
        if dialect == SMB_3_1_1:
            self._preauth = chain(chain(bytes(64), request.raw), smb2.encode(request, reply))
        return reply

    def _serve(self, request: Request, login: Login, account: Account) -> Reply:
        if request.command == smb2.TREE_CONNECT:
            return self._connect_tree(request, login, account)
        if request.command == smb2.LOGOFF:
            self._logins.remove(login)
            return Reply(status.SUCCESS, _SHORT)
        share = login.trees.get(request.tree)
        if share is None:
            return failure(status.NETWORK_NAME_DELETED)
        if request.command == smb2.TREE_DISCONNECT:
            del login.trees[request.tree]
            return Reply(status.SUCCESS, _SHORT)
        if request.command == smb2.CREATE:
            return self._files.create(request, account, share)
        if request.command == smb2.IOCTL:
            return self._control(request)
        if request.command in (smb2.FLUSH, smb2.LOCK):
            return Reply(status.SUCCESS, _SHORT)
        served: dict[int, Callable[[Request], Reply]] = {
            smb2.CLOSE: self._files.close,
            smb2.READ: self._files.read,
            smb2.WRITE: self._files.write,
            smb2.QUERY_DIRECTORY: self._queries.query_directory,
            smb2.QUERY_INFO: self._queries.query_info,
            smb2.SET_INFO: self._queries.set_info,
        }
        serve = served.get(request.command)
        return failure(status.NOT_SUPPORTED) if serve is None else serve(request)

    def _connect_tree(self, request: Request, login: Login, account: Account) -> Reply:
        _, offset, length = request.fields("HHH", 9)
        path = request.text(offset, min(length, 1024))
        name = path.rpartition("\\")[2]
        share = next((one for one in self._machine.shares if one.name.lower() == name.lower()), None)
        code = self._admission(share, account)
        self._session.event("request", method="tree-connect", path=path, accepted=code == status.SUCCESS)
        if code != status.SUCCESS or share is None:
            return failure(code)
        if len(login.trees) >= TREES_LIMIT:
            return failure(status.INSUFFICIENT_RESOURCES)
        self._trees += 1
        login.trees[self._trees] = share
        kind, access = (PIPE_SHARE, FULL_ACCESS) if share.kind & PIPE else (DISK_SHARE, FULL_ACCESS)
        if kind == DISK_SHARE and account.rank is not Rank.USER:
            access = READ_ACCESS
        return Reply(status.SUCCESS, struct.pack("<HBBIII", 16, kind, 0, 0, 0, access), self._trees)

    @staticmethod
    def _admission(share: Share | None, account: Account) -> int:
        if share is None:
            return status.BAD_NETWORK_NAME
        if share.kind & PIPE:
            return status.SUCCESS
        return status.ACCESS_DENIED if share.root is None or account.rank is Rank.NULL else status.SUCCESS

    def _pipe(self, account: Account, path: str) -> Pipe | int:
        name = path.lower()
        if name == "srvsvc":
            # Windows keeps null sessions from its pipes (RestrictNullSessAccess).
            if self._machine.is_windows and account.rank is Rank.NULL:
                return status.ACCESS_DENIED
            interfaces = {SRVSVC: srvsvc_of(self._machine)}
            return Pipe(RpcServer(self._session, interfaces, "\\PIPE\\srvsvc", GROUP))
        return status.ACCESS_DENIED if name in KNOWN_PIPES else status.OBJECT_NAME_NOT_FOUND

    def _control(self, request: Request) -> Reply:
        _, code, identifier, offset, length, _, _, _, room, _, _ = request.fields("HI16sIIIIIIII", 57)
        data = request.buffer(offset, length)
        result = status.SUCCESS
        if code == PIPE_TRANSCEIVE:
            result, made = self._files.transceive(identifier, data, room)
        elif code == VALIDATE_NEGOTIATION and self._dialect != SMB_3_1_1:
            capabilities = dialects.capabilities(self._dialect)
            made = struct.pack("<I16sHH", capabilities, self._machine.guid, smb2.MODE_ENABLED, self._dialect)
        elif code in (DFS_REFERRALS, DFS_REFERRALS_EX):
            result, made = (status.FS_DRIVER_REQUIRED if self._machine.is_windows else status.NOT_FOUND), b""
        else:
            result, made = status.INVALID_DEVICE_REQUEST, b""
        if result >= 0xC0000000:
            return failure(result)
        at = HEAD_BYTES + 48
        head = struct.pack("<HHI16sIIIIII", 49, 0, code, identifier, at, 0, at, len(made), 0, 0)
        return Reply(result, head + made)


_SHORT = struct.pack("<HH", 4, 0)


def _joined(request: Request, before: tuple[Request, Reply]) -> Request:
    """A related request, with session and tree of the one before."""
    earlier, reply = before
    tree = reply.tree or earlier.tree
    session = reply.session or earlier.session
    return Request(
        request.command, request.flags, request.credits, request.message, tree, session, request.raw
    )


def _addressed(reply: Reply, request: Request) -> Reply:
    return Reply(reply.status, reply.body, reply.tree or request.tree, reply.session or request.session)
