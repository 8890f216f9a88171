"""A SIMATIC controller as nmap's s7-info and snap7 ask it, and what it tells of who writes or stops it."""

import random
import socket
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "s7"))

from controller import PDU, Plc
from memory import BLOCKS, FLAGS, OUTPUTS
from messages import read_message
from services import Services
from transport import Tpdu, read_connect

from decnet_controllers import controller_of
from decnet_streams import Malformed

CR = bytes.fromhex("0300001611e00000001400c1020100c2020102c0010a")
SETUP = bytes.fromhex("32010000000000080000f0000001000101e0")
STOP = b"\x29\0\0\0\0\0\x09P_PROGRAM"
START = b"\x28\0\0\0\0\0\0\xfd\0\0\x09P_PROGRAM"
SECRET = "s3cret"


class Session:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, object]]] = []

    def event(self, name: str, /, **fields: object) -> None:
        self.told.append((name, fields))


class Client:
    def __init__(
        self, distro: str = "siemens-s7-300", seed: int = 1, password: str = "", plc: Plc | None = None
    ) -> None:
        self.session = Session()
        self.plc = plc or Plc(identity(seed, distro), password)
        self._services = Services(self.plc, self.session)

    def send(self, message: bytes) -> bytes:
        return self._services.run(read_message(message))

    def job(self, parameters: bytes, data: bytes = b"") -> tuple[int, bytes, bytes]:
        """Error, parameters and data of the answer."""
        reply = self.send(
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, len(parameters), len(data)) + parameters + data
        )
        kind, reference, size, rest, error = struct.unpack(">xBxxHHHH", reply[:12])
        assert (kind, reference, len(reply)) == (3, 7, 12 + size + rest)
        return error, reply[12 : 12 + size], reply[12 + size :]

    def userdata(self, group: int, function: int, data: bytes, sequence: int = 0) -> tuple[bytes, bytes]:
        """Parameters and data of the answer."""
        parameters = b"\0\x01\x12\x04\x11" + bytes([0x40 | group, function, sequence])
        body = b"\xff\x09" + len(data).to_bytes(2, "big") + data
        head = struct.pack(">BBHHHH", 0x32, 7, 0, 7, len(parameters), len(body))
        reply = self.send(head + parameters + body)
        assert len(reply) <= PDU
        return reply[10:22], reply[22:]

    def szl(self, number: int, index: int = 0) -> bytes | None:
        """A whole list with its head, however many parts it has."""
        found, sequence = b"", 0
        while True:
            parameters, data = self.userdata(4, 1, struct.pack(">HH", number, index), sequence)
            if data[0] != 0xFF:
                return None
            assert int.from_bytes(data[2:4], "big") == len(data) - 4
            found += data[4:]
            if not parameters[9]:
                return found
            sequence = parameters[7]

    def read(self, *items: bytes) -> bytes:
        error, _, data = self.job(b"\x04" + bytes([len(items)]) + b"".join(items))
        assert error == 0, error
        return data

    @property
    def last(self) -> tuple[str, dict[str, object]]:
        return self.session.told[-1]


def item(area: int, block: int, byte: int, count: int, size: int = 2, bit: int = 0) -> bytes:
    return struct.pack(">BBBBHHB", 0x12, 10, 16, size, count, block, area) + (byte * 8 + bit).to_bytes(
        3, "big"
    )


def value(data: bytes, kind: int = 4) -> bytes:
    return b"\0" + bytes([kind]) + (len(data) * (8 if kind == 4 else 1)).to_bytes(2, "big") + data


class ListsTest(unittest.TestCase):
    def test_says_what_it_is_where_nmap_looks(self) -> None:
        for distro in ("siemens-s7-300", "siemens-s7-1200"):
            client, controller = Client(distro), controller_of(identity(1, distro))
            _, modules = client.userdata(4, 1, b"\0\x11\0\x01")
            whole = bytes(29) + modules
            self.assertEqual(whole[43:63].decode(), controller.model.order)
            self.assertEqual(tuple(whole[122:125]), controller.firmware)
            _, names = client.userdata(4, 1, b"\0\x1c\0\x01")
            whole = bytes(29) + names
            for place, text in (
                (43, controller.station),
                (77, controller.model.name),
                (111, controller.plant),
                (145, "Original Siemens Equipment"),
                (179, controller.serial),
            ):
                self.assertEqual(whole[place:].split(b"\0")[0].decode(), text)

    def test_a_long_list_comes_in_parts(self) -> None:
        found = Client().szl(0x001C)
        self.assertEqual(struct.unpack(">HHHH", found[:8]), (0x001C, 0, 34, 7))
        self.assertEqual(len(found), 8 + 7 * 34)

    def test_one_record_can_be_asked_for(self) -> None:
        serial = Client().szl(0x011C, 5)
        self.assertIn(controller_of(identity(1, "siemens-s7-300")).serial.encode(), serial)
        self.assertEqual(struct.unpack(">HHHH", serial[:8]), (0x011C, 5, 34, 1))

    def test_what_there_is_not_is_refused(self) -> None:
        for number, index in ((0x9999, 0), (0x011C, 77), (0x0111, 2)):
            self.assertIsNone(Client().szl(number, index))
        self.assertIn((0x001C).to_bytes(2, "big"), Client().szl(0))

    def test_a_decky_is_its_own_and_stays(self) -> None:
        self.assertEqual(Client(seed=1).szl(0x001C), Client(seed=1).szl(0x001C))
        for number in (0x001C,):
            self.assertNotEqual(Client(seed=1).szl(number), Client(seed=2).szl(number))
        blocks = [Client(seed=seed).userdata(3, 1, b"")[1] for seed in (1, 1, 2)]
        self.assertEqual(blocks[0], blocks[1])
        self.assertNotEqual(blocks[0], blocks[2])


class JobsTest(unittest.TestCase):
    def test_agrees_on_a_size(self) -> None:
        client = Client()
        reply = client.send(SETUP)
        self.assertEqual(reply[-8:], b"\xf0\0\0\x01\0\x01" + PDU.to_bytes(2, "big"))
        self.assertEqual(client.last, ("request", {"verb": "setup", "size": 480}))

    def test_reads_variables_and_says_which_are_missing(self) -> None:
        client = Client()
        data = client.read(
            item(BLOCKS, 1, 0, 5),
            item(BLOCKS, 60_000, 0, 4),
            item(FLAGS, 0, 250, 9),
            item(OUTPUTS, 0, 0, 1, 1, 3),
        )
        self.assertEqual(data[:4], b"\xff\x04\0\x28")
        # Five bytes are filled up to six.
        self.assertEqual(data[10:18], b"\x0a\0\0\0\x05\0\0\0")
        self.assertEqual(data[18:22], b"\xff\x03\0\x01")
        self.assertEqual(len(data), 23)
        query = "DB1.0.0 BYTE 5, DB60000.0.0 BYTE 4, M.250.0 BYTE 9, Q.0.3 BIT 1"
        self.assertEqual(client.last, ("request", {"verb": "read-var", "query": query}))

    def test_what_is_written_is_told_and_read_back(self) -> None:
        client = Client()
        parameters = b"\x05\x02" + item(BLOCKS, 1, 3, 3) + item(FLAGS, 0, 7, 1, 1, 2)
        before = client.read(item(BLOCKS, 1, 0, 8))[4:]
        error, _, codes = client.job(parameters, value(b"\xaa\xbb\xcc") + b"\0" + value(b"\x01", 3))
        self.assertEqual((error, codes), (0, b"\xff\xff"))
        self.assertEqual(
            client.session.told[-2:],
            [
                ("command", {"command": "write-var", "path": path, "values": written, "accepted": True})
                for path, written in (("DB1.3.0 BYTE 3", "aabbcc"), ("M.7.2 BIT 1", "01"))
            ],
        )
        after = client.read(item(BLOCKS, 1, 0, 8))[4:]
        self.assertEqual(after[3:6], b"\xaa\xbb\xcc")
        self.assertEqual(after[2], before[2])
        self.assertEqual(client.read(item(FLAGS, 0, 7, 1, 1, 2))[-1], 1)

    def test_a_read_beyond_a_message_is_refused(self) -> None:
        error, _, _ = Client().job(b"\x04\x01" + item(FLAGS, 0, 0, 250))
        self.assertEqual(error, 0x8500)

    def test_a_stop_is_told_and_stays_until_a_start(self) -> None:
        client = Client()
        self.assertEqual(client.szl(0x0424)[11], 8)
        self.assertEqual(client.job(STOP)[:2], (0, b"\x29"))
        self.assertEqual(
            client.last, ("command", {"command": "plc-stop", "name": "P_PROGRAM", "accepted": True})
        )
        self.assertEqual(Client(plc=client.plc).szl(0x0424)[11], 4)
        self.assertEqual(client.job(START)[:2], (0, b"\x28"))
        self.assertEqual(client.last[1]["command"], "plc-start")
        self.assertEqual(client.szl(0x0424)[11], 8)

    def test_blocks_cannot_be_fetched_or_loaded(self) -> None:
        for function, name in ((0x1D, "start-upload"), (0x1A, "request-download")):
            client = Client()
            self.assertEqual(client.job(bytes([function]) + bytes(8) + b"_0800001A")[0], 0xD241)
            self.assertEqual(
                client.last, ("command", {"command": name, "name": "_0800001A", "accepted": False})
            )
        self.assertEqual(Client().job(b"\x99")[0], 0x8104)


class PasswordTest(unittest.TestCase):
    @staticmethod
    def hidden(password: str) -> bytes:
        """As a client hides it."""
        found = bytearray()
        for at, byte in enumerate(password.ljust(8).encode()):
            found.append(byte ^ 0x55 ^ (found[at - 2] if at > 1 else 0))
        return bytes(found)

    def test_without_it_a_protected_controller_does_nothing(self) -> None:
        client = Client(password=SECRET)
        write = b"\x05\x01" + item(FLAGS, 0, 0, 1), value(b"\x01")
        self.assertEqual(client.job(STOP)[0], 0xD241)
        self.assertEqual(client.last[1]["accepted"], False)
        self.assertEqual(client.job(*write)[0], 0xD241)
        self.assertEqual(client.last[1]["accepted"], False)
        self.assertEqual(client.szl(0x0424)[11], 8)
        parameters, _ = client.userdata(5, 1, self.hidden("guess"))
        self.assertEqual(parameters[10:], b"\xd6\x02")
        self.assertEqual(client.last, ("auth", {"method": "s7", "password": b"guess", "accepted": False}))
        parameters, _ = client.userdata(5, 1, self.hidden(SECRET))
        self.assertEqual(parameters[10:], b"\0\0")
        self.assertEqual(client.last[1]["accepted"], True)
        self.assertEqual(client.job(*write)[0], 0)
        # The password opens this connection only.
        self.assertEqual(Client(plc=client.plc).job(STOP)[0], 0xD241)

    def test_a_password_where_there_is_none_is_told(self) -> None:
        client = Client()
        client.userdata(5, 1, self.hidden("guess"))
        self.assertEqual(client.last, ("auth", {"method": "s7", "password": b"guess", "accepted": False}))


class HostileTest(unittest.TestCase):
    def test_lengths_that_do_not_fit_are_malformed(self) -> None:
        whole = SETUP
        for end in range(len(whole)):
            with self.assertRaises(Malformed):
                Client().send(whole[:end])
        for bad in (
            b"\x72\x01" + bytes(20),
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, 0, 0),
            struct.pack(">BBHHHH", 0x32, 2, 0, 7, 1, 0) + b"\0",
            struct.pack(">BBHHHH", 0x32, 7, 0, 7, 8, 4) + bytes(12),
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, 2, 0) + b"\x04\x14",
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, 14, 0) + b"\x04\x01" + bytes(12),
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, 14, 3) + b"\x05\x01" + item(FLAGS, 0, 0, 1) + b"\0\4\0",
        ):
            with self.assertRaises(Malformed):
                Client().send(bad)
        for head in (b"", b"\0\0\0\1", b"\0\0\0\1\0\xc1", b"\0\0\0\1\0\xc1\x09a"):
            with self.assertRaises(Malformed):
                read_connect(Tpdu(0xE0, head, b""))

    def test_no_mutation_is_a_fault_or_too_long(self) -> None:
        read = b"\x04\x02" + item(BLOCKS, 1, 0, 20) + item(FLAGS, 0, 0, 2, 4)
        write = b"\x05\x01" + item(BLOCKS, 1, 4, 4)
        userdata = bytes.fromhex("320700000000000800080001120411440100ff090004001c0001")
        wholes = [
            SETUP,
            userdata,
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, len(read), 0) + read,
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, len(write), 8) + write + value(b"abcd"),
            struct.pack(">BBHHHH", 0x32, 1, 0, 7, len(START), 0) + START,
        ]
        client = Client()
        for seed in range(6000):
            chance = random.Random(seed)
            data = bytearray(chance.choice(wholes))
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
            try:
                self.assertLessEqual(len(client.send(bytes(data))), PDU)
            except Malformed:
                continue


class WireTest(unittest.TestCase):
    def test_connects_by_slot_tells_and_ends_what_is_none_of_it(self) -> None:
        ports = free_ports("tcp")
        ((port, _),) = ports
        confirmed = bytes.fromhex("0300001611d00014")
        with Child(TEMPLATES / "s7", ports, {"password": ""}) as child:
            child.wait_until_listening(ports)
            with socket.create_connection((ADDRESS, port), 10) as client:
                client.sendall(CR)
                reply = client.recv(100)
                self.assertEqual((reply[:8], reply[11:]), (confirmed, CR[11:]))
                client.sendall(b"\3\0" + (len(SETUP) + 7).to_bytes(2, "big") + b"\2\xf0\x80" + SETUP)
                self.assertEqual(client.recv(100)[7:9], b"\x32\3")
            for whole, answer in (
                (CR.replace(b"\xc2\2\1\2", b"\xc2\2\1\7"), bytes.fromhex("0300000b0680001400" + "0000")),
                (b"GET / HTTP/1.0\r\n\r\n", b""),
                (b"\3\0\0\x0b\6\xe0\0\0\0\0\0", b""),
                (b"\3\0\xff\xff\6\xe0\0\0\0\0\0", b""),
            ):
                with socket.create_connection((ADDRESS, port), 10) as client:
                    client.sendall(whole)
                    client.shutdown(socket.SHUT_WR)
                    found = b""
                    while data := client.recv(100):
                        found += data
                    self.assertEqual(found[:7], answer[:7])
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        connected = [one for one in events if one.get("verb") == "connect"]
        self.assertEqual([one.get("called_tsap") for one in connected], ["0102", "0107", None])
        self.assertEqual((connected[0]["slot"], connected[0]["calling_tsap"]), ("2", "0100"))
        self.assertEqual(sum(one["<event>"] == "malformed" for one in events), 2)


if __name__ == "__main__":
    unittest.main()
