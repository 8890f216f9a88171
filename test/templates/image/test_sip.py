"""The SIP exchange: its parser, its challenges and digests over both transports, and rubbish."""

import hashlib
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS
from support import TEMPLATES, identity
from wire import Served, Wire, mutations

sys.path.insert(0, str(TEMPLATES / "sip"))

from agent import Agent
from decnet_logins import Logins
from decnet_streams import Malformed
from message import content_length, read_request, via_back
from products import product_of

CLOSED = {"user_agent": "", "realm": "", "accept": [], "accept_after": 0}
OPEN = CLOSED | {"accept": [{"username": "100", "password": "secret"}]}
MARKS = {"DECNET_DOMAIN": "corp.example"}
UBUNTU = MARKS | {"DECNET_DISTRO": "ubuntu22"}
ROOM = 1 << 20


def request(method: str, *more: str, call: str = "1@x") -> bytes:
    lines = (
        f"{method} sip:files.corp.example SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKa;rport",
        "From: <sip:100@files.corp.example>;tag=a",
        "To: <sip:100@files.corp.example>",
        f"Call-ID: {call}",
        f"CSeq: 1 {method}",
        "User-Agent: tester",
        "Contact: <sip:100@192.0.2.9:5062>",
        *more,
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def authorization(challenge: bytes, method: str, password: str, username: str = "100") -> str:
    """What a client answers to a 401."""
    text = challenge.decode()
    found = {name: text.split(f'{name}="')[1].split('"')[0] for name in ("realm", "nonce", "opaque")}
    uri = "sip:files.corp.example"
    one, two = md5(f"{username}:{found['realm']}:{password}"), md5(f"{method}:{uri}")
    response = md5(f"{one}:{found['nonce']}:00000001:c:auth:{two}")
    return (
        f'Authorization: Digest username="{username}", realm="{found["realm"]}", nonce="{found["nonce"]}", '
        f'uri="{uri}", response="{response}", algorithm=MD5, cnonce="c", qop=auth, nc=00000001'
    )


class Visitor:
    source, source_port = "192.0.2.9", 5062

    def __init__(self) -> None:
        self.told: list[tuple[str, dict]] = []

    def event(self, name: str, /, **fields: object) -> None:
        self.told.append((name, fields))


class MessageTest(unittest.TestCase):
    def test_reads_short_names_and_folded_lines(self) -> None:
        read = read_request(b"\r\nregister sip:a SIP/2.0\nv: x\nv: y\nf: a\n b\nt: c\ni: d\nCSeq: 1\n\nbody")
        self.assertEqual((read.method, read.uri, read.all("via")), ("REGISTER", "sip:a", ["x", "y"]))
        self.assertEqual(read.header("from"), "a b")

    def test_refuses_what_is_no_request(self) -> None:
        whole = request("OPTIONS")
        for data, error in (
            (b"", "not a request of SIP"),
            (b"GET / HTTP/1.0\r\n\r\n", "not a request of SIP"),
            (b"SIP/2.0 200 OK\r\n\r\n", "not a request of SIP"),
            (b"X\xff sip:a SIP/2.0\r\n", "not a method of SIP"),
            (whole.replace(b"CSeq", b"XSeq"), "without cseq"),
            (whole.replace(b"User-Agent: ", b"User-Agent "), "not a header"),
            (whole.replace(b"From: ", b"X: "), "without from"),
            (whole.replace(b"tester", b"a\rInjected: b"), "not a header"),
            (whole.replace(b"tester", b"a" * 3000), "a line that is too long"),
            (whole.replace(b"User-Agent: tester\r\n", b"X: y\r\n" * 80), "too many headers"),
        ):
            with self.assertRaises(Malformed) as caught:
                read_request(data)
            self.assertEqual(str(caught.exception), error)

    def test_bounds_a_body(self) -> None:
        self.assertEqual(content_length(b"X\r\nl: 12\r\n"), 12)
        for value in (b"-1", b"99999", b"9" * 50, b"x", b""):
            with self.assertRaises(Malformed):
                content_length(b"X\r\nContent-Length: " + value + b"\r\n")

    def test_tells_where_a_request_came_from(self) -> None:
        self.assertEqual(
            via_back("SIP/2.0/UDP a;rport;branch=b, SIP/2.0/UDP c", "192.0.2.1", 9),
            "SIP/2.0/UDP a;branch=b;received=192.0.2.1;rport=9, SIP/2.0/UDP c",
        )

    def test_stands_whatever_comes(self) -> None:
        agent = Agent(identity(), product_of(identity()), "x", "y", Logins(OPEN))
        challenge = agent.answer(read_request(request("REGISTER")), Visitor(), ROOM)
        messages = [request("INVITE", authorization(challenge, "INVITE", "x"))]
        for data in mutations(messages, 4000):
            try:
                agent.answer(read_request(data), Visitor(), ROOM)
            except Malformed:
                continue


class AgentTest(unittest.TestCase):
    def agent(self, seed: int = 1, distro: str = "debian", config: dict | None = None) -> Agent:
        mine = identity(seed, distro)
        product = product_of(mine)
        return Agent(mine, product, product.name, "realm", Logins(config or {}))

    def ask(self, agent: Agent, data: bytes, room: int = ROOM) -> bytes:
        return agent.answer(read_request(data), Visitor(), room)

    def test_tells_what_it_can_as_long_as_there_is_room(self) -> None:
        long, short = (self.ask(self.agent(), request("OPTIONS"), room) for room in (ROOM, 400))
        self.assertIn(b"Server: Asterisk PBX 20.9.3\r\nAllow: ", long)
        self.assertNotIn(b"Allow", short)
        self.assertLess(len(short), 400)

    def test_each_challenge_is_another_and_a_deckys_marks_stay(self) -> None:
        one, again = (self.ask(self.agent(), request("REGISTER")) for _ in range(2))
        other = self.ask(self.agent(2), request("REGISTER"))
        self.assertNotEqual(nonce_of(one), nonce_of(again))
        self.assertEqual(mark_of(one), mark_of(again))
        self.assertNotEqual(mark_of(one), mark_of(other))
        self.assertEqual(one.split(b"To: ")[1].split(b"\r\n")[0], again.split(b"To: ")[1].split(b"\r\n")[0])

    def test_a_challenge_of_somebody_else_proves_nothing(self) -> None:
        agent, other = self.agent(config=OPEN), self.agent(2)
        header = authorization(self.ask(other, request("REGISTER")), "REGISTER", "secret")
        visitor = Visitor()
        answer = agent.answer(read_request(request("REGISTER", header)), visitor, ROOM)
        self.assertIn(b"401 Unauthorized", answer)
        self.assertIn(b"stale=true", answer)
        self.assertEqual([(name, fields["accepted"]) for name, fields in visitor.told], [("auth", False)])

    def test_refuses_as_the_product_does(self) -> None:
        for distro, status in (
            ("debian", b"401 Unauthorized"),
            ("ubuntu22", b"403 Forbidden"),
            ("yealink-t46", b"403 Forbidden"),
            ("grandstream-ucm", b"401 Unauthorized"),
        ):
            agent = self.agent(distro=distro)
            header = authorization(self.ask(agent, request("REGISTER")), "REGISTER", "wrong")
            self.assertIn(status, self.ask(agent, request("REGISTER", header)))

    def test_answers_what_it_does_not_do(self) -> None:
        for method, status in (("BYE", b"481 "), ("FOO", b"501 "), ("NOTIFY", b"489 ")):
            self.assertTrue(self.ask(self.agent(), request(method)).startswith(b"SIP/2.0 " + status))
        self.assertIsNone(self.ask(self.agent(), request("ACK")))


def nonce_of(answer: bytes) -> bytes:
    return answer.split(b'nonce="')[1].split(b'"')[0]


def mark_of(answer: bytes) -> bytes:
    return answer.split(b'opaque="')[1].split(b'"')[0]


class ServerTest(unittest.TestCase):
    def test_takes_a_digest_over_tcp_as_hashcat_reads_it(self) -> None:
        with Served("sip", ["tcp", "udp"], OPEN, UBUNTU) as served, Wire(served.ports[0]) as wire:
            challenge = wire.ask(b"\r\n\r\n" + request("REGISTER"), b"\r\n\r\n")
            self.assertTrue(challenge.startswith(b"\r\nSIP/2.0 401 Unauthorized\r\n"), challenge)
            self.assertIn(b'realm="files.corp.example"', challenge)
            wrong = wire.ask(request("REGISTER", authorization(challenge, "REGISTER", "pw")), b"\r\n\r\n")
            self.assertTrue(wrong.startswith(b"SIP/2.0 403 Forbidden\r\n"))
            right = wire.ask(request("REGISTER", authorization(challenge, "REGISTER", "secret")), b"\r\n\r\n")
            self.assertTrue(right.startswith(b"SIP/2.0 200 OK\r\n"))
            self.assertIn(b"Contact: <sip:100@192.0.2.9:5062>;expires=3600\r\n", right)
            called = wire.ask(request("INVITE", authorization(challenge, "INVITE", "secret")), b"\r\n\r\n")
            self.assertTrue(called.startswith(b"SIP/2.0 404 Not Found\r\n"))
            events = served.events("auth")
        self.assertEqual([one["accepted"] for one in events], ["false", "true", "true"])
        nonce = nonce_of(challenge).decode()
        fields = events[0]["hashcat"].split("*")
        self.assertEqual(
            fields[:14],
            ["$sip$", "", "", "100", "files.corp.example", "REGISTER", "", "sip:files.corp.example", ""]
            + [nonce, "c", "00000001", "auth", "MD5"],
        )
        one, two = md5("100:files.corp.example:pw"), md5("REGISTER:sip:files.corp.example")
        self.assertEqual(fields[14], md5(f"{one}:{nonce}:00000001:c:auth:{two}"))

    def test_sends_no_more_than_twice_what_a_datagram_brought(self) -> None:
        with Served("sip", ["tcp", "udp"], CLOSED, MARKS) as served:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(client.close)
            client.settimeout(0.5)
            client.connect((ADDRESS, served.ports[1]))
            for data in (request("OPTIONS"), request("REGISTER"), request("INVITE")):
                client.send(data)
                self.assertLessEqual(len(client.recv(65_536)), 2 * len(data))
            client.send(b"REGISTER sip:a SIP/2.0\nv:a\nf:a\nt:a\ni:a\nCSeq:a\n\n")
            with self.assertRaises(TimeoutError):
                client.recv(65_536)
            events = served.events("request")
        self.assertEqual([one["method"] for one in events], ["OPTIONS", "REGISTER", "INVITE", "REGISTER"])

    def test_tells_what_is_malformed_and_stays(self) -> None:
        with Served("sip", ["tcp", "udp"], CLOSED | {"accept_after": 1}, MARKS) as served:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(client.close)
            client.settimeout(5)
            client.connect((ADDRESS, served.ports[1]))
            for data in (b"GET / HTTP/1.0\r\n\r\n", b"x" * 20_000, request("OPTIONS", "l: 99999")):
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            client.send(b"\0\r\n")
            client.send(b"rubbish")
            for data in mutations([request("OPTIONS"), request("REGISTER", "Authorization: Digest x")], 200):
                client.send(data)
                with Wire(served.ports[0]) as wire:
                    wire.send(data)
                    wire.finish()
            with Wire(served.ports[0]) as wire:
                wire.ask(request("OPTIONS", call="last"), b"200 OK")
            self.assertLess(served.memory(), 64)
            events = served.stop()
        self.assertEqual([event for event in events if event["<event>"] == "fault"], [])
        errors = [event["error"] for event in events if event["<event>"] == "malformed"]
        self.assertEqual(
            errors[:4],
            [
                "not a request of SIP",
                "a message without an end",
                "a body that is too long",
                "not a request of SIP",
            ],
        )


if __name__ == "__main__":
    unittest.main()
