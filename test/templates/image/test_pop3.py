"""The POP3 server: its words, its logins, the maildrop of bait, and rubbish."""

import base64
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "pop3"))

from decnet_mail import mailbox
from maildrop import Maildrop, listing

CLOSED = {"banner": "", "accept": [], "accept_after": 0}
OPEN = CLOSED | {"accept": [{"username": "anna", "password": "se cret"}]}
MARKS = {"DECNET_DOMAIN": "corp.example"}
PORTS = ["tcp", "tcp"]


class MaildropTest(unittest.TestCase):
    def setUp(self) -> None:
        self.maildrop = Maildrop(identity(), "anna")
        self.mails = mailbox(identity(), "anna")

    def test_tells_the_mails_that_imap_tells_too(self) -> None:
        total = sum(len(mail.raw) for mail in self.mails)
        self.assertEqual(self.maildrop.run("STAT", []), b"+OK %d %d\r\n" % (len(self.mails), total))
        whole = self.maildrop.run("RETR", ["1"])
        self.assertEqual(whole, b"+OK %d octets\r\n" % len(self.mails[0].raw) + self.mails[0].raw + b".\r\n")
        head = self.maildrop.run("TOP", ["1", "0"])
        self.assertTrue(head.endswith(b"charset=utf-8\r\n\r\n.\r\n"), head)

    def test_forgets_what_is_deleted_until_it_is_reset(self) -> None:
        self.maildrop.run("DELE", ["2"])
        self.assertEqual(self.maildrop.run("RETR", ["2"]), b"-ERR Message is deleted.\r\n")
        self.assertEqual(self.maildrop.run("LIST", []).count(b"\r\n"), len(self.mails) + 1)
        self.maildrop.run("RSET", [])
        self.assertTrue(self.maildrop.run("LIST", ["2"]).startswith(b"+OK 2 "))

    def test_names_are_the_deckys_own_and_stay(self) -> None:
        names = [Maildrop(identity(seed), "anna").run("UIDL", []) for seed in (1, 1, 2)]
        self.assertEqual(names[0], names[1])
        self.assertNotEqual(names[0], names[2])

    def test_refuses_what_there_is_not(self) -> None:
        for verb, arguments, answer in (
            ("RETR", ["99"], b"-ERR There's no message 99.\r\n"),
            ("RETR", ["0"], b"-ERR There's no message 0.\r\n"),
            ("RETR", ["x"], b"-ERR Invalid message number: x\r\n"),
            ("RETR", ["9" * 5000], b"-ERR There's no message 9999999999.\r\n"),
            ("TOP", ["1", "-1"], b"-ERR Invalid line count: -1\r\n"),
            ("DELE", [], b"-ERR Noninteger message number: \r\n"),
            ("LAST", [], b"-ERR Unknown command: LAST\r\n"),
        ):
            self.assertEqual(self.maildrop.run(verb, arguments), answer)

    def test_doubles_a_dot(self) -> None:
        self.assertEqual(listing("x", [b".", b"a"]), b"+OK x\r\n..\r\na\r\n.\r\n")


class ServerTest(unittest.TestCase):
    def test_greets_and_refuses_each_way_to_log_in(self) -> None:
        refused = b"-ERR [AUTH] Authentication failed.\r\n"
        with Served("pop3", PORTS, CLOSED, MARKS) as served, Wire(served.ports[0]) as wire:
            self.assertEqual(wire.until(b"\r\n"), b"+OK Dovecot (Debian) ready.\r\n")
            self.assertIn(b"STLS\r\nUSER\r\nSASL PLAIN LOGIN\r\n", wire.ask(b"CAPA\r\n", b"\r\n.\r\n"))
            self.assertEqual(wire.ask(b"PASS x\r\n"), b"-ERR No username given.\r\n")
            self.assertEqual(wire.ask(b"APOP bob 00\r\n"), b"-ERR APOP not enabled.\r\n")
            self.assertEqual(wire.ask(b"USER bob\r\n"), b"+OK\r\n")
            wire.send(b"PASS p w\r\n")
            with Wire(served.ports[1], tls=True) as second:
                second.until(b"\r\n")
                self.assertIn(b"files.corp.example", second.certificate())
                self.assertNotIn(b"STLS", second.ask(b"CAPA\r\n", b"\r\n.\r\n"))
                self.assertEqual(second.ask(b"AUTH PLAIN\r\n"), b"+ \r\n")
                second.send(base64.b64encode(b"\0bob\0pw2") + b"\r\n")
                self.assertEqual(wire.until(b"\r\n"), refused)
                self.assertEqual(second.until(b"\r\n"), refused)
            events = served.events("auth")
        self.assertEqual(
            sorted((one["method"], one["username"], one["password"], one["accepted"]) for one in events),
            [("password", "bob", "p w", "false"), ("plain", "bob", "pw2", "false")],
        )

    def test_lets_a_given_pair_in_and_tells_its_commands(self) -> None:
        with Served("pop3", PORTS, OPEN, MARKS) as served, Wire(served.ports[0]) as wire:
            wire.until(b"\r\n")
            wire.ask(b"STLS\r\n", b"+OK Begin TLS negotiation now.\r\n")
            wire.start_tls()
            wire.ask(b"USER anna\r\n")
            self.assertEqual(wire.ask(b"PASS se cret\r\n"), b"+OK Logged in.\r\n")
            wire.ask(b"LIST\r\nRETR 1\r\n", b"\r\n.\r\n")
            wire.send(b"QUIT\r\n")
            self.assertTrue(wire.rest().endswith(b"+OK Logging out.\r\n"))
            events = served.events("auth", "command")
        self.assertEqual(
            [one.get("command", one.get("password")) for one in events], ["se cret", "LIST", "RETR 1", "QUIT"]
        )

    def test_tells_what_is_malformed_and_stays(self) -> None:
        with Served("pop3", PORTS, CLOSED | {"accept_after": 1}, MARKS) as served:
            for data in (b"x" * 70_000, b"AUTH PLAIN !\r\nAUTH PLAIN eA==\r\n", b"\x01\r\n"):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.send(b"X\r\n" * 11)
                self.assertTrue(wire.rest().endswith(b"-ERR Too many invalid bad commands.\r\n"))
            messages = [
                b"USER x\r\nPASS y\r\nLIST\r\nUIDL 1\r\nTOP 1 3\r\nRETR 2\r\nDELE 1\r\nRSET\r\nQUIT\r\n",
                b"AUTH LOGIN\r\neA==\r\neA==\r\nSTAT\r\n",
                b"CAPA\r\nSTLS\r\n",
            ]
            for data in mutations(messages, 150):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.ask(b"USER x\r\nPASS y\r\n", b"Logged in.")
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([event for event in events if event["<event>"] == "fault"], [])
        errors = [event["error"] for event in events if event["<event>"] == "malformed"]
        self.assertEqual(
            errors[:4],
            [
                "a message without an end",
                "not a response of PLAIN",
                "not a response of PLAIN",
                "control characters in a command",
            ],
        )


if __name__ == "__main__":
    unittest.main()
