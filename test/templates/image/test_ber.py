"""BER with bounds: what is written is read back, and nothing else is believed."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import support  # noqa: F401: puts the templates on the path

import decnet_ber as ber
from decnet_ber import NotBer, Reader


class BerTest(unittest.TestCase):
    def test_reads_what_it_has_written(self) -> None:
        for value in (0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31 - 1, -(2**31), 2**62):
            self.assertEqual(Reader(ber.integer(value)).integer(), value)
        for length in (0, 1, 127, 128, 255, 256, 65_535, 70_000):
            for wide in (False, True):
                content = b"x" * length
                reader = Reader(ber.element(ber.SEQUENCE, ber.octets(content), wide=wide) + ber.octets("end"))
                self.assertEqual(reader.into(ber.SEQUENCE).bytes(), content)
                self.assertEqual((reader.more, reader.text(), reader.more), (True, "end", False))

    def test_writes_as_x690_has_it(self) -> None:
        self.assertEqual(ber.integer(128).hex(), "02020080")
        self.assertEqual(ber.integer(-128).hex(), "020180")
        self.assertEqual(ber.element(ber.OCTET_STRING, b"a", wide=True).hex(), "04840000000161")
        self.assertEqual(ber.octets(b"x" * 200)[:3].hex(), "0481c8")

    def test_refuses_what_is_not_so(self) -> None:
        cases = {
            "": "an element is missing",
            "04": "an element without a length",
            "0402aa": "an element beyond the end of its parent",
            "0480": "a length that is not definite",
            "048500000000": "a length that is not definite",
            "0482ff": "a length that is not definite",
            "0484ffffffff": "an element beyond the end of its parent",
            "1f0100": "a tag of more than one byte",
            "0201": "an element beyond the end of its parent",
        }
        for data, error in cases.items():
            with self.assertRaisesRegex(NotBer, error):
                Reader(bytes.fromhex(data)).bytes(None)
        with self.assertRaisesRegex(NotBer, "tag 0x02 instead of 0x04"):
            Reader(ber.integer(1)).bytes()
        for data in ("0200", "0209" + "01" * 9):
            with self.assertRaisesRegex(NotBer, "an integer of"):
                Reader(bytes.fromhex(data)).integer()

    def test_raises_nothing_else_whatever_comes(self) -> None:
        draw = random.Random(1)
        for _ in range(5000):
            reader = Reader(draw.randbytes(draw.randrange(12)))
            try:
                while reader.more:
                    reader = reader.into() if draw.random() < 0.5 else Reader(reader.bytes(None))
            except NotBer:
                continue


class WholeElementsTest(unittest.TestCase):
    def test_lengths_are_written_in_the_shortest_form(self) -> None:
        for size, head in ((0x7F, b"\x04\x7f"), (0x80, b"\x04\x81\x80"), (0x1234, b"\x04\x82\x12\x34")):
            made = ber.element(4, bytes(size))
            self.assertTrue(made.startswith(head))
            self.assertEqual(ber.only(made, 4), bytes(size))

    def test_integers_do_not_become_negative(self) -> None:
        made = [ber.integer(value).hex() for value in (0, 6, 127, 128)]
        self.assertEqual(made, ["020100", "020106", "02017f", "02020080"])

    def test_what_is_no_ber_is_refused(self) -> None:
        for junk in (b"", b"\x30", b"\x30\x80\0\0", b"\x30\x85\0\0\0\0\1x", b"\x30\x82\1", b"\x30\x05\0"):
            with self.assertRaises(NotBer):
                ber.only(junk, 0x30)
        with self.assertRaises(NotBer):
            ber.items(b"\x05\0" * 65)
        self.assertEqual(ber.any_header(b"\x30\x84\xff\xff\xff\xff"), (6, 0xFFFFFFFF))


if __name__ == "__main__":
    unittest.main()
