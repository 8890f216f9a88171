"""The IMAP server: its grammar, its words, its logins, the mailbox of bait, and rubbish."""

import base64
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "imap"))

from account import Account, Refused
from grammar import NESTING_LIMIT, Quoted, Unreadable, parse
from sequence import SequenceSet

CLOSED = {"banner": "", "accept": [], "accept_after": 0}
OPEN = CLOSED | {"accept": [{"username": "anna", "password": 'se"cret'}]}
MARKS = {"DECNET_DOMAIN": "corp.example"}
PORTS = ["tcp", "tcp"]
COMMANDS = (
    b'LIST "" *',
    b"STATUS INBOX (MESSAGES UNSEEN)",
    b"SELECT INBOX",
    b"FETCH 1:* (FLAGS UID ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM)]<0.9> RFC822.SIZE)",
    b"UID SEARCH OR (SEEN NOT DELETED) HEADER from x SINCE 1-Jan-2024 LARGER 3",
    b"UID STORE 1:9 +FLAGS.SILENT (\\Deleted x)",
    b"COPY 1 Sent",
    b"CREATE x",
    b"DELETE x",
    b"EXPUNGE",
    b"CLOSE",
)


def run(account: Account, command: bytes) -> tuple[list[bytes], str]:
    verb, _, rest = command.partition(b" ")
    lines = list(account.answer(verb, parse(rest, [])))
    return lines, account.done


class GrammarTest(unittest.TestCase):
    def test_reads_words_strings_literals_lists_and_sections(self) -> None:
        read = parse(b'1:* (FLAGS BODY[HEADER.FIELDS (FROM TO)]<0.5>) "a \\"b" {3}', [b"x y"])
        self.assertEqual(
            read,
            [b"1:*", [b"FLAGS", b"BODY[HEADER.FIELDS (FROM TO)]<0.5>"], Quoted(b'a "b'), Quoted(b"x y")],
        )

    def test_refuses_what_is_not_closed_or_too_much(self) -> None:
        for text in (b"(a", b"a)", b'"a', b"{3}", b"(" * (NESTING_LIMIT + 2), b"a " * 2000):
            with self.assertRaises(Unreadable):
                parse(text, [])

    def test_a_set_is_not_spelled_out(self) -> None:
        chosen = SequenceSet(b"2:4294967295,1,*", 7)
        self.assertTrue(all(number in chosen for number in (1, 2, 7, 4_294_967_295)))
        self.assertFalse(chosen.is_within(7))
        for text in (b"", b"0", b"a", b"1:", b"1,,2", b"99999999999", b"1," * 300 + b"1"):
            with self.assertRaises(Unreadable):
                SequenceSet(text, 7)


class AccountTest(unittest.TestCase):
    def setUp(self) -> None:
        self.account = Account(identity(), "anna")

    def test_an_intruder_finds_what_it_looks_for(self) -> None:
        lines, done = run(self.account, b"SELECT INBOX")
        self.assertIn(b"0 RECENT", lines)
        self.assertEqual(done, "[READ-WRITE] Select completed")
        [found], _ = run(self.account, b"SEARCH BODY password")
        number = found.split()[1].decode()
        [mail], _ = run(self.account, f"FETCH {number} BODY[TEXT]".encode())
        self.assertIn(b"  password: ", mail)

    def test_flags_and_removals_last_as_long_as_the_session(self) -> None:
        count = int(run(self.account, b"SELECT INBOX")[0][2].split()[0])
        self.assertEqual(
            run(self.account, b"STORE 1 +FLAGS (\\Deleted)")[0], [b"1 FETCH (FLAGS (\\Deleted \\Seen))"]
        )
        self.assertEqual(run(self.account, b"EXPUNGE")[0], [b"1 EXPUNGE"])
        self.assertEqual(
            run(self.account, b"STATUS INBOX (MESSAGES)")[0], [b"STATUS INBOX (MESSAGES %d)" % (count - 1)]
        )
        self.assertIn(b"%d EXISTS" % count, run(Account(identity(), "anna"), b"SELECT INBOX")[0])

    def test_flags_that_are_set_for_several_mails_are_each_mail_s_own(self) -> None:
        run(self.account, b"SELECT INBOX")
        run(self.account, b"STORE 1:2 FLAGS.SILENT (x)")
        run(self.account, b"STORE 1 +FLAGS.SILENT (y)")
        self.assertEqual(run(self.account, b"FETCH 2 FLAGS")[0], [b"2 FETCH (FLAGS (x))"])

    def test_close_removes_what_is_deleted_of_the_mailbox_that_is_open_and_of_no_other(self) -> None:
        count = int(run(self.account, b"SELECT INBOX")[0][2].split()[0])
        run(self.account, b"STORE 1 +FLAGS (\\Deleted)")
        run(self.account, b"SELECT Drafts")
        run(self.account, b"CLOSE")
        self.assertIn(b"%d EXISTS" % count, run(self.account, b"SELECT INBOX")[0])
        self.assertEqual(run(self.account, b"CLOSE")[0], [])
        self.assertIn(b"%d EXISTS" % (count - 1), run(self.account, b"SELECT INBOX")[0])

    def test_a_mailbox_that_is_only_examined_stays_as_it_is(self) -> None:
        lines, _ = run(self.account, b"EXAMINE INBOX")
        self.assertIn(b"OK [PERMANENTFLAGS ()] Read-only mailbox.", lines)
        self.assertEqual(run(self.account, b"STORE 1 FLAGS (\\Deleted)")[0], [])

    def test_sections_and_parts_of_parts(self) -> None:
        run(self.account, b"SELECT INBOX")
        [[line], _] = run(
            self.account, b"FETCH 1 (BODY.PEEK[HEADER.FIELDS (subject)]<9.4> BODY[2] BODY[1.MIME])"
        )
        self.assertTrue(line.startswith(b"1 FETCH (BODY[HEADER.FIELDS (SUBJECT)]<9> {4}\r\n"), line)
        self.assertIn(b"BODY[2] {0}\r\n", line)

    def test_searches(self) -> None:
        everything = run(self.account, b"SELECT INBOX")[0]
        total = int(everything[2].split()[0])
        for criteria, count in (
            (b"ALL", total),
            (b"CHARSET UTF-8 OR SEEN UNSEEN", total),
            (b"NOT (ALL)", 0),
            (b"1:2", 2),
            (b"UID 1:4294967295", total),
            (b"SENTSINCE 1-Jan-2100", 0),
            (b"BEFORE 1-Jan-2100 SMALLER 99999", total),
            (b"HEADER subject account", None),
            (b"KEYWORD x", 0),
        ):
            found = run(self.account, b"SEARCH " + criteria)[0][0].split()[1:]
            self.assertTrue(len(found) == count if count is not None else found, criteria)

    def test_refuses_what_there_is_not(self) -> None:
        for command in (
            b"SELECT Foo",
            b"STATUS Foo (MESSAGES)",
            b"DELETE INBOX",
            b"CREATE INBOX",
            b"DELETE x",
        ):
            with self.assertRaises(Refused):
                run(self.account, command)
        for command in (b"FETCH 1 FLAGS", b"XX", b"CLOSE", b"UID FOO", b"STATUS INBOX (FOO)", b"LIST x"):
            with self.assertRaises(Unreadable):
                run(self.account, command)
        run(self.account, b"SELECT INBOX")
        for command in (
            b"FETCH 99 FLAGS",
            b"FETCH 1 FOO",
            b"FETCH 1 BODY[FOO]",
            b"FETCH 1 BODY[]<1>",
            b"FETCH 1 BODY[]<99999999999.1>",
            b"FETCH 1",
            b"SEARCH",
            b"SEARCH FOO",
            b"SEARCH ON 99-Foo-1",
            b"SEARCH " + b"NOT " * 50 + b"ALL",
            b"SEARCH " + b"ALL " * 500,
            b"STORE 1 FLAG x",
        ):
            with self.assertRaises(Unreadable, msg=command):
                run(self.account, command)

    def test_stands_whatever_comes(self) -> None:
        for data in mutations(COMMANDS, 3000):
            try:
                run(self.account, data)
            except (Unreadable, Refused):
                continue


class ServerTest(unittest.TestCase):
    def test_greets_and_refuses_each_way_to_log_in(self) -> None:
        with Served("imap", PORTS, CLOSED, MARKS) as served, Wire(served.ports[0]) as wire:
            self.assertEqual(
                wire.until(b"\r\n"),
                b"* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS "
                b"AUTH=PLAIN AUTH=LOGIN] Dovecot (Debian) ready.\r\n",
            )
            self.assertEqual(wire.ask(b"a1 LOGIN bob {3}\r\n"), b"+ OK\r\n")
            wire.send(b"p w\r\n")
            with Wire(served.ports[1], tls=True) as second:
                self.assertNotIn(b"STARTTLS", second.until(b"\r\n"))
                self.assertIn(b"files.corp.example", second.certificate())
                self.assertEqual(second.ask(b"b AUTHENTICATE PLAIN\r\n"), b"+ \r\n")
                second.send(base64.b64encode(b"\0bob\0pw2") + b"\r\n")
                self.assertEqual(
                    wire.until(b"\r\n"), b"a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"
                )
                second.until(b"b NO [AUTHENTICATIONFAILED] Authentication failed.\r\n")
            events = served.events("auth")
        self.assertEqual(
            sorted((one["method"], one["username"], one["password"], one["accepted"]) for one in events),
            [("password", "bob", "p w", "false"), ("plain", "bob", "pw2", "false")],
        )

    def test_lets_a_given_pair_in_and_tells_its_commands(self) -> None:
        with Served("imap", PORTS, OPEN, MARKS) as served, Wire(served.ports[0]) as wire:
            wire.until(b"\r\n")
            self.assertEqual(wire.ask(b"a STARTTLS\r\n"), b"a OK Begin TLS negotiation now.\r\n")
            wire.start_tls()
            self.assertIn(b"a OK [CAPABILITY ", wire.ask(b'a LOGIN anna "se\\"cret"\r\n'))
            self.assertRegex(
                wire.ask(b"b SELECT INBOX\r\nc FETCH 1 ENVELOPE\r\n", b"Fetch completed"),
                rb'"anna" "corp\.example"',
            )
            wire.ask(b"d IDLE\r\n", b"+ idling\r\n")
            wire.ask(b"DONE\r\n", b"d OK Idle completed")
            wire.ask(b"e APPEND INBOX {3+}\r\nabc\r\n", b"e OK [APPENDUID ")
            wire.ask(b"f LOGOUT\r\n", b"* BYE Logging out\r\n")
            wire.rest()
            events = served.events("auth", "command", "upload")
        self.assertEqual(
            [one.get("command", one.get("password", one.get("size"))) for one in events],
            ['se"cret', "SELECT INBOX", "FETCH 1 ENVELOPE", "IDLE", "APPEND INBOX {3+}", "3", "LOGOUT"],
        )

    def test_is_exchange_on_windows(self) -> None:
        marks = {"DECNET_DISTRO": "windows-server-2019"}
        with Served("imap", PORTS, CLOSED, marks) as served, Wire(served.ports[0]) as wire:
            self.assertEqual(wire.until(b"\r\n"), b"* OK The Microsoft Exchange IMAP4 service is ready.\r\n")

    def test_tells_what_is_malformed_and_stays(self) -> None:
        with Served("imap", PORTS, CLOSED | {"accept_after": 1}, MARKS) as served:
            for data in (
                b"a LOGIN bob {99999999}\r\n",
                b"a LOGIN " + b"{0+}\r\n" * 40,
                b"x" * 70_000,
                b"a AUTHENTICATE PLAIN !\r\nb AUTHENTICATE PLAIN eA==\r\n",
                b"a \x01\r\n",
            ):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.send(b"\r\nGET / HTTP/1.0\r\n\r\n")
                self.assertTrue(
                    wire.rest().endswith(
                        b"* BAD Error in IMAP command received by server.\r\n"
                        b"GET BAD Error in IMAP command received by server.\r\n"
                        b"* BYE Too many invalid IMAP commands.\r\n"
                    )
                )
            with Wire(served.ports[1]) as wire:
                wire.send(b"a LOGIN x y\r\n")
                wire.rest()
            messages = [b"a LOGIN {1+}\r\nx y\r\n" + b"".join(b"b " + one + b"\r\n" for one in COMMANDS)]
            messages += [
                b"a AUTHENTICATE LOGIN\r\neA==\r\neA==\r\n",
                b"b APPEND INBOX {4}\r\nabcd\r\nc LOGOUT\r\n",
            ]
            for data in mutations(messages, 150):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.ask(b"a LOGIN x y\r\n", b"Logged in")
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([event for event in events if event["<event>"] == "fault"], [])
        errors = [event["error"] for event in events if event["<event>"] == "malformed"]
        self.assertEqual(
            errors[:6],
            [
                "a literal of 99999999 bytes",
                "a literal of 0 bytes",
                "a message without an end",
                "not a response of PLAIN",
                "not a response of PLAIN",
                "control characters in a command",
            ],
        )
        self.assertTrue(errors[6].startswith("TLS: "))


if __name__ == "__main__":
    unittest.main()
