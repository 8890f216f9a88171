"""A directory that asks for a name and a password, keeps them, and shows who is let in a few entries."""

import json
import random
import socket
import ssl
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from impacket.ldap.ldap import LDAPConnection, LDAPSearchError, LDAPSessionError
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "ldap"))

import filters
import messages as ldap
from active_directory import active_directory
from entries import BASE, ONE_LEVEL, SUBTREE, entry, find, normal
from openldap import openldap

import decnet_ber as ber
from decnet_ber import NotBer, Reader

BASE_DN = "DC=corp,DC=example"
NEGOTIATE = ber.octets(b"NTLMSSP\0\1\0\0\0\7\2\0\0")
OPTIONS = {"accept": [{"username": "reader", "password": "letmein"}], "accept_after": 0}


def equal(name: str, value: str) -> bytes:
    return ber.element(filters.EQUAL, ber.octets(name), ber.octets(value))


def search_request(condition: bytes, base: str = BASE_DN, scope: int = SUBTREE, *names: str) -> bytes:
    enumerated = ber.integer(scope, ber.ENUMERATED), ber.integer(0, ber.ENUMERATED)
    limits = ber.integer(0), ber.integer(0), ber.element(ber.BOOLEAN, b"\0")
    listed = ber.element(ber.SEQUENCE, *map(ber.octets, names))
    request = ber.element(ldap.SEARCH, ber.octets(base), *enumerated, *limits, condition, listed)
    return ber.element(ber.SEQUENCE, ber.integer(7), request)


def bind_request(name: str, password: str, version: int = 3) -> bytes:
    secret = ber.octets(password, ldap.SIMPLE)
    request = ber.element(ldap.BIND, ber.integer(version), ber.octets(name), secret)
    return ber.element(ber.SEQUENCE, ber.integer(1), request)


class FilterTest(unittest.TestCase):
    ENTRY = entry("cn=a", {"cn": "Anna Berg", "n": "42", "userAccountControl": 66_050})

    def passes(self, data: bytes) -> bool:
        return filters.read(Reader(data)).matches(self.ENTRY.values)

    def test_holds_as_the_protocol_says(self) -> None:
        berg, other = equal("CN", "anna berg"), equal("cn", "x")
        present = ber.octets("N", filters.PRESENT)

        def substrings(*parts: tuple[int, str]) -> bytes:
            listed = ber.element(ber.SEQUENCE, *(ber.octets(text, tag) for tag, text in parts))
            return ber.element(filters.SUBSTRINGS, ber.octets("cn"), listed)

        def bits(mask: int) -> bytes:
            parts = ((0x81, filters.BIT_AND), (0x82, "userAccountControl"), (0x83, str(mask)))
            return ber.element(filters.EXTENSIBLE, *(ber.octets(text, tag) for tag, text in parts))

        cases = [
            (berg, True, "(CN=anna berg)"),
            (other, False, "(cn=x)"),
            (present, True, "(N=*)"),
            (ber.element(filters.AND, berg, present), True, "(&(CN=anna berg)(N=*))"),
            (ber.element(filters.AND, berg, other), False, "(&(CN=anna berg)(cn=x))"),
            (ber.element(filters.OR, other, berg), True, "(|(cn=x)(CN=anna berg))"),
            (ber.element(filters.NOT, other), True, "(!(cn=x))"),
            (ber.element(filters.AT_LEAST, ber.octets("n"), ber.octets("5")), True, "(n>=5)"),
            (ber.element(filters.AT_MOST, ber.octets("n"), ber.octets("5")), False, "(n<=5)"),
            (substrings((0x80, "an"), (0x81, "a b"), (0x82, "rg")), True, "(cn=an*a b*rg)"),
            (substrings((0x81, "berg")), True, "(cn=*berg*)"),
            (substrings((0x80, "berg")), False, "(cn=berg*)"),
            (substrings((0x81, "berg"), (0x82, "rg")), False, "(cn=*berg*rg)"),
            (bits(2), True, f"(userAccountControl:{filters.BIT_AND}:=2)"),
            (bits(4), False, f"(userAccountControl:{filters.BIT_AND}:=4)"),
            (equal("cn", "a*(\\\xe9"), False, "(cn=a\\2a\\28\\5c\xe9)"),
        ]
        for data, passes, text in cases:
            self.assertEqual((self.passes(data), filters.read(Reader(data)).text), (passes, text))

    def test_has_bounds(self) -> None:
        deep = equal("a", "b")
        for _ in range(17):
            deep = ber.element(filters.NOT, deep)
        wide = ber.element(filters.OR, *[equal("a", "b")] * 200)
        for data in (deep, wide):
            with self.assertRaisesRegex(NotBer, "too large"):
                filters.read(Reader(data))


class EntryTest(unittest.TestCase):
    def test_names_are_the_same_whatever_their_case_and_spaces(self) -> None:
        self.assertEqual(normal("CN = a\\,B , DC=x"), normal("cn=A\\,b,dc=X"))
        self.assertLess(len(normal(" " * 100_000 + "=" * 1000)), 1100)

    def test_finds_by_base_and_scope(self) -> None:
        tree = [entry(name, {"cn": "x"}) for name in ("dc=a", "ou=b,dc=a", "cn=c,ou=b,dc=a")]
        everything = filters.read(Reader(ber.octets("cn", filters.PRESENT)))
        found = {scope: len(find(tree, "DC=A", scope, everything)) for scope in (BASE, ONE_LEVEL, SUBTREE)}
        self.assertEqual(found, {BASE: 1, ONE_LEVEL: 1, SUBTREE: 3})
        self.assertIsNone(find(tree, "dc=z", SUBTREE, everything))


class DirectoryTest(unittest.TestCase):
    def test_is_its_own_in_each_decky_and_stays(self) -> None:
        for make in (active_directory, openldap):

            def contents(seed: int, make=make) -> str:
                decky = replace(identity(seed, "windows-server-2022"), domain="corp.example")
                return repr([(one.name, one.attributes) for one in make(decky).entries])

            self.assertEqual(contents(1), contents(1))
            self.assertEqual(len({contents(seed) for seed in range(10)}), 10)


class ServerTest(unittest.TestCase):
    """The real process, with impacket as a client and with bytes."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.children = {}
        for distro in ("windows-server-2019", "debian"):
            ports = [port for port, _ in free_ports("tcp") | free_ports("tcp")]
            declared = {(port, "tcp") for port in ports}
            listed = json.dumps([{"port": port, "protocol": "tcp"} for port in ports])
            marks = {"DECNET_DOMAIN": "corp.example", "DECNET_DISTRO": distro, "DECNET_PORTS": listed}
            child = Child(TEMPLATES / "ldap", declared, OPTIONS, "ldap", marks)
            cls.children[distro] = (child, ports)
        for child, _ in cls.children.values():
            child.wait_until_started()

    @classmethod
    def tearDownClass(cls) -> None:
        faults = []
        for child, _ in cls.children.values():
            child.process.terminate()
            code, events, errors = child.end()
            child.__exit__()
            faults += [event for event in events if event["<event>"] == "fault"] + [errors] * bool(errors)
            faults += [code] * (code != 0)
        if faults:
            raise AssertionError(faults)

    def visit(self, distro: str, *messages: bytes, tls: bool = False) -> bytes:
        """What comes back when the messages are sent and the client is done."""
        _, ports = self.children[distro]
        with socket.create_connection((ADDRESS, ports[tls]), timeout=10) as plain:
            if tls:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                with context.wrap_socket(plain) as client:
                    client.sendall(b"".join(messages))
                    return client.recv(65_536)
            plain.sendall(b"".join(messages))
            plain.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: plain.recv(65_536), b""))

    def test_refuses_in_the_words_of_its_kind(self) -> None:
        bind = bind_request("someone", "wrong")
        search = search_request(equal("cn", "x"))
        self.assertIn(b"80090308: LdapErr: DSID-0C0904", self.visit("windows-server-2019", bind))
        self.assertIn(b"data 52e, v4563\0", self.visit("windows-server-2019", bind))
        self.assertIn(b"000004DC: LdapErr", self.visit("windows-server-2019", search))
        self.assertEqual(self.visit("debian", bind).hex(), "300c02010161070a013104000400")
        self.assertEqual(self.visit("debian", search).hex(), "300c02010765070a012004000400")
        self.assertIn(b"historical protocol", self.visit("debian", bind_request("", "", 2)))
        self.assertIn(b"\x0a\x01\x35", self.visit("debian", bind_request("cn=x", "")))

    def test_tells_everybody_who_it_is(self) -> None:
        search = search_request(ber.octets("objectClass", filters.PRESENT), "", BASE)
        for tls in (False, True):
            self.assertIn(b"CN=NTDS Settings,CN=FILES", self.visit("windows-server-2019", search, tls=tls))
        self.assertIn(b"OpenLDAProotDSE", self.visit("debian", search))

    def test_shows_bait_to_who_is_let_in(self) -> None:
        search = search_request(equal("sAMAccountName", "administrator"))
        for name in ("reader", "CORP\\reader", "reader@corp.example", f"CN=reader,CN=Users,{BASE_DN}"):
            reply = self.visit("windows-server-2019", bind_request(name, "letmein"), search)
            self.assertIn(b"CN=Administrator,CN=Users,DC=corp,DC=example", reply)
        bind, search = bind_request("uid=reader,ou=people", "letmein"), search_request(equal("ou", "people"))
        reply = self.visit("debian", bind, search)
        self.assertIn(b"ou=people,dc=corp,dc=example", reply)

    def test_tells_each_try_once(self) -> None:
        child, _ = self.children["debian"]
        self.visit("debian", bind_request("cn=eve\udcff", "p\0w"), bind_request("cn=empty", ""))
        told = [event for event in child.events() if "cn=e" in event.get("username", "")]
        keys = ("method", "username", "password", "accepted")
        shown = [tuple(event.get(key) for key in keys) for event in told]
        refused = ("simple", "cn=eve\\xff", "p\\x00w", "false")
        self.assertEqual(shown, [refused, ("anonymous", "cn=empty", None, "false")])

    def test_a_bind_that_fails_ends_the_one_before(self) -> None:
        binds = bind_request("reader", "letmein"), bind_request("reader", "wrong")
        reply = self.visit("windows-server-2019", *binds, search_request(equal("cn", "x")))
        self.assertIn(b"000004DC", reply)

    def test_takes_ntlm_from_a_real_client(self) -> None:
        child, ports = self.children["windows-server-2019"]
        client = self.connect(ports[0])
        self.addCleanup(client.close)
        with self.assertRaisesRegex(LDAPSessionError, "8009030C"):
            client.login("alice", "secret", "CORP")
        client.login("reader", "letmein", "CORP")
        found = client.search(searchFilter="(&(objectClass=computer)(cn=FILES))", attributes=["cn"])
        names = [str(one["objectName"]) for one in found]
        self.assertEqual(names, [f"CN=FILES,OU=Domain Controllers,{BASE_DN}"])
        with self.assertRaises(LDAPSearchError):
            client.search(searchBase="dc=other")
        told = [event for event in child.events() if event.get("method") == "ntlm"]
        self.assertEqual([event["accepted"] for event in told], ["false", "true"])
        self.assertRegex(told[0]["hashcat"], "^alice::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101")

    def connect(self, port: int) -> LDAPConnection:
        return ImpacketOnPort(f"ldap://{ADDRESS}", BASE_DN, port)

    def test_stands_whatever_comes(self) -> None:
        draw = random.Random(1)
        good = [
            bind_request("reader", "letmein"),
            search_request(ber.element(filters.AND, equal("cn", "x"), equal("a", "b"))),
            bytes.fromhex("301d02010177188016312e332e362e312e342e312e313436362e3230303336"),
            bytes.fromhex("302802010260230201030400a31c040a4753532d53504e45474f") + NEGOTIATE,
        ]
        for distro in self.children:
            for message in good:
                for length in range(0, len(message), 3):
                    self.visit_quietly(distro, message[:length])
                for _ in range(60):
                    data = bytearray(message)
                    for _ in range(draw.randrange(1, 4)):
                        data[draw.randrange(len(data))] = draw.randrange(256)
                    self.visit_quietly(distro, bytes(data))
            for junk in ("3084ffffffff", "3080", "308400010000", "474554202f"):
                self.visit_quietly(distro, bytes.fromhex(junk))
            self.assertIn(b"\x0a\x01\x31", self.visit(distro, bind_request("x", "y")))

    def visit_quietly(self, distro: str, data: bytes) -> None:
        try:
            self.visit(distro, data)
        except ConnectionError:
            pass


class ImpacketOnPort(LDAPConnection):
    """impacket's client, which knows port 389 alone."""

    def __init__(self, url: str, base: str, port: int) -> None:
        connect = socket.socket.connect
        socket.socket.connect = lambda one, address: connect(one, (address[0], port))
        try:
            super().__init__(url, base)
        finally:
            socket.socket.connect = connect


if __name__ == "__main__":
    unittest.main()
