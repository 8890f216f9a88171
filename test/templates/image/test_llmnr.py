"""The decky's own name on the link, told to who asks for it and to nobody else."""

import random
import socket
import struct
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from dnslib import QTYPE, DNSRecord
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "llmnr"))

import queries
from names import ENUMERATION, WORKSTATION, llmnr_names, mdns_names
from queries import NotQuery
from responders import LlmnrResponder, MdnsResponder

from decnet_datagrams import Peer
from decnet_names import NotName, name_of, read_name
from decnet_streams import Malformed

MAC = "52:54:00:12:34:56"


def named(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def ask(*questions: tuple[str, int, int], number: int = 7) -> bytes:
    listed = b"".join(named(name) + struct.pack(">HH", kind, klass) for name, kind, klass in questions)
    return struct.pack(">6H", number, 0, len(questions), 0, 0, 0) + listed


class NamesTest(unittest.TestCase):
    def test_follows_pointers_backwards(self) -> None:
        data = named("local") + b"\x05files\xc0\x00" + b"\xc0\x07"
        self.assertEqual(read_name(data, 7), ((b"files", b"local"), 15))
        self.assertEqual(read_name(data, 15), ((b"files", b"local"), 17))

    def test_refuses_what_has_no_end(self) -> None:
        loop = b"\xc0\x00"
        ahead = b"\xc0\x02" + named("a")
        chain = named("a") + b"".join(struct.pack(">H", 0xC000 | at) for at in (0, *range(3, 100, 2)))
        long = b"\x3f" + b"a" * 63
        broken = (loop, 0), (ahead, 0), (chain, 99), (long * 4 + b"\0", 0), (b"\x05a", 0), (b"\x80", 0)
        for data, at in broken:
            with self.assertRaises(NotName):
                read_name(data, at)
        with self.assertRaises(NotName):
            read_name(named("a") + b"\xc0\x00", 3, jumps=0)

    def test_shows_what_is_no_text(self) -> None:
        self.assertEqual(name_of((b"A b", b"\xff.\\")), "a b.\\255\\046\\092")


class ResponderTest(unittest.TestCase):
    def setUp(self) -> None:
        self.lines: list[bytes] = []
        self.decky = replace(identity(), ip="198.51.100.20", mac=MAC)

    def peer(self, port: int = 40_000) -> Peer:
        return Peer(logger(self.lines), ("198.51.100.9", port), 5353)

    def llmnr(self, data: bytes) -> list[DNSRecord]:
        responder = LlmnrResponder(llmnr_names(self.decky))
        return [DNSRecord.parse(one) for one in responder.datagram(data, self.peer())]

    def mdns(self, data: bytes, port: int = 40_000) -> list[DNSRecord]:
        responder = MdnsResponder(mdns_names(self.decky))
        return [DNSRecord.parse(one) for one in responder.datagram(data, self.peer(port))]

    def told(self) -> list[tuple[str | None, ...]]:
        keys = ("<event>", "protocol", "query", "type", "known")
        return [tuple(parse(line).get(key) for key in keys) for line in self.lines]

    def test_answers_to_its_name_by_llmnr(self) -> None:
        (reply,) = self.llmnr(ask(("FILES", 1, 1)))
        self.assertEqual((str(reply.rr[0].rdata), reply.rr[0].ttl, reply.header.id), ("198.51.100.20", 30, 7))
        self.assertEqual((reply.header.get_aa(), str(reply.q.qname)), (0, "FILES."))
        (empty,) = self.llmnr(ask(("files", 28, 1)))
        self.assertEqual((empty.rr, empty.header.rcode), ([], 0))
        (back,) = self.llmnr(ask(("20.100.51.198.in-addr.arpa", 12, 1)))
        self.assertEqual(str(back.rr[0].rdata), "files.")

    def test_is_silent_about_other_names_but_tells_of_them(self) -> None:
        self.assertEqual(self.llmnr(ask(("wpad", 1, 1))), [])
        self.assertEqual(self.llmnr(ask(("files", 1, 3))), [])
        self.assertEqual(self.told()[0], ("request", "llmnr", "wpad", "A", "false"))

    def test_answers_a_plain_resolver_as_it_wants_it(self) -> None:
        (reply,) = self.mdns(ask(("files.local", 1, 0x8001)))
        record = reply.rr[0]
        self.assertEqual((reply.header.id, reply.header.get_aa(), str(reply.q.qname)), (7, 1, "files.local."))
        self.assertEqual((str(record.rdata), record.ttl, record.rclass), ("198.51.100.20", 10, 1))

    def test_answers_a_neighbour_that_speaks_mdns_itself(self) -> None:
        (reply,) = self.mdns(ask(("files.local", 1, 1)), 5353)
        record = reply.rr[0]
        self.assertEqual((reply.header.id, reply.questions), (0, []))
        self.assertEqual((str(record.rdata), record.ttl, record.rclass), ("198.51.100.20", 120, 0x8001))

    def test_announces_what_its_system_announces(self) -> None:
        (kinds,) = self.mdns(ask((ENUMERATION, 12, 1), number=0))
        self.assertEqual(str(kinds.rr[0].rdata), f"{WORKSTATION}.")
        (instances,) = self.mdns(ask((WORKSTATION, 12, 1)))
        self.assertEqual(str(instances.rr[0].rdata), f"files\\032[{MAC}].{WORKSTATION}.")
        (both,) = self.mdns(ask((f"files [{MAC}].{WORKSTATION}", 255, 1)))
        self.assertEqual({QTYPE[record.rtype] for record in both.rr}, {"SRV", "TXT"})
        windows = MdnsResponder(mdns_names(replace(self.decky, distro="windows-10")))
        self.assertEqual(windows.datagram(ask((ENUMERATION, 12, 1)), self.peer()), [])

    def test_tells_of_mdns_only_what_concerns_it(self) -> None:
        self.assertEqual(self.mdns(ask(("printer.local", 1, 1))), [])
        self.mdns(ask(("printer.local", 1, 1), ("files.local", 1, 1)))
        self.assertEqual(self.told(), [("request", "mdns", "files.local", "A", "true")])

    def test_does_not_answer_answers(self) -> None:
        for flags in (0x84, 0x28):
            data = bytearray(ask(("files.local", 1, 1)))
            data[2] = flags
            self.assertEqual((self.mdns(bytes(data)), self.llmnr(bytes(data))), ([], []))
        self.assertEqual(self.told(), [])

    def test_refuses_what_is_no_query(self) -> None:
        good = ask(("files", 1, 1))
        cases = {
            good[:11]: "shorter",
            good[:-1]: "without an end",
            good[:5] + b"\x21" + good[6:]: "33 questions",
            good[:5] + b"\2" + good[6:]: "without an end",
            good[:12] + b"\xc0\x0c" + good[14:]: "lead back",
        }
        for data, error in cases.items():
            with self.assertRaisesRegex(NotQuery, error):
                queries.read(data)

    def test_stands_whatever_comes(self) -> None:
        draw = random.Random(1)
        good = ask(("files.local", 255, 1), (ENUMERATION, 12, 1), (f"files [{MAC}].{WORKSTATION}", 255, 1))
        for _ in range(3000):
            data = bytearray(good)
            for _ in range(draw.randrange(1, 5)):
                data[draw.randrange(len(data))] = draw.randrange(256)
            for send in (self.llmnr, self.mdns):
                try:
                    for reply in send(bytes(data)):
                        self.assertLess(len(reply.pack()), 5 * len(data))
                except Malformed:
                    continue

    def test_serves_both_ports(self) -> None:
        ports = free_ports("udp") | free_ports("udp")
        marks = {"DECNET_IP": ADDRESS}
        with Child(TEMPLATES / "llmnr", ports, {}, "llmnr", marks) as child:
            child.wait_until_started()
            found = []
            for port, _ in ports:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                    client.settimeout(0.7)
                    client.sendto(b"junk", (ADDRESS, port))
                    for name in ("files", "files.local"):
                        client.sendto(ask((name, 1, 1)), (ADDRESS, port))
                    found.append(str(DNSRecord.parse(client.recv(2048)).rr[0].rdata))
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors, found), (0, "", [ADDRESS] * 2))
        names = [event["<event>"] for event in events]
        self.assertEqual([names.count(one) for one in ("malformed", "fault")], [2, 0])


if __name__ == "__main__":
    unittest.main()
