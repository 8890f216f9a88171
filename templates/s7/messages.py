"""Messages of S7 communication, as Wireshark's dissector of S7comm names their parts."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_streams import Malformed

PROTOCOL, PLUS = 0x32, 0x72
JOB, ACK_DATA, USERDATA = 1, 3, 7
HEADER = 10

NOT_AVAILABLE, TOO_LARGE, PROTECTED = 0x8104, 0x8500, 0xD241
"""Errors: a function that there is not, more than a PDU, a password is needed."""
NO_PASSWORD, WRONG_PASSWORD, NO_SUCH_LIST = 0xD605, 0xD602, 0xD401
OK, RANGE, MISSING = 0xFF, 0x05, 0x0A
"""Return codes of one item."""
OCTETS = 0x09
"""A transport size: bytes."""


@dataclass(frozen=True)
class Message:
    """A job or a message of user data."""

    kind: int
    reference: int
    parameters: bytes
    data: bytes


def read_message(whole: bytes) -> Message:
    """What a DT TPDU carries."""
    if whole[:1] == bytes([PLUS]):
        raise Malformed("S7comm-plus", whole)
    if len(whole) < HEADER or whole[0] != PROTOCOL or whole[1] not in {JOB, USERDATA}:
        raise Malformed("no message of S7", whole)
    reference, size, rest = (int.from_bytes(whole[at : at + 2], "big") for at in (4, 6, 8))
    if not size or len(whole) != HEADER + size + rest:
        raise Malformed("a message of S7 with lengths that do not fit", whole)
    return Message(whole[1], reference, whole[HEADER : HEADER + size], whole[HEADER + size :])


def _head(kind: int, reference: int, parameters: bytes, data: bytes) -> bytes:
    lengths = len(parameters).to_bytes(2, "big") + len(data).to_bytes(2, "big")
    return bytes([PROTOCOL, kind, 0, 0]) + reference.to_bytes(2, "big") + lengths


def answered(asked: Message, parameters: bytes, data: bytes = b"", error: int = 0) -> bytes:
    """The answer to a job."""
    head = _head(ACK_DATA, asked.reference, parameters, data)
    return head + error.to_bytes(2, "big") + parameters + data


@dataclass(frozen=True)
class Userdata:
    """What is asked by user data: a group of functions, and one of them."""

    group: int
    function: int
    sequence: int
    data: bytes
    """Without its head."""


SZL, BLOCKS, SECURITY, CLOCK = 4, 3, 5, 7


def read_userdata(message: Message) -> Userdata:
    """The parts of a message of user data."""
    parameters, data = message.parameters, message.data
    if len(parameters) < 8 or parameters[:3] != b"\0\x01\x12" or parameters[5] & 0xF0 != 0x40:
        raise Malformed("no request in user data", parameters)
    if len(data) < 4 or int.from_bytes(data[2:4], "big") != len(data) - 4:
        raise Malformed("user data of a length that does not fit", data)
    return Userdata(parameters[5] & 0x0F, parameters[6], parameters[7], data[4:])


def told(
    message: Message,
    asked: Userdata,
    data: bytes | None,
    *,
    sequence: int = 0,
    more: bool = False,
    error: int = 0,
) -> bytes:
    """The answer by user data; `more`: it goes on in another. None: nothing but an error."""
    body = (
        bytes([MISSING, 0, 0, 0])
        if data is None
        else bytes([OK, OCTETS]) + len(data).to_bytes(2, "big") + data
    )
    kind = bytes([0x80 | asked.group, asked.function, sequence])
    parameters = (
        b"\0\x01\x12\x08\x12" + kind + bytes([sequence if more else 0, more]) + error.to_bytes(2, "big")
    )
    return _head(USERDATA, message.reference, parameters, body) + parameters + body
