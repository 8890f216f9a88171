"""A printer by IPP: what it tells, what it takes, and that nothing else comes of it."""

import hashlib
import random
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from http_trial import HttpTrial
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "ipp"))

import server as ipp
from attributes import printer_attributes
from encoding import HEAD_LIMIT, NotIpp, Parser

CONFIG = {"accept": [], "accept_after": 0}
HEAD = (
    (0x47, "attributes-charset", b"utf-8"),
    (0x48, "attributes-natural-language", b"en"),
    (0x45, "printer-uri", b"ipp://printer/ipp/print"),
    (0x42, "requesting-user-name", b"mallory"),
)


def value(tag: int, name: str, content: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(content)) + content


def message(
    operation: int, *more: tuple[int, str, bytes], document: bytes = b"", version: bytes = b"\2\0"
) -> bytes:
    head = version + struct.pack(">Hi", operation, 7) + b"\1"
    return head + b"".join(value(*one) for one in (*HEAD, *more)) + b"\3" + document


def trial(distro: str = "hp-m404dn", seed: int = 1, **config: object) -> HttpTrial:
    return HttpTrial(ipp.start, CONFIG | config, distro, seed)


async def ask(server: HttpTrial, data: bytes, path: str = "/ipp/print") -> tuple[int, int, bytes]:
    """Status of HTTP, status of IPP, and the answer."""
    status, _, body = await server.ask("POST", path, data, Content_Type="application/ipp")
    return status, struct.unpack(">H", body[2:4])[0] if status == 200 else -1, body


class ParserTest(unittest.TestCase):
    WHOLE = message(0x0002, (0x42, "job-name", b"x"), (0x21, "copies", b"\0\0\0\2"), document=b"DOC")

    def test_reads_the_same_in_parts_of_any_size(self) -> None:
        for size in (1, 2, 7, len(self.WHOLE)):
            parser = Parser()
            parts = [parser.feed(self.WHOLE[at : at + size]) for at in range(0, len(self.WHOLE), size)]
            self.assertEqual(b"".join(parts), b"DOC")
            self.assertEqual(parser.message.text("job-name"), "x")
            self.assertEqual(parser.message.integer("copies"), 2)

    def test_is_not_complete_before_its_end(self) -> None:
        for length in range(len(self.WHOLE) - 3):
            parser = Parser()
            self.assertEqual(parser.feed(self.WHOLE[:length]), b"")
            self.assertFalse(parser.is_complete)

    def test_refuses_what_is_no_message(self) -> None:
        start = b"\2\0\0\2\0\0\0\1"
        long_name = start + b"\1\x44\xff\xff"
        for data in (
            long_name,
            start + value(0x44, "x", b"y"),
            start + b"\1" + value(0x44, "", b"y"),
            start + b"\1" + value(0x44, "x", b"y") * 3000,
            start + b"\1" + value(0x44, "x", b"y" * 60_000) * 2,
            start + b"\1" + struct.pack(">BH", 0x44, 1) + b"x\xff\xff" + b"y" * HEAD_LIMIT,
        ):
            with self.assertRaises(NotIpp):
                Parser().feed(data)

    def test_stands_whatever_comes(self) -> None:
        rng = random.Random(1)
        for _ in range(1500):
            data = bytearray(self.WHOLE)
            for _ in range(rng.randint(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            try:
                Parser().feed(bytes(data))
            except NotIpp:
                continue


class PrinterTest(unittest.IsolatedAsyncioTestCase):
    async def test_tells_what_it_is(self) -> None:
        for distro, name in (
            ("hp-m428fdw", b"HP LaserJet Pro M428f-M429f"),
            ("kyocera-m2540dn", b"ECOSYS M2540dn"),
        ):
            async with trial(distro) as server:
                status, code, body = await ask(server, message(0x000B))
                self.assertEqual((status, code), (200, 0))
                self.assertIn(name, body)
                only = message(0x000B, (0x44, "requested-attributes", b"printer-state"))
                self.assertNotIn(name, (await ask(server, only))[2])
                commands = [event["command"] for event in await server.events("command")]
                self.assertEqual(commands, ["Get-Printer-Attributes"] * 2)
                server.check_no_faults()

    async def test_takes_a_document_and_lists_the_job(self) -> None:
        document = b"%!PS" + b"x" * 300_000
        async with trial() as server:
            printed = message(0x0002, (0x42, "job-name", b"plan.pdf"), document=document)
            self.assertEqual((await ask(server, printed))[:2], (200, 0))
            upload = (await server.events("upload"))[0]
            expected = ("plan.pdf", str(len(document)), hashlib.sha256(document).hexdigest())
            self.assertEqual((upload["name"], upload["size"], upload["sha256"]), expected)
            command = (await server.events("command"))[0]
            self.assertEqual(
                (command["command"], command["username"], command["job"]),
                ("Print-Job", "mallory", "plan.pdf"),
            )
            listed = message(
                0x000A, (0x44, "which-jobs", b"completed"), (0x44, "requested-attributes", b"job-name")
            )
            self.assertIn(b"plan.pdf", (await ask(server, listed))[2])
            server.check_no_faults()

    async def test_a_job_may_come_in_two_steps(self) -> None:
        async with trial() as server:
            _, code, body = await ask(server, message(0x0005))
            self.assertEqual(code, 0)
            number = body[body.index(b"job-id") + 8 :][:4]
            ident = (0x21, "job-id", number)
            self.assertEqual((await ask(server, message(0x0006, ident, document=b"x")))[1], 0x0400)
            sent = message(0x0006, ident, (0x22, "last-document", b"\1"), document=b"data")
            self.assertEqual((await ask(server, sent))[1], 0)
            self.assertEqual((await ask(server, sent))[1], 0x0404)
            self.assertEqual((await ask(server, message(0x0008, ident)))[1], 0x0404)

    async def test_refuses_as_the_protocol_says(self) -> None:
        cases = {
            message(0x0003): 0x0501,
            message(0x7FFF): 0x0501,
            message(0x0012): 0x0403,
            message(0x0009, (0x21, "job-id", b"\x7f\xff\xff\xff")): 0x0406,
            message(0x0009, (0x45, "job-uri", b"ipp://x/99999999999999999999")): 0x0406,
            message(0x000B, version=b"\0\0"): 0x0503,
            b"\2\0\0\x0b\0\0\0\1\1\3": 0x0400,
            b"\2\0\0\x0b\0\0\0\1\3": 0x0400,
        }
        async with trial() as server:
            for data, code in cases.items():
                self.assertEqual((await ask(server, data))[1], code, data)
            self.assertEqual((await ask(server, message(0x000B), "/printers/none"))[0], 404)
            server.check_no_faults()

    async def test_what_is_no_ipp_is_malformed(self) -> None:
        async with trial() as server:
            for data in (b"x", b"\2\0\0\2\0\0\0\1\1\x44\xff\xff", message(0x000B)[:-1]):
                self.assertEqual((await ask(server, data))[0], 400)
            self.assertEqual(len(await server.events("malformed")), 3)
            server.check_no_faults()

    async def test_cups_is_what_linux_has(self) -> None:
        async with trial("ubuntu20", accept=[{"username": "root", "password": "x"}]) as server:
            _, headers, body = await server.ask("GET", "/")
            self.assertEqual(headers["server"], "CUPS/2.3 IPP/2.1")
            self.assertIn(b"Home - CUPS 2.3.1", body)
            self.assertEqual((await server.ask("GET", "/admin/"))[0], 401)
            self.assertEqual((await server.ask("GET", "/admin/", Authorization="Basic cm9vdDp4"))[0], 200)
            self.assertEqual((await ask(server, message(0x4002), "/"))[1], 0)
            self.assertEqual([one["accepted"] for one in await server.events("auth")], ["true"])

    async def test_is_the_deckys_own(self) -> None:
        def told(seed: int) -> list[object]:
            queue = ipp.site_of(identity(seed, "hp-m404dn"), CONFIG).operations.queue
            fixed = {"printer-current-time", "printer-up-time"}
            return [one for one in printer_attributes(queue) if one.name not in fixed]

        self.assertEqual(told(1), told(1))
        self.assertNotEqual(told(1), told(2))
        jobs = [
            [
                job.name
                for job in ipp.site_of(identity(seed), CONFIG).operations.jobs.listed("completed", None)
            ]
            for seed in (1, 1, 2)
        ]
        self.assertEqual(jobs[0], jobs[1])
        self.assertNotEqual(jobs[0], jobs[2])


if __name__ == "__main__":
    unittest.main()
