"""A SQL Server that asks for a login, keeps it, and shows who is let in one database."""

import random
import socket
import struct
import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from impacket.tds import MSSQL
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "mssql"))

import login7
import prelogin
from catalogue import Catalogue
from login7 import NotLogin
from prelogin import NotPrelogin
from queries import Client
from rpc import statement_of
from tokens import Failure

from decnet_sql import Rows
from decnet_streams import Malformed

OPTIONS = {"release": "2019", "accept": [{"username": "sa", "password": "letmein"}], "accept_after": 0}
PROBE = "00001500060100 1b000102001c000c0300280004ff080001550000004d5353514c53657276657200480f0000"


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def hidden(password: str) -> bytes:
    return bytes(((byte << 4 | byte >> 4) & 0xFF) ^ 0xA5 for byte in wide(password))


def login(username: str, password: str, database: str = "", version: int = 0x74000004) -> bytes:
    """A LOGIN7 message as [MS-TDS] section 2.2.6.4 lays it out."""
    texts = [wide("pc7"), wide(username), hidden(password), wide("app"), b"", b"", wide("lib"), b""]
    texts.append(wide(database))
    at, places, data = 94, b"", b""
    for text in texts:
        places += struct.pack("<HH", at + len(data), len(text) // 2)
        data += text
    fixed = struct.pack("<6I4BII", 94 + len(data), version, 4096, 7, 1, 0, 0, 3, 0, 0, 0, 0)
    return fixed + places + bytes(22) + data


def packet(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBB", kind, 1, len(content) + 8, 0, 1, 0) + content


def batch(text: str) -> bytes:
    return packet(1, struct.pack("<IIHQI", 22, 18, 2, 0, 1) + wide(text))


def client(seed: int = 1, distro: str = "windows-server-2019", database: str = "master") -> Client:
    decky = replace(identity(seed, distro), domain="corp.example")
    return Client(Catalogue(decky, "2019"), "sa", "pc7", database)


class MessageTest(unittest.TestCase):
    def test_reads_who_wants_in(self) -> None:
        read = login7.read(login("sa", "pä$$", "erp"))
        found = (read.username, read.password, read.hostname, read.application, read.library, read.database)
        self.assertEqual(found, ("sa", "pä$$", "pc7", "app", "lib", "erp"))

    def test_refuses_a_login_that_is_none(self) -> None:
        good = login("sa", "secret")
        for data, error in (
            (good[:93], "fixed part"),
            (good[:-1], "beyond the end"),
            (good[:40] + b"\xff\xff" + good[42:], "beyond the end"),
        ):
            with self.assertRaisesRegex(NotLogin, error):
                login7.read(data)

    def test_answers_a_prelogin_with_what_was_asked(self) -> None:
        options = prelogin.read(bytes.fromhex(PROBE))
        reply = prelogin.read(prelogin.answer(options, (15, 0, 4261, 1)))
        self.assertEqual(reply[prelogin.VERSION].hex(), "0f0010a50000")
        self.assertNotIn(prelogin.MARS, reply)
        for wanted, answer in ((0, 0), (1, 1), (2, 2), (3, 1), (9, 0)):
            self.assertEqual(prelogin.agreed({prelogin.ENCRYPTION: bytes([wanted])}), answer)
        for data in (b"", b"\0\0\x15\0", b"\0\0\xff\0\6\xff", b"\0\0\0\0\0" * 20):
            with self.assertRaises(NotPrelogin):
                prelogin.read(data)

    def test_reads_the_statement_of_a_call(self) -> None:
        head = struct.pack("<HHH", 0xFFFF, 10, 0) + b"\0\0"
        text = wide("select 1")
        short = head + b"\xe7" + struct.pack("<H5sH", 8000, bytes(5), len(text)) + text
        long = head + b"\xe7" + struct.pack("<H5sQI", 0xFFFF, bytes(5), len(text), len(text)) + text
        self.assertEqual([statement_of(short), statement_of(long)], ["select 1"] * 2)
        self.assertEqual(statement_of(struct.pack("<HHH", 0xFFFF, 12, 0)), "exec sp_execute")
        self.assertEqual(statement_of(struct.pack("<H", 6) + wide("sp_who") + b"\0\0"), "exec sp_who")
        for data in (b"", b"\xff\xff", head[:6]):
            with self.assertRaises(Malformed):
                statement_of(data)


class QueryTest(unittest.TestCase):
    def one(self, text: str, **about: str) -> Rows:
        (found,) = client(**about).run(text)
        self.assertIsInstance(found, Rows, found)
        return found

    def test_tells_what_it_is(self) -> None:
        version = self.one("select @@version").rows[0][0]
        self.assertRegex(version, r"^Microsoft SQL Server 2019 \(RTM-CU\d+\) \(KB\d+\) - 15\.0\.\d+\.\d+ ")
        self.assertIn("Windows Server 2019 Standard 10.0 <X64> (Build 17763: )", version)
        (other,) = self.one("select @@version", distro="debian").rows[0]
        self.assertIn("on Linux (Debian GNU/Linux 12 (bookworm))", other)
        self.assertEqual(self.one("SELECT is_srvrolemember(N'sysadmin') AS x").rows, [(0,)])
        self.assertEqual(self.one("select db_name(), SYSTEM_USER").rows, [("master", "sa")])

    def test_shows_its_bait(self) -> None:
        names = [name for name, *_ in self.one("select name from master..sysdatabases").rows]
        self.assertEqual(names[:4], ["master", "tempdb", "model", "msdb"])
        database = names[4]
        found = self.one(f"select top 2 [id], name from {database}.dbo.customers order by id desc")
        self.assertEqual(([column.name for column in found.columns], len(found.rows)), (["id", "name"], 2))
        _, rows = client().run(f"use {database}; select top (1) * from users")
        self.assertEqual(len(rows.rows), 1)
        tables = self.one("select table_name from information_schema.tables", database=database)
        self.assertEqual(tables.rows[0], ("users",))

    def test_refuses_all_else_in_its_own_words(self) -> None:
        cases = {
            "select * from nothing": 208,
            "select nothing from sys.databases": 207,
            "select nothing(1)": 195,
            "select @nothing": None,
            "select @@nothing": 137,
            "select 'a": 102,
            "exec xp_cmdshell 'whoami'": 15281,
            "master..xp_cmdshell 'id'": 15281,
            "exec sp_configure 'show advanced options', 1": 15247,
            "bogus": 2812,
            "use nothing": 911,
            "insert into sys.databases values (1)": 229,
            "delete from nothing": 208,
            "create table t (a int)": 262,
            "drop table t": 3701,
            "create login eve with password = 'x'": 15247,
        }
        for text, number in cases.items():
            (found,) = client().run(text)
            self.assertEqual(found.number if isinstance(found, Failure) else None, number, text)

    def test_is_its_own_in_each_decky(self) -> None:
        def data(seed: int) -> str:
            mine = client(seed)
            return repr((mine.catalogue.database, mine.catalogue.tables["users"].rows))

        self.assertEqual(data(1), data(1))
        self.assertEqual(len({data(seed) for seed in range(10)}), 10)
        self.assertGreater(len({client(seed).catalogue.banner for seed in range(20)}), 3)

    def test_stands_whatever_is_asked(self) -> None:
        draw, mine = random.Random(1), client()
        words = "select top ( ) * from where = 'x' \" [ ] ; @@version , . exec use 1 as N' order by".split()
        for _ in range(3000):
            mine.run(" ".join(draw.choices(words, k=draw.randrange(1, 12))))


class ServerTest(unittest.TestCase):
    """The real process, with impacket as a client and with bytes."""

    @classmethod
    def setUpClass(cls) -> None:
        ports = free_ports("tcp")
        cls.port = next(iter(ports))[0]
        marks = {"DECNET_DOMAIN": "corp.example", "DECNET_DISTRO": "windows-server-2019"}
        cls.child = Child(TEMPLATES / "mssql", ports, OPTIONS, "mssql", marks)
        cls.child.wait_until_started()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.child.process.terminate()
        code, events, errors = cls.child.end()
        faults = [event for event in events if event["<event>"] == "fault"]
        cls.child.__exit__()
        if faults or errors or code:
            raise AssertionError((faults, errors, code))

    def visit(self, *packets: bytes) -> bytes:
        with socket.create_connection((ADDRESS, self.port), timeout=10) as one:
            one.sendall(b"".join(packets))
            one.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: one.recv(65_536), b""))

    def told(self, event: str, **fields: str) -> list[dict[str, str]]:
        wanted = {"<event>": event, **fields}.items()
        return [one for one in self.child.events() if wanted <= one.items()]

    def test_refuses_and_keeps_what_it_was_given(self) -> None:
        refusal = self.visit(packet(16, login("eve", "secret", "erp")))
        self.assertIn(wide("Login failed for user 'eve'."), refusal)
        (tried,) = self.told("auth", username="eve")
        keys = ("password", "accepted", "host", "app", "client", "database", "method")
        found = [tried[key] for key in keys]
        self.assertEqual(found, ["secret", "false", "pc7", "app", "lib", "erp", "password"])

    def test_lets_in_by_password_and_runs_nothing(self) -> None:
        for version in (0x74000004, 0x71000001):
            text = "select @@servername"
            query = batch(text) if version > 0x72000000 else packet(1, wide(text))
            reply = self.visit(packet(16, login("sa", "letmein", version=version)), query)
            self.assertIn(wide("Changed database context to 'master'."), reply)
            self.assertTrue(reply.count(wide("FILES")) >= 2)
        refused = self.visit(packet(16, login("sa", "letmein", "nothing")))
        self.assertIn(wide('Cannot open database "nothing"'), refused)
        self.assertEqual(len(self.told("command", command="select @@servername", database="master")), 2)

    def test_a_real_client_gets_in_by_tls_and_by_ntlm(self) -> None:
        let_in = ("sa", "letmein", False, True), ("sa", "letmein", True, True)
        cases = (*let_in, ("alice", "wrong", True, False))
        for username, password, by_ntlm, accepted in cases:
            one = MSSQL(ADDRESS, self.port)
            one.connect()
            self.addCleanup(one.disconnect)
            self.assertEqual(one.login(None, username, password, "CORP", None, by_ntlm), accepted)
        (tried,) = self.told("auth", username="alice", method="ntlm")
        self.assertRegex(tried["hashcat"], "^alice::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101")

    def test_stands_whatever_comes(self) -> None:
        draw = random.Random(1)
        begin = packet(18, bytes.fromhex(PROBE))
        enter = packet(16, login("sa", "letmein"))
        good = [begin, enter, enter + batch("select 1")]
        for message in good:
            for length in range(0, len(message), 5):
                self.visit_quietly(message[:length])
            for _ in range(100):
                data = bytearray(message)
                for _ in range(draw.randrange(1, 4)):
                    data[draw.randrange(len(data))] = draw.randrange(256)
                self.visit_quietly(bytes(data))
        self.visit_quietly(begin + packet(18, b"\x16\x03\x01\x00\x05hello"))
        self.visit_quietly(b"\x10\0\x7f\xff" + bytes(4) + bytes(100_000))
        self.visit_quietly(packet(16, login("sa", "letmein")) + packet(3, bytes.fromhex("16000000")))
        self.assertIn(wide("Login failed"), self.visit(packet(16, login("eva", "x"))))

    def visit_quietly(self, data: bytes) -> None:
        try:
            self.visit(data)
        except ConnectionError:
            pass


if __name__ == "__main__":
    unittest.main()
