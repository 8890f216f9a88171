"""An MQTT broker, in all versions that mosquitto speaks."""

import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from served import Served, use

use("mqtt")

from packets import encode
from support import identity
from topics import Topics, is_filter, matches

OPTIONS = {"accept": [{"username": "app", "password": "secret"}], "accept_after": 0}
NMAP = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x1e\x00\x04nmap"


def block(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


def connect(
    version: int, username: bytes | None = None, password: bytes | None = None, client: bytes = b"c1"
) -> bytes:
    flags = 2 | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
    body = block(b"MQIsdp" if version == 3 else b"MQTT") + bytes([version, flags, 0, 30])
    body += (b"\0" if version == 5 else b"") + block(client)
    return encode(1, body + b"".join(block(part) for part in (username, password) if part is not None))


def subscribe(topic: bytes, version: int) -> bytes:
    return encode(8, b"\0\1" + (b"\0" if version == 5 else b"") + block(topic) + b"\1", flags=2)


def publish(topic: bytes, payload: bytes, version: int, quality: int) -> bytes:
    number = b"\0\7" if quality else b""
    return encode(3, block(topic) + number + (b"\0" if version == 5 else b"") + payload, flags=quality << 1)


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_refuses_as_mosquitto_and_tells_who_it_was(self) -> None:
        async with Served("mqtt", OPTIONS) as served:
            for version, answer in ((3, b"\x20\2\0\5"), (4, b"\x20\2\0\5"), (5, b"\x20\3\0\x87\0")):
                self.assertEqual(await served.visit(connect(version, b"admin", b"letmein")), answer)
                auth = served.events("auth")[-1]
                told = [auth[name] for name in ("username", "password", "client_id", "version", "accepted")]
                self.assertEqual(told, ["admin", "letmein", "c1", str(version), "false"])
            self.assertEqual(await served.visit(NMAP), b"\x20\2\0\5")
            self.assertEqual(served.events("auth")[-1]["method"], "anonymous")
            self.assertNotIn("username", served.events("auth")[-1])

    async def test_a_connection_that_cannot_be_is_no_try(self) -> None:
        async with Served("mqtt", OPTIONS) as served:
            self.assertEqual(await served.visit(NMAP.replace(b"MQTT\4", b"MQTT\7")), b"\x20\2\0\1")
            self.assertEqual(await served.visit(b"\x10\x0c\0\4MQTT\4\0\0\x1e\0\0"), b"\x20\2\0\2")
            self.assertEqual(served.events("auth"), [])

    async def test_lets_in_a_pair_and_the_nth_try(self) -> None:
        async with Served("mqtt", OPTIONS | {"accept_after": 3}) as served:
            table = ((b"app", b"secret", b"\0"), (b"x", b"1", b"\5"), (b"y", b"2", b"\0"))
            for username, password, code in table:
                self.assertEqual(await served.visit(connect(4, username, password)), b"\x20\2\0" + code)


class SessionTest(unittest.IsolatedAsyncioTestCase):
    async def test_a_subscriber_gets_what_is_retained(self) -> None:
        for version, suback in ((4, b"\x90\3\0\1\1"), (5, b"\x90\4\0\1\0\1")):
            async with Served("mqtt", OPTIONS) as served:
                answer = await served.visit(connect(version, b"app", b"secret"), subscribe(b"#", version))
                self.assertIn(suback, answer)
                self.assertIn(b"/gateway/config", answer)
                self.assertNotIn(b"$SYS", answer)
                answer = await served.visit(
                    connect(version, b"app", b"secret"), subscribe(b"$SYS/#", version)
                )
                self.assertIn(b"mosquitto version 2.0.11", answer)
                told = [(one["method"], one["topic"]) for one in served.events("request")]
                self.assertEqual(told, [("subscribe", "#"), ("subscribe", "$SYS/#")])

    async def test_a_publisher_is_acknowledged_and_told_once(self) -> None:
        async with Served("mqtt", OPTIONS) as served:
            login = connect(4, b"app", b"secret")
            ends = encode(12) + encode(14)
            for quality, answer in ((0, b""), (1, b"\x40\2\0\7"), (2, b"\x50\2\0\7")):
                data = publish(b"door/set", b"OPEN", 4, quality)
                self.assertEqual(await served.visit(login, data, ends), b"\x20\2\0\0" + answer + b"\xd0\0")
            told = [(one["topic"], one["value"], one["qos"]) for one in served.events("request")]
            self.assertEqual(told, [("door/set", "OPEN", str(quality)) for quality in range(3)])
            five = await served.visit(
                connect(5, b"app", b"secret"), publish(b"a", b"b", 5, 1), encode(6, b"\0\7", flags=2)
            )
            self.assertTrue(five.endswith(b"\x40\3\0\7\x10\x70\2\0\7"))

    async def test_version_5_tells_what_mosquitto_does(self) -> None:
        async with Served("mqtt", OPTIONS) as served:
            self.assertEqual(
                await served.visit(connect(5, b"app", b"secret")), b"\x20\x09\0\0\6\x22\0\x0a\x21\0\x14"
            )
            self.assertRegex(
                await served.visit(connect(5, b"app", b"secret", b"")), rb"auto-[0-9A-F]{8}-[0-9A-F-]{27}!"
            )


class TopicTest(unittest.TestCase):
    def test_wildcards_are_those_of_the_standard(self) -> None:
        table = {
            ("#", "a/b"): True,
            ("a/#", "a"): True,
            ("a/+", "a/b"): True,
            ("a/+", "a/b/c"): False,
            ("+/+", "a/b"): True,
            ("a", "a/b"): False,
            ("#", "$SYS/x"): False,
            ("+/x", "$SYS/x"): False,
            ("$SYS/#", "$SYS/x"): True,
        }
        for (pattern, topic), holds in table.items():
            self.assertEqual(matches(pattern, topic), holds, (pattern, topic))
        for text in ("", "a#", "a/#/b", "a+", "\0", "/" * 100):
            self.assertFalse(is_filter(text), text)

    def test_two_deckies_differ_and_one_repeats(self) -> None:
        def retained(seed: int) -> dict[str, bytes]:
            found = Topics(identity(seed)).retained()
            return {name: value for name, value in found.items() if not name.startswith("$SYS")}

        self.assertEqual(retained(1), retained(1))
        self.assertNotEqual(retained(1), retained(2))


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_what_is_malformed_is_told_and_ends_one_connection(self) -> None:
        let_in = connect(4, b"app", b"secret")
        table = {
            b"\x82\3abc": "no CONNECT packet",
            b"\x10\xff\xff\xff\xff\x01": "a length of more than four bytes",
            b"\x10\xff\xff\xff\x7f": "a message of 268435455 bytes",
            encode(1, block(b"HTTP") + b"\4\2\0\0"): "another protocol",
            encode(1, block(b"MQTT") + b"\4\3\0\0"): "reserved flag",
            encode(1, block(b"MQTT") + b"\4\2\0\0\xff\xff"): "a packet that is too short",
            let_in + publish(b"a", b"", 4, 3): "quality of service",
            let_in + publish(b"a/#", b"", 4, 0): "a wildcard in a topic",
            let_in + encode(8, b"\0\1", flags=2): "no topic",
            let_in + encode(8, b"\0\1\0\1a\0"): "reserved flags",
            let_in + encode(0): "packet of type 0",
        }
        async with Served("mqtt", OPTIONS) as served:
            for number, (data, error) in enumerate(table.items(), 1):
                await served.visit(data)
                await served.ended(number)
                self.assertEqual(served.events("malformed")[-1]["error"], error)

    async def test_stands_mutations(self) -> None:
        async with Served("mqtt", OPTIONS | {"accept_after": 1}) as served:
            for version in (4, 5):
                conversation = [
                    connect(version, b"a", b"b"),
                    subscribe(b"+/#", version),
                    publish(b"t", b"x", version, 2),
                    encode(10, b"\0\2" + (b"\0" if version == 5 else b"") + block(b"t"), flags=2),
                ]
                await served.assault(conversation, 150)


if __name__ == "__main__":
    unittest.main()
