"""The Redis protocol and what its commands answer."""

import contextlib
import random
import unittest

from support import identity

from commands import Client
from decnet_logins import Logins
from instance import server_of
from resp import Failure, Parser, ProtocolError, Status, encode, split_inline

LIMIT = 4096


def commands(data: bytes, step: int) -> list[list[bytes]]:
    """What the parser makes of bytes that come in pieces."""
    parser = Parser(LIMIT)
    found = []
    for start in range(0, len(data), step):
        parser.feed(data[start : start + step])
        while (words := parser.next()) is not None:
            found.append(words)
    return found


class ParserTest(unittest.TestCase):
    def test_gives_the_same_commands_however_the_bytes_are_split(self) -> None:
        data = b"*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\nPING\r\n*0\r\n*-1\r\n\r\nset k 'v w'\n*1\r\n$0\r\n\r\n"
        whole = [[b"GET", b"a\r\nb"], [b"PING"], [], [], [], [b"set", b"k", b"v w"], [b""]]
        for step in range(1, len(data) + 1):
            self.assertEqual(commands(data, step), whole, step)

    def test_refuses_with_the_texts_of_redis(self) -> None:
        table = {
            b"*x\r\n": "invalid multibulk length",
            b"*99999999\r\n": "invalid multibulk length",
            b"*1\r\n$-1\r\n": "invalid bulk length",
            b"*1\r\n$99999999\r\n": "invalid bulk length",
            b"*2\r\n$4000\r\n" + b"a" * 4000 + b"\r\n$4000\r\n": "invalid bulk length",
            b"*1\r\n:1\r\n": "expected '$', got ':'",
            b"set a 'b\r\n": "unbalanced quotes in request",
            b"a" * (LIMIT + 1): "too big inline request",
            b"*" + b"1" * LIMIT: "too big mbulk count string",
            b"*1\r\n$" + b"1" * LIMIT: "too big bulk count string",
        }
        for data, text in table.items():
            with self.subTest(data[:30]), self.assertRaises(ProtocolError) as caught:
                commands(data, 7)
            self.assertEqual(str(caught.exception), text)

    def test_raises_nothing_else_for_random_bytes(self) -> None:
        draw = random.Random(6379)
        for _ in range(2000):
            data = bytes(draw.choices(b"*$0123456789-\r\n\"'\\xa \x00\xff", k=40))
            with contextlib.suppress(ProtocolError):
                commands(data, 9)

    def test_splits_inline_words_as_redis_does(self) -> None:
        line = rb'set "a b\n\x41\"" ' + b"'c\\'d' e"
        self.assertEqual(split_inline(line), [b"set", b'a b\nA"', b"c'd", b"e"])


class EncodeTest(unittest.TestCase):
    def test_writes_each_kind_in_both_versions(self) -> None:
        self.assertEqual(encode(Status("OK")), b"+OK\r\n")
        self.assertEqual(encode(Failure("ERR a\r\n+OK")), b"-ERR a  +OK\r\n")
        self.assertEqual(encode([1, b"a", None]), b"*3\r\n:1\r\n$1\r\na\r\n$-1\r\n")
        self.assertEqual(encode({"a": None}), b"*2\r\n$1\r\na\r\n$-1\r\n")
        self.assertEqual(encode({"a": None}, 3), b"%1\r\n$1\r\na\r\n_\r\n")


class CommandTest(unittest.TestCase):
    def client(self, password: str = "", distro: str = "debian", after: int = 0) -> Client:
        logins = Logins({"accept_after": after})
        return Client(server_of(identity(distro=distro), "", password, logins), 3, "192.0.2.1")

    def test_wants_a_password_where_there_is_one(self) -> None:
        client = self.client("hunter2")
        self.assertEqual(client.run([b"GET", b"a"]), Failure("NOAUTH Authentication required."))
        self.assertIsInstance(client.run([b"AUTH", b"wrong"]), Failure)
        self.assertEqual(client.login, ("default", "wrong", False))
        self.assertEqual(client.run([b"AUTH", b"hunter2"]), Status("OK"))
        self.assertEqual(client.login, ("default", "hunter2", True))
        self.assertIsNone(client.run([b"GET", b"a"]))

    def test_lets_in_the_nth_try_of_a_source(self) -> None:
        client = self.client(after=2)
        self.assertEqual(client.run([b"GET", b"a"]), Failure("NOAUTH Authentication required."))
        self.assertIsInstance(client.run([b"AUTH", b"one"]), Failure)
        self.assertEqual(client.run([b"AUTH", b"bob", b"two"]), Status("OK"))
        self.assertEqual(client.login, ("bob", "two", True))
        self.assertIsNone(client.run([b"GET", b"a"]))

    def test_tells_one_version_everywhere_and_it_is_the_distros(self) -> None:
        for distro, version in (("debian", "7.0.15"), ("ubuntu22", "6.0.16")):
            client = self.client(distro=distro)
            self.assertIn(f"redis_version:{version}\r\n", client.run([b"INFO"]))
            self.assertEqual(client.run([b"HELLO", b"3"])["version"], version)

    def test_says_what_is_wrong_as_redis_does(self) -> None:
        client = self.client()
        self.assertEqual(client.run([b"get"]), Failure("ERR wrong number of arguments for 'get' command"))
        unknown = "ERR unknown command 'foo', with args beginning with: 'bar' "
        self.assertEqual(client.run([b"foo", b"bar"]), Failure(unknown))

    def test_keeps_what_a_client_writes_to_itself_and_bounded(self) -> None:
        client, other = self.client(), self.client()
        for number in range(1000):
            client.run([b"SET", b"k%d" % number, b"v" * 100_000])
        self.assertLessEqual(client.run([b"DBSIZE"]), 64)
        self.assertEqual(len(client.run([b"GET", b"k0"])), 4096)
        self.assertIsNone(other.run([b"GET", b"k0"]))

    def test_answers_every_command_to_any_words(self) -> None:
        draw = random.Random(1)
        names = list(self.client()._commands)
        words = [b"", b"0", b"*", b"[", b"\xff", b"GET", b"AUTH", b"3", b"-1", b"9" * 20, b"MATCH"]
        client = self.client()
        for _ in range(5000):
            command = [draw.choice(names).encode(), *draw.choices(words, k=draw.randrange(5))]
            encode(client.run(command), client.protocol)


if __name__ == "__main__":
    unittest.main()
