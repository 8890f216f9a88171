"""A MySQL or MariaDB server, from its greeting to the last row."""

import asyncio
import hashlib
import random
import ssl
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from served import Served, use

use("mysql")

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from handshake import Answer, hashcat_native, proves_native
from login import OAEP
from packets import Reader, lenenc
from support import identity

from catalogue import Catalogue
from decnet_streams import Malformed
from queries import Client
from refusals import Failure
from versions import NATIVE, RELEASES, SHA2, release_of

OPTIONS = {"version": "", "accept": [{"username": "app", "password": "secret"}], "accept_after": 0}
FLAGS = 1 | 1 << 9 | 1 << 15 | 1 << 19 | 1 << 20


def packet(sequence: int, body: bytes) -> bytes:
    return struct.pack("<I", len(body))[:3] + bytes([sequence]) + body


def scramble(password: str, nonce: bytes) -> bytes:
    once = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(nonce + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mask, strict=True))


def reply(
    username: str, response: bytes, plugin: str = NATIVE, *, flags: int = FLAGS, database: str = ""
) -> bytes:
    attributes = b"\x0cprogram_name\x05mysql"
    return b"".join(
        (
            struct.pack("<IIB23x", flags | (8 if database else 0), 1 << 24, 45),
            username.encode() + b"\0" + bytes([len(response)]) + response,
            database.encode() + b"\0" if database else b"",
            plugin.encode() + b"\0" + lenenc(len(attributes)) + attributes,
        )
    )


class Client41:
    """As much of a client as the tests need."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def read(self) -> bytes:
        head = await self.reader.readexactly(4)
        return await self.reader.readexactly(int.from_bytes(head[:3], "little"))

    async def greeting(self) -> tuple[str, bytes, str]:
        """Version, nonce and plugin."""
        greeting = Reader(await self.read())
        greeting.take(1)
        version = greeting.text().decode()
        greeting.take(4)
        nonce = greeting.text()
        greeting.take(18)
        return version, nonce + greeting.text(), greeting.text().decode()

    def send(self, sequence: int, body: bytes) -> None:
        self.writer.write(packet(sequence, body))

    async def login(self, username: str, password: str, **more: str) -> bytes:
        _, nonce, _ = await self.greeting()
        self.send(1, reply(username, scramble(password, nonce), **more))
        return await self.read()

    async def query(self, text: str) -> list[bytes]:
        """The packets of its answer."""
        self.send(0, b"\x03" + text.encode())
        packets = [await self.read()]
        if packets[0][0] in {0, 0xFF}:
            return packets
        ends = 0
        while ends < 2:
            packets.append(await self.read())
            ends += packets[-1][0] == 0xFE and len(packets[-1]) < 9
        return packets


async def connect(served: Served) -> Client41:
    return Client41(*await served.connect())


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_refuses_as_the_real_one_and_tells_what_hashcat_reads(self) -> None:
        async with Served("mysql", OPTIONS) as served:
            client = await connect(served)
            error = await client.login("root", "hashcat", database="shop")
            self.assertEqual(
                error, b"\xff\x15\x04#28000Access denied for user 'root'@'127.0.0.1' (using password: YES)"
            )
            await served.ended()
            (auth,) = served.events("auth")
            self.assertEqual((auth["username"], auth["accepted"], auth["client"]), ("root", "false", "mysql"))
            self.assertEqual(auth["database"], "shop")
            kind, salt, digest = auth["hashcat"].replace("*", "$").split("$")[1:]
            self.assertEqual(kind, "mysqlna")
            self.assertEqual(scramble("hashcat", bytes.fromhex(salt)).hex(), digest)

    async def test_the_hash_is_the_one_of_hashcats_own_example(self) -> None:
        example = "$mysqlna$2576670568531371763643101056213751754328*5e4be686a3149a12847caa9898247dcc05739601"
        salt, digest = (bytes.fromhex(part) for part in example[9:].split("*"))
        self.assertTrue(proves_native("hashcat", salt, digest))
        self.assertEqual(hashcat_native(salt, digest), example)

    async def test_no_password_is_told_as_an_empty_one(self) -> None:
        async with Served("mysql", OPTIONS) as served:
            client = await connect(served)
            await client.greeting()
            client.send(1, reply("root", b""))
            self.assertTrue((await client.read()).endswith(b"(using password: NO)"))
            (auth,) = served.events("auth")
            self.assertEqual(auth["password"], "")

    async def test_lets_in_a_pair_and_the_nth_try(self) -> None:
        async with Served("mysql", OPTIONS | {"accept_after": 3}) as served:
            for username, password in (("app", "secret"), ("x", "1"), ("y", "2")):
                client = await connect(served)
                answer = await client.login(username, password)
                client.writer.close()
                self.assertEqual(answer[0], 0xFF if username == "x" else 0)

    async def test_a_client_of_another_plugin_is_asked_to_take_ours(self) -> None:
        async with Served("mysql", OPTIONS) as served:
            client = await connect(served)
            _, nonce, plugin = await client.greeting()
            self.assertEqual(plugin, NATIVE)
            client.send(1, reply("app", b"x" * 32, SHA2))
            switch = await client.read()
            self.assertEqual(switch, b"\xfe" + NATIVE.encode() + b"\0" + nonce + b"\0")
            client.send(3, scramble("secret", nonce))
            self.assertEqual((await client.read())[0], 0)

    async def test_mysql_8_gets_the_password_itself_by_its_key(self) -> None:
        async with Served("mysql", OPTIONS, distro="ubuntu22") as served:
            client = await connect(served)
            version, nonce, plugin = await client.greeting()
            self.assertEqual((version, plugin), ("8.0.39-0ubuntu0.22.04.1", SHA2))
            client.send(1, reply("app", b"x" * 32, SHA2))
            self.assertEqual(await client.read(), b"\x01\x04")
            client.send(3, b"\x02")
            key = load_pem_public_key((await client.read())[1:])
            masked = bytes(byte ^ nonce[place % 20] for place, byte in enumerate(b"secret\0"))
            client.send(5, key.encrypt(masked, OAEP))
            self.assertEqual((await client.read())[0], 0)
            (auth,) = served.events("auth")
            self.assertEqual((auth["password"], auth["accepted"]), ("secret", "true"))

    async def test_mysql_8_gets_the_password_itself_by_tls(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with Served("mysql", OPTIONS, distro="ubuntu22") as served:
            client = await connect(served)
            await client.greeting()
            client.send(1, struct.pack("<IIB23x", FLAGS | 1 << 11, 1 << 24, 45))
            await client.writer.start_tls(context)
            client.send(2, reply("root", b"x" * 32, SHA2))
            self.assertEqual(await client.read(), b"\x01\x04")
            client.send(4, b"toor\0")
            self.assertEqual((await client.read())[:3], b"\xff\x15\x04")
            client.writer.close()
            (auth,) = served.events("auth")
            self.assertEqual((auth["password"], auth["accepted"]), ("toor", "false"))

    async def test_a_client_that_gives_up_has_tried_once(self) -> None:
        async with Served("mysql", OPTIONS, distro="ubuntu22") as served:
            client = await connect(served)
            await client.greeting()
            client.send(1, reply("root", b"x" * 32, SHA2))
            await client.read()
            client.writer.close()
            await served.ended()
            (auth,) = served.events("auth")
            self.assertTrue(auth["proof"].endswith("*" + (b"x" * 32).hex()))

    async def test_changing_the_user_is_a_login(self) -> None:
        async with Served("mysql", OPTIONS) as served:
            client = await connect(served)
            await client.login("app", "secret")
            client.send(0, b"\x11root\0\x14" + b"y" * 20 + b"\0\x2d\0" + NATIVE.encode() + b"\0")
            switch = await client.read()
            client.send(2, scramble("toor", switch[-21:-1]))
            self.assertEqual((await client.read())[:3], b"\xff\x15\x04")
            self.assertEqual([one["username"] for one in served.events("auth")], ["app", "root"])


class SessionTest(unittest.IsolatedAsyncioTestCase):
    async def test_reads_the_bait_and_notes_each_command_once(self) -> None:
        async with Served("mysql", OPTIONS, domain="corp.example") as served:
            client = await connect(served)
            await client.login("app", "secret")
            databases = await client.query("show databases")
            database = databases[-2][1:].decode()
            self.assertEqual((await client.query(f"use {database}"))[0][0], 0)
            users = await client.query("select id, email from users where role = 'admin' limit 1")
            self.assertIn(b"@corp.example", users[-2])
            denied = await client.query("select * from mysql.user")
            self.assertTrue(denied[0].startswith(b"\xff\x76\x04#42000SELECT command denied"))
            client.writer.close()
            await served.ended()
            commands = [one["command"] for one in served.events("command")]
            self.assertEqual(commands[0], "show databases")
            self.assertEqual(len(commands), 4)

    def client(self, seed: int = 1, distro: str = "debian") -> Client:
        return Client(Catalogue(identity(seed, distro), release_of(distro)), "app", "192.0.2.9", 7)

    def test_two_deckies_differ_and_one_repeats(self) -> None:
        def records(seed: int) -> object:
            client = self.client(seed)
            client.use(client.catalogue.database)
            return client.run("select * from users"), client.catalogue.questions() > 0

        self.assertEqual(records(1), records(1))
        self.assertNotEqual(records(1), records(2))

    def test_errors_are_those_of_the_server(self) -> None:
        client = self.client()
        table = {
            "select * from users": (1046, "No database selected"),
            "use mysql": (1044, "Access denied for user 'app'@'192.0.2.9' to database 'mysql'"),
            "select nothing": (1054, "Unknown column 'nothing' in 'SELECT'"),
            "select @@nope": (1193, "Unknown system variable 'nope'"),
            "drop database x": (1044, "Access denied for user 'app'@'192.0.2.9' to database 'x'"),
            "load data local infile '/etc/passwd' into table x.y": (
                4166,
                "disabled the local infile capability",
            ),
            "select 1 into outfile '/tmp/x'": (1045, "Access denied"),
            ";": (1065, "Query was empty"),
            "select 'a": (1064, "near ''a' at line 1"),
            "bogus": (1064, "You have an error in your SQL syntax"),
        }
        for text, (code, words) in table.items():
            answer = client.run(text)
            self.assertIsInstance(answer, Failure, text)
            self.assertEqual(answer.code, code, text)
            self.assertIn(words, answer.text)

    def test_every_release_tells_one_version(self) -> None:
        for distro in RELEASES:
            rows = self.client(distro=distro).run("select version(), @@version")
            self.assertEqual(rows.rows, [(release_of(distro).version,) * 2])

    def test_stands_whatever_is_asked(self) -> None:
        client = self.client()
        client.use(client.catalogue.database)
        draw = random.Random(3306)
        words = "select show from where users * , ( ) . ; ' \" ` = like '%a%' 1 @@x limit order by count /*! */ -- #".split()
        words += [
            "tables",
            "é",
            "\0",
            "\udcff",
            "describe",
            "99999999999999999999",
            "users.id",
            "\\",
            "null",
            "as",
            "and",
        ]
        for _ in range(5000):
            client.run(
                draw.choice(("", "select ", "show ")) + " ".join(draw.choices(words, k=draw.randrange(9)))
            )
        for text in (
            "/*" * 8000,
            "'\\" * 8000,
            "(" * 16000,
            "select " + "," * 9000,
            "select " + "a." * 8000,
            "select concat(" * 900,
        ):
            client.run(text)


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_what_is_malformed_is_told_and_ends_one_connection(self) -> None:
        table = {
            packet(1, b"\x01\x00"): "no handshake of protocol 4.1",
            packet(0, b"x" * 40): "packet 0 where 1 was due",
            packet(1, reply("root", b"")[:35]): "a text without an end",
            b"\xff\xff\xff\x01": "a message of 16777215 bytes",
            packet(
                1, struct.pack("<IIB23x", 1 << 9 | 1 << 21, 0, 0) + b"a\0\xfe\xff"
            ): "a packet that is too short",
        }
        async with Served("mysql", OPTIONS) as served:
            for number, (data, error) in enumerate(table.items(), 1):
                await served.visit(data)
                await served.ended(number)
                self.assertEqual(served.events("malformed")[-1]["error"], error)
            self.assertIn(b"Bad handshake", await served.visit(packet(1, b"\x01\x00")))

    async def test_stands_mutations(self) -> None:
        for distro in ("debian", "ubuntu22"):
            async with Served("mysql", OPTIONS | {"accept_after": 1}, distro=distro) as served:
                conversation = [
                    packet(1, reply("root", b"y" * 20)),
                    packet(0, b"\x03show tables"),
                    packet(0, b"\x03\0\1select * from information_schema.columns"),
                    packet(0, b"\x04users\0"),
                    packet(0, b"\x11root\0\x14" + b"y" * 20 + b"\0\x2d\0" + NATIVE.encode() + b"\0"),
                    packet(2, b"y" * 20),
                ]
                await served.assault(conversation, 150)
                client = await connect(served)
                self.assertEqual((await client.login("app", "secret"))[0], 0)

    def test_an_answer_that_is_cut_short_is_malformed_or_read(self) -> None:
        from handshake import parse_answer

        whole = reply("root", b"y" * 20, database="shop")
        self.assertIsInstance(parse_answer(whole), Answer)
        for length in range(len(whole)):
            try:
                parse_answer(whole[:length])
            except Malformed:
                continue


if __name__ == "__main__":
    unittest.main()
