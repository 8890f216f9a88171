"""A KDC that says who exists, and keeps what clients prove their passwords with."""

import random
import socket
import struct
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from impacket.krb5.asn1 import ETYPE_INFO2, KRB_ERROR, METHOD_DATA
from impacket.krb5.crypto import Key, decrypt, encrypt, string_to_key
from pyasn1.codec.der import decoder
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "kerberos"))

import proofs
import requests
import server as kerberos
from realm import Realm
from requests import Encrypted

import decnet_ber as ber
from decnet_ber import NotBer
from decnet_datagrams import Peer
from decnet_streams import Malformed

REALM = "CORP.EXAMPLE"
ETYPES = (18, 17, 23)
TIMESTAMP = b"\x30\x1a\xa0\x11\x18\x0f20240101000000Z\xa1\x05\x02\x03\1\2\3"


def name(kind: int, *parts: str) -> bytes:
    listed = ber.element(ber.SEQUENCE, *(ber.octets(part, ber.GENERAL_STRING) for part in parts))
    return ber.element(ber.SEQUENCE, ber.element(0xA0, ber.integer(kind)), ber.element(0xA1, listed))


def padata(kind: int, value: bytes) -> bytes:
    number = ber.element(0xA1, ber.integer(kind))
    return ber.element(ber.SEQUENCE, number, ber.element(0xA2, ber.octets(value)))


def proof(etype: int, cipher: bytes) -> bytes:
    number = ber.element(0xA0, ber.integer(etype))
    return padata(2, ber.element(ber.SEQUENCE, number, ber.element(0xA2, ber.octets(cipher))))


def request(
    user: bytes | None, *given: bytes, kind: int = 10, realm: str = REALM, etypes: tuple[int, ...] = ETYPES
) -> bytes:
    body = [
        (0, ber.element(ber.BIT_STRING, b"\0\x50\x80\0\x10")),
        (1, user),
        (2, ber.octets(realm, ber.GENERAL_STRING)),
        (3, name(2, "krbtgt", realm)),
        (5, ber.octets("20370913024805Z", ber.GENERALIZED_TIME)),
        (7, ber.integer(12_345)),
        (8, ber.element(ber.SEQUENCE, *map(ber.integer, etypes))),
    ]
    fields = [
        (1, ber.integer(5)),
        (2, ber.integer(kind)),
        (3, ber.element(ber.SEQUENCE, *given) if given else None),
        (4, ber.element(ber.SEQUENCE, *(ber.element(0xA0 | at, value) for at, value in body if value))),
    ]
    listed = (ber.element(0xA0 | at, value) for at, value in fields if value)
    return ber.element(0x60 | kind, ber.element(ber.SEQUENCE, *listed))


def made(distro: str = "windows-server-2019", seed: int = 1) -> Realm:
    return Realm(replace(identity(seed, distro), domain="corp.example"), ["alice"])


def ask(realm: Realm, data: bytes) -> KRB_ERROR:
    return decoder.decode(realm.answer(requests.read(data)), asn1Spec=KRB_ERROR())[0]


def code(error: KRB_ERROR) -> int:
    return int(error["error-code"])


class RealmTest(unittest.TestCase):
    def test_tells_who_exists(self) -> None:
        windows, unix = made(), made("debian")
        alice, shouted = name(1, "alice"), name(1, "ALICE")
        cases = [
            (windows, request(alice), 25),
            (windows, request(shouted), 25),
            (windows, request(name(10, "alice@corp.example")), 25),
            (windows, request(name(10, "alice@other.example")), 6),
            (windows, request(name(1, "Administrator")), 25),
            (windows, request(name(1, "files$")), 25),
            (windows, request(name(1, "guest")), 18),
            (windows, request(name(1, "eve")), 6),
            (windows, request(alice, realm="NM"), 68),
            (windows, request(None), 6),
            (windows, request(alice, etypes=(3, 1)), 14),
            (windows, request(None, padata(1, b"x"), kind=12), 31),
            (windows, request(None, kind=12), 16),
            (unix, request(alice), 25),
            (unix, request(shouted), 6),
            (unix, request(name(1, "guest")), 6),
            (unix, request(alice, realm="NM"), 6),
            (unix, request(alice, etypes=(23,)), 14),
        ]
        for realm, data, wanted in cases:
            self.assertEqual(code(ask(realm, data)), wanted, data)

    def test_speaks_as_its_kind_does(self) -> None:
        windows, unix = (ask(made(distro), request(name(1, "eve"))) for distro in ("windows-10", "debian"))
        self.assertFalse(windows["cname"].hasValue() or windows["e-text"].hasValue())
        self.assertEqual((str(unix["e-text"]), str(unix["crealm"])), ("CLIENT_NOT_FOUND", REALM))
        self.assertIsNone(made().too_long())
        self.assertEqual(code(decoder.decode(made("debian").too_long(), asn1Spec=KRB_ERROR())[0]), 61)

    def test_names_the_salt_with_which_the_proof_is_cracked(self) -> None:
        realm = made()
        error = ask(realm, request(name(1, "ALICE")))
        methods = decoder.decode(bytes(error["e-data"]), asn1Spec=METHOD_DATA())[0]
        info = next(bytes(one["padata-value"]) for one in methods if int(one["padata-type"]) == 19)
        entries = decoder.decode(info, asn1Spec=ETYPE_INFO2())[0]
        self.assertEqual([int(one["etype"]) for one in entries], [18, 17, 23])
        for entry in list(entries)[:2]:
            etype, salt = int(entry["etype"]), str(entry["salt"])
            key = string_to_key(etype, "secret", salt)
            cipher = encrypt(key, 1, TIMESTAMP, bytes(16))
            told = realm.hashcat(requests.read(request(name(1, "ALICE"), proof(etype, cipher))))
            _, form, kind, user, of, data = told.split("$")
            self.assertEqual((form, int(kind), of + user), ("krb5pa", etype, salt))
            self.assertEqual(decrypt(key, 1, bytes.fromhex(data)), TIMESTAMP)

    def test_turns_the_proof_of_rc4_as_hashcat_wants_it(self) -> None:
        key = Key(23, bytes(16))
        cipher = encrypt(key, 1, TIMESTAMP, bytes(8))
        told = proofs.hashcat("alice", REALM, Encrypted(23, cipher))
        self.assertRegex(told, r"^\$krb5pa\$23\$alice\$CORP\.EXAMPLE\$[^$]+\$[0-9a-f]{104,}$")
        turned = bytes.fromhex(told.rpartition("$")[2])
        self.assertEqual(decrypt(key, 1, turned[-16:] + turned[:-16]), TIMESTAMP)
        for none in (Encrypted(23, b"x" * 16), Encrypted(18, b"x" * 300), Encrypted(3, b"x" * 50)):
            self.assertIsNone(proofs.hashcat("alice", REALM, none))

    def test_is_its_own_in_each_decky(self) -> None:
        def accounts(seed: int) -> str:
            return repr(vars(made(seed=seed)))

        self.assertEqual(len({accounts(seed).replace("0x", "") for seed in range(10)}), 10)


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.lines: list[bytes] = []
        self.peer = Peer(logger(self.lines), ("198.51.100.9", 40_000), 88)

    def test_tells_each_try_once(self) -> None:
        realm = made()
        for data in (request(name(1, "eve")), request(name(1, "alice"), proof(18, b"x" * 56))):
            kerberos.datagram(realm, data, self.peer)
        asked, tried = (parse(line) for line in self.lines)
        self.assertEqual((asked["<event>"], asked["username"], asked["known"]), ("request", "eve", "false"))
        keys = ("<event>", "username", "domain", "known", "accepted", "hashcat")
        line = f"$krb5pa$18$alice${REALM}${'78' * 56}"
        self.assertEqual([tried[key] for key in keys], ["auth", "alice", REALM, "true", "false", line])

    def test_refuses_what_is_no_request(self) -> None:
        good = request(name(1, "alice"))
        many = name(1, *["a"] * 9)
        cases = {
            b"": "no request",
            b"\x6b" + good[1:]: "no request",
            good.replace(b"\xa1\x03\x02\x01\x05", b"\xa1\x03\x02\x01\x04"): "not version 5",
            good.replace(b"\xa2\x03\x02\x01\x0a", b"\xa2\x03\x02\x01\x0c"): "two types",
            request(many): "too many parts",
            request(None, *[padata(kind, b"") for kind in range(40)]): "too much",
            request(None, etypes=(1,) * 40): "too many encryption types",
        }
        for data, error in cases.items():
            with self.assertRaisesRegex(Malformed, error):
                kerberos.datagram(made(), data, self.peer)

    def test_stands_whatever_comes_and_amplifies_nothing(self) -> None:
        draw = random.Random(1)
        realms = made(), made("debian")
        proven = request(name(1, "alice"), proof(18, b"x" * 56))
        for good in (proven, request(name(10, "a@b")), request(None)):
            for length in range(len(good)):
                with self.assertRaises(NotBer):
                    requests.read(good[:length])
            for _ in range(1500):
                data = bytearray(good)
                for _ in range(draw.randrange(1, 4)):
                    data[draw.randrange(len(data))] = draw.randrange(256)
                for realm in realms:
                    try:
                        replies = kerberos.datagram(realm, bytes(data), self.peer)
                    except Malformed:
                        continue
                    self.assertLess(sum(map(len, replies)), 3 * len(data))

    def test_serves_both_protocols_and_outlives_a_broken_client(self) -> None:
        ports = free_ports("udp", "tcp")
        numbers = {protocol: port for port, protocol in ports}
        marks = {"DECNET_DOMAIN": "corp.example"}
        good = request(name(1, "admin"))
        with Child(TEMPLATES / "kerberos", ports, {"users": []}, "kerberos", marks) as child:
            child.wait_until_listening(ports)
            with socket.create_connection((ADDRESS, numbers["tcp"])) as client:
                client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                refusal = b"".join(iter(lambda: client.recv(4096), b""))
                self.assertIn(REALM.encode(), refusal)
            with socket.create_connection((ADDRESS, numbers["tcp"])) as client:
                for _ in range(2):
                    client.sendall(struct.pack(">I", len(good)) + good)
                    size = struct.unpack(">I", client.recv(4))[0]
                    error = decoder.decode(client.recv(size), asn1Spec=KRB_ERROR())[0]
                    self.assertEqual(code(error), 25)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(5)
                client.sendto(good, (ADDRESS, numbers["udp"]))
                self.assertEqual(code(decoder.decode(client.recv(4096), asn1Spec=KRB_ERROR())[0]), 25)
            child.process.terminate()
            ended, events, errors = child.end()
        self.assertEqual((ended, errors), (0, ""))
        names = [event["<event>"] for event in events]
        self.assertEqual([names.count(one) for one in ("malformed", "request", "fault")], [1, 3, 0])


if __name__ == "__main__":
    unittest.main()
