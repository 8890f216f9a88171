"""Frames of Modbus TCP (Modbus Messaging on TCP/IP 1.0b section 3.1.3), read and written."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_streams import Malformed, Stream

HEADER = 7
LENGTHS = range(2, 255)
"""Of what follows the length: the unit and at most 253 bytes."""
FAILED = 0x80
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4


@dataclass(frozen=True)
class Frame:
    """One request or response."""

    transaction: int
    unit: int
    function: int
    data: bytes

    def encode(self) -> bytes:
        """As bytes."""
        head = self.transaction.to_bytes(2, "big") + b"\0\0" + (len(self.data) + 2).to_bytes(2, "big")
        return head + bytes([self.unit, self.function]) + self.data

    def response(self, data: bytes) -> Frame:
        """What answers it."""
        return Frame(self.transaction, self.unit, self.function, data)

    def failure(self, code: int) -> Frame:
        """The exception that answers it."""
        return Frame(self.transaction, self.unit, self.function | FAILED, bytes([code]))


class Refused(Malformed):
    """A header that is none; `answer` is what devices say to it all the same."""

    def __init__(self, error: str, head: bytes) -> None:
        super().__init__(error, head)
        frame = Frame(int.from_bytes(head[:2], "big"), head[6], head[7], b"")
        self.answer = frame.failure(ILLEGAL_FUNCTION).encode()


async def read_frame(stream: Stream) -> Frame:
    """The next frame."""
    head = await stream.exactly(HEADER + 1)
    protocol, length = (int.from_bytes(head[at : at + 2], "big") for at in (2, 4))
    if protocol:
        raise Refused(f"protocol {protocol:#06x}", head)
    if length not in LENGTHS:
        raise Refused(f"a length of {length}", head)
    data = await stream.exactly(length - 2)
    return Frame(int.from_bytes(head[:2], "big"), head[6], head[7], data)
