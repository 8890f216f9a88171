"""A name server that knows its own domain, tells what it was asked, and is no help against others."""

import random
import socket
import struct
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from dnslib import EDNS0, QTYPE, RCODE, DNSHeader, DNSQuestion, DNSRecord
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "dns"))

import question as questions
import server as dns
from answers import Server
from versions import product_of
from zone import zones_of

from decnet_datagrams import Peer

OPTIONS = {"version": "", "zone_transfer": False}


def made(seed: int = 1, distro: str = "debian", *, transfers: bool = False) -> Server:
    decky = replace(identity(seed, distro), domain="corp.example", ip="198.51.100.20")
    return Server(product_of(distro), decky.hostname, zones_of(decky), transfers, b"secret")


def query(name: str, kind: str) -> bytes:
    labels = [label.encode() for label in name.split(".")]
    return bytes(DNSRecord(DNSHeader(), q=DNSQuestion(labels, getattr(QTYPE, kind))).pack())


def ask(server: Server, name: str, kind: str = "A", klass: int = 1, *, udp: bool = True) -> DNSRecord:
    asked = bytes(DNSRecord(DNSHeader(rd=1), q=DNSQuestion(name, getattr(QTYPE, kind), klass)).pack())
    return DNSRecord.parse(server.answer(questions.read(asked), "198.51.100.9", udp=udp))


def code(reply: DNSRecord) -> str:
    return RCODE.get(reply.header.rcode)


class DnsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.lines: list[bytes] = []
        self.peer = Peer(logger(self.lines), ("198.51.100.9", 40_000), 53)

    def events(self) -> list[dict[str, str]]:
        return [parse(line) for line in self.lines]

    def send(self, data: bytes) -> list[bytes]:
        return dns.datagram(made(), data, self.peer)

    def test_answers_for_its_own_domain_and_address(self) -> None:
        server = made()
        self.assertEqual(str(ask(server, "files.corp.example").rr[0].rdata), "198.51.100.20")
        self.assertEqual(str(ask(server, "FILES.corp.EXAMPLE").rr[0].rdata), "198.51.100.20")
        self.assertEqual(str(ask(server, "corp.example", "NS").rr[0].rdata), "files.corp.example.")
        reverse = ask(server, "20.100.51.198.in-addr.arpa", "PTR")
        self.assertEqual(str(reverse.rr[0].rdata), "files.corp.example.")
        missing = ask(server, "nothing.corp.example")
        self.assertEqual((code(missing), missing.auth[0].rtype), ("NXDOMAIN", QTYPE.SOA))
        empty = ask(server, "files.corp.example", "MX")
        self.assertEqual((code(empty), empty.rr, len(empty.auth)), ("NOERROR", [], 1))

    def test_goes_nowhere_for_other_names(self) -> None:
        names = ("www.example.org", "corp.example.org", "evilcorp.example", ".", "1.0.0.127.in-addr.arpa")
        for name in names:
            reply = ask(made(), name)
            self.assertEqual((code(reply), reply.rr, reply.header.ra), ("REFUSED", [], 0), name)

    def test_has_the_version_of_its_distro(self) -> None:
        reply = ask(made(), "version.bind", "TXT", 3)
        self.assertEqual(str(reply.rr[0].rdata), '"9.18.28-1~deb12u2-Debian"')
        self.assertEqual(code(ask(made(1, "windows-server-2019"), "version.bind", "TXT", 3)), "NOTIMP")
        self.assertEqual(product_of("no such distro"), product_of("debian"))

    def test_names_the_controller_where_it_is_one(self) -> None:
        reply = ask(made(1, "windows-server-2019"), "_ldap._tcp.corp.example", "SRV")
        self.assertEqual(str(reply.rr[0].rdata), "0 100 389 files.corp.example.")
        self.assertEqual(code(ask(made(), "_ldap._tcp.corp.example", "SRV")), "NXDOMAIN")

    def test_gives_its_zone_by_tcp_to_nobody_unless_told_to(self) -> None:
        self.assertEqual(code(ask(made(), "corp.example", "AXFR", udp=False)), "REFUSED")
        self.assertEqual(code(ask(made(transfers=True), "corp.example", "AXFR")), "REFUSED")
        self.assertEqual(code(ask(made(transfers=True), "files.corp.example", "AXFR", udp=False)), "REFUSED")
        records = ask(made(transfers=True), "corp.example", "AXFR", udp=False).rr
        self.assertEqual((records[0].rtype, records[-1].rtype), (QTYPE.SOA, QTYPE.SOA))
        self.assertGreater(len(records), 10)

    def test_is_its_own_in_each_decky(self) -> None:
        def zone(seed: int) -> str:
            return str(ask(made(seed, transfers=True), "corp.example", "AXFR", udp=False).rr)

        self.assertEqual(zone(1), zone(1))
        self.assertEqual(len({zone(seed) for seed in range(20)}), 20)

    def test_tells_each_query_once(self) -> None:
        self.send(query("bad\\name.example", "MX"))
        (event,) = self.events()
        found = tuple(event[key] for key in ("<event>", "query", "type", "class", "protocol", "method"))
        self.assertEqual(found, ("request", "bad\\092name.example", "MX", "IN", "udp", "query"))

    def test_tells_what_is_no_query_and_answers_only_what_has_a_header(self) -> None:
        good = query("files.corp.example", "A")
        cases = {
            b"\0" * 11: ("shorter than a header", 0),
            good[:2] + b"\x81\x80" + good[4:]: ("an answer", 0),
            good[:4] + b"\0\2" + good[6:]: ("2 questions", 1),
            good[:-1]: ("a question without an end", 1),
            good[:12] + b"\xc0\x0c\0\1\0\1": ("a name that is none", 1),
            good[:12] + b"\x3fa" * 40 + b"\0\0\1\0\1": ("a name that is none", 1),
        }
        for data, (error, replies) in cases.items():
            self.lines.clear()
            answers = self.send(data)
            self.assertEqual([event["error"] for event in self.events()], [error])
            self.assertEqual([answer[3] & 15 for answer in answers], [RCODE.FORMERR] * replies)

    def test_is_no_amplifier(self) -> None:
        server = made(transfers=True)
        for owner in {str(record.rname) for record in server.zones[0].transfer()}:
            for kind in ("ANY", "TXT", "A", "SOA", "NS", "AXFR"):
                question = DNSRecord(DNSHeader(), q=DNSQuestion(owner, getattr(QTYPE, kind)))
                question.add_ar(EDNS0(udp_len=65_535))
                asked = bytes(question.pack())
                reply = server.answer(questions.read(asked), "198.51.100.9", udp=True)
                self.assertLess(len(reply), 4 * len(asked))

    def test_cuts_short_what_does_not_fit_a_datagram(self) -> None:
        server = made()
        zone = server.zones[0]
        for number in range(40):
            zone.add("corp.example", zone.records["files.corp.example"][0].rdata, number)
        reply = ask(server, "corp.example")
        self.assertEqual((reply.header.tc, reply.rr), (1, []))
        self.assertGreater(len(ask(server, "corp.example", udp=False).rr), 40)

    def test_stands_whatever_comes(self) -> None:
        draw = random.Random(1)
        question = DNSRecord(DNSHeader(), q=DNSQuestion("www.corp.example", QTYPE.ANY))
        question.add_ar(EDNS0(udp_len=4096))
        good = bytes(question.pack())
        for length in range(len(good)):
            self.send(good[:length])
        for _ in range(3000):
            data = bytearray(good)
            for _ in range(draw.randrange(1, 5)):
                data[draw.randrange(len(data))] = draw.randrange(256)
            for reply in self.send(bytes(data)):
                self.assertLessEqual(len(reply), 1232)
        self.assertLessEqual({event["<event>"] for event in self.events()}, {"request", "malformed"})


class ServerTest(unittest.TestCase):
    def test_serves_both_protocols_and_outlives_a_broken_client(self) -> None:
        ports = free_ports("udp", "tcp")
        numbers = {protocol: port for port, protocol in ports}
        marks = {"DECNET_DOMAIN": "corp.example", "DECNET_IP": "198.51.100.20"}
        with Child(TEMPLATES / "dns", ports, OPTIONS, "dns", marks) as child:
            child.wait_until_listening(ports)
            asked = query("files.corp.example", "A")
            with socket.create_connection((ADDRESS, numbers["tcp"])) as client:
                client.sendall(b"\xff\xff" + b"\xff" * 65_535)
                self.assertEqual(client.recv(1), b"")
            with socket.create_connection((ADDRESS, numbers["tcp"])) as client:
                for _ in range(2):
                    client.sendall(struct.pack(">H", len(asked)) + asked)
                    size = struct.unpack(">H", client.recv(2))[0]
                    self.assertEqual(str(DNSRecord.parse(client.recv(size)).rr[0].rdata), "198.51.100.20")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(5)
                client.sendto(asked, (ADDRESS, numbers["udp"]))
                self.assertEqual(str(DNSRecord.parse(client.recv(4096)).rr[0].rdata), "198.51.100.20")
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        names = [event["<event>"] for event in events]
        self.assertEqual([names.count(name) for name in ("malformed", "request", "fault")], [1, 3, 0])


if __name__ == "__main__":
    unittest.main()
