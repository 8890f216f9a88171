"""A time server that tells the time, and is no help against others."""

import random
import socket
import struct
import sys
import time
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "ntp"))

import packets
from clock import Timekeeper
from server import CONTROL_SECONDS, TimeServer
from versions import product_of

from decnet_datagrams import Peer
from decnet_streams import Malformed

ASKED = b"\x23\0\x06\xec" + bytes(36) + b"\1\2\3\4\5\6\7\x08"
READVAR = bytes.fromhex("160200010000000000000000")
NEIGHBOUR = "198.51.100.9"
MONLIST = bytes.fromhex("1700032a00000000") + bytes(40)


class NtpTest(unittest.TestCase):
    def setUp(self) -> None:
        self.lines: list[bytes] = []

    def send(self, data: bytes, server: TimeServer | None = None, source: str = NEIGHBOUR) -> list[bytes]:
        peer = Peer(logger(self.lines), (source, 40_000), 123)
        return (server or self.made()).datagram(data, peer)

    def made(self, distro: str = "debian", seed: int = 1) -> TimeServer:
        return TimeServer(Timekeeper(identity(seed, distro)), product_of(distro))

    def test_tells_the_time(self) -> None:
        (reply,) = self.send(ASKED)
        first, stratum, poll, precision, *_, reference, echoed, received, sent = packets.HEADER.unpack(reply)
        self.assertEqual((first, stratum, poll, len(reply)), (0x24, 2, 6, 48))
        self.assertEqual(echoed, b"\1\2\3\4\5\6\7\x08")
        moments = [
            struct.unpack(">II", one)[0] - packets.NTP_EPOCH for one in (reference, received, sent)
        ]
        self.assertLess(abs(moments[2] - time.time()), 2)
        self.assertTrue(0 <= moments[1] - moments[0] <= 1024, moments)
        self.assertLess(received, sent)
        self.assertTrue(-25 <= precision <= -20)

    def test_speaks_as_windows_does(self) -> None:
        (reply,) = self.send(ASKED, self.made("windows-server-2019"))
        self.assertEqual(reply[0], 0x1C)
        self.assertEqual(self.send(READVAR, self.made("windows-server-2019")), [])
        self.assertEqual(self.send(READVAR, self.made("rocky9")), [])

    def test_tells_its_version_and_not_too_often(self) -> None:
        server = self.made()
        (reply,) = self.send(READVAR, server)
        self.assertEqual(reply[:4].hex(), "16820001")
        self.assertIn(b'version="ntpd ntpsec-1.2.2"', reply)
        self.assertLess(len(reply), 200)
        self.assertEqual(self.send(READVAR, server), [])
        self.assertEqual(len(self.send(READVAR, server, "198.51.100.8")), 1)
        server._controlled["198.51.100.9"] -= CONTROL_SECONDS
        self.assertEqual(len(self.send(READVAR, server)), 1)

    def test_lists_nobody(self) -> None:
        self.assertEqual(self.send(MONLIST), [])
        event = parse(self.lines[0])
        self.assertEqual((event["<event>"], event["method"], event["version"]), ("request", "monlist", "2"))

    def test_answers_no_server_and_no_answer(self) -> None:
        for first in (0x21, 0x22, 0x24, 0x25):
            self.assertEqual(self.send(bytes([first]) + ASKED[1:]), [])
        cases = {
            ASKED[:47]: "its header",
            b"\x23" * 7: "any packet",
            READVAR[:11]: "its header",
            b"\x16\x82" + READVAR[2:]: "an answer",
            b"\x03" + ASKED[1:]: "version 0",
            b"\x3b" + ASKED[1:]: "version 7",
        }
        for data, error in cases.items():
            with self.assertRaisesRegex(Malformed, error):
                self.send(data)

    def test_is_its_own_in_each_decky_and_stays(self) -> None:
        def clock(seed: int) -> packets.Clock:
            return Timekeeper(replace(identity(seed), ip="198.51.100.20")).at(1_700_000_000)

        self.assertEqual(clock(1), clock(1))
        self.assertEqual(len({(one.root_delay, one.synchronized) for one in map(clock, range(20))}), 20)
        self.assertEqual({clock(seed).stratum for seed in range(20)}, {2, 3})

    def test_stands_whatever_comes(self) -> None:
        draw = random.Random(1)
        for good in (ASKED, READVAR, MONLIST):
            for _ in range(2000):
                data = bytearray(good)
                for _ in range(draw.randrange(1, 4)):
                    data[draw.randrange(len(data))] = draw.randrange(256)
                try:
                    replies = self.send(bytes(data[: draw.randrange(len(data) + 1)]))
                except Malformed:
                    continue
                self.assertLess(sum(map(len, replies)), 200)

    def test_serves_its_port(self) -> None:
        ports = free_ports("udp")
        with Child(TEMPLATES / "ntp", ports, {"version": ""}, "ntp") as child:
            child.wait_until_started()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(5)
                for data in (b"junk", ASKED):
                    client.sendto(data, (ADDRESS, next(iter(ports))[0]))
                self.assertEqual(len(client.recv(1024)), 48)
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual([event["<event>"] for event in events], ["start", "malformed", "request"])


if __name__ == "__main__":
    unittest.main()
