"""A TFTP server that hands out made-up files, keeps what is written, and sends only what is asked for."""

import random
import socket
import sys
import tempfile
import unittest
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "tftp"))

import server as tftp
from bait import TYPE7, files_of
from packets import RRQ, WRQ
from table import PER_ADDRESS, TOTAL
from transfers import REPEATS, UPLOAD_BYTES

from decnet_datagrams import Peer
from decnet_streams import Malformed
from decnet_uploads import Upload

NOT_FOUND = b"\0\x05\0\x01File not found\0"
VIOLATION = b"\0\x05\0\x02Access violation\0"


def ask(kind: int, path: str, *options: str, mode: str = "octet") -> bytes:
    return kind.to_bytes(2, "big") + b"".join(word.encode() + b"\0" for word in (path, mode, *options))


def block(number: int, content: bytes) -> bytes:
    return b"\0\x03" + (number % 65_536).to_bytes(2, "big") + content


def ack(number: int) -> bytes:
    return b"\0\x04" + (number % 65_536).to_bytes(2, "big")


class TftpTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.lines: list[bytes] = []
        self.responder = self.made()
        self.ports = iter(range(40_000, 50_000))
        self.peer = self.client()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        finish = Upload.finish
        keep = patch.object(
            Upload,
            "finish",
            lambda upload, teller, **fields: finish(upload, teller, Path(folder.name), **fields),
        )
        keep.start()
        self.addCleanup(keep.stop)

    def made(self, seed: int = 1, distro: str = "debian", *, uploads: bool = True) -> tftp.Responder:
        return tftp.Responder(replace(identity(seed, distro), ip="198.51.100.7"), accept_uploads=uploads)

    def client(self, address: str = "192.0.2.1") -> Peer:
        return Peer(logger(self.lines), (address, next(self.ports)), 69)

    def send(self, data: bytes, peer: Peer | None = None) -> list[bytes]:
        return self.responder.answer(data, peer or self.peer)

    def events(self) -> list[dict[str, str]]:
        return [parse(line) for line in self.lines]

    def read(self, path: str, *options: str, size: int = 512, mode: str = "octet") -> bytes:
        peer = self.client()
        (packet,) = self.send(ask(RRQ, path, *options, mode=mode), peer)
        if packet[1] == 6:
            (packet,) = self.send(ack(0), peer)
        content = b""
        for number in range(1, 1000):
            self.assertEqual(packet[:4], b"\0\x03" + number.to_bytes(2, "big"))
            content += packet[4:]
            replies = self.send(ack(number), peer)
            if len(packet) < size + 4:
                self.assertEqual(replies, [])
                return content
            (packet,) = replies
        raise AssertionError("no end")

    async def test_a_file_comes_in_blocks_of_the_size_that_was_asked_for(self) -> None:
        whole = files_of(replace(identity(), ip="198.51.100.7"))["router-confg"]
        self.assertEqual(self.read("router-confg"), whole)
        self.assertEqual(self.read("/router-confg", "blksize", "16", "tsize", "0", size=16), whole)
        self.assertEqual(self.read("router-confg", mode="NetASCII"), whole.replace(b"\n", b"\r\n"))
        told = self.events()[1]
        self.assertEqual(
            (told["verb"], told["path"], told["mode"], told["options"], told["found"]),
            ("RRQ", "/router-confg", "octet", "blksize=16 tsize=0", "true"),
        )

    async def test_options_are_taken_as_far_as_they_make_sense(self) -> None:
        for asked, taken in (
            (("blksize", "60000", "timeout", "3"), b"blksize\x001428\0timeout\x003\0"),
            (("BlkSize", "512", "windowsize", "8"), b"blksize\x00512\0"),
        ):
            self.assertEqual(self.send(ask(RRQ, "cfg.xml", *asked), self.client()), [b"\0\x06" + taken])
        for asked in (
            ("blksize", "7"),
            ("blksize", "-1"),
            ("blksize", "9" * 99),
            ("tsize",),
            ("timeout", "0"),
        ):
            (packet,) = self.send(ask(RRQ, "cfg.xml", *asked), self.client("192.0.2.2"))
            self.assertEqual(packet[:4], b"\0\x03\0\x01")
            self.responder = self.made()

    async def test_what_is_not_there_or_outside_is_refused_and_told(self) -> None:
        self.assertEqual(self.send(ask(RRQ, "nothing")), [NOT_FOUND])
        self.assertEqual(self.send(ask(RRQ, "../../etc/passwd")), [VIOLATION])
        self.assertEqual(
            self.send(ask(RRQ, "cfg.xml", mode="mail")), [b"\0\x05\0\x04Illegal TFTP operation\0"]
        )
        self.assertEqual([one["found"] for one in self.events()], ["false"] * 3)
        self.assertEqual(self.events()[1]["path"], "../../etc/passwd")

    async def test_a_file_that_is_written_is_kept_by_its_hash(self) -> None:
        content = random.Random(1).randbytes(1200)
        self.assertEqual(self.send(ask(WRQ, "evil.bin")), [ack(0)])
        for number in (1, 2, 3):
            part = content[(number - 1) * 512 : number * 512]
            self.assertEqual(self.send(block(number, part)), [ack(number)])
        # The last acknowledgement was lost.
        self.assertEqual(self.send(block(3, content[1024:])), [ack(3)])
        asked, upload = self.events()
        self.assertEqual((asked["verb"], asked["path"]), ("WRQ", "evil.bin"))
        self.assertEqual(
            (upload["<event>"], upload["name"], upload["size"], upload["complete"], upload["sha256"]),
            ("upload", "evil.bin", "1200", "true", sha256(content).hexdigest()),
        )

    async def test_uploads_may_be_refused(self) -> None:
        self.responder = self.made(uploads=False)
        self.assertEqual(self.send(ask(WRQ, "evil.bin")), [VIOLATION])

    async def test_an_upload_ends_at_its_bound_and_when_it_is_given_up(self) -> None:
        self.send(ask(WRQ, "large", "blksize", "1428"))
        number = 1
        while True:
            (reply,) = self.send(block(number, b"x" * 1428))
            if reply != ack(number):
                break
            number += 1
        self.assertEqual(reply, b"\0\x05\0\x03Disk full or allocation exceeded\0")
        self.assertLessEqual((number - 1) * 1428, UPLOAD_BYTES)
        other = self.client()
        self.send(ask(WRQ, "given-up"), other)
        self.send(block(1, b"x" * 512), other)
        self.assertEqual(self.send(b"\0\x05\0\0bye\0", other), [])
        uploads = [(one["name"], one["complete"]) for one in self.events() if one["<event>"] == "upload"]
        self.assertEqual(uploads, [("large", "false"), ("given-up", "false")])

    async def test_a_lost_block_is_sent_again_but_not_for_ever(self) -> None:
        first = self.send(ask(RRQ, "router-confg", "blksize", "64", "tsize", "0"))
        self.assertEqual(self.send(ask(RRQ, "router-confg", "blksize", "64", "tsize", "0")), first)
        second = self.send(ack(0))
        sent = [self.send(ack(0)) for _ in range(REPEATS + 3)]
        self.assertEqual(sent, [second] * (REPEATS - 1) + [[]] * 4)
        self.assertEqual(len(self.events()), 1)

    async def test_one_more_of_an_address_ends_its_oldest(self) -> None:
        clients = [self.client() for _ in range(PER_ADDRESS + 1)]
        for one in clients:
            self.send(ask(RRQ, "router-confg", "blksize", "64", "tsize", "0"), one)
        answers = [len(self.send(ack(0), one)) for one in clients]
        self.assertEqual(answers, [0] + [1] * PER_ADDRESS)

    async def test_no_more_than_so_many_are_open(self) -> None:
        first = self.client("192.0.2.100")
        self.send(ask(RRQ, "router-confg", "tsize", "0"), first)
        for number in range(TOTAL):
            self.send(ask(RRQ, "router-confg", "tsize", "0"), self.client(f"192.0.2.{number}"))
        self.assertEqual(self.send(ack(0), first), [])

    async def test_what_belongs_to_no_transfer_gets_no_answer(self) -> None:
        for data in (ack(1), block(1, b"x"), b"\0\x05\0\0x\0"):
            self.assertEqual(self.send(data), [])
        self.assertEqual(self.lines, [])

    async def test_a_decky_has_files_of_its_own(self) -> None:
        def files(seed: int) -> dict[str, bytes]:
            return files_of(replace(identity(seed), ip="198.51.100.7"))

        self.assertEqual(files(1), files(1))
        for path in (
            "router-confg",
            "y000000000028.cfg",
            "cfg.xml",
            "SIPDefault.cnf",
            "pxelinux.cfg/default",
        ):
            self.assertNotEqual(files(1)[path], files(2)[path])
        self.assertIn("files-confg", files_of(identity(distro="cisco-ios15")))

    async def test_ciscos_password_can_be_read_back(self) -> None:
        text = files_of(identity())["router-confg"].decode()
        hidden = text.split("enable password 7 ")[1].split("\n")[0]
        start, rest = int(hidden[:2]), bytes.fromhex(hidden[2:])
        plain = bytes(byte ^ TYPE7[(start + at) % len(TYPE7)] for at, byte in enumerate(rest))
        self.assertRegex(plain, rb"^[0-9a-f]{12}$")

    async def test_truncations_and_mutations_are_no_fault(self) -> None:
        for bad in (
            b"",
            b"\0",
            b"\0\x03",
            b"\0\x04\0",
            b"\0\x01",
            b"\0\x01\0\0",
            b"\0\x01file",
            b"\0\x01file\0",
        ):
            with self.assertRaises(Malformed):
                self.send(bad)
        for bad in (ask(RRQ, "x" * 600), ask(RRQ, "x", *["a", "1"] * 20)):
            with self.assertRaises(Malformed):
                self.send(bad)
        wholes = [
            ask(RRQ, "cfg.xml", "blksize", "100"),
            ask(WRQ, "x", "tsize", "1"),
            block(1, b"abc"),
            ack(1),
        ]
        for seed in range(3000):
            chance = random.Random(seed)
            data = bytearray(chance.choice(wholes))
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
            try:
                replies = self.send(bytes(data), self.client(f"192.0.2.{seed % 250}"))
            except Malformed:
                continue
            self.assertLessEqual(sum(map(len, replies)), 516)


class WireTest(unittest.TestCase):
    def test_serves_and_ends(self) -> None:
        ports = free_ports("udp")
        ((port, _),) = ports
        with Child(TEMPLATES / "tftp", ports, {"accept_uploads": True}) as child:
            child.wait_until_listening(ports)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(10)
                client.connect((ADDRESS, port))
                client.send(b"x")
                client.send(ask(RRQ, "nothing"))
                self.assertEqual(client.recv(600), NOT_FOUND)
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual([one["<event>"] for one in events], ["start", "malformed", "request"])


if __name__ == "__main__":
    unittest.main()
