"""The HTTP that several services share: what is read, what is refused, and what it may cost."""

import random
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

from http_trial import HttpTrial

import decnet_http_server
from decnet_http_answers import OTHERS, Answer, Dialect
from decnet_servers import Servers

DIALECT = Dialect(("Date", "Server", OTHERS, "Content-Length", "Connection", "Content-Type"))


class Echo:
    """Answers the body that came."""

    dialect = DIALECT
    server = "Echo/1"

    def __init__(self) -> None:
        self.sunk = bytearray()

    def sink(self, request, visitor):  # noqa: ANN001, ANN201
        return self if request.method == "PUT" else None

    def write(self, data: bytes) -> None:
        self.sunk += data

    def finish(self, session) -> None:  # noqa: ANN001
        session.event("upload", size=len(self.sunk))

    def answer(self, request, visitor):  # noqa: ANN001, ANN201
        return Answer(
            200, request.body, [("X-Path", request.path + "\r\nX: 1"), ("Content-Type", "text/plain")]
        )

    def refuse(self, status, request):  # noqa: ANN001, ANN201
        return Answer(status, b"no")


async def start(identity, config, logger, sockets):  # noqa: ANN001, ANN201
    return Servers(await decnet_http_server.serve_site(logger, sockets[identity.port, "tcp"], Echo()))


def trial() -> HttpTrial:
    return HttpTrial(start, {})


REFUSED = {
    b"NONSENSE\r\n\r\n": 400,
    b"GET / RTSP/1.0\r\n\r\n": 400,
    b"GET / HTTP/2.0\r\n\r\n": 505,
    b"G\x00T / HTTP/1.0\r\n\r\n": 400,
    b"GET /\x01 HTTP/1.0\r\n\r\n": 400,
    b"\r\n" * 9: 400,
    b"GET / HTTP/1.0\r\nno header\r\n\r\n": 400,
    b"GET / HTTP/1.0\r\n: x\r\n\r\n": 400,
    b"GET / HTTP/1.0\r\n folded: x\r\n\r\n": 400,
    b"GET / HTTP/1.0\r\nA: \x00\r\n\r\n": 400,
    b"GET / HTTP/1.0\r\n" + b"A: b\r\n" * 101 + b"\r\n": 400,
    b"GET / HTTP/1.0\r\n" + (b"A: " + b"b" * 8000 + b"\r\n") * 5 + b"\r\n": 400,
    b"GET /" + b"a" * 9000 + b" HTTP/1.0\r\n\r\n": 414,
    b"GET / HTTP/1.1\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n": 400,
    b"POST / HTTP/1.0\r\nContent-Length: -1\r\n\r\n": 400,
    b"POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab": 400,
    b"POST / HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n": 400,
    b"POST / HTTP/1.0\r\nContent-Length: 999999999\r\n\r\n": 413,
    b"POST / HTTP/1.0\r\nContent-Length: 10\r\n\r\nabc": 400,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n": 501,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na": 400,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"a" * 70_000: 413,
}

CHUNKED = b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED += b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n"


class MessageTest(unittest.IsolatedAsyncioTestCase):
    async def test_what_is_no_request_is_refused_and_told_once(self) -> None:
        for data, status in REFUSED.items():
            async with trial() as server:
                answer = await server.send(data)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), (data[:60], answer[:60]))
                self.assertEqual(len(await server.events("malformed")), 1, data[:60])
                self.assertEqual(await server.events("request"), [])
                server.check_no_faults()

    async def test_requests_follow_each_other_on_one_connection(self) -> None:
        async with trial() as server:
            data = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + CHUNKED + b"GET /b HTTP/1.0\r\n\r\n"
            answer = await server.send(data)
            self.assertEqual(answer.count(b"HTTP/1.1 200 OK\r\nDate: "), 3)
            self.assertIn(b"\r\n\r\nabcde", answer)
            self.assertTrue(answer.rstrip().endswith(b"Connection: close\r\nContent-Type: text/plain"))
            paths = [event["path"] for event in await server.events("request")]
            self.assertEqual(paths, ["/a", "/c", "/b"])

    async def test_no_header_of_ours_is_broken_in_two(self) -> None:
        async with trial() as server:
            _, headers, _ = await server.ask("GET", "/x")
            self.assertEqual(headers["x-path"], "/xX: 1")

    async def test_head_has_no_body_and_a_simple_request_no_head(self) -> None:
        async with trial() as server:
            status, headers, body = await server.ask("HEAD", "/", b"abc")
            self.assertEqual((status, headers["content-length"], body), (200, "3", b""))
            self.assertEqual(await server.send(b"GET /\r\n"), b"")

    async def test_a_long_body_goes_to_its_sink_in_full(self) -> None:
        async with trial() as server:
            status, headers, body = await server.ask("PUT", "/f", b"x" * 200_000, Expect="100-continue")
            self.assertEqual((status, headers), (100, {}))
            self.assertIn(b"HTTP/1.1 200 OK", body)
            self.assertEqual([event["size"] for event in await server.events("upload")], ["200000"])

    async def test_whoever_drips_is_let_go(self) -> None:
        with mock.patch("decnet_http.HEAD_SECONDS", 0.1):
            async with trial() as server:
                answer = await server.send(b"GET / HTTP/1.0\r\nA: ", eof=False)
                self.assertTrue(answer.startswith(b"HTTP/1.1 408 "))
        with mock.patch("decnet_http_server.BODY_SECONDS", 0.1):
            async with trial() as server:
                answer = await server.send(b"PUT / HTTP/1.0\r\nContent-Length: 9\r\n\r\na", eof=False)
                self.assertTrue(answer.startswith(b"HTTP/1.1 408 "))
                self.assertEqual([event["size"] for event in await server.events("upload")], ["1"])
        with mock.patch("decnet_http_server.FIRST_SECONDS", 0.1):
            async with trial() as server:
                self.assertEqual(await server.send(b"", eof=False), b"")
                self.assertEqual((await server.events("disconnect"))[0]["reason"], "silent for too long")

    async def test_stands_whatever_comes(self) -> None:
        rng = random.Random(5)
        async with trial() as server:
            for _ in range(300):
                data = bytearray(CHUNKED)
                for _ in range(rng.randint(1, 6)):
                    data[rng.randrange(len(data))] = rng.randrange(256)
                await server.send(bytes(data[: rng.randint(0, len(data))]))
            await server.events()
            server.check_no_faults()
            self.assertEqual((await server.ask("GET", "/"))[0], 200)


if __name__ == "__main__":
    unittest.main()
