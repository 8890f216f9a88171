"""The contract of a service: who listens, from when on, and how it ends."""

import ast
import signal
import socket
import tempfile
import time
import unittest
from pathlib import Path

from child import ADDRESS, Child, free_ports
from support import TEMPLATES

from decnet_sockets import bind_declared

SERVER = """
import asyncio, os, time

while not os.path.exists({gate!r}):
    time.sleep(0.005)

class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def datagram_received(self, data, source):
        self.transport.sendto(data, source)

class Running:
    async def close(self):
        await asyncio.sleep(60)

async def start(identity, config, logger, sockets):
    loop = asyncio.get_running_loop()
    for (port, protocol), bound in sockets.items():
        if protocol == "tcp":
            await loop.create_server(Echo, sock=bound)
        else:
            await loop.create_datagram_endpoint(Echo, sock=bound)
    return Running()
"""
"""Takes as long to import as the gate is shut."""

STANDARD_LIBRARY_SERVICES = {"redis": {"version": "", "password": ""}}
"""Services that run on every Python, with a config; the others run in the lab's tests."""

OPENS_A_PORT = {"bind", "create_datagram_endpoint", "create_server", "listen", "start_server", "TCPSite"}


class StartTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.gate = self.folder / "gate"
        self.server(SERVER.format(gate=str(self.gate)))

    def server(self, source: str) -> None:
        (self.folder / "server.py").write_text(source)

    def fault_of(self, child: Child) -> str:
        """The error of the only line of a service that could not start."""
        code, events, errors = child.end()
        self.assertEqual((code, [event["<event>"] for event in events], errors), (1, ["fault"], ""))
        return events[0]["error"]

    def test_listens_on_exactly_the_declared_ports_before_the_server_is_imported(self) -> None:
        ports = free_ports("tcp", "tcp", "udp", "udp")
        with Child(self.folder, ports) as child:
            child.wait_until_listening(ports)
            self.assertEqual(child.bound(), ports)

    def test_serves_who_came_before_it_was_ready(self) -> None:
        ports = free_ports("tcp", "udp")
        kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
        with Child(self.folder, ports) as child:
            child.wait_until_listening(ports)
            clients = [socket.socket(socket.AF_INET, kinds[protocol]) for _, protocol in ports]
            for client, (port, _) in zip(clients, ports, strict=True):
                self.addCleanup(client.close)
                client.settimeout(0.05)
                client.connect((ADDRESS, port))
                client.send(b"early")
                with self.assertRaises(TimeoutError):
                    client.recv(16)
            self.gate.touch()
            for client in clients:
                client.settimeout(20)
                self.assertEqual(client.recv(16), b"early")

    def test_says_which_port_is_taken(self) -> None:
        self.gate.touch()
        for protocol, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
            with self.subTest(protocol), socket.socket(socket.AF_INET, kind) as other:
                other.bind((ADDRESS, 0))
                if protocol == "tcp":
                    other.listen()
                port = other.getsockname()[1]
                with Child(self.folder, {(port, protocol)}) as child:
                    self.assertIn(f"{protocol} port {port}: Address already in use", self.fault_of(child))

    def test_says_why_a_server_cannot_be_imported_or_started(self) -> None:
        table = {
            "import no_such_library": "ModuleNotFoundError: No module named 'no_such_library'",
            "async def start(*_): raise ValueError('no such banner')": "ValueError: no such banner",
            "async def start(*_): pass": "RuntimeError: tcp port PORT is declared, "
            "but the server does not take it",
            "def": "SyntaxError: invalid syntax (server.py, line 1)",
        }
        for source, error in table.items():
            self.server(source)
            ports = free_ports("tcp")
            told = error.replace("PORT", str(next(iter(ports))[0]))
            with self.subTest(source), Child(self.folder, ports) as child:
                self.assertEqual(self.fault_of(child), told)

    def test_ends_within_a_second_whenever_it_is_told_to(self) -> None:
        for moment in ("import", "service"):
            ports = free_ports("tcp")
            with self.subTest(moment), Child(self.folder, ports) as child:
                child.wait_until_listening(ports)
                with socket.create_connection((ADDRESS, next(iter(ports))[0]), 20) as client:
                    if moment == "service":
                        self.gate.touch()
                        client.send(b"hello")
                        self.assertEqual(client.recv(16), b"hello")
                    since = time.monotonic()
                    child.process.send_signal(signal.SIGTERM)
                    code, events, errors = child.end()
                    self.assertLess(time.monotonic() - since, 1)
                started = ["start"] if moment == "service" else []
                self.assertEqual((code, [event["<event>"] for event in events], errors), (0, started, ""))


class SocketTest(unittest.TestCase):
    def test_neither_block_nor_outlive_an_exec(self) -> None:
        sockets = bind_declared({"DECNET_PORTS": '[{"port":0,"protocol":"tcp"},{"port":0,"protocol":"udp"}]'})
        self.assertEqual(set(sockets), {(0, "tcp"), (0, "udp")})
        for bound in sockets.values():
            with bound:
                self.assertFalse(bound.getblocking())
                self.assertFalse(bound.get_inheritable())
                self.assertEqual(bound.getsockname()[0], "0.0.0.0")


class ServiceTest(unittest.TestCase):
    def servers(self) -> dict[str, ast.Module]:
        return {path.parent.name: ast.parse(path.read_text()) for path in TEMPLATES.glob("*/server.py")}

    def test_listens_on_what_is_declared_and_on_nothing_else(self) -> None:
        for service, config in STANDARD_LIBRARY_SERVICES.items():
            ports = free_ports("tcp")
            folder = TEMPLATES / service
            with self.subTest(service), Child(folder, ports, config, service) as child:
                child.wait_until_started()
                self.assertEqual(child.bound(), ports)

    def test_takes_its_sockets_and_opens_none(self) -> None:
        self.assertTrue(STANDARD_LIBRARY_SERVICES.keys() <= self.servers().keys())
        for service, tree in self.servers().items():
            for node in ast.walk(tree):
                if isinstance(node, ast.AsyncFunctionDef) and node.name == "start":
                    names = [argument.arg for argument in node.args.args]
                    self.assertEqual(names, ["identity", "config", "logger", "sockets"], service)
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    given = {keyword.arg for keyword in node.keywords}
                    self.assertFalse(name in OPENS_A_PORT and "sock" not in given, f"{service}: {name}")


if __name__ == "__main__":
    unittest.main()
