"""A printer that answers PJL, keeps what is printed, and has no file beyond its bait."""

import random
import socket
import sys
import unittest
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "jetdirect"))

from answers import FILE_SHOWN, HELD_LIMIT, Printing
from command import Command, read_command
from files import place_of, tree_of
from language import LINE_LIMIT, UEL, Cutter, End, Job, Part

from decnet_printers import printer_of


def ask(line: str, printing: Printing | None = None) -> str:
    return (
        (printing or Printing(identity(distro="hp-m404dn"), "Ready"))
        .answer(read_command(line.encode()))
        .decode()
    )


def cut(data: bytes, sizes: list[int] | None = None) -> list[Part]:
    """All parts, of a stream that comes in pieces; jobs joined."""
    cutter = Cutter()
    parts: list[Part] = []
    at = 0
    for size in [*(sizes or []), len(data)]:
        parts += cutter.feed(data[at : at + size])
        at += size
    parts += cutter.finish()
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, Job) and joined and isinstance(joined[-1], Job):
            part = Job(joined.pop().data + part.data, part.name)
        joined.append(part)
    return joined


def shape(parts: list[Part]) -> list[object]:
    kinds = {Command: lambda part: part.line, Job: lambda part: (part.name, part.data), End: lambda _: "end"}
    return [kinds[type(part)](part) for part in parts]


SESSION = (
    UEL
    + b'@PJL JOB NAME="Pay slips"\r\n@pjl set COPIES=2\n@PJL ENTER LANGUAGE = POSTSCRIPT\r\n'
    + b"%!PS\r\n@PJL inside\r\n"
    + UEL
    + b'@PJL FSDOWNLOAD FORMAT:BINARY SIZE=20 NAME="0:\\x"\r\n'
    + b"abcdefghi"
    + UEL
    + b"jk\r\n\r\n@PJL EOJ\r\n"
    + UEL
    + b"plain"
)
SHAPE = [
    'JOB NAME="Pay slips"',
    "set COPIES=2",
    "ENTER LANGUAGE = POSTSCRIPT",
    ("", b"%!PS\r\n@PJL inside\r\n"),
    "end",
    'FSDOWNLOAD FORMAT:BINARY SIZE=20 NAME="0:\\x"',
    ("0:\\x", b"abcdefghi" + UEL + b"jk"),
    "end",
    "EOJ",
    ("", b"plain"),
    "end",
]


class LanguageTest(unittest.TestCase):
    def test_commands_jobs_and_files_are_told_apart_however_they_come(self) -> None:
        self.assertEqual(shape(cut(SESSION)), SHAPE)
        for seed in range(200):
            chance = random.Random(seed)
            pieces = [chance.randrange(1, 30) for _ in range(chance.randrange(40))]
            self.assertEqual(shape(cut(SESSION, pieces)), SHAPE)

    def test_what_is_no_pjl_is_a_job(self) -> None:
        for data in (b"GET / HTTP/1.0\r\n\r\n", b"\x1bE\x1b&l0O", b"%PDF-1.4", b"@other"):
            self.assertEqual(shape(cut(data)), [("", data), "end"])
        self.assertEqual(shape(cut(b"\r\n\r\n")), ["end"])

    def test_a_line_without_an_end_is_held_no_longer_than_its_bound(self) -> None:
        cutter = Cutter()
        for _ in range(50):
            parts = list(cutter.feed(b"@PJL " + b"x" * 100))
        self.assertTrue(parts)
        self.assertLess(len(cutter._held), LINE_LIMIT)

    def test_a_command_has_options_with_or_without_quotation_marks(self) -> None:
        command = read_command(b'@PJL  FSUPLOAD NAME = "0:\\a b.txt" OFFSET=4 SIZE=99999999999999 ')
        self.assertEqual((command.verb, command.words), ("FSUPLOAD", ()))
        self.assertEqual((command.text("NAME"), command.number("OFFSET")), ("0:\\a b.txt", 4))
        self.assertEqual(command.number("SIZE"), 999_999_999)
        self.assertEqual(read_command(b"@PJL info status").words, ("STATUS",))
        self.assertEqual(read_command(b"@PJL").verb, "")


class AnswersTest(unittest.TestCase):
    def test_says_which_printer_it_is_as_its_other_services_do(self) -> None:
        for distro, name in (
            ("hp-m428fdw", "HP LaserJet MFP M428fdw"),
            ("kyocera-m2540dn", "ECOSYS M2540dn"),
        ):
            printing = Printing(identity(distro=distro), "Ready")
            self.assertEqual(ask("@PJL INFO ID", printing), f'@PJL INFO ID\r\n"{name}"\r\n\f')
            printer = printer_of(identity(distro=distro))
            self.assertIn(f"PAGECOUNT={printer.page_count}\r\n", ask("@PJL INFO PAGECOUNT", printing))
            self.assertIn(printer.serial, ask("@PJL INFO PRODINFO", printing))

    def test_the_display_says_what_it_was_told_to_this_client_only(self) -> None:
        printing = Printing(identity(), "Ready")
        self.assertEqual(ask('@PJL RDYMSG DISPLAY="PWNED"', printing), "")
        self.assertIn('CODE=10001\r\nDISPLAY="PWNED"\r\n', ask("@PJL INFO STATUS", printing))
        self.assertIn('DISPLAY="Ready"', ask("@PJL INFO STATUS"))

    def test_variables_can_be_asked_for_and_set_but_not_without_end(self) -> None:
        printing = Printing(identity(), "Ready")
        self.assertEqual(ask("@PJL INQUIRE COPIES", printing), "@PJL INQUIRE COPIES\r\n1\r\n\f")
        ask("@PJL SET COPIES=7", printing)
        self.assertIn("COPIES=7 [2 RANGE]", ask("@PJL INFO VARIABLES", printing))
        self.assertIn('"?"', ask("@PJL INQUIRE NOTHING", printing))
        for number in range(100):
            ask(f"@PJL SET V{number}=1", printing)
        self.assertEqual(len(printing._held), HELD_LIMIT)

    def test_lists_and_reads_the_bait(self) -> None:
        self.assertEqual(
            ask('@PJL FSDIRLIST NAME="0:\\" ENTRY=1 COUNT=2'),
            '@PJL FSDIRLIST NAME="0:\\" ENTRY=1\r\n. TYPE=DIR\r\n.. TYPE=DIR\r\n\f',
        )
        self.assertIn("TYPE=FILE SIZE=", ask('@PJL FSQUERY NAME="0:\\webserver/config\\scanfolder.ini"'))
        text = ask('@PJL FSUPLOAD NAME="0:/webServer/config/scanfolder.ini" OFFSET=2 SIZE=4')
        self.assertTrue(text.endswith("OFFSET=2 SIZE=4\r\nrver\f"), text)
        self.assertLess(
            len(ask('@PJL FSUPLOAD NAME="0:/webServer/config/scanfolder.ini" SIZE=999999999')), FILE_SHOWN
        )

    def test_what_leads_out_of_the_volume_is_not_found_and_marked(self) -> None:
        tree = tree_of(identity())
        for name in (
            "0:\\..\\..\\etc\\passwd",
            "0:/webServer/../../../etc",
            "../etc/shadow",
            "0:\\..\\webServer",
        ):
            self.assertTrue(place_of(tree, name).escapes, name)
            for verb in ("FSDIRLIST", "FSQUERY", "FSUPLOAD"):
                self.assertIn("FILEERROR=3", ask(f'@PJL {verb} NAME="{name}"'))
        for name in ("0:\\webServer\\..\\PJL", "0:", "0:\\nothing", "1:\\", ""):
            self.assertFalse(place_of(tree, name).escapes, name)

    def test_a_decky_has_files_of_its_own(self) -> None:
        self.assertEqual(tree_of(identity(1)), tree_of(identity(1)))
        self.assertNotEqual(tree_of(identity(1)), tree_of(identity(2)))
        self.assertNotEqual(*(Printing(identity(seed), "")._free for seed in (1, 2)))

    def test_no_line_is_a_fault(self) -> None:
        lines = [
            b'@PJL FSDIRLIST NAME="0:\\" ENTRY=1 COUNT=65535',
            b"@PJL INFO VARIABLES",
            b"@PJL INQUIRE A B",
        ]
        printing = Printing(identity(), "Ready")
        for seed in range(3000):
            chance = random.Random(seed)
            line = bytearray(chance.choice(lines))
            for _ in range(chance.randrange(1, 6)):
                line[chance.randrange(5, len(line))] = chance.randrange(256)
            for part in cut(bytes(line) + b"\n"):
                if isinstance(part, Command):
                    self.assertLess(len(printing.answer(part)), 3000)
                    printing.escapes(part)


class WireTest(unittest.TestCase):
    def test_answers_keeps_and_tells(self) -> None:
        ports = free_ports("tcp")
        ((port, _),) = ports
        with Child(TEMPLATES / "jetdirect", ports, {"ready_message": "Ready"}) as child:
            child.wait_until_listening(ports)
            with socket.create_connection((ADDRESS, port), 10) as client:
                client.sendall(UEL + b'@PJL INFO ID\r\n@PJL FSQUERY NAME="0:\\..\\x"\r\n')
                client.sendall(b"@PJL ENTER LANGUAGE=PCL\r\nhello" + UEL + b"@PJL RESET")
                client.shutdown(socket.SHUT_WR)
                answer = b""
                while data := client.recv(1000):
                    answer += data
            child.process.terminate()
            code, events, errors = child.end()
        self.assertEqual((code, errors), (0, ""))
        self.assertTrue(answer.startswith(b'@PJL INFO ID\r\n"'), answer)
        names = [(one["<event>"], one.get("command")) for one in events[1:]]
        self.assertEqual(
            names,
            [
                ("connect", None),
                ("command", "@PJL INFO ID"),
                ("command", '@PJL FSQUERY NAME="0:\\\\..\\\\x"'.replace("\\\\", "\\")),
                ("command", "@PJL ENTER LANGUAGE=PCL"),
                ("upload", None),
                ("command", "@PJL RESET"),
                ("disconnect", None),
            ],
        )
        self.assertEqual(events[3]["traversal"], "true")
        self.assertEqual((events[5]["sha256"], events[5]["language"]), (sha256(b"hello").hexdigest(), "PCL"))


if __name__ == "__main__":
    unittest.main()
