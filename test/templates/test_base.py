"""What closes a decky's way out, holds its services back until then, and tells of what was refused."""

import errno
import os
import socket
import struct
import tempfile
import unittest
from unittest import mock

from support import logger, parse

import base
import changes
import decnet_gate
import egress
import marks
import netlink
import refusals
import watch


def packet(protocol: int, ip: str, port: int | None = None) -> bytes:
    """The beginning of an IPv4 packet."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, protocol, 0, bytes(4), socket.inet_aton(ip))
    return header + (b"" if port is None else struct.pack("!HH", 40000, port))


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("HH", 4 + len(value), number) + value + bytes(-len(value) % 4)


def netlink_message(kind: int, body: bytes) -> bytes:
    return struct.pack("IHHII", 16 + len(body), kind, 0, 0, 0) + body


def message(payload: bytes, kind: int = refusals.MESSAGE_PACKET) -> bytes:
    """As nfnetlink_log sends it, with another attribute before the payload."""
    body = struct.pack("!BBH", 2, 0, refusals.GROUP) + attribute(1, b"\x08\x00\x03\x00")
    return netlink_message(kind, body + attribute(refusals.PAYLOAD, payload))


NEW_TABLE, NEW_RULE, DELETE_RULE, NEW_GENERATION = 0xA00, 0xA06, 0xA08, 0xA0F
"""Types of messages of nf_tables (linux/netfilter/nf_tables.h)."""


def change(kind: int, table: str = "decnet", family: int = changes.INET) -> bytes:
    """As nf_tables sends it, with another attribute after the table's name."""
    body = struct.pack("!BBH", family, 0, 12) + attribute(changes.TABLE_NAME, table.encode() + b"\0")
    return netlink_message(kind, body + attribute(2, b"output\0"))


class RefusalsTest(unittest.TestCase):
    def test_tell_where_a_packet_wanted_to_go(self) -> None:
        read = message(packet(6, "198.51.100.200", 7001)) + message(packet(1, "192.0.2.1"))
        self.assertEqual(
            list(refusals.refusals(read)),
            [refusals.Refused("tcp", "198.51.100.200", 7001), refusals.Refused("icmp", "192.0.2.1", None)],
        )

    def test_read_version_6_and_protocols_without_a_name(self) -> None:
        six = struct.pack("!IHBB16s16s", 6 << 28, 4, 17, 64, bytes(16), bytes(15) + b"\x01") + b"\0\1\0\x35"
        self.assertEqual(refusals.where_to(six), refusals.Refused("udp", "::1", 53))
        self.assertEqual(refusals.where_to(packet(47, "192.0.2.1")), refusals.Refused("47", "192.0.2.1", None))

    def test_stand_whatever_comes(self) -> None:
        whole = message(packet(6, "198.51.100.200", 7001))
        for length in range(len(whole)):
            list(refusals.refusals(whole[:length]))
            list(refusals.refusals(whole[length:]))
        for junk in (b"", b"\xff" * 70, b"\x45", b"\x60" + bytes(20), bytes(64)):
            refusals.where_to(junk)
            list(refusals.refusals(message(junk)))

    def test_pass_over_other_messages(self) -> None:
        self.assertEqual(list(refusals.refusals(message(packet(6, "192.0.2.1", 1), kind=2))), [])

    def told(self, lines: list[bytes]) -> list[tuple[str, str, str]]:
        events = [parse(line) for line in lines]
        self.assertEqual({event["<event>"] for event in events}, {"egress-denied"})
        return [(event.get("dst_ip", ""), event["protocol"], event["count"]) for event in events]

    def test_are_told_at_once_and_then_once_a_window_with_their_number(self) -> None:
        lines: list[bytes] = []
        heard = refusals.Refusals(logger(lines))
        one = refusals.Refused("tcp", "192.0.2.1", 25)
        self.assertIsNone(heard.pause(0))
        for _ in range(5):
            heard.note(one, 100.0)
        self.assertEqual(self.told(lines), [("192.0.2.1", "tcp", "1")])
        self.assertEqual(heard.pause(104.0), 6.0)
        heard.tell_more(109.0)
        self.assertEqual(len(lines), 1)
        heard.tell_more(110.0)
        self.assertEqual(self.told(lines)[1:], [("192.0.2.1", "tcp", "4")])
        heard.tell_more(120.0)
        self.assertEqual(len(lines), 2)
        heard.note(one, 121.0)
        self.assertEqual(self.told(lines)[2:], [("192.0.2.1", "tcp", "1")])

    def test_of_very_many_kinds_cost_no_more_lines_than_a_few(self) -> None:
        lines: list[bytes] = []
        heard = refusals.Refusals(logger(lines))
        for number in range(1000):
            heard.note(refusals.Refused("udp", f"192.0.2.{number % 250}", number), 0.0)
        heard.tell_more(refusals.WINDOW)
        self.assertEqual(len(lines), refusals.MOST_KINDS + 2)
        told = self.told(lines)
        self.assertEqual(sum(int(count) for _, _, count in told), 1000)
        self.assertEqual(told[-1], ("", "other", str(1000 - refusals.MOST_KINDS - 1)))


class ChangesTest(unittest.TestCase):
    def test_concern_the_table_whatever_was_done_to_it(self) -> None:
        for kind in (NEW_TABLE, NEW_RULE, DELETE_RULE):
            self.assertTrue(changes.concern(change(kind), "decnet"))
        self.assertTrue(changes.concern(change(NEW_RULE, "nat") + change(DELETE_RULE), "decnet"))

    def test_of_other_tables_and_other_news_do_not_concern_it(self) -> None:
        generation = struct.pack("!BBH", 0, 0, 12) + attribute(1, struct.pack("!I", 12))
        for data in (
            change(NEW_RULE, "nat"),
            change(NEW_RULE, "decnet2"),
            change(NEW_RULE, family=2),
            message(packet(6, "192.0.2.1", 1)),
            netlink_message(NEW_GENERATION, generation),
        ):
            self.assertFalse(changes.concern(data, "decnet"))

    def test_stand_whatever_comes(self) -> None:
        whole = change(NEW_RULE)
        for length in range(len(whole)):
            self.assertFalse(changes.concern(whole[:length], "decnet"))
            changes.concern(whole[length:], "decnet")


class NetlinkTest(unittest.TestCase):
    def test_tells_nothing_to_read_from_something_lost(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
            link.setblocking(False)
            self.assertEqual(netlink.receive(link), b"")
        lost = mock.Mock(recv=mock.Mock(side_effect=OSError(errno.ENOBUFS, "No buffer space available")))
        self.assertIsNone(netlink.receive(lost))


class WatchTest(unittest.TestCase):
    def setUp(self) -> None:
        self.refused, self.tell_refusals = self.pair()
        self.changed, self.tell_changes = self.pair()
        self.digest = f"test{os.getpid()}"
        way_out = egress.WayOut(self.digest, self.refused, self.changed)
        self.lines: list[bytes] = []
        self.watch = watch.Watch(way_out, refusals.Refusals(logger(self.lines)))
        self.addCleanup(self.watch.close)

    def pair(self) -> tuple[socket.socket, socket.socket]:
        """A socket, and the kernel's end of it."""
        ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in ends:
            end.setblocking(False)
            self.addCleanup(end.close)
        return ends

    def test_says_that_the_rules_stand_and_nothing_was_refused(self) -> None:
        self.assertEqual(self.watch.links, [self.refused, self.changed])
        self.assertEqual(marks_of_this_process(), {f"egress-{self.digest}", "refused-none"})
        self.assertTrue(decnet_gate.is_closed("/proc/net/unix"))

    def test_takes_back_that_nothing_was_refused(self) -> None:
        for _ in range(2):
            self.tell_refusals.send(message(packet(6, "192.0.2.1", 25)))
            self.watch.hear(self.refused)
            self.assertEqual(marks_of_this_process(), {f"egress-{self.digest}"})
        self.assertEqual([parse(line)["dst_ip"] for line in self.lines], ["192.0.2.1"])

    def test_takes_back_that_the_rules_stand_and_lets_no_service_in_any_more(self) -> None:
        self.tell_changes.send(change(NEW_RULE, "nat"))
        self.watch.hear(self.changed)
        self.assertIn(f"egress-{self.digest}", marks_of_this_process())
        for _ in range(2):
            self.tell_changes.send(change(DELETE_RULE))
            self.watch.hear(self.changed)
            self.assertEqual(marks_of_this_process(), {"refused-none"})
        self.assertFalse(decnet_gate.is_closed("/proc/net/unix"))

    def test_takes_back_what_it_cannot_know_where_something_was_lost(self) -> None:
        with mock.patch.object(netlink, "receive", lambda _: None):
            self.watch.hear(self.refused)
            self.assertEqual(marks_of_this_process(), {f"egress-{self.digest}"})
            self.watch.hear(self.changed)
            self.assertEqual(marks_of_this_process(), set())


def marks_of_this_process() -> set[str]:
    found = set()
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            name = os.readlink(f"/proc/self/fd/{descriptor}")
        except FileNotFoundError:
            continue
        if name.startswith("/memfd:decnet-"):
            found.add(name.removeprefix("/memfd:decnet-").removesuffix(" (deleted)"))
    return found


class MarksTest(unittest.TestCase):
    def test_are_said_as_long_as_they_are_open(self) -> None:
        with marks.mark("egress", "8eddd50a8d1fd03a"):
            self.assertEqual(marks_of_this_process(), {"egress-8eddd50a8d1fd03a"})
        self.assertEqual(marks_of_this_process(), set())

    def test_need_no_flag_that_an_older_kernel_does_not_know(self) -> None:
        made = os.memfd_create

        def older(name: str, flags: int) -> int:
            if flags & marks.NOEXEC:
                raise OSError(errno.EINVAL, "Invalid argument")
            return made(name, flags)

        with mock.patch.object(os, "memfd_create", older), marks.mark("refused", "none"):
            self.assertEqual(marks_of_this_process(), {"refused-none"})


class GateTest(unittest.TestCase):
    def test_opens_once_the_mark_is_there(self) -> None:
        with tempfile.NamedTemporaryFile("w") as table:
            table.write("Num RefCount Protocol\n0: 00000002 0 0 0002 01 7 /run/decnet-egress-no\n")
            table.flush()
            self.assertFalse(decnet_gate.is_closed(table.name))
            table.write("0: 00000002 00000000 00000000 0002 01 279584 @decnet-egress-8eddd50a8d1fd03a\n")
            table.flush()
            self.assertTrue(decnet_gate.is_closed(table.name))
            with mock.patch.dict(os.environ, clear=True):
                decnet_gate.wait_until_closed(table.name, patience=0)

    def test_gives_up_where_it_does_not_come(self) -> None:
        with tempfile.NamedTemporaryFile("w") as table, mock.patch.dict(os.environ, clear=True):
            with self.assertRaises(decnet_gate.StillOpen):
                decnet_gate.wait_until_closed(table.name, patience=0.05)

    def test_finds_the_socket_that_a_base_makes(self) -> None:
        self.assertFalse(decnet_gate.is_closed("/proc/net/unix"))
        with marks.let_in(f"test-{os.getpid()}"):
            self.assertTrue(decnet_gate.is_closed("/proc/net/unix"))
        self.assertFalse(decnet_gate.is_closed("/proc/net/unix"))


class EgressTest(unittest.TestCase):
    def test_has_a_digest_that_counting_does_not_change(self) -> None:
        listing = "table inet decnet {{\n\tcounter denied {{\n\t\tpackets {} bytes {}\n\t}}\n}}\n"
        self.assertEqual(egress.digest(listing.format(0, 0)), egress.digest(listing.format(12, 999)))
        self.assertNotEqual(egress.digest(listing.format(0, 0)), egress.digest("table inet decnet {\n}\n"))

    def test_says_what_nft_said_where_the_kernel_refuses(self) -> None:
        with mock.patch.object(egress, "NFT", "/bin/false"), mock.patch.object(refusals, "listen"):
            with self.assertRaisesRegex(egress.RulesRefused, "ended with 1"):
                egress.close("table inet decnet {\n}\n")

    def test_listens_for_changes_after_its_own_and_before_it_takes_the_digest(self) -> None:
        order = []
        with (
            mock.patch.object(refusals, "listen", lambda: order.append("refusals")),
            mock.patch.object(changes, "listen", lambda: order.append("changes")),
            mock.patch.object(egress, "_nft", lambda verb, *_, **__: order.append(verb) or ""),
        ):
            egress.close("table inet decnet {\n}\n")
        self.assertEqual(order, ["refusals", "--file", "changes", "--terse"])

    def test_loads_nothing_where_nothing_is_asked_for(self) -> None:
        with mock.patch.object(egress, "NFT", "/no/such/program"):
            self.assertEqual(egress.close(""), egress.WayOut(egress.OPEN, None, None))


class DisguiseTest(unittest.TestCase):
    def worn(self, rules: str, nft: str) -> list[dict[str, str]]:
        lines: list[bytes] = []
        with mock.patch.object(egress, "NFT", nft), mock.patch.dict(os.environ, DECNET_DISGUISE=rules):
            base.disguise(logger(lines))
        return [parse(line) for line in lines]

    def test_is_told_where_the_kernel_refuses_it_and_ends_nothing(self) -> None:
        [event] = self.worn("table ip decnet-disguise {\n}\n", "/bin/false")
        self.assertEqual(event["<event>"], "undisguised")
        self.assertEqual(event["error"], "/bin/false ended with 1")

    def test_goes_without_a_word_where_the_kernel_takes_it_or_none_is_asked_for(self) -> None:
        self.assertEqual(self.worn("table ip decnet-disguise {\n}\n", "/bin/true"), [])
        self.assertEqual(self.worn("", "/no/such/program"), [])


if __name__ == "__main__":
    unittest.main()
