"""What all services share: identity, sessions, and the announcement of a decky's address."""

import asyncio
import json
import unittest

from support import identity, logger, parse

import announce
from decnet_identity import from_environment
from decnet_sessions import Limits, Sessions


class IdentityTest(unittest.TestCase):
    def test_derives_the_same_for_one_decky_and_another_for_the_next(self) -> None:
        one, same, other = identity(1), identity(1), identity(2)
        self.assertEqual(one.derive("key", 80), same.derive("key", 80))
        self.assertNotEqual(one.derive("key", 80), other.derive("key", 80))
        self.assertNotEqual(one.derive("key", 32), one.derive("other", 32))
        self.assertEqual(len(one.derive("key", 80)), 80)
        self.assertEqual(one.derive("key", 16), one.derive("key", 80)[:16])

    def test_draws_numbers_within_their_bounds(self) -> None:
        self.assertEqual({identity(seed).number("n", 3, 5) for seed in range(60)}, {3, 4, 5})

    def test_samples_different_options_in_an_order_of_its_own(self) -> None:
        drawn = [tuple(identity(seed).sample("n", "abcdef", 3)) for seed in range(30)]
        self.assertTrue(all(len(set(one)) == 3 for one in drawn))
        self.assertGreater(len(set(drawn)), 20)
        self.assertEqual(drawn[1], tuple(identity(1).sample("n", "abcdef", 3)))

    def test_comes_from_the_environment(self) -> None:
        found, config = from_environment(
            {
                "DECNET_DECKY": "files-01",
                "DECNET_SERVICE": "ssh",
                "DECNET_HOSTNAME": "files",
                "DECNET_DISTRO": "debian",
                "DECNET_SEED": "ab" * 32,
                "DECNET_CONFIG": json.dumps({"accept": []}),
                "DECNET_PORTS": json.dumps([{"port": 22, "protocol": "tcp"}]),
            }
        )
        self.assertEqual((found.seed, found.port, config), (b"\xab" * 32, 22, {"accept": []}))


class SessionsTest(unittest.TestCase):
    def run_sessions(self, limits: Limits, sources: list[str]) -> tuple[list[str], list[dict[str, str]]]:
        lines: list[bytes] = []
        cut: list[str] = []

        async def go() -> None:
            sessions = Sessions(logger(lines), limits)
            for number, source in enumerate(sources):
                name = f"{source}#{number}"
                sessions.open((source, number), 22, lambda name=name: cut.append(name))
            await asyncio.sleep(0.05)

        asyncio.run(go())
        return cut, [parse(line) for line in lines]

    def test_ends_the_oldest_connection_of_a_greedy_source(self) -> None:
        cut, events = self.run_sessions(Limits(per_source=2), ["a", "b", "a", "a", "a"])
        self.assertEqual(cut, ["a#0", "a#2"])
        ended = [event["reason"] for event in events if event["<event>"] == "disconnect"]
        self.assertEqual(ended, ["too many connections of one source"] * 2)

    def test_takes_from_the_busiest_source_when_all_are_too_many(self) -> None:
        cut, _ = self.run_sessions(Limits(total=3), ["b", "a", "a", "c", "d"])
        self.assertEqual(cut[0], "a#1")
        self.assertEqual(len(cut), 2)

    def test_ends_a_session_that_lasts_too_long(self) -> None:
        cut, events = self.run_sessions(Limits(seconds=0.01), ["a"])
        self.assertEqual((cut, events[-1]["reason"]), (["a#0"], "session too long"))

    def test_gives_each_connection_an_id_and_one_end(self) -> None:
        lines: list[bytes] = []

        async def go() -> None:
            sessions = Sessions(logger(lines))
            first, second = (sessions.open(("a", port), 22, lambda: None) for port in (1, 2))
            first.end()
            first.end()
            first.cut_off("late")
            second.end()

        asyncio.run(go())
        events = [parse(line) for line in lines]
        self.assertEqual([event["<event>"] for event in events], ["connect"] * 2 + ["disconnect"] * 2)
        self.assertEqual(len({event["session"] for event in events}), 2)


class AnnouncementTest(unittest.TestCase):
    def test_is_an_arp_frame_to_everyone_with_our_address_at_both_ends(self) -> None:
        mac, address = bytes.fromhex("020000000001"), bytes([192, 0, 2, 9])
        for operation, target in ((announce.ARP_REQUEST, bytes(6)), (announce.ARP_REPLY, mac)):
            frame = announce.announcement(operation, mac, address)
            head = b"\xff" * 6 + mac + b"\x08\x06" + bytes.fromhex("00010800060400") + bytes([operation])
            self.assertEqual(frame, head + mac + address + target + address)

    def test_leaves_the_loopback_alone(self) -> None:
        self.assertNotIn("lo", [address.interface for address in announce.addresses()])


if __name__ == "__main__":
    unittest.main()
