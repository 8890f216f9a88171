"""The VNC server: its handshake in three versions, passwords, the picture, keys, and rubbish."""

import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "vnc"))

from challenge import crackable, proves, response_to
from decnet_streams import Malformed
from inputs import EVENTS_LIMIT, Inputs
from picture import RAW, RRE, login_screen
from pixels import OURS, PixelFormat, read_format

CLOSED = {"desktop": "", "accept": [], "accept_after": 0}
OPEN = CLOSED | {"accept": [{"password": "secret"}]}
BGR233 = PixelFormat(8, 8, False, (7, 7, 3), (0, 3, 6))


def exactly(wire: Wire, count: int) -> bytes:
    while len(wire.seen) < count:
        data = wire._socket.recv(65_536)
        if not data:
            raise EOFError(wire.seen)
        wire.seen += data
    found, wire.seen = wire.seen[:count], wire.seen[count:]
    return found


def log_in(wire: Wire, password: str, version: bytes = b"RFB 003.008\n") -> bytes:
    """The security result, and the reason behind it."""
    wire.until(b"\n")
    wire.send(version)
    if version < b"RFB 003.007\n":
        assert exactly(wire, 4) == b"\0\0\0\2"
    else:
        assert exactly(wire, 2) == b"\1\2"
        wire.send(b"\2")
    wire.send(response_to(exactly(wire, 16), password))
    return exactly(wire, 4)


class ChallengeTest(unittest.TestCase):
    def test_encrypts_as_a_client_does(self) -> None:
        # Of vncpasswd's file for "secret": the fixed key of all VNC, taken bit by bit from the other end.
        fixed = bytes([23, 82, 107, 6, 35, 78, 88, 7]).decode("latin-1")
        self.assertEqual(response_to(b"secret\0\0", fixed).hex(), "2e2dbf576eb06c9e")

    def test_knows_the_first_eight_characters_only(self) -> None:
        challenge = bytes(range(16))
        self.assertTrue(proves(challenge, response_to(challenge, "password1"), "password"))
        self.assertFalse(proves(challenge, response_to(challenge, "secret"), "Secret"))
        self.assertRegex(crackable(challenge, challenge), r"^\$vnc\$\*[0-9A-F]{32}\*[0-9A-F]{32}$")


class PictureTest(unittest.TestCase):
    def test_both_encodings_show_the_same(self) -> None:
        picture = login_screen(identity())
        for pixels in (OURS, BGR233):
            raw, rre = (b"".join(picture.update(pixels, encoding)) for encoding in (RAW, RRE))
            self.assertEqual(raw[16:], drawn(rre, picture.width, picture.height, pixels.bits // 8))
            self.assertLess(len(rre), 8000)

    def test_is_the_deckys_own_and_stays(self) -> None:
        self.assertEqual(login_screen(identity(1)), login_screen(identity(1)))
        self.assertNotEqual(login_screen(identity(1)), login_screen(identity(2)))

    def test_refuses_pixels_that_there_are_not(self) -> None:
        for bits, shift in ((0, 0), (24, 0), (8, 8), (255, 0)):
            with self.assertRaises(Malformed):
                read_format(struct.pack(">BBBBHHHBBB3x", bits, 8, 0, 1, 7, 7, 3, shift, 3, 6))
        self.assertEqual(read_format(OURS.pack()), OURS)
        widest = read_format(struct.pack(">BBBBHHHBBB3x", 8, 8, 1, 1, 65535, 65535, 65535, 7, 7, 7))
        self.assertEqual(len(widest.pixel((255, 255, 255))), 1)


def drawn(rre: bytes, width: int, height: int, size: int) -> bytes:
    """What a client makes of an update in RRE."""
    [count] = struct.unpack_from(">I", rre, 16)
    rows = [bytearray(rre[20 : 20 + size] * width) for _ in range(height)]
    at = 20 + size
    for _ in range(count):
        pixel = rre[at : at + size]
        x, y, wide, high = struct.unpack_from(">HHHH", rre, at + size)
        for row in rows[y : y + high]:
            row[x * size : (x + wide) * size] = pixel * wide
        at += size + 8
    assert at == len(rre)
    return b"".join(rows)


class InputsTest(unittest.TestCase):
    def test_tells_lines_and_clicks_but_no_movements(self) -> None:
        told: list[str] = []
        inputs = Inputs(told.append)
        for symbol in (0x72, 0xFFE1, 0x4F, 0xFF0D, 0x78):
            inputs.key(symbol)
        for buttons in (0, 1, 1, 0):
            inputs.pointer(buttons, 10, 20)
        inputs.cut(b"pw")
        self.assertEqual(told, ["type rO<Return>", "type x", "click 1 10,20", "clipboard pw"])

    def test_is_bounded(self) -> None:
        told: list[str] = []
        inputs = Inputs(told.append)
        for number in range(200_000):
            inputs.key(0x10000 + number)
        self.assertLessEqual(len(told), EVENTS_LIMIT)
        self.assertLess(max(len(one) for one in told), 300)


class ServerTest(unittest.TestCase):
    def test_refuses_in_each_version_and_tells_why_in_the_last(self) -> None:
        with Served("vnc", ["tcp"], OPEN) as served:
            for version in (b"RFB 003.003\n", b"RFB 003.007\n", b"RFB 003.008\n", b"RFB 004.001\n"):
                with Wire(served.ports[0]) as wire:
                    self.assertEqual(log_in(wire, "wrong", version), b"\0\0\0\1")
                    reason = b"\0\0\0\x16Authentication failure" if version >= b"RFB 003.008" else b""
                    self.assertEqual(wire.rest(), reason)
            events = served.events("auth")
        self.assertEqual([one["accepted"] for one in events], ["false"] * 4)
        self.assertEqual(len({one["hashcat"] for one in events}), 4)

    def test_shows_a_picture_to_who_knows_the_password_and_tells_what_it_does(self) -> None:
        with Served("vnc", ["tcp"], OPEN) as served, Wire(served.ports[0]) as wire:
            self.assertEqual(log_in(wire, "secret"), b"\0\0\0\0")
            wire.send(b"\1")
            width, height = struct.unpack(">HH", exactly(wire, 4))
            self.assertEqual(exactly(wire, 16), OURS.pack())
            [length] = struct.unpack(">I", exactly(wire, 4))
            self.assertTrue(exactly(wire, length).startswith(b"files:1 ("))
            wire.send(b"\0\0\0\0" + BGR233.pack() + struct.pack(">BxH2i", 2, 2, 16, 0))
            wire.send(struct.pack(">BBHHHH", 3, 0, 0, 0, width, height) * 2)
            for _ in range(2):
                self.assertEqual(len(exactly(wire, 16 + width * height)), 16 + width * height)
            wire.send(b"".join(struct.pack(">BB2xI", 4, 1, ord(letter)) for letter in "id"))
            wire.send(struct.pack(">BBHH", 5, 4, 7, 8) + b"\6\0\0\0\0\0\0\2pw" + b"\x09")
            wire.rest()
            events = served.events("auth", "command", "malformed")
        self.assertEqual(
            [one.get("command", one.get("error", one.get("accepted"))) for one in events],
            ["true", "type id", "click 3 7,8", "clipboard pw", "not a message of a client: 9"],
        )

    def test_lets_in_from_the_nth_try_on(self) -> None:
        marks = {"DECNET_DISTRO": "macos-14"}
        with Served("vnc", ["tcp"], CLOSED | {"accept_after": 2}, marks) as served:
            for result in (b"\0\0\0\1", b"\0\0\0\0"):
                with Wire(served.ports[0]) as wire:
                    self.assertEqual(log_in(wire, "x", b"RFB 003.889\n"), result)

    def test_tells_what_is_malformed_and_stays(self) -> None:
        hello = b"RFB 003.008\n\2" + bytes(16) + b"\1"
        with Served("vnc", ["tcp"], CLOSED | {"accept_after": 1}) as served:
            for data in (
                b"GET / HTTP/1.0\r\n\r\n",
                b"RFB 003.008\n\1",
                hello + b"\2\0\xff\xff",
                hello + b"\6\0\0\0\xff\xff\xff\xff",
                hello + b"\0\0\0\0" + bytes(16),
            ):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            messages = [
                hello + b"\0\0\0\0" + OURS.pack() + struct.pack(">BxH2i", 2, 2, 2, 0),
                struct.pack(">BBHHHH", 3, 1, 0, 0, 9, 9) + struct.pack(">BB2xI", 4, 1, 97),
                struct.pack(">BBHH", 5, 4, 7, 8) + b"\6\0\0\0\0\0\0\2pw",
            ]
            for number, data in enumerate(mutations(messages, 150)):
                with Wire(served.ports[0]) as wire:
                    wire.send(data if number % 2 else hello + data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                self.assertEqual(log_in(wire, "x"), b"\0\0\0\0")
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([event for event in events if event["<event>"] == "fault"], [])
        errors = [event["error"] for event in events if event["<event>"] == "malformed"]
        self.assertEqual(
            errors[:5],
            [
                "not a version of RFB",
                "a security type that was not offered: 1",
                "65535 encodings",
                "a clipboard of 4294967295 bytes",
                "not a pixel format",
            ],
        )


if __name__ == "__main__":
    unittest.main()
