"""The server's end of one DCE/RPC connection, on TCP or on a named pipe: whole messages in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import decnet_dcerpc as rpc
from decnet_dcerpc import Context, Head, NotRpc, Syntax, Verifier
from decnet_logging import Value
from decnet_ndr import NdrReader, NotNdr
from decnet_negotiation import Negotiation
from decnet_ntlm import Answer
from decnet_sessions import Session

ACCESS_DENIED = 0x00000005
BAD_STUB_DATA = 0x000006F7
OPERATION_OUT_OF_RANGE, UNKNOWN_INTERFACE = 0x1C010002, 0x1C010003
CALL_LIMIT = 64 * 1024
"""Bytes of arguments of one call, in all its fragments."""
SHORTEST, LONGEST = 1432, 5840
"""Bytes of a fragment: the least that a server must take (C706 section 12.6.3.1), and what Windows takes."""
SPNEGO, NTLM = 9, 10
"""Kinds of authentication ([MS-RPCE] section 2.2.1.1.7)."""


class Fault(Exception):
    """A call that fails with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:#x}")
        self.status = status


@dataclass(frozen=True)
class Operation:
    """One call: its name, and what it does with its arguments."""

    name: str
    run: Callable[[NdrReader], bytes]


@dataclass(frozen=True)
class Interface:
    """What can be called: operations by their numbers. One that is not here is out of range."""

    name: str
    operations: Mapping[int, Operation]


class RpcServer:
    """One connection. `login` makes the state of an NTLM login; without, authentication is passed over."""

    def __init__(
        self,
        session: Session,
        interfaces: Mapping[Syntax, Interface],
        address: str,
        group: int,
        login: Callable[[], Negotiation] | None = None,
    ) -> None:
        self._session = session
        self._interfaces = interfaces
        self._address = address
        self._group = group
        self._login = login
        self._negotiation: Negotiation | None = None
        self._bound: dict[int, Interface] = {}
        self._longest = SHORTEST
        self._arguments = bytearray()
        self._denied = False

    def receive(self, message: bytes) -> list[bytes]:
        """Answers one message; raises `NotRpc` for what is none."""
        head = rpc.head_of(message)
        if head.length != len(message):
            raise NotRpc(f"a length of {head.length} for {len(message)} bytes")
        body, verifier = rpc.split(head, message)
        if head.kind == rpc.BIND or head.kind == rpc.ALTER:
            return [self._bind(head, body, verifier)]
        if head.kind == rpc.AUTH3:
            if verifier is not None:
                self._authenticate(verifier)
            return []
        if head.kind == rpc.REQUEST:
            return self._request(head, body)
        raise NotRpc(f"a message of kind {head.kind}")

    def _bind(self, head: Head, body: bytes, verifier: Verifier | None) -> bytes:
        longest, group, contexts = rpc.contexts_of(body)
        self._longest = max(SHORTEST, min(longest, LONGEST))
        results = [self._result(context) for context in contexts]
        first = head.kind == rpc.BIND
        ack = rpc.bind_ack(self._longest, group or self._group, self._address if first else "", results)
        token = None if verifier is None else self._authenticate(verifier)
        reply = None if not token else Verifier(verifier.kind, verifier.level, verifier.context, token)
        return rpc.message(rpc.BIND_ACK if first else rpc.ALTER_RESPONSE, head.call, ack, reply)

    def _result(self, context: Context) -> tuple[int, int, Syntax]:
        uuid, version = context.interface
        if any(syntax.bytes_le.startswith(rpc.FEATURES) for syntax, _ in context.transfers):
            return rpc.NEGOTIATE_ACK, 3, rpc.NO_SYNTAX
        found = self._interfaces.get(context.interface)
        self._request_event(
            "bind",
            interface=f"{uuid} {version & 0xFFFF}.{version >> 16}",
            accepted=found is not None,
            name=None if found is None else found.name,
        )
        if found is None:
            return rpc.PROVIDER_REJECTION, rpc.NO_ABSTRACT_SYNTAX, rpc.NO_SYNTAX
        if rpc.NDR not in context.transfers:
            return rpc.PROVIDER_REJECTION, rpc.NO_TRANSFER_SYNTAX, rpc.NO_SYNTAX
        if len(self._bound) < rpc.CONTEXTS_LIMIT:
            self._bound[context.number] = found
        return rpc.ACCEPTANCE, 0, rpc.NDR

    def _authenticate(self, verifier: Verifier) -> bytes:
        """The token to send, if there is one."""
        if self._login is None or verifier.kind not in (SPNEGO, NTLM):
            self._denied = True
            return b""
        self._negotiation = self._negotiation or self._login()
        try:
            found = self._negotiation.take(verifier.token)
        except ValueError as error:
            raise NotRpc(str(error)) from None
        if not isinstance(found, Answer):
            return found
        # We know nobody's password; the client hears it at its first call.
        self._denied = not found.is_anonymous
        self._negotiation = None
        self._session.event("auth", method="ntlm", **found.fields, accepted=found.is_anonymous)
        return b""

    def _request(self, head: Head, body: bytes) -> list[bytes]:
        context, number, stub = rpc.request_of(head, body)
        if head.flags & rpc.FIRST:
            self._arguments.clear()
        self._arguments += stub
        if len(self._arguments) > CALL_LIMIT:
            raise NotRpc("a call of too many fragments")
        if not head.flags & rpc.LAST:
            return []
        arguments = bytes(self._arguments)
        self._arguments.clear()
        try:
            answer = self._call(context, number, arguments)
        except Fault as fault:
            return [rpc.message(rpc.FAULT, head.call, rpc.fault(context, fault.status))]
        return rpc.responses(head.call, context, answer, self._longest)

    def _call(self, context: int, number: int, arguments: bytes) -> bytes:
        interface = self._bound.get(context)
        if interface is None:
            raise Fault(UNKNOWN_INTERFACE)
        operation = interface.operations.get(number)
        name = f"operation {number}" if operation is None else operation.name
        self._request_event("call", interface=interface.name, name=name)
        if self._denied:
            raise Fault(ACCESS_DENIED)
        if operation is None:
            raise Fault(OPERATION_OUT_OF_RANGE)
        try:
            return operation.run(NdrReader(arguments))
        except NotNdr as error:
            self._session.event("malformed", error=f"{name}: {error}", data=arguments[:256])
            raise Fault(BAD_STUB_DATA) from None

    def _request_event(self, method: str, **fields: Value) -> None:
        self._session.event("request", method=method, **fields)
