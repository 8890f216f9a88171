"""The Telnet server: how it negotiates, asks, refuses, lets in, and takes rubbish."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "telnet"))

from decnet_streams import Malformed
from ios import Exec
from negotiation import DO, SUBOPTION_LIMIT, WILL, Decoder, Option, Suboption, environment
from styles import bytes_of, style_of

CLOSED = {"banner": "", "accept": [], "accept_after": 0}
OPEN = {"banner": "", "accept": [{"username": "root", "password": "toor"}], "accept_after": 0}
NETKIT = b"\xff\xfd\x18\xff\xfd \xff\xfd#\xff\xfd'"
REFUSES_ALL = b"\xff\xfc\x18\xff\xfc \xff\xfc#\xff\xfc'"
BUSYBOX = {"DECNET_DISTRO": "busybox-iot"}
CISCO = {"DECNET_DISTRO": "cisco-ios15"}


class DecoderTest(unittest.TestCase):
    def test_parts_text_from_commands_wherever_they_are_cut(self) -> None:
        whole = b"ab\xff\xfb\x18\xff\xff\xff\xfa\x18\x00x\xff\xff\xff\xf0\xff\xf4\xff\xf9c"
        expected = (b"ab\xff\x03c", [Option(WILL, 24)], [Suboption(24, b"\x00x\xff")])
        for cut in range(len(whole) + 1):
            decoder = Decoder()
            items = decoder.feed(whole[:cut]) + decoder.feed(whole[cut:])
            text = b"".join(item for item in items if isinstance(item, bytes))
            options = [item for item in items if isinstance(item, Option)]
            suboptions = [item for item in items if isinstance(item, Suboption)]
            self.assertEqual((text, options, suboptions), expected)

    def test_refuses_what_is_no_command_and_what_has_no_end(self) -> None:
        for data in (b"\xff\x01", b"\xff\xfa\x18" + b"x" * (SUBOPTION_LIMIT + 10)):
            with self.assertRaises(Malformed):
                Decoder().feed(data)

    def test_reads_an_environment(self) -> None:
        read = environment(b"\x00\x00USER\x01root\x03DISPLAY\x01a\x02\x00b\x00EMPTY")
        self.assertEqual(read, {b"USER": b"root", b"DISPLAY": b"a\x00b"})
        self.assertEqual(environment(b""), {})
        self.assertEqual(environment(b"\x00\x02"), {})

    def test_stands_whatever_comes(self) -> None:
        messages = [REFUSES_ALL, b"\xff\xfa'\x00\x00USER\x01x\xff\xf0", b"root\r\n"]
        for data in mutations(messages, 2000):
            try:
                items = Decoder().feed(data)
            except Malformed:
                continue
            for item in items:
                if isinstance(item, Suboption):
                    environment(item.data)


class StyleTest(unittest.TestCase):
    def test_opens_as_the_distro_does(self) -> None:
        openings = {
            distro: bytes_of(style_of(identity(distro=distro)).opening)
            for distro in ("debian", "openwrt-23", "cisco-ios15", "mikrotik-ros7", "windows-10")
        }
        self.assertEqual(openings["debian"], NETKIT)
        self.assertEqual(openings["openwrt-23"], b"\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03")
        self.assertEqual(openings["cisco-ios15"], b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f")
        self.assertEqual(openings["windows-10"], openings["openwrt-23"])

    def test_names_the_decky_and_its_release(self) -> None:
        style = style_of(identity(distro="debian"))
        self.assertEqual((style.banner, style.username), ("Debian GNU/Linux 12\n", "files login: "))
        self.assertIn("3.10.0-1160", style_of(identity(distro="centos7")).banner)


class ExecTest(unittest.TestCase):
    def test_takes_commands_cut_short_and_shows_the_configuration_to_the_privileged_only(self) -> None:
        shell = Exec(identity(distro="cisco-ios15"), "admin")
        self.assertIn("Version 15.2(7)E8", shell.run("sh ver"))
        self.assertIn("% Invalid input", shell.run("sh run"))
        self.assertIn("% Unknown command", shell.run("wget"))
        self.assertEqual((shell.run("en"), shell.asks_secret), ("", True))
        shell.enable()
        self.assertEqual(shell.prompt, "files#")
        self.assertIn("enable secret 5 $1$", shell.run("sh run"))
        shell.run("conf t")
        self.assertEqual(shell.prompt, "files(config)#")
        shell.run("end")
        shell.run("exit")
        self.assertTrue(shell.over)

    def test_has_secrets_of_its_own(self) -> None:
        shown = []
        for seed in (1, 1, 2):
            shell = Exec(identity(seed, "cisco-ios15"), "admin")
            shell.enable()
            shown.append(shell.run("show running-config"))
        self.assertEqual(shown[0], shown[1])
        self.assertNotEqual(shown[0], shown[2])


class ServerTest(unittest.TestCase):
    def test_negotiates_and_refuses_with_a_pause(self) -> None:
        with Served("telnet", ["tcp"], CLOSED) as served, Wire(served.ports[0]) as wire:
            self.assertEqual(wire.until(NETKIT), NETKIT)
            wire.send(b"\xff\xfb\x18\xff\xfc \xff\xfc#\xff\xfb'\xff\xfb\x42")
            asked = wire.until(b"\xff\xfd\x21")
            self.assertIn(b"\xff\xfe\x42", asked)
            self.assertIn(b"\xff\xfa'\x01\xff\xf0\xff\xfa\x18\x01\xff\xf0", asked)
            wire.send(b"\xff\xfa\x18\x00XTERM\xff\xf0\xff\xfc\x01")
            self.assertTrue(
                wire.until(b"login: ").endswith(b"\xff\xfb\x01Debian GNU/Linux 12\r\nfiles login: ")
            )
            self.assertEqual(wire.ask(b"rooo\x7ft\r\0", b"Password: "), b"rooo\x08 \x08t\r\nPassword: ")
            wire.send(b"hunter2\r\n")
            self.assertEqual(wire.until(b"login: "), b"\r\n\r\nLogin incorrect\r\nfiles login: ")
            events = served.stop()
        tries = [event for event in events if event["<event>"] == "auth"]
        self.assertEqual(
            [(one["username"], one["password"], one["accepted"]) for one in tries],
            [("root", "hunter2", "false")],
        )
        self.assertEqual([e["client"] for e in events if e["<event>"] == "request"], ["XTERM"])

    def test_lets_a_given_pair_into_a_shell_that_tells_every_command(self) -> None:
        with Served("telnet", ["tcp"], OPEN) as served, Wire(served.ports[0]) as wire:
            wire.send(REFUSES_ALL + b"root\r\ntoor\r\n")
            wire.until(b"files:~# ")
            self.assertIn(b"uid=0(root)", wire.ask(b"id\r\n", b"# "))
            wire.send(b"exit\n")
            wire.rest()
            events = served.events("auth", "command")
        self.assertEqual(
            [event.get("command", event.get("accepted")) for event in events], ["true", "id", "exit"]
        )

    def test_takes_the_name_that_comes_with_the_connection(self) -> None:
        with Served("telnet", ["tcp"], OPEN) as served, Wire(served.ports[0]) as wire:
            wire.send(
                b"\xff\xfc\x18\xff\xfc \xff\xfc#\xff\xfb'\xff\xfa'\x00\x00USER\x01-f root\xff\xf0\xff\xfc\x01"
            )
            wire.until(b"Password: ")
            wire.ask(b"x\r\n")
            events = served.events("auth", "request")
        self.assertEqual(events[0]["query"], "USER=-f root")
        self.assertEqual((events[1]["username"], events[1]["accepted"]), ("-f root", "false"))

    def test_ends_after_the_last_try(self) -> None:
        marks = {"DECNET_DISTRO": "schneider-m340"}
        with Served("telnet", ["tcp"], CLOSED, marks) as served, Wire(served.ports[0]) as wire:
            for _ in range(3):
                wire.until(b"VxWorks login: ")
                wire.send(b"a\r\nb\r\n")
            self.assertIn(b"Login incorrect", wire.rest())
            events = served.events("auth", "disconnect")
        self.assertEqual(len(events), 4)
        self.assertEqual(events[-1]["reason"], "too many tries")

    def test_lets_in_from_the_nth_try_on_and_asks_for_the_secret_of_a_router(self) -> None:
        config = CLOSED | {"accept_after": 2}
        with Served("telnet", ["tcp"], config, CISCO) as served, Wire(served.ports[0]) as wire:
            self.assertTrue(
                wire.until(b"Username: ").endswith(b"\r\n\r\nUser Access Verification\r\n\r\nUsername: ")
            )
            wire.send(b"admin\r\nadmin\r\n")
            self.assertIn(b"% Login invalid\r\n\r\n", wire.until(b"Username: "))
            wire.send(b"admin\r\ncisco\r\n")
            wire.until(b"files>")
            wire.send(b"enable\r\n")
            wire.until(b"Password: ")
            wire.send(b"class\r\n")
            wire.until(b"files#")
            events = served.events("auth", "command")
        self.assertEqual(
            [(event.get("method"), event.get("accepted")) for event in events],
            [("password", "false"), ("password", "true"), (None, None), ("enable", "true")],
        )

    def test_tells_what_is_malformed_and_stays(self) -> None:
        too_long = b"x" * 5000
        with Served("telnet", ["tcp"], CLOSED | {"accept_after": 1}, BUSYBOX) as served:
            for data in (b"\xff\x00", b"\xff\xfa\x18" + too_long, too_long, b"root\r\n" + too_long):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            many = b"".join(bytes([255, verb, number]) for verb in (WILL, DO) for number in range(200))
            with Wire(served.ports[0]) as wire:
                wire.send(many)
                wire.finish()
            messages = [
                REFUSES_ALL,
                b"root\r\ntoor\r\nid\r\nexit\r\n",
                b"\xff\xfa\x18\x00X\xff\xf0",
                b"\xff\xf4\x04",
            ]
            for data in mutations(messages, 200):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.send(b"root\r\ntoor\r\n")
                wire.until(b"# ")
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([e for e in events if e["<event>"] == "fault"], [])
        errors = [e["error"] for e in events if e["<event>"] == "malformed"]
        self.assertEqual(
            errors[:5],
            [
                "not a command of Telnet: 0",
                "a suboption without an end",
                "a line without an end",
                "a line without an end",
                "too many options",
            ],
        )


if __name__ == "__main__":
    unittest.main()
