"""A MongoDB server, from its greeting to the last document."""

import asyncio
import base64
import hashlib
import hmac
import random
import struct
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from served import Served, use

use("mongodb")

import bson
from documents import DEPTH, decode
from support import identity
from wire import HEADER, MSG, QUERY

from decnet_records import database_of
from decnet_streams import Malformed

OPTIONS = {"auth": True, "accept": [{"username": "app", "password": "secret"}]}
PROBE = bytes.fromhex("410000003a300000ffffffffd407000000000000746573742e24636d640000000000ffffffff")
PROBE += bson.encode({"serverStatus": 1.0})
CONTROL = {"lsid": {"id": 1}}


def msg(command: dict[str, Any], database: str = "admin", number: int = 1) -> bytes:
    body = b"\0\0\0\0\0" + bson.encode(command | {"$db": database})
    return HEADER.pack(16 + len(body), number, 0, MSG) + body


class Driver:
    """As much of a client as the tests need."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, command: dict[str, Any], database: str = "admin") -> dict[str, Any]:
        self._writer.write(msg(command, database))
        size, _, answered, kind = HEADER.unpack(await self._reader.readexactly(16))
        assert (answered, kind) == (1, MSG)
        return bson.decode((await self._reader.readexactly(size - 16))[5:])

    async def login(self, username: str, password: str, mechanism: str = "SCRAM-SHA-256") -> dict[str, Any]:
        """The last answer."""
        digest = "sha256" if mechanism.endswith("256") else "sha1"
        bare = f"n={username},r=abc"
        start = {"saslStart": 1, "mechanism": mechanism, "payload": f"n,,{bare}".encode()}
        first = (await self.ask(start))["payload"].decode()
        nonce, salt, count = (part[2:] for part in first.split(","))
        if digest == "sha1":
            password = hashlib.md5(f"{username}:mongo:{password}".encode()).hexdigest()
        salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(salt), int(count))
        key = hmac.digest(salted, b"Client Key", digest)
        without = f"c=biws,r={nonce}"
        signature = hmac.digest(
            hashlib.new(digest, key).digest(), f"{bare},{first},{without}".encode(), digest
        )
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True))).decode()
        return await self.ask(
            {"saslContinue": 1, "conversationId": 1, "payload": f"{without},p={proof}".encode()}
        )


async def connect(served: Served) -> Driver:
    return Driver(*await served.connect())


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_lets_in_who_knows_the_password_by_either_mechanism(self) -> None:
        async with Served("mongodb", OPTIONS) as served:
            for mechanism in ("SCRAM-SHA-1", "SCRAM-SHA-256"):
                for password in ("secret", "wrong"):
                    driver = await connect(served)
                    answer = await driver.login("app", password, mechanism)
                    if password == "secret":
                        self.assertTrue(answer["payload"].startswith(b"v="))
                        self.assertEqual((await driver.ask({"listDatabases": 1}))["ok"], 1.0)
                    else:
                        self.assertEqual((answer["code"], answer["errmsg"]), (18, "Authentication failed."))
            told = [(one["method"], one["username"], one["accepted"]) for one in served.events("auth")]
            self.assertEqual(
                told,
                [
                    (one, "app", accepted)
                    for one in ("SCRAM-SHA-1", "SCRAM-SHA-256")
                    for accepted in ("true", "false")
                ],
            )

    async def test_tells_all_that_a_password_can_be_tried_against(self) -> None:
        async with Served("mongodb", OPTIONS) as served:
            await (await connect(served)).login("root", "letmein")
            (auth,) = served.events("auth")
            message, proof = auth["proof"].rsplit("*", 1)
            salt, count = (part[2:] for part in message.split(",")[3:5])
            salted = hashlib.pbkdf2_hmac("sha256", b"letmein", base64.b64decode(salt), int(count))
            key = hmac.digest(salted, b"Client Key", "sha256")
            signature = hmac.digest(hashlib.sha256(key).digest(), message.encode(), "sha256")
            self.assertEqual(bytes(a ^ b for a, b in zip(key, signature, strict=True)).hex(), proof)

    async def test_without_a_login_nothing_can_be_read(self) -> None:
        async with Served("mongodb", OPTIONS) as served:
            driver = await connect(served)
            answer = await driver.ask({"listDatabases": 1} | CONTROL)
            self.assertEqual((answer["code"], answer["codeName"]), (13, "Unauthorized"))
            self.assertEqual(answer["errmsg"], "command listDatabases requires authentication")
            self.assertEqual((await driver.ask({"nonsense": 1}))["code"], 59)
            self.assertEqual((await driver.ask({"buildInfo": 1}))["version"], "4.4.29")
            commands = [one["command"] for one in served.events("command")]
            self.assertEqual(commands, ["admin {listDatabases: 1}", "admin {nonsense: 1}"])

    async def test_a_broken_scram_is_malformed(self) -> None:
        async with Served("mongodb", OPTIONS) as served:
            driver = await connect(served)
            for payload in (b"", b"n,,x", b"n,,n=\xff,r=a", "n,,r=a", 7):
                start = {"saslStart": 1, "mechanism": "SCRAM-SHA-1", "payload": payload}
                self.assertEqual((await driver.ask(start))["code"], 18)
            self.assertEqual((await driver.ask({"saslContinue": 1, "payload": b"x"}))["code"], 17)
            self.assertEqual((await driver.ask({"saslStart": 1, "mechanism": "PLAIN"}))["code"], 334)
            self.assertEqual(len(served.events("malformed")), 5)


class SessionTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_bait_is_the_deckys_own(self) -> None:
        found = []
        for seed in (1, 1, 2):
            async with Served("mongodb", OPTIONS | {"auth": False}, seed=seed) as served:
                driver = await connect(served)
                database = database_of(identity(seed))
                answer = await driver.ask({"find": "users", "filter": {"role": "admin"}}, database)
                found.append(answer["cursor"]["firstBatch"])
                self.assertEqual([one["role"] for one in found[-1]], ["admin"])
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])

    async def test_what_one_drops_and_puts_in_nobody_else_sees(self) -> None:
        async with Served("mongodb", OPTIONS | {"auth": False}) as served:
            one, other = await connect(served), await connect(served)
            database = database_of(identity())
            await one.ask({"dropDatabase": 1}, database)
            note = [{"text": "pay"}] * 100
            self.assertEqual((await one.ask({"insert": "note", "documents": note}, "READ"))["n"], 100)
            names = [entry["name"] for entry in (await one.ask({"listDatabases": 1}))["databases"]]
            self.assertEqual(names, ["READ", "admin", "local"])
            kept = (await one.ask({"find": "note"}, "READ"))["cursor"]["firstBatch"]
            self.assertEqual(len(kept), 32)
            names = [entry["name"] for entry in (await other.ask({"listDatabases": 1}))["databases"]]
            self.assertEqual(sorted(names), sorted(["admin", "local", database]))

    async def test_every_command_stands_any_arguments(self) -> None:
        from commands import DONE, KNOWN

        draw = random.Random(27017)
        values: list[Any] = [
            1,
            -1,
            "users",
            None,
            {},
            [],
            {"$gt": 1},
            [{"q": {}}],
            b"x",
            1e300,
            True,
            [{"$limit": -1}],
        ]
        keys = [
            "filter",
            "limit",
            "skip",
            "pipeline",
            "documents",
            "deletes",
            "key",
            "q",
            "query",
            "client",
            "nameOnly",
        ]
        async with Served("mongodb", OPTIONS | {"auth": False}) as served:
            driver = await connect(served)
            for name in [
                *KNOWN,
                *DONE,
                "hello",
                "isMaster",
                "FIND",
                "saslStart",
                "saslContinue",
                "whatsmyuri",
            ]:
                for _ in range(8):
                    more = {key: draw.choice(values) for key in draw.sample(keys, 4)}
                    await driver.ask({name: draw.choice(values)} | more, database_of(identity()))
            self.assertEqual(served.events("fault"), [])


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_nmap_knows_it_with_a_login_and_its_version_without(self) -> None:
        async with Served("mongodb", OPTIONS) as served:
            answer = await served.visit(PROBE)
            self.assertIn(b"\x01ok\0" + b"\0" * 8 + b"\x02errmsg\0", answer)
            self.assertIn(
                b"not authorized on test to execute command { serverStatus: 1.0 }\0\x10code\0\r\0\0\0", answer
            )
        async with Served("mongodb", OPTIONS | {"auth": False}) as served:
            self.assertRegex(await served.visit(PROBE), rb"(?s)version.....4\.4\.29")
            self.assertIn(
                b"over HTTP on the native driver port", await served.visit(b"GET / HTTP/1.0\r\n\r\n")
            )

    async def test_what_is_malformed_is_told_and_ends_one_connection(self) -> None:
        deep: dict[str, Any] = {}
        for _ in range(DEPTH + 1):
            deep = {"a": deep}
        body = bson.encode({"ping": 1})
        table = {
            HEADER.pack(15, 1, 0, MSG): "a message of 15 bytes",
            HEADER.pack(1 << 30, 1, 0, MSG): f"a message of {(1 << 30) - 16} bytes",
            HEADER.pack(16, 1, 0, 2012): "operation 2012",
            HEADER.pack(20, 1, 0, MSG) + b"\0" * 4: "an OP_MSG that is too short",
            HEADER.pack(21 + len(body), 1, 0, MSG) + b"\0\0\0\0\2" + body: "section 2",
            HEADER.pack(26, 1, 0, MSG)
            + b"\0\0\0\0\0"
            + b"\xff\xff\xff\x7f\0": "a document of 2147483647 bytes",
            HEADER.pack(26, 1, 0, MSG) + b"\0\0\0\0\0" + b"\5\0\0\0\0": "an OP_MSG without a command",
            HEADER.pack(20, 1, 0, QUERY) + b"\0" * 4: "an OP_QUERY that is too short",
            msg({"ping": deep}): "BSON: nested too deeply",
        }
        async with Served("mongodb", OPTIONS) as served:
            for number, (data, error) in enumerate(table.items(), 1):
                await served.visit(data)
                await served.ended(number)
                self.assertEqual(served.events("malformed")[-1]["error"], error)

    async def test_stands_mutations(self) -> None:
        async with Served("mongodb", OPTIONS | {"auth": False}) as served:
            conversation = [
                PROBE,
                msg({"saslStart": 1, "mechanism": "SCRAM-SHA-1", "payload": b"n,,n=a,r=b"}),
                msg({"find": "users", "filter": {"a": 1.5}, "limit": 3}, database_of(identity())),
                msg({"insert": "x", "documents": [{"a": None, "b": [1, "x", True]}]}),
            ]
            await served.assault(conversation, 200)

    def test_deep_documents_are_refused_before_they_cost(self) -> None:
        deep = b"\5\0\0\0\0"
        while len(deep) < 40_000:
            deep = struct.pack("<i", len(deep) + 8) + b"\3a\0" + deep + b"\0"
        with self.assertRaises(Malformed):
            decode(deep)


class DocumentTest(unittest.TestCase):
    def test_a_decimal_with_too_many_digits_is_malformed(self) -> None:
        element = b"\x13a\0" + struct.pack("<QQ", 2**64 - 1, 0x3041ED09BEAD87C0)
        with self.assertRaisesRegex(Malformed, "BSON: Inexact"):
            decode(struct.pack("<i", len(element) + 5) + element + b"\0")


if __name__ == "__main__":
    unittest.main()
