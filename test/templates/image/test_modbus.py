"""A controller that speaks Modbus TCP as pymodbus reads it, moves slowly, and tells what is written to it."""

import random
import socket
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from pymodbus.bit_read_message import ReadCoilsRequest
from pymodbus.factory import ClientDecoder
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.register_read_message import ReadHoldingRegistersRequest, ReadWriteMultipleRegistersRequest
from pymodbus.register_write_message import MaskWriteRegisterRequest, WriteMultipleRegistersRequest
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "modbus"))

from functions import Failure, Functions, Seen

from decnet_controllers import controller_of
from decnet_process import Process


def made(distro: str = "schneider-m340", seed: int = 1, *, accept_writes: bool = True) -> Functions:
    decky = identity(seed, distro)
    return Functions(controller_of(decky), Process(decky), accept_writes=accept_writes)


def ask(functions: Functions, request: object) -> object:
    """What pymodbus makes of the answer to its request."""
    code = request.function_code
    data = functions.run(code, request.encode(), Seen())
    return ClientDecoder().decode(bytes([code]) + data)


def failure(functions: Functions, code: int, data: bytes) -> int:
    try:
        functions.run(code, data, Seen())
    except Failure as found:
        return found.code
    return 0


class FunctionsTest(unittest.TestCase):
    def test_pymodbus_reads_words_and_bits(self) -> None:
        functions = made()
        words = ask(functions, ReadHoldingRegistersRequest(0, 20)).registers
        self.assertEqual(len(words), 20)
        self.assertTrue(all(0 <= word <= 0xFFFF for word in words) and any(words))
        self.assertEqual(len(ask(functions, ReadCoilsRequest(3, 17)).bits), 24)

    def test_what_is_written_is_read_back(self) -> None:
        functions = made()
        ask(functions, WriteMultipleRegistersRequest(4, [7, 65_535]))
        self.assertEqual(ask(functions, ReadHoldingRegistersRequest(4, 2)).registers, [7, 65_535])
        ask(functions, MaskWriteRegisterRequest(5, 0x00F0, 0x0005))
        self.assertEqual(ask(functions, ReadHoldingRegistersRequest(5, 1)).registers, [0x00F5])
        both = ReadWriteMultipleRegistersRequest(
            read_address=4, read_count=2, write_address=4, write_registers=[9]
        )
        self.assertEqual(ask(functions, both).registers, [9, 0x00F5])
        for data in (b"\0\x02\xff\0", b"\0\x02\0\0"):
            functions.run(5, data, Seen())
            self.assertEqual(ask(functions, ReadCoilsRequest(2, 1)).bits[0], data[2] == 0xFF)
        functions.run(15, b"\0\0\0\x0a\x02\xff\x01", Seen())
        self.assertEqual(ask(functions, ReadCoilsRequest(0, 10)).bits[:10], [True] * 9 + [False])

    def test_a_write_is_told_with_its_values(self) -> None:
        seen = Seen()
        made().run(16, b"\0\x03\0\x02\x04\0\x01\0\x02", seen)
        self.assertEqual((seen.address, seen.quantity, seen.values), (3, 2, "1,2"))

    def test_writes_may_be_refused(self) -> None:
        functions = made(accept_writes=False)
        before = functions._process.word(60)
        self.assertEqual(failure(functions, 6, b"\0\x3c\x12\x34"), 4)
        self.assertEqual(functions._process.word(60), before)

    def test_says_who_made_it_as_its_other_services_do(self) -> None:
        for distro, vendor, product in (
            ("schneider-m340", b"Schneider Electric", b"BMX P34 2020"),
            ("siemens-s7-1200", b"Siemens", b"6ES7 214-1AG40-0XB0"),
        ):
            found = ask(made(distro), ReadDeviceInformationRequest(1, 0)).information
            self.assertEqual((found[0], found[1]), (vendor, product))
            self.assertRegex(found[2], rb"^[vV]\d\.\d+")
            self.assertEqual(list(ask(made(distro), ReadDeviceInformationRequest(4, 1)).information), [1])

    def test_exceptions_are_the_ones_of_the_specification(self) -> None:
        functions = made()
        for code, data, expected in (
            (3, b"\xff\xff\0\x01", 2),
            (3, b"\0\0\0\0", 3),
            (3, b"\0\0\0\x7e", 3),
            (1, b"\0\0\x07\xd1", 3),
            (3, b"\0\0\0", 3),
            (5, b"\0\0\x12\x34", 3),
            (6, b"\xff\xff\0\0", 2),
            (15, b"\0\0\0\x09\x01\xff", 3),
            (15, b"\0\0", 3),
            (16, b"\0\0\0\x02\x04\0\0", 3),
            (16, b"\0\0\0\x7c\xf8" + bytes(248), 3),
            (22, b"\0\0", 3),
            (23, b"\0\0\0\x01\0\0\0\x01\x02\0", 3),
            (43, b"\x0d", 1),
            (43, b"\x0e\x05\0", 3),
            (43, b"\x0e\x04\x09", 2),
            (17, b"", 1),
            (90, b"\0\x02", 1),
            (8, b"\0\x01\0\0", 1),
            (100, b"", 1),
        ):
            self.assertEqual(failure(functions, code, data), expected, (code, data))

    def test_no_mutation_is_a_fault_or_too_long(self) -> None:
        functions = made()
        for seed in range(5000):
            chance = random.Random(seed)
            code = chance.choice((1, 2, 3, 4, 5, 6, 8, 15, 16, 22, 23, 43, chance.randrange(256)))
            data = chance.randbytes(chance.choice((0, 1, 3, 4, 5, 6, 7, 9, 10, 11, 40, 252)))
            if chance.random() < 0.5:
                data = bytes(byte if chance.random() < 0.3 else 0 for byte in data)
            try:
                self.assertLessEqual(len(functions.run(code, data, Seen())), 252)
            except Failure:
                continue


class ProcessTest(unittest.TestCase):
    def test_values_drift_slowly_and_go_on_after_a_restart(self) -> None:
        first, again = (Process(identity(1)) for _ in range(2))
        now = [first.word(index, 1e9) for index in range(40)]
        self.assertEqual([again.word(index, 1e9) for index in range(40)], now)
        later = [first.word(index, 1e9 + 60) for index in range(40)]
        self.assertNotEqual(now, later)
        for before, after in zip(now, later, strict=True):
            self.assertLess(abs(before - after), 0.15 * before + 40)

    def test_a_decky_has_a_process_of_its_own(self) -> None:
        one, other = (Process(identity(seed)) for seed in (1, 2))
        self.assertNotEqual(
            [one.word(index, 1e9) for index in range(30)], [other.word(index, 1e9) for index in range(30)]
        )
        self.assertNotEqual(
            [one.bit(index) for index in range(30)], [other.bit(index) for index in range(30)]
        )

    def test_what_is_beyond_its_end_is_not_kept(self) -> None:
        process = Process(identity())
        for index in range(65_536):
            process.write(index, 1)
            process.switch(index, True)
        self.assertEqual((len(process._written), len(process._switched)), (process.size, process.bits))


class WireTest(unittest.TestCase):
    def test_serves_tells_and_ends_what_is_no_modbus(self) -> None:
        ports = free_ports("tcp")
        ((port, _),) = ports
        with Child(TEMPLATES / "modbus", ports, {"accept_writes": True}) as child:
            child.wait_until_listening(ports)
            with socket.create_connection((ADDRESS, port), 10) as client:
                client.sendall(struct.pack(">HHHBBHH", 7, 0, 6, 255, 6, 3, 4242))
                self.assertEqual(client.recv(100), struct.pack(">HHHBBHH", 7, 0, 6, 255, 6, 3, 4242))
                client.sendall(struct.pack(">HHHBBHH", 8, 0, 6, 1, 3, 3, 1))
                self.assertEqual(client.recv(100), struct.pack(">HHHBBBH", 8, 0, 5, 1, 3, 2, 4242))
            for whole, answer in (
                # The answer that nmap knows Modbus by.
                (b"GET / HTTP/1.0\r\n\r\n", b"GE\0\0\0\x03H\xd4\x01"),
                (struct.pack(">HHHBB", 1, 0, 1, 1, 3), struct.pack(">HHHBBB", 1, 0, 3, 1, 0x83, 1)),
                (struct.pack(">HHHBB", 1, 0, 255, 1, 3), struct.pack(">HHHBBB", 1, 0, 3, 1, 0x83, 1)),
            ):
                with socket.create_connection((ADDRESS, port), 10) as client:
                    client.sendall(whole)
                    client.shutdown(socket.SHUT_WR)
                    found = b""
                    while data := client.recv(100):
                        found += data
                    self.assertEqual(found, answer)
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(sum(one["<event>"] == "malformed" for one in events), 3)
        (written,) = [one for one in events if one["<event>"] == "command"]
        names = ("command", "unit", "address", "values", "accepted")
        self.assertEqual(
            [written[name] for name in names], ["write-single-register", "255", "3", "4242", "true"]
        )


if __name__ == "__main__":
    unittest.main()
