"""Messages of SNMP versions 1 and 2c (RFC 1157 section 4, RFC 3416 section 3), read and written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from decnet_ber import OID, SEQUENCE, NotBer, Reader, element, integer, octets
from oids import Oid, read_oid, write_oid
from values import EMPTY, Value

GET, NEXT, RESPONSE, SET, BULK, INFORM, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA6, 0xA8
VERBS = {
    GET: "GET",
    NEXT: "GETNEXT",
    RESPONSE: "RESPONSE",
    SET: "SET",
    0xA4: "TRAP",
    BULK: "GETBULK",
    INFORM: "INFORM",
    0xA7: "TRAP",
    REPORT: "REPORT",
}
V1, V2C, V3 = 0, 1, 3
BINDINGS_LIMIT = 64
"""Of one message."""
NO_ERROR, TOO_BIG, NO_SUCH_NAME, NO_ACCESS, NOT_WRITABLE = 0, 1, 2, 6, 17


@dataclass(frozen=True)
class Binding:
    """A name and a value."""

    oid: Oid
    value: Value

    def encode(self) -> bytes:
        """As an element."""
        return element(SEQUENCE, element(OID, write_oid(self.oid)), self.value)


@dataclass(frozen=True)
class Pdu:
    """What is asked or answered."""

    kind: int
    request: int
    first: int = 0
    """error-status; of GETBULK non-repeaters."""
    second: int = 0
    """error-index; of GETBULK max-repetitions."""
    bindings: tuple[Binding, ...] = ()

    @property
    def verb(self) -> str:
        """Its name."""
        return VERBS[self.kind]

    def response(self, bindings: tuple[Binding, ...], error: int = NO_ERROR, index: int = 0) -> Pdu:
        """The answer to it."""
        return replace(self, kind=RESPONSE, first=error, second=index, bindings=bindings)

    def encode(self) -> bytes:
        """As an element."""
        bindings = element(SEQUENCE, *(binding.encode() for binding in self.bindings))
        head = (integer(part) for part in (self.request, self.first, self.second))
        return element(self.kind, *head, bindings)


@dataclass(frozen=True)
class Message:
    """A message with a community."""

    version: int
    community: bytes
    pdu: Pdu

    def encode(self) -> bytes:
        """As a datagram."""
        return element(SEQUENCE, integer(self.version), octets(self.community), self.pdu.encode())


def read_message(body: Reader, version: int) -> Message:
    """The rest of a message after its version."""
    community = body.bytes()
    return Message(version, community, read_pdu(body, version))


def read_pdu(body: Reader, version: int) -> Pdu:
    """The next element, as what is asked."""
    kind = body.tag
    if kind not in VERBS:
        raise NotBer(f"no PDU of SNMP: {kind:#04x}")
    if kind in {BULK, INFORM, 0xA7, REPORT} and version == V1:
        raise NotBer(f"{VERBS[kind]} in version 1")
    inner = body.into()
    if kind == 0xA4:
        # It has another form, and only a manager would read it.
        return Pdu(kind, 0)
    request, first, second = (inner.integer() for _ in range(3))
    listed = inner.into(SEQUENCE)
    bindings: list[Binding] = []
    while listed.more:
        if len(bindings) == BINDINGS_LIMIT:
            raise NotBer("too many variable bindings")
        bindings.append(_binding(listed.into(SEQUENCE)))
    return Pdu(kind, request, first, second, tuple(bindings))


def _binding(pair: Reader) -> Binding:
    oid = read_oid(pair.bytes(OID))
    if not pair.more:
        return Binding(oid, EMPTY)
    tag = pair.tag
    return Binding(oid, element(tag, pair.bytes(tag)))
