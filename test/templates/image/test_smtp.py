"""The mail server: its words, logins, mail that is kept and never sent on, and rubbish."""

import base64
import hmac
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from impacket import ntlm
from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "smtp"))

from decnet_mail import local_parts, mailbox, uid_validity
from envelope import Path as MailPath
from envelope import Syntax, UnknownParameter, header_fields, path_of
from message import KEPT, KEPT_AT_ONCE, Room

CLOSED = {"banner": "", "relay": "refuse", "accept": [], "accept_after": 0}
OPEN = CLOSED | {"accept": [{"username": "anna", "password": "secret"}]}
MARKS = {"DECNET_DOMAIN": "corp.example"}
EXCHANGE = MARKS | {"DECNET_DISTRO": "windows-server-2019"}


def b64(text: bytes) -> bytes:
    return base64.b64encode(text)


class EnvelopeTest(unittest.TestCase):
    def test_reads_paths(self) -> None:
        self.assertEqual(
            path_of("FROM:<a@b.example> SIZE=12 BODY=8BITMIME", "FROM:"), MailPath("a@b.example", 12)
        )
        self.assertEqual(path_of("from: a@b", "FROM:"), MailPath("a@b"))
        self.assertEqual(path_of("FROM:<>", "FROM:"), MailPath(""))
        self.assertEqual(path_of("TO:<@x,@y:Root@[192.0.2.1]>", "TO:").domain, "192.0.2.1")
        self.assertEqual(MailPath("Anna@B.example").local_part, "anna")

    def test_refuses_what_is_no_path(self) -> None:
        for text in ("", "FROM:", "TO:<a@b>", "FROM:<a@b", "FROM:<a> SIZE=x", "FROM:<" + "a" * 600 + ">"):
            with self.assertRaises(Syntax):
                path_of(text, "FROM:")
        with self.assertRaises(UnknownParameter):
            path_of("FROM:<a@b> FOO=1", "FROM:")

    def test_reads_the_header_and_nothing_of_the_body(self) -> None:
        message = b"From: a\r\nX: from\r\nSubject: one\r\n\ttwo\r\nsubject: three\r\n\r\nTo: nobody\r\n"
        self.assertEqual(header_fields(message), {"from": "a", "subject": "one two"})
        self.assertEqual(header_fields(b" \r\n:\r\n\xff: x\r\n"), {})


class RoomTest(unittest.TestCase):
    def test_mails_on_their_way_never_keep_more_than_there_is_room_for(self) -> None:
        room = Room()
        taken = [room.take() for _ in range(1000)]
        self.assertEqual(taken[0], KEPT)
        self.assertLessEqual(sum(taken), KEPT_AT_ONCE)
        for one in taken:
            room.give_back(one)
        self.assertEqual(room.take(), KEPT)


class BaitTest(unittest.TestCase):
    def test_a_mailbox_is_the_deckys_own_and_stays(self) -> None:
        boxes = [mailbox(identity(seed), "anna") for seed in (1, 1, 2)]
        self.assertEqual(boxes[0], boxes[1])
        self.assertNotEqual([mail.raw for mail in boxes[0]], [mail.raw for mail in boxes[2]])
        self.assertNotEqual(uid_validity(identity(1)), uid_validity(identity(2)))
        self.assertEqual(sorted({mail.uid for mail in boxes[0]}), [mail.uid for mail in boxes[0]])

    def test_a_user_is_named_by_plain_characters_only(self) -> None:
        mail = mailbox(identity(), "a\r\nBcc: x{0}@y")[0]
        self.assertIn(b"\r\nTo: aBccx0@files\r\n", mail.raw)
        self.assertNotIn(b"\r\nBcc", mail.raw)

    def test_knows_its_people(self) -> None:
        self.assertIn("postmaster", local_parts(identity()))
        self.assertNotEqual(local_parts(identity(1)), local_parts(identity(2)))


class ServerTest(unittest.TestCase):
    def greet(self, wire: Wire) -> bytes:
        greeting = wire.until(b"\r\n")
        wire.send(b"EHLO tester\r\n")
        return greeting + wire.until(b"250 CHUNKING\r\n")

    def test_greets_as_postfix_and_refuses_a_login_by_each_mechanism(self) -> None:
        with Served("smtp", ["tcp", "tcp"], CLOSED, MARKS) as served, Wire(served.ports[0]) as wire:
            said = self.greet(wire)
            self.assertTrue(
                said.startswith(b"220 files.corp.example ESMTP Postfix (Debian/GNU)\r\n250-files.corp")
            )
            self.assertIn(b"250-AUTH PLAIN LOGIN CRAM-MD5\r\n", said)
            refused = b"535 5.7.8 Error: authentication failed: (reason unavailable)\r\n"
            self.assertEqual(wire.ask(b"AUTH PLAIN " + b64(b"\0bob\0pw") + b"\r\n"), refused)
            with Wire(served.ports[1]) as second:
                self.greet(second)
                self.assertEqual(second.ask(b"AUTH LOGIN\r\n"), b"334 VXNlcm5hbWU6\r\n")
                self.assertEqual(second.ask(b64(b"bob") + b"\r\n"), b"334 UGFzc3dvcmQ6\r\n")
                second.send(b64(b"pw2") + b"\r\n")
                challenge = base64.b64decode(wire.ask(b"AUTH CRAM-MD5\r\n")[4:])
                digest = hmac.new(b"pw", challenge, "md5").hexdigest().encode()
                self.assertEqual(wire.ask(b64(b"bob " + digest) + b"\r\n"), refused)
                self.assertEqual(second.until(b"\r\n"), refused)
            events = served.events("auth")
        self.assertEqual(
            [
                (event["dst_port"], event["method"], event["username"], event.get("password"))
                for event in events
            ],
            [
                (str(served.ports[0]), "plain", "bob", "pw"),
                (str(served.ports[1]), "login", "bob", "pw2"),
                (str(served.ports[0]), "cram-md5", "bob", None),
            ],
        )
        self.assertEqual(
            events[2]["hashcat"], f"$cram_md5${b64(challenge).decode()}${b64(b'bob ' + digest).decode()}"
        )

    def test_lets_in_who_proves_a_given_password_and_relays_for_show(self) -> None:
        with Served("smtp", ["tcp", "tcp"], OPEN, MARKS) as served, Wire(served.ports[1]) as wire:
            self.greet(wire)
            self.assertEqual(wire.ask(b"MAIL FROM:<a@b.example>\r\n"), b"250 2.1.0 Ok\r\n")
            self.assertIn(b"Client host rejected", wire.ask(b"RCPT TO:<root@corp.example>\r\n"))
            self.assertIn(b"503", wire.ask(b"AUTH LOGIN\r\n"))
            wire.ask(b"RSET\r\n")
            challenge = base64.b64decode(wire.ask(b"AUTH CRAM-MD5\r\n")[4:])
            digest = hmac.new(b"secret", challenge, "md5").hexdigest().encode()
            self.assertEqual(
                wire.ask(b64(b"anna " + digest) + b"\r\n"), b"235 2.7.0 Authentication successful\r\n"
            )
            wire.send(b"MAIL FROM:<anna@corp.example>\r\nRCPT TO:<you@other.example>\r\nDATA\r\n")
            wire.until(b"354 End data with <CR><LF>.<CR><LF>\r\n")
            mail = b"From: Anna\r\nTo: You\r\nSubject: Offer\r\n\r\n..dot\r\nFrom: x\r\n"
            self.assertRegex(wire.ask(mail + b".\r\n"), rb"^250 2\.0\.0 Ok: queued as [0-9A-F]{10}\r\n$")
            self.assertEqual(wire.ask(b"QUIT\r\n"), b"221 2.0.0 Bye\r\n")
            [upload] = served.events("upload")
        expected = {
            "sender": "anna@corp.example",
            "recipients": "you@other.example",
            "from": "Anna",
            "to": "You",
            "subject": "Offer",
            "size": str(len(mail) - 1),
        }
        self.assertEqual({name: upload[name] for name in expected}, expected)

    def test_takes_mail_for_its_own_people_only(self) -> None:
        with Served("smtp", ["tcp", "tcp"], CLOSED, MARKS) as served, Wire(served.ports[0]) as wire:
            self.greet(wire)
            for command, answer in (
                (b"RCPT TO:<root@corp.example>", b"503 5.5.1 Error: need MAIL command"),
                (b"MAIL FROM:<x@y.example> SIZE=99999999999", b"552 5.3.4 Message size exceeds fixed limit"),
                (b"MAIL FROM:<x@y.example>", b"250 2.1.0 Ok"),
                (b"MAIL FROM:<x@y.example>", b"503 5.5.1 Error: nested MAIL command"),
                (b"DATA", b"503 5.5.1 Error: need RCPT command"),
                (b"RCPT TO:<c@d.example>", b"454 4.7.1 <c@d.example>: Relay access denied"),
                (
                    b"RCPT TO:<zz@corp.example>",
                    b"550 5.1.1 <zz@corp.example>: Recipient address rejected: "
                    b"User unknown in local recipient table",
                ),
                (b"RCPT TO:<Postmaster@Corp.example>", b"250 2.1.5 Ok"),
                (b"VRFY root", b"252 2.0.0 root"),
                (b"EXPN root", b"500 5.5.2 Error: command not recognized"),
                (b"BDAT 3\r\nabc", b"250 2.0.0 Ok: 3 bytes"),
            ):
                self.assertEqual(
                    wire.ask(command + b"\r\n" if b"BDAT" not in command else command), answer + b"\r\n"
                )
            self.assertIn(b"queued as", wire.ask(b"BDAT 3 LAST\r\ndef"))
            [upload] = served.events("upload")
        self.assertEqual((upload["size"], upload["recipients"]), ("6", "Postmaster@Corp.example"))

    def test_seems_an_open_relay_when_it_is_told_to(self) -> None:
        with Served("smtp", ["tcp", "tcp"], CLOSED | {"relay": "accept"}, MARKS) as served:
            with Wire(served.ports[0]) as wire:
                wire.until(b"\r\n")
                wire.send(b"HELO x\r\nMAIL FROM:<>\r\n")
                wire.until(b"2.1.0 Ok\r\n")
                self.assertEqual(wire.ask(b"RCPT TO:<c@d.example>\r\n"), b"250 2.1.5 Ok\r\n")

    def test_starts_tls_with_the_certificate_of_the_decky(self) -> None:
        with Served("smtp", ["tcp", "tcp"], OPEN, MARKS) as served, Wire(served.ports[0]) as wire:
            self.greet(wire)
            self.assertEqual(wire.ask(b"STARTTLS\r\n"), b"220 2.0.0 Ready to start TLS\r\n")
            wire.start_tls()
            wire.send(b"EHLO x\r\n")
            self.assertNotIn(b"STARTTLS", wire.until(b"CHUNKING\r\n"))
            self.assertIn(b"235", wire.ask(b"AUTH PLAIN " + b64(b"\0anna\0secret") + b"\r\n"))
            self.assertIn(b"files.corp.example", wire.certificate())

    def test_is_exchange_on_windows_and_reads_ntlm(self) -> None:
        with Served("smtp", ["tcp", "tcp"], CLOSED, EXCHANGE) as served, Wire(served.ports[0]) as wire:
            self.assertIn(b"220 files.corp.example Microsoft ESMTP MAIL Service ready at ", self.greet(wire))
            negotiate = ntlm.getNTLMSSPType1("", "")
            wire.send(b"AUTH NTLM " + b64(negotiate.getData()) + b"\r\n")
            challenge = base64.b64decode(wire.until(b"\r\n")[4:])
            answer, _ = ntlm.getNTLMSSPType3(negotiate, challenge, "anna", "pw", "CORP", use_ntlmv2=True)
            refused = wire.ask(b64(answer.getData()) + b"\r\n")
            self.assertEqual(refused, b"535 5.7.3 Authentication unsuccessful\r\n")
            [event] = served.events("auth")
        self.assertEqual((event["method"], event["username"], event["domain"]), ("ntlm", "anna", "CORP"))
        self.assertTrue(event["hashcat"].startswith("anna::CORP:"))

    def test_tells_what_is_malformed_and_stays(self) -> None:
        with Served("smtp", ["tcp", "tcp"], OPEN | {"accept_after": 1}, MARKS) as served:
            with Wire(served.ports[0]) as wire:
                wire.until(b"\r\n")
                wire.ask(b"\xff\xfe\x01\r\n")
                wire.ask(b"AUTH PLAIN !!\r\n")
                wire.ask(b"AUTH PLAIN eA==\r\n")
                wire.ask(b"AUTH PLAIN\r\n")
                self.assertEqual(wire.ask(b"*\r\n"), b"501 5.7.0 Authentication aborted\r\n")
                self.assertIn(b"221 2.7.0", wire.ask(b"GET / HTTP/1.0\r\n"))
                self.assertEqual(wire.rest(), b"")
            with Wire(served.ports[0]) as wire:
                wire.send(b"x" * 70_000)
                wire.finish()
            with Wire(served.ports[1]) as wire:
                wire.send(b"EHLO x\r\nBDAT 99999999999\r\nBDAT 999999999\r\n")
                wire.rest()
            messages = [
                b"EHLO x\r\nAUTH PLAIN "
                + b64(b"\0a\0b")
                + b"\r\nMAIL FROM:<a@b>\r\nRCPT TO:<root>\r\nDATA\r\n",
                b"Subject: x\r\n\r\n.\r\nRSET\r\n",
                b"MAIL FROM:<>\r\nRCPT TO:<root>\r\nBDAT 9 LAST\r\nQUIT\r\n",
                b"AUTH CRAM-MD5\r\nVRFY root\r\nSTARTTLS\r\n",
            ]
            for number, data in enumerate(mutations(messages, 150)):
                with Wire(served.ports[number % 2]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                self.greet(wire)
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([event for event in events if event["<event>"] == "fault"], [])
        errors = [event["error"] for event in events if event["<event>"] == "malformed"]
        self.assertEqual(
            errors[:4],
            [
                "not a command",
                "not a response of PLAIN",
                "not a response of PLAIN",
                "a message without an end",
            ],
        )


if __name__ == "__main__":
    unittest.main()
