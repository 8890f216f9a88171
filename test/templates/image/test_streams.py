"""What a handler of a TCP or UDP service can rely on, whatever the client does."""

import asyncio
import contextlib
import socket
import ssl
import sys
import unittest
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName
from support import identity, logger, parse

from decnet_datagrams import BYTES_AT_ONCE, Allowance, serve_datagrams
from decnet_sessions import Limits, Sessions
from decnet_stream_server import serve_streams
from decnet_streams import Ended, Malformed, Stream
from decnet_tls import Subject, certificate_of

LIMITS = Limits(message_bytes=1024, idle_seconds=0.3)


class Trial:
    """A server on loopback with one handler, and the events that it wrote."""

    def __init__(self, handler: Callable[[Stream], Awaitable[None]], tls: ssl.SSLContext | None = None) -> None:
        self._lines: list[bytes] = []
        self._handler = handler
        self._tls = tls

    async def __aenter__(self) -> "Trial":
        bound = socket.create_server(("127.0.0.1", 0))
        bound.setblocking(False)
        self.port = bound.getsockname()[1]
        sessions = Sessions(logger(self._lines), LIMITS)
        self._server = await serve_streams(sessions, bound, self._handler, tls=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def visit(self, data: bytes, tls: ssl.SSLContext | None = None, *, eof: bool = True) -> bytes:
        """Sends, and reads until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=tls)
        writer.write(data)
        if eof and tls is None:
            writer.write_eof()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    async def events(self) -> list[tuple[str, str | None]]:
        """Name and reason or error of each, once the last session has ended."""
        for _ in range(200):
            found = [parse(line) for line in self._lines]
            if found and found[-1]["<event>"] == "disconnect":
                break
            await asyncio.sleep(0.01)
        return [(one["<event>"], one.get("reason", one.get("error"))) for one in found]


async def echo(stream: Stream) -> None:
    await stream.send(await stream.line())


class StreamTest(unittest.IsolatedAsyncioTestCase):
    async def test_a_conversation_is_told_from_connect_to_disconnect(self) -> None:
        async with Trial(echo) as trial:
            self.assertEqual(await trial.visit(b"hello\r\nmore"), b"hello")
            self.assertEqual(await trial.events(), [("connect", None), ("disconnect", "closed")])

    async def test_a_message_beyond_its_bound_is_malformed(self) -> None:
        async def read_much(stream: Stream) -> None:
            await stream.exactly(1025)

        for handler, error in ((echo, "a message without an end"), (read_much, "a message of 1025 bytes")):
            async with Trial(handler) as trial:
                await trial.visit(b"x" * 5000)
                self.assertEqual(
                    await trial.events(), [("connect", None), ("malformed", error), ("disconnect", "malformed")]
                )

    async def test_a_client_that_goes_away_in_a_message_just_ends(self) -> None:
        async with Trial(echo) as trial:
            await trial.visit(b"half a line")
            self.assertEqual(await trial.events(), [("connect", None), ("disconnect", "closed")])

    async def test_a_silent_client_is_let_go(self) -> None:
        async with Trial(echo) as trial:
            await trial.visit(b"", eof=False)
            self.assertEqual((await trial.events())[-1], ("disconnect", "silent for too long"))

    async def test_a_client_that_does_not_read_is_let_go(self) -> None:
        async def flood(stream: Stream) -> None:
            while True:
                await stream.send(b"x" * 65_536)

        async with Trial(flood) as trial:
            _, writer = await asyncio.open_connection("127.0.0.1", trial.port, limit=1)
            events = await trial.events()
            writer.close()
            self.assertEqual(events[-1], ("disconnect", "does not read its replies"))

    async def test_a_client_that_does_not_go_is_cut_off(self) -> None:
        async def flood(stream: Stream) -> None:
            await stream.send(b"x" * 250_000)

        certificate = certificate_of(identity(), "test", Subject("files.example"))
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        with mock.patch("decnet_stream_server.CLOSING_SECONDS", 0.3):
            for tls in (None, certificate.context()):
                async with Trial(flood, tls) as trial:
                    loop = asyncio.get_running_loop()
                    raw = socket.create_connection(("127.0.0.1", trial.port))
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    if tls is not None:
                        raw = await loop.run_in_executor(None, client.wrap_socket, raw)
                    self.assertEqual((await trial.events())[-1], ("disconnect", "closed"))
                    await asyncio.sleep(0.6)
                    self.assertEqual(_connected(trial.port), 0)
                    raw.close()

    async def test_a_fault_of_ours_is_told_and_ends_nothing_else(self) -> None:
        async def fail(stream: Stream) -> None:
            raise KeyError("x")

        async with Trial(fail) as trial:
            for _ in range(2):
                await trial.visit(b"")
            names = [name for name, _ in await trial.events()]
            self.assertEqual(names, ["connect", "fault", "disconnect"] * 2)

    async def test_tls_may_begin_at_once_or_later_and_drops_what_was_said_before(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE

        async def upgrade(stream: Stream) -> None:
            await stream.line()
            await stream.send(b"go\r\n")
            await stream.start_tls(certificate.context())
            await echo(stream)

        async with Trial(echo, certificate.context()) as trial:
            self.assertEqual(await trial.visit(b"secret\n", client), b"secret")
        async with Trial(upgrade) as trial:
            reader, writer = await asyncio.open_connection("127.0.0.1", trial.port)
            writer.write(b"STARTTLS\r\n")
            self.assertEqual(await reader.readline(), b"go\r\n")
            await writer.start_tls(client)
            writer.write(b"later\n")
            self.assertEqual(await reader.read(), b"later")
            writer.close()

    async def test_tls_may_begin_before_we_say_so(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE

        async def upgrade(stream: Stream) -> None:
            await stream.line()
            await stream.start_tls(certificate.context(), begun=True)
            await echo(stream)

        def visit(port: int) -> bytes:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = client.wrap_bio(incoming, outgoing)
            with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
                with contextlib.suppress(ssl.SSLWantReadError):
                    tls.do_handshake()
                plain.sendall(b"STARTTLS\n" + outgoing.read())
                while True:
                    try:
                        tls.do_handshake()
                        break
                    except ssl.SSLWantReadError:
                        incoming.write(plain.recv(4096))
                tls.write(b"later\n")
                plain.sendall(outgoing.read())
                while True:
                    try:
                        return tls.read()
                    except ssl.SSLWantReadError:
                        incoming.write(plain.recv(4096))

        async with Trial(upgrade) as trial:
            self.assertEqual(await asyncio.to_thread(visit, trial.port), b"later")

    async def test_tls_may_be_known_by_how_it_begins(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE

        async def look(stream: Stream) -> None:
            stream.put_back(await stream.exactly(4))
            await stream.start_tls(certificate.context(), begun=True)
            await echo(stream)

        async with Trial(look) as trial:
            self.assertEqual(await trial.visit(b"hello\n", client), b"hello")

    async def test_a_client_that_ends_right_after_its_handshake_is_no_fault(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE

        def visit(port: int) -> None:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = client.wrap_bio(incoming, outgoing)
            with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
                while True:
                    try:
                        tls.do_handshake()
                        break
                    except ssl.SSLWantReadError:
                        plain.sendall(outgoing.read())
                        incoming.write(plain.recv(4096))
                with contextlib.suppress(ssl.SSLWantReadError):
                    tls.unwrap()
                # The end of the handshake and of the connection come as one.
                plain.sendall(outgoing.read())

        async def upgrade(stream: Stream) -> None:
            await stream.start_tls(certificate.context())
            await echo(stream)

        loop = asyncio.get_running_loop()
        loop.slow_callback_duration = 60
        async with Trial(upgrade) as trial:
            # asyncio complains of what it cannot do, and that would be a fault of ours.
            with self.assertNoLogs("asyncio"):
                await loop.run_in_executor(None, visit, trial.port)
                await asyncio.sleep(0.1)
            self.assertEqual(await trial.events(), [("connect", None), ("disconnect", "closed")])

    async def test_a_failed_handshake_is_malformed(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        async with Trial(echo, certificate.context()) as trial:
            await trial.visit(b"GET / HTTP/1.0\r\n\r\n")
            name, error = (await trial.events())[1]
            self.assertEqual(name, "malformed")
            self.assertTrue(error.startswith("TLS: "), error)

    async def test_a_client_may_go_away_in_the_handshake(self) -> None:
        certificate = certificate_of(identity(), "test", Subject("files.example"))
        async with Trial(echo, certificate.context()) as trial:
            await trial.visit(b"\x16\x03\x01\x02\x00\x01")
            self.assertNotIn("fault", [name for name, _ in await trial.events()])

    async def test_an_end_may_have_its_reason(self) -> None:
        async def end(stream: Stream) -> None:
            raise Ended("too many tries")

        async with Trial(end) as trial:
            await trial.visit(b"")
            self.assertEqual((await trial.events())[-1], ("disconnect", "too many tries"))


def _connected(port: int) -> int:
    """Connections of this process that the server still has open on its side."""
    rows = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "01" for row in rows)


class DatagramTest(unittest.IsolatedAsyncioTestCase):
    async def test_each_datagram_is_answered_and_what_is_wrong_is_told(self) -> None:
        def handler(data: bytes, peer: object) -> list[bytes]:
            if data == b"bad":
                raise Malformed("bad")
            if data == b"fault":
                raise KeyError(data)
            return [data, data]

        lines: list[bytes] = []
        bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bound.bind(("127.0.0.1", 0))
        bound.setblocking(False)
        transport = await serve_datagrams(logger(lines), bound, handler)
        self.addCleanup(transport.close)
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.setblocking(False)
        client.connect(bound.getsockname())
        loop = asyncio.get_running_loop()
        for data in (b"bad", b"fault", b"good"):
            client.send(data)
        for _ in range(2):
            self.assertEqual(await asyncio.wait_for(loop.sock_recv(client, 100), 5), b"good")
        self.assertEqual([parse(line)["<event>"] for line in lines], ["malformed", "fault"])

    def test_a_source_is_sent_no_more_than_its_allowance(self) -> None:
        allowance = Allowance()
        self.assertTrue(allowance.take("192.0.2.1", BYTES_AT_ONCE, 0))
        self.assertFalse(allowance.take("192.0.2.1", 1, 0))
        self.assertTrue(allowance.take("192.0.2.2", 1, 0))
        self.assertTrue(allowance.take("192.0.2.1", 1000, 1))


class CertificateTest(unittest.TestCase):
    def test_is_the_deckys_own_and_stays(self) -> None:
        subject = Subject("files.example", "Example", issuer="Example CA", days=180)
        ders = [certificate_of(identity(seed), "test", subject, now=2e9).der for seed in (1, 1, 2)]
        self.assertEqual(ders[0], ders[1])
        self.assertNotEqual(ders[0], ders[2])

    def test_may_have_addresses_beside_its_names(self) -> None:
        subject = Subject("files.example", names=("files",), addresses=("192.0.2.1", "", "192.0.2.1"))
        made = certificate_of(identity(), "test", subject).certificate
        names = made.extensions.get_extension_for_class(SubjectAlternativeName).value
        self.assertEqual(names.get_values_for_type(DNSName), ["files.example", "files"])
        self.assertEqual([str(one) for one in names.get_values_for_type(IPAddress)], ["192.0.2.1"])

    def test_is_valid_now_and_made_anew_in_time(self) -> None:
        subject = Subject("files.example", days=180)
        serials = set()
        for day in range(0, 720, 90):
            now = 1.8e9 + day * 86_400
            made = certificate_of(identity(), "test", subject, now=now).certificate
            begin, end = (moment.timestamp() for moment in (_utc(made.not_valid_before), _utc(made.not_valid_after)))
            self.assertTrue(begin + 20 * 86_400 < now < end + 21 * 86_400, (begin, now, end))
            serials.add(made.serial_number)
        self.assertIn(len(serials), {4, 5})


def _utc(moment):  # noqa: ANN001, ANN202
    from datetime import timezone

    return moment.replace(tzinfo=timezone.utc)


if __name__ == "__main__":
    unittest.main()
