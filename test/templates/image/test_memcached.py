"""memcached in both its protocols."""

import random
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from served import Served, use

use("memcached")

import cache as cache_module
from binary import HEADER
from cache import ITEMS_LIMIT, Cache, bait_of
from support import identity

OPTIONS = {"version": ""}


def packet(code: int, key: bytes = b"", value: bytes = b"", extras: bytes = b"") -> bytes:
    size = len(extras) + len(key) + len(value)
    return HEADER.pack(0x80, code, len(key), len(extras), 0, 0, size, 7, 0) + extras + key + value


class TextTest(unittest.IsolatedAsyncioTestCase):
    async def test_answers_in_the_words_of_the_real_one(self) -> None:
        table = {
            b"version\r\n": b"VERSION 1.6.18\r\n",
            b"foo\r\n": b"ERROR\r\n",
            b"\r\n": b"ERROR\r\n",
            b"get\r\n": b"ERROR\r\n",
            b"get none\r\n": b"END\r\n",
            b"set a 0 0 3\r\nabc\r\n": b"STORED\r\n",
            b"set a 0 0 x\r\n": b"CLIENT_ERROR bad command line format\r\n",
            b"set a 0 0 -1\r\n": b"CLIENT_ERROR bad command line format\r\n",
            b"set a 0 0 3\r\nabcdef\r\n": b"CLIENT_ERROR bad data chunk\r\nERROR\r\n",
            b"set b 7 0 3\r\nabc\r\nget b nope\r\n": b"STORED\r\nVALUE b 7 3\r\nabc\r\nEND\r\n",
            b"set c 0 0 1 noreply\r\n1\r\nincr c 41\r\ndecr c 50\r\n": b"42\r\n0\r\n",
            b"add a 0 0 1\r\nx\r\nreplace q 0 0 1\r\nx\r\n": b"NOT_STORED\r\nNOT_STORED\r\n",
            b"append a 0 0 1\r\nd\r\nget a\r\n": b"STORED\r\nVALUE a 0 4\r\nabcd\r\nEND\r\n",
            b"cas a 0 0 1 999999\r\nx\r\n": b"EXISTS\r\n",
            b"touch none 1\r\nincr none 1\r\ndelete none\r\n": b"NOT_FOUND\r\nNOT_FOUND\r\nNOT_FOUND\r\n",
            b"delete a\r\n": b"DELETED\r\n",
            b"get " + b"k" * 251 + b"\r\n": b"CLIENT_ERROR bad command line format\r\n",
            b"verbosity 1\r\nmn\r\nmg none v\r\nme none\r\n": b"OK\r\nMN\r\nEN\r\nEN\r\n",
            b"stats foo\r\nstats reset\r\n": b"ERROR\r\nRESET\r\n",
            b"quit\r\nversion\r\n": b"",
            b"GET / HTTP/1.0\r\n\r\n": b"",
        }
        async with Served("memcached", OPTIONS) as served:
            for data, answer in table.items():
                self.assertEqual(await served.visit(data), answer, data)

    async def test_nmap_reads_its_version(self) -> None:
        for distro, version in (("debian", "1.6.18"), ("ubuntu20", "1.5.22"), ("centos7", "1.4.15")):
            async with Served("memcached", OPTIONS, distro=distro) as served:
                answer = await served.visit(b"stats\r\n")
                head = rf"STAT pid \d+\r\nSTAT uptime \d+\r\nSTAT time \d+\r\nSTAT version {version}\r\n"
                self.assertRegex(answer, head.encode())

    async def test_the_next_client_finds_what_one_has_set_and_each_command_is_told_once(self) -> None:
        async with Served("memcached", OPTIONS) as served:
            await served.visit(b"set k 5 0 6\r\nline\r\n\r\n")
            self.assertEqual(await served.visit(b"get k\r\n"), b"VALUE k 5 6\r\nline\r\n\r\nEND\r\n")
            commands = [
                (one["command"], one.get("value"), one.get("size")) for one in served.events("command")
            ]
            self.assertEqual(commands, [("set k 5 0 6", "line\\x0d\\x0a", "6"), ("get k", None, None)])

    async def test_lists_its_keys_by_slab_class(self) -> None:
        async with Served("memcached", OPTIONS) as served:
            keys = set()
            for number in range(1, 25):
                answer = await served.visit(b"stats cachedump %d 0\r\n" % number)
                keys |= {line.split()[1] for line in answer.splitlines()[:-1]}
            self.assertEqual(keys, set(bait_of(served.identity)))
            crawled = await served.visit(b"lru_crawler metadump all\r\n")
            self.assertEqual({line.split()[0][4:] for line in crawled.splitlines()[:-1]}, keys)

    async def test_what_is_too_large_is_swallowed_and_not_kept(self) -> None:
        async with Served("memcached", OPTIONS) as served:
            size = 1024 * 1024 + 1
            data = b"set big 0 0 %d\r\n" % size + b"x" * size + b"\r\nversion\r\n"
            self.assertEqual(
                await served.visit(data), b"SERVER_ERROR object too large for cache\r\nVERSION 1.6.18\r\n"
            )
            await served.visit(b"set half 0 0 500000\r\n" + b"x" * 500_000 + b"\r\n")
            self.assertLess(len(await served.visit(b"get half\r\n")), 17_000)


class BinaryTest(unittest.IsolatedAsyncioTestCase):
    async def test_sets_gets_and_tells_its_version(self) -> None:
        async with Served("memcached", OPTIONS) as served:
            answer = await served.visit(
                packet(1, b"k", b"v", struct.pack(">II", 3, 0))
                + packet(0, b"k")
                + packet(0x0C, b"none")
                + packet(0x0B)
            )
            self.assertIn(struct.pack(">I", 3) + b"v", answer)
            self.assertIn(b"Not found", answer)
            self.assertTrue(answer.endswith(b"1.6.18"))
            self.assertIn(b"pid", await served.visit(packet(0x10)))
            self.assertTrue((await served.visit(packet(0x7F))).endswith(b"Unknown command"))
            self.assertEqual([one["command"] for one in served.events("command")][:2], ["set k", "get k"])


class CacheTest(unittest.TestCase):
    def test_two_deckies_differ_and_one_repeats(self) -> None:
        self.assertEqual(bait_of(identity(1)), bait_of(identity(1)))
        self.assertNotEqual(bait_of(identity(1)), bait_of(identity(2)))

    def test_holds_few_items(self) -> None:
        held = Cache(bait_of(identity()))
        for number in range(2000):
            held.put(b"%d" % number, b"x" * 100_000)
        self.assertEqual(len(held.items()), ITEMS_LIMIT)
        self.assertEqual(len(held.items()[0][1].value), 16 * 1024)

    def test_the_bait_comes_back_after_a_flush(self) -> None:
        held = Cache(bait_of(identity()))
        held.clear()
        self.assertEqual(held.items(), [])
        held._refill_at -= cache_module.REFILL_SECONDS
        self.assertEqual({key for key, _ in held.items()}, set(bait_of(identity())))

    def test_what_expires_is_gone(self) -> None:
        held = Cache({})
        held.put(b"k", b"v", seconds=-1)
        self.assertIsNone(held.get(b"k"))


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_what_is_malformed_is_told_and_ends_one_connection(self) -> None:
        table = {
            b"x" * 3000 + b"\r\n": "line too long",
            b"x" * 40_000: "a message without an end",
            HEADER.pack(0x80, 0, 9, 0, 0, 0, 3, 0, 0) + b"abc": "a key beyond its packet",
            HEADER.pack(0x80, 0, 0, 0, 0, 0, 1 << 31, 0, 0): f"a message of {1 << 31} bytes",
            packet(0x0A) + b"\x81" + b"\0" * 23: "magic 129",
        }
        async with Served("memcached", OPTIONS) as served:
            for number, (data, error) in enumerate(table.items(), 1):
                await served.visit(data)
                await served.ended(number)
                self.assertEqual(served.events("malformed")[-1]["error"], error)

    async def test_stands_mutations(self) -> None:
        async with Served("memcached", OPTIONS) as served:
            text = [
                b"set a 0 0 3\r\nabc\r\n",
                b"get a\r\n",
                b"incr a 1\r\n",
                b"stats cachedump 3 0\r\n",
                b"mg a v\r\n",
            ]
            await served.assault(text, 150)
            await served.assault(
                [packet(1, b"k", b"v", b"\0" * 8), packet(0, b"k"), packet(0x10), packet(4, b"k")], 150
            )

    async def test_every_command_stands_any_words(self) -> None:
        draw = random.Random(11211)
        names = "get gets gat gats delete incr decr touch stats flush_all verbosity mn me mg lru_crawler set cas foo".split()
        words = [
            "a",
            "0",
            "-1",
            "9" * 30,
            "noreply",
            "v",
            "metadump",
            "all",
            "cachedump",
            "\xff",
            "items",
            "1.5",
        ]
        lines = []
        for _ in range(2000):
            lines.append(" ".join([draw.choice(names), *draw.choices(words, k=draw.randrange(6))]))
        async with Served("memcached", OPTIONS) as served:
            for start in range(0, len(lines), 100):
                await served.visit("\r\n".join(lines[start : start + 100]).encode("latin-1") + b"\r\n")
            self.assertEqual(served.events("fault"), [])


if __name__ == "__main__":
    unittest.main()
