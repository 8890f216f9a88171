"""An SNMP agent that is read by pysnmp's own messages, keeps its answers short, and tells who tried what."""

import hashlib
import hmac
import random
import socket
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import protoModules, protoVersion1, protoVersion2c
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "snmp"))

import server as snmp
from mib import DATAGRAM, GROWTH, LEAST
from oids import read_oid, write_oid

from decnet_ber import NotBer
from decnet_datagrams import Peer
from decnet_streams import Malformed
from decnet_uptime import uptime_of

OPTIONS = {"communities": ["public"], "contact": "", "location": ""}
V1, V2C = protoModules[protoVersion1], protoModules[protoVersion2c]
DESCRIPTION, OBJECT_ID, UP, NAME = (f"1.3.6.1.2.1.1.{row}.0" for row in (1, 2, 3, 5))
DISCOVERY = bytes.fromhex(
    "303a020103300f02024a69020300ffe30401040201030410300e0400020100020100040004000400"
    "301204000400a00c020237f00201000201003000"
)
"""What nmap sends."""
DIGEST = "31ca6fa47ceb7432882f51a2"
ENGINE = "80001f8880c5ea48f5f9382b6700000000"
CRACKABLE = bytes.fromhex(
    "30818102010330110204233e87b7020300ffe304010502010304343032"
    f"0411{ENGINE}02010902033e2624040561646d696e040c{DIGEST}0400"
    f"30330411{ENGINE}0400a01c0204492ff983020100020100300e300c06082b060102010101000500"
)
"""What `snmpget -v3 -l authNoPriv -a SHA -A password1` sends."""
DISTROS = (
    *(
        "debian",
        "rocky9",
        "alpine",
        "windows-server-2022",
        "windows-10",
        "macos-14",
        "pfsense-27",
        "freebsd-14",
    ),
    *(
        "cisco-ios15",
        "cisco-iosxe17",
        "hp-m404dn",
        "hp-m428fdw",
        "kyocera-m2540dn",
        "synology-dsm7",
        "qnap-qts5",
    ),
    *("hikvision-ds2cd", "axis-m3045", "mikrotik-ros7", "openwrt-23", "vmware-esxi7", "siemens-s7-1200"),
    *("siemens-s7-300", "schneider-m340", "busybox-iot", "yealink-t46", "grandstream-ucm", "proxmox8"),
)


def request(kind: str, *oids: str, module=V2C, community: str = "public", value=None) -> bytes:  # noqa: ANN001
    """A message as pysnmp builds it."""
    pdu = getattr(module, kind)()
    if kind == "GetBulkRequestPDU":
        V2C.apiBulkPDU.setDefaults(pdu)
        V2C.apiBulkPDU.setNonRepeaters(pdu, 0)
        V2C.apiBulkPDU.setMaxRepetitions(pdu, value)
        V2C.apiBulkPDU.setVarBinds(pdu, [(oid, V2C.Null("")) for oid in oids])
    else:
        module.apiPDU.setDefaults(pdu)
        module.apiPDU.setVarBinds(pdu, [(oid, value or module.Null("")) for oid in oids])
    message = module.Message()
    module.apiMessage.setDefaults(message)
    module.apiMessage.setCommunity(message, community)
    module.apiMessage.setPDU(message, pdu)
    return encoder.encode(message)


class Manager:
    """A client of one decky."""

    def __init__(self, distro: str = "debian", seed: int = 1, **options: object) -> None:
        self.lines: list[bytes] = []
        self.identity = replace(
            identity(seed, distro), domain="corp.example", ip="198.51.100.9", mac=f"00:1b:1b:00:00:{seed:02x}"
        )
        self._responder = snmp.Responder(self.identity, OPTIONS | options)
        self.peer = Peer(logger(self.lines), ("192.0.2.1", 40_000), 161)

    def send(self, data: bytes) -> list[bytes]:
        return self._responder.answer(data, self.peer)

    def ask(
        self, kind: str, *oids: str, module=V2C, community: str = "public", value=None
    ) -> tuple[int, list]:  # noqa: ANN001
        """Error status, and names with values."""
        (reply,) = self.send(request(kind, *oids, module=module, community=community, value=value))
        message, rest = decoder.decode(reply, asn1Spec=module.Message())
        assert not rest
        pdu = module.apiMessage.getPDU(message)
        names = [(str(oid), found) for oid, found in module.apiPDU.getVarBinds(pdu)]
        return int(module.apiPDU.getErrorStatus(pdu)), names

    def walk(self, module=V2C) -> dict[str, object]:  # noqa: ANN001
        found: dict[str, object] = {}
        at = "1.3"
        while True:
            error, [(oid, value)] = self.ask("GetNextRequestPDU", at, module=module)
            if error or type(value).__name__ == "EndOfMibView":
                return found
            assert tuple(map(int, oid.split("."))) > tuple(map(int, at.split(".")))
            found[at := oid] = value

    def events(self) -> list[dict[str, str]]:
        return [parse(line) for line in self.lines]


class AgentTest(unittest.TestCase):
    def test_answers_and_tells_community_and_question(self) -> None:
        manager = Manager()
        error, [(_, description)] = manager.ask("GetRequestPDU", DESCRIPTION)
        self.assertEqual(error, 0)
        self.assertIn("Debian", str(description))
        auth, asked = manager.events()
        self.assertEqual(
            (auth["<event>"], auth["method"], auth["password"], auth["accepted"]),
            ("auth", "community", "public", "true"),
        )
        self.assertEqual((asked["method"], asked["query"]), ("GET", DESCRIPTION))

    def test_a_wrong_community_gets_silence_and_each_is_told_once(self) -> None:
        manager = Manager(communities=["monitor"])
        for community in ("public", "public", "private", "monitor"):
            manager.send(request("GetRequestPDU", DESCRIPTION, community=community))
        self.assertEqual(manager.send(request("GetRequestPDU", DESCRIPTION, community="public")), [])
        tried = [(one["password"], one["accepted"]) for one in manager.events() if one["<event>"] == "auth"]
        expected = [("public", "false"), ("private", "false"), ("monitor", "true"), ("public", "false")]
        self.assertEqual(tried, expected)

    def test_a_walk_ends_in_every_version_and_kind_of_device(self) -> None:
        for distro in DISTROS:
            with self.subTest(distro):
                manager = Manager(distro)
                new = manager.walk(V1)
                self.assertIn("1.3.6.1.2.1.2.2.1.6.1", new)
                self.assertGreater(len(new), 35)
        self.assertGreater(len(Manager().walk()), len(Manager().walk(V1)))

    def test_version_one_knows_no_counters_of_64_bits(self) -> None:
        wide = "1.3.6.1.2.1.31.1.1.1.6.2"
        self.assertIn(wide, Manager().walk())
        self.assertNotIn(wide, Manager().walk(V1))
        self.assertEqual(Manager().ask("GetRequestPDU", wide, module=V1)[0], 2)

    def test_what_is_not_there_is_said_as_the_version_says_it(self) -> None:
        for oid, kind in (("1.3.6.1.2.1.1.1.7", "NoSuchInstance"), ("1.3.6.1.9.9.9", "NoSuchObject")):
            error, [(_, value)] = Manager().ask("GetRequestPDU", oid)
            self.assertEqual((error, type(value).__name__), (0, kind))
            self.assertEqual(Manager().ask("GetRequestPDU", oid, module=V1)[0], 2)

    def test_nothing_can_be_set_and_the_try_is_told(self) -> None:
        for module, error in ((V1, 2), (V2C, 6)):
            manager = Manager()
            status, _ = manager.ask("SetRequestPDU", NAME, module=module, value=module.OctetString("pwned"))
            self.assertEqual(status, error)
            told = manager.events()[-1]
            self.assertEqual(
                (told["<event>"], told["command"], told["value"], told["accepted"]),
                ("command", f"SET {NAME}", "pwned", "false"),
            )
            self.assertEqual(
                str(manager.ask("GetRequestPDU", NAME, module=module)[1][0][1]), "files.corp.example"
            )

    def test_a_bulk_is_clipped(self) -> None:
        asked = request("GetBulkRequestPDU", "1.3", value=2**31 - 1)
        (reply,) = Manager().send(asked)
        self.assertLess(len(reply), GROWTH * len(asked) + 60)
        _, found = Manager().ask("GetBulkRequestPDU", "1.3.6.1.2.1.2.2.1.1", value=2)
        self.assertEqual([int(value) for _, value in found], [1, 2])
        _, end = Manager().ask("GetBulkRequestPDU", "1.3.7", value=50)
        self.assertEqual([type(value).__name__ for _, value in end], ["EndOfMibView"])
        self.assertEqual(Manager().ask("GetBulkRequestPDU", value=50), (0, []))

    def test_an_answer_that_is_too_big_is_none(self) -> None:
        error, found = Manager().ask("GetRequestPDU", *[DESCRIPTION] * 40)
        self.assertEqual((error, found), (1, []))
        for kind in ("GetRequestPDU", "GetNextRequestPDU", "GetBulkRequestPDU"):
            for count in (1, 2, 8, 40, 64):
                asked = request(kind, *[DESCRIPTION] * count, value=9 if "Bulk" in kind else None)
                for reply in Manager().send(asked):
                    self.assertLessEqual(len(reply), min(max(LEAST, GROWTH * len(asked)), DATAGRAM) + 60)

    def test_time_goes_on_since_the_deckys_own_start(self) -> None:
        manager = Manager()
        up = int(manager.ask("GetRequestPDU", UP)[1][0][1])
        self.assertLessEqual(abs(up // 100 - uptime_of(manager.identity)), 2)

    def test_a_decky_is_its_own_and_stays(self) -> None:
        moving = ("1.3.6.1.2.1.1.3.", "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.25.1.", "1.3.6.1.2.1.31.1.1.1.")

        def still(seed: int) -> dict[str, str]:
            return {
                oid: str(value)
                for oid, value in Manager(seed=seed).walk().items()
                if not oid.startswith(moving)
            }

        self.assertEqual(still(1), still(1))
        self.assertNotEqual(still(1), still(2))
        self.assertNotEqual(Manager(seed=1).send(DISCOVERY), Manager(seed=2).send(DISCOVERY))
        mac = Manager(seed=2).ask("GetRequestPDU", "1.3.6.1.2.1.2.2.1.6.2")[1][0][1]
        self.assertEqual(bytes(mac).hex(), "001b1b000002")

    def test_a_printer_has_its_pages_and_its_serial_number(self) -> None:
        found = Manager("hp-m404dn").walk()
        self.assertEqual(str(found["1.3.6.1.2.1.43.5.1.1.16.1"]), "HP LaserJet Pro M404dn")
        self.assertIn(str(found["1.3.6.1.2.1.43.5.1.1.17.1"]), str(found[DESCRIPTION]))
        self.assertGreater(int(found["1.3.6.1.2.1.43.10.2.1.4.1.1"]), 0)
        self.assertEqual(str(found[OBJECT_ID]), "1.3.6.1.4.1.11.2.3.9.1")

    def test_options_name_contact_and_place(self) -> None:
        found = Manager(contact="Ops", location="Rack 1").walk()
        self.assertEqual(
            (str(found["1.3.6.1.2.1.1.4.0"]), str(found["1.3.6.1.2.1.1.6.0"])), ("Ops", "Rack 1")
        )


class SecuredTest(unittest.TestCase):
    def test_an_engine_tells_its_name(self) -> None:
        manager = Manager()
        (report,) = manager.send(DISCOVERY)
        # The form that nmap takes for net-snmp's.
        self.assertRegex(
            report, rb"(?s)^..\x02\x01\x030.\x02\x02Ji\x02.{3,4}\x04\x01.\x02\x01\x03\x04.{5,6}\0\x1f\x88"
        )
        self.assertIn(write_oid((1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)), report)
        self.assertEqual(manager.events()[0]["method"], "DISCOVERY")

    def test_a_user_is_unknown_and_told_with_what_can_be_cracked(self) -> None:
        manager = Manager()
        manager.send(CRACKABLE)
        (told,) = manager.events()
        self.assertEqual(
            (told["<event>"], told["method"], told["username"], told["level"], told["accepted"]),
            ("auth", "usm", "admin", "authNoPriv", "false"),
        )
        _, mark, kind, _, whole, engine, digest = told["hashcat"].split("$")
        self.assertEqual((mark, kind, engine, digest), ("SNMPv3", "0", ENGINE, DIGEST))
        # RFC 3414 appendix A.2.2: the key of a password, and of it and an engine.
        key = hashlib.sha1((b"password1" * 2**17)[: 2**20]).digest()
        key = hashlib.sha1(key + bytes.fromhex(engine) + key).digest()
        self.assertEqual(hmac.digest(key, bytes.fromhex(whole), "sha1")[:12].hex(), digest)

    def test_what_wants_no_report_gets_none(self) -> None:
        silent = DISCOVERY.replace(b"\x04\x01\x04", b"\x04\x01\x00")
        self.assertEqual(Manager().send(silent), [])

    def test_a_device_without_version_three_is_silent(self) -> None:
        self.assertEqual(Manager("windows-10").send(DISCOVERY), [])
        self.assertEqual(Manager("schneider-m340").send(request("GetRequestPDU", DESCRIPTION)), [])


class HostileTest(unittest.TestCase):
    def test_names_beyond_their_bounds_are_refused(self) -> None:
        for content in (b"", b"\x2b\x86", b"\x2b" + b"\xff" * 40 + b"\x7f", b"\x2b" + b"\x01" * 200):
            with self.assertRaises(NotBer):
                read_oid(content)
        for oid in ((1, 3), (1, 3, 6, 1, 4, 1, 2**32 - 1), (2, 999, 3), (0, 0)):
            self.assertEqual(read_oid(write_oid(oid)), oid)

    def test_truncations_are_malformed(self) -> None:
        for whole in (request("GetRequestPDU", DESCRIPTION, NAME), DISCOVERY, CRACKABLE):
            for end in range(len(whole)):
                with self.assertRaises(Malformed):
                    Manager().send(whole[:end])
        for bad in (bytes.fromhex("3003020107"), bytes.fromhex("300a02010004067075626c6963a90130")):
            with self.assertRaises(Malformed):
                Manager().send(bad)

    def test_no_mutation_is_a_fault_or_a_flood(self) -> None:
        manager = Manager()
        wholes = [
            request("GetRequestPDU", DESCRIPTION, NAME),
            request("GetBulkRequestPDU", "1.3.6", value=20),
            request("SetRequestPDU", NAME, value=V2C.OctetString("x")),
            DISCOVERY,
            CRACKABLE,
        ]
        for seed in range(2000):
            chance = random.Random(seed)
            data = bytearray(chance.choice(wholes))
            for _ in range(chance.randrange(1, 5)):
                data[chance.randrange(len(data))] = chance.choice(
                    (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
                )
            try:
                replies = manager.send(bytes(data))
            except Malformed:
                continue
            self.assertLess(sum(len(one) for one in replies), max(LEAST, GROWTH * len(data)) + 300)

    def test_serves_over_the_wire(self) -> None:
        ports = free_ports("udp")
        ((port, _),) = ports
        with Child(TEMPLATES / "snmp", ports, OPTIONS) as child:
            child.wait_until_listening(ports)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(10)
                client.connect((ADDRESS, port))
                client.send(b"\x30\x82rubbish")
                client.send(request("GetRequestPDU", NAME))
                self.assertIn(b"files", client.recv(2000))
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual([one["<event>"] for one in events], ["start", "malformed", "auth", "request"])


if __name__ == "__main__":
    unittest.main()
