"""TPKT (RFC 1006 section 6) and COTP (ITU-T X.224, RFC 905), as far as S7 communication needs them."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_streams import Malformed, Stream

VERSION = 3
CONNECT, CONFIRM, DATA = 0xE0, 0xD0, 0xF0
DISCONNECT = 0x80
SIZE, CALLING, CALLED = 0xC0, 0xC1, 0xC2
"""Parameters: the size of a TPDU, and both ends' TSAP."""
LAST = 0x80
LARGEST = 4096
NOT_SPECIFIED = 0


@dataclass(frozen=True)
class Tpdu:
    """One of COTP: its kind, what its header has beside, and what it carries."""

    kind: int
    head: bytes
    data: bytes


@dataclass(frozen=True)
class Connect:
    """A connection that a client wants."""

    source: bytes
    """Its reference of the connection."""
    parameters: dict[int, bytes]

    @property
    def calling(self) -> bytes:
        """The client's TSAP."""
        return self.parameters.get(CALLING, b"")

    @property
    def called(self) -> bytes:
        """The TSAP that it wants: kind of connection, and rack and slot in one byte."""
        return self.parameters.get(CALLED, b"")


async def read_tpdu(stream: Stream) -> Tpdu:
    """The next TPDU."""
    head = await stream.exactly(4)
    length = int.from_bytes(head[2:], "big")
    if head[0] != VERSION or not 7 <= length <= LARGEST:
        raise Malformed("no packet of TPKT", head)
    body = await stream.exactly(length - 4)
    size = body[0]
    if not 2 <= size < len(body):
        raise Malformed("a header of COTP that does not fit", head + body)
    return Tpdu(body[1] & 0xF0, body[2 : size + 1], body[size + 1 :])


def read_connect(tpdu: Tpdu) -> Connect:
    """What a CR TPDU asks for."""
    if tpdu.kind != CONNECT or len(tpdu.head) < 5:
        raise Malformed("no request to connect", bytes([tpdu.kind]) + tpdu.head)
    rest = tpdu.head[5:]
    parameters: dict[int, bytes] = {}
    while rest:
        if len(rest) < 2 or len(rest) < 2 + rest[1]:
            raise Malformed("a parameter of COTP that does not fit", tpdu.head)
        parameters[rest[0]] = rest[2 : 2 + rest[1]]
        rest = rest[2 + rest[1] :]
    return Connect(tpdu.head[2:4], parameters)


def _packet(kind: int, head: bytes, data: bytes = b"") -> bytes:
    body = bytes([len(head) + 1, kind]) + head + data
    return bytes([VERSION, 0]) + (len(body) + 4).to_bytes(2, "big") + body


def confirm(asked: Connect, reference: int) -> bytes:
    """A CC TPDU with the client's own parameters."""
    chosen = {name: value for name, value in asked.parameters.items() if name in {SIZE, CALLING, CALLED}}
    parameters = b"".join(bytes([name, len(value)]) + value for name, value in chosen.items())
    return _packet(CONFIRM, asked.source + reference.to_bytes(2, "big") + b"\0" + parameters)


def refuse(asked: Connect) -> bytes:
    """A DR TPDU."""
    return _packet(DISCONNECT, asked.source + b"\0\0" + bytes([NOT_SPECIFIED]))


def carry(data: bytes) -> bytes:
    """A DT TPDU."""
    return _packet(DATA, bytes([LAST]), data)
