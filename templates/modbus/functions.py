"""The functions of Modbus (Modbus Application Protocol 1.1b3 section 6) over a process and its controller."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from device import identification
from frames import DEVICE_FAILURE, ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, ILLEGAL_VALUE

if TYPE_CHECKING:
    from decnet_controllers import Controller
    from decnet_process import Process

BITS_AT_ONCE, WORDS_AT_ONCE = 2000, 125
BITS_WRITTEN, WORDS_WRITTEN = 1968, 123
ON, OFF = 0xFF00, 0x0000
VALUES_SHOWN = 32

NAMES = {
    1: "read-coils",
    2: "read-discrete-inputs",
    3: "read-holding-registers",
    4: "read-input-registers",
    5: "write-single-coil",
    6: "write-single-register",
    7: "read-exception-status",
    8: "diagnostics",
    15: "write-multiple-coils",
    16: "write-multiple-registers",
    17: "report-server-id",
    22: "mask-write-register",
    23: "read-write-multiple-registers",
    43: "read-device-identification",
    90: "umas",
}
CHANGING = {5, 6, 15, 16, 22, 23, 90}
"""Those that change something; 90 is what Schneider Electric's tools load and stop a controller with."""


class Failure(Exception):
    """An exception of Modbus."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Seen:
    """What a request was about, for the log."""

    address: int | None = None
    quantity: int | None = None
    values: str | None = None


class Functions:
    """What one controller can do."""

    def __init__(self, controller: Controller, process: Process, *, accept_writes: bool) -> None:
        self._controller = controller
        self._process = process
        self._accept_writes = accept_writes
        self._by_number: dict[int, Callable[[bytes, Seen], bytes]] = {
            1: self._read_bits,
            2: self._read_bits,
            3: self._read_words,
            4: self._read_words,
            5: self._write_bit,
            6: self._write_word,
            8: self._diagnose,
            15: self._write_bits,
            16: self._write_words,
            22: self._mask,
            23: self._exchange,
            43: self._identify,
        }

    def run(self, function: int, data: bytes, seen: Seen) -> bytes:
        """The data of the response; raises `Failure`."""
        found = self._by_number.get(function)
        if found is None:
            if function == 90:
                seen.values = data[:VALUES_SHOWN].hex()
            raise Failure(ILLEGAL_FUNCTION)
        return found(data, seen)

    def _read_bits(self, data: bytes, seen: Seen) -> bytes:
        address, quantity = self._range(data, seen, BITS_AT_ONCE, self._process.bits)
        packed = bytearray((quantity + 7) // 8)
        for index in range(quantity):
            packed[index // 8] |= self._process.bit(address + index) << index % 8
        return bytes([len(packed)]) + packed

    def _read_words(self, data: bytes, seen: Seen) -> bytes:
        address, quantity = self._range(data, seen, WORDS_AT_ONCE, self._process.size)
        words = (self._process.word(address + index).to_bytes(2, "big") for index in range(quantity))
        return bytes([quantity * 2]) + b"".join(words)

    def _write_bit(self, data: bytes, seen: Seen) -> bytes:
        seen.address, value = _words(data, 2)
        seen.values = f"{value:#06x}"
        if value not in {ON, OFF}:
            raise Failure(ILLEGAL_VALUE)
        self._check(seen.address, 1, self._process.bits)
        self._process.switch(seen.address, value == ON)
        return data

    def _write_word(self, data: bytes, seen: Seen) -> bytes:
        seen.address, value = _words(data, 2)
        seen.values = str(value)
        self._check(seen.address, 1, self._process.size)
        self._process.write(seen.address, value)
        return data

    def _write_bits(self, data: bytes, seen: Seen) -> bytes:
        packed = data[5:]
        seen.address, seen.quantity = _words(data[:4], 2)
        if (
            not 1 <= seen.quantity <= BITS_WRITTEN
            or len(packed) != (seen.quantity + 7) // 8
            or data[4] != len(packed)
        ):
            raise Failure(ILLEGAL_VALUE)
        bits = [bool(packed[index // 8] >> index % 8 & 1) for index in range(seen.quantity)]
        seen.values = _shown(int(bit) for bit in bits)
        self._check(seen.address, seen.quantity, self._process.bits)
        for index, bit in enumerate(bits):
            self._process.switch(seen.address + index, bit)
        return data[:4]

    def _write_words(self, data: bytes, seen: Seen) -> bytes:
        seen.address, seen.quantity = _words(data[:4], 2)
        self._write(data[4:], seen)
        return data[:4]

    def _write(self, counted: bytes, seen: Seen) -> None:
        address, quantity = seen.address or 0, seen.quantity or 0
        if not 1 <= quantity <= WORDS_WRITTEN or counted[:1] != bytes([quantity * 2]):
            raise Failure(ILLEGAL_VALUE)
        values = _words(counted[1:], quantity)
        seen.values = _shown(values)
        self._check(address, quantity, self._process.size)
        for index, value in enumerate(values):
            self._process.write(address + index, value)

    def _mask(self, data: bytes, seen: Seen) -> bytes:
        seen.address, both, either = _words(data, 3)
        seen.values = f"and={both:#06x} or={either:#06x}"
        self._check(seen.address, 1, self._process.size)
        kept = self._process.word(seen.address) & both
        self._process.write(seen.address, kept | (either & ~both))
        return data

    def _exchange(self, data: bytes, seen: Seen) -> bytes:
        seen.address, seen.quantity = _words(data[4:8], 2)
        self._write(data[8:], seen)
        return self._read_words(data[:4], Seen())

    def _diagnose(self, data: bytes, _: Seen) -> bytes:
        # Only the echo: the other ones are of serial lines.
        if data[:2] != b"\0\0":
            raise Failure(ILLEGAL_FUNCTION)
        return data

    def _identify(self, data: bytes, _: Seen) -> bytes:
        found = identification(self._controller, data)
        if isinstance(found, int):
            raise Failure(found)
        return found

    def _range(self, data: bytes, seen: Seen, most: int, size: int) -> tuple[int, int]:
        seen.address, seen.quantity = _words(data, 2)
        if not 1 <= seen.quantity <= most:
            raise Failure(ILLEGAL_VALUE)
        if seen.address + seen.quantity > size:
            raise Failure(ILLEGAL_ADDRESS)
        return seen.address, seen.quantity

    def _check(self, address: int, quantity: int, size: int) -> None:
        if address + quantity > size:
            raise Failure(ILLEGAL_ADDRESS)
        if not self._accept_writes:
            raise Failure(DEVICE_FAILURE)


def _words(data: bytes, count: int) -> list[int]:
    if len(data) != count * 2:
        raise Failure(ILLEGAL_VALUE)
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def _shown(values: Iterable[int]) -> str:
    return ",".join(str(value) for value in list(values)[:VALUES_SHOWN])
