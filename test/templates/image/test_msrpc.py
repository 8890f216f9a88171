"""Port 135 as impacket's client, and whoever sends it rubbish, finds it."""

import asyncio
import random
import struct
import sys
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from impacket.dcerpc.v5 import dcomrt, epm, transport
from impacket.dcerpc.v5.rpcrt import RPC_C_AUTHN_LEVEL_CONNECT, DCERPCException
from impacket.uuid import uuidtup_to_bin
from served import Served
from support import TEMPLATES, identity, logger

sys.path.insert(0, str(TEMPLATES / "msrpc"))

from endpoints import endpoints_of
from mapper import MAPPER, Mapper
from objects import EXPORTER, activation, exporter

from decnet_dcerpc import NotRpc
from decnet_negotiation import Negotiation
from decnet_rpc_server import RpcServer
from decnet_sessions import Sessions
from decnet_windows import ntlm_target

# impacket leaves its sockets to the garbage collector.
warnings.filterwarnings("ignore", category=ResourceWarning)

SAMR = uuidtup_to_bin(("12345778-1234-ABCD-EF00-0123456789AC", "1.0"))
DRSUAPI = uuidtup_to_bin(("E3514235-4B06-11D1-AB04-00C04FC2DCD2", "4.0"))
SCM_ACTIVATOR = uuidtup_to_bin(("000001A0-0000-0000-C000-000000000046", "0.0"))
SMB_PROBE = bytes.fromhex("000000a4ff534d4272000000000801400000000000000000")
DNS_PROBE = bytes.fromhex("001e00060100000100000000000007766572")


def connect(port: int, credentials: tuple[str, str, str] | None = None):  # noqa: ANN201
    carrier = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:{ADDRESS}[{port}]")
    carrier.set_connect_timeout(10)
    if credentials is not None:
        carrier.set_credentials(*credentials)
    rpc = carrier.get_dce_rpc()
    if credentials is not None:
        rpc.set_auth_level(RPC_C_AUTHN_LEVEL_CONNECT)
    rpc.connect()
    return rpc


def listed(port: int) -> list[str]:
    entries = epm.hept_lookup(None, dce=connect(port))
    return [
        f"{entry['tower']['Floors'][0]} {epm.PrintStringBinding(entry['tower']['Floors'])}"
        for entry in entries
    ]


def alive(port: int) -> list[str]:
    bindings = dcomrt.IObjectExporter(connect(port)).ServerAlive2()
    return [binding["aNetworkAddr"].rstrip("\0") for binding in bindings]


def failure(call) -> str:  # noqa: ANN001
    try:
        call()
    except DCERPCException as error:
        return str(error)
    return ""


class MsrpcTest(unittest.IsolatedAsyncioTestCase):
    async def test_lists_services_at_ports_pipes_and_local_ports(self) -> None:
        async with Served("msrpc", distro="windows-10", hostname="PC-01") as served:
            lines = await asyncio.to_thread(listed, served.ports[0])
            self.assertGreater(len(lines), 40)
            self.assertTrue(
                any(
                    "12345778-1234-ABCD-EF00-0123456789AC v1.0 ncacn_ip_tcp:127.0.0.1[4966" in one
                    for one in lines
                )
            )
            self.assertIn(r"12345778-1234-ABCD-EF00-0123456789AC v1.0 ncacn_np:\\PC-01[\pipe\lsass]", lines)
            calls = [one.get("name") for one in served.events("request") if one["method"] == "call"]
            self.assertEqual(calls, ["ept_lookup"])

    async def test_maps_an_interface_to_its_port_and_knows_no_other(self) -> None:
        async with Served("msrpc", distro="windows-10") as served:

            def look() -> tuple[str, str]:
                port = served.ports[0]
                found = epm.hept_map(ADDRESS, SAMR, protocol="ncacn_ip_tcp", dce=connect(port))
                absent = failure(
                    lambda: epm.hept_map(ADDRESS, DRSUAPI, protocol="ncacn_ip_tcp", dce=connect(port))
                )
                return found, absent

            found, absent = await asyncio.to_thread(look)
            self.assertRegex(found, r"^ncacn_ip_tcp:127\.0\.0\.1\[4966\d\]$")
            self.assertIn("ept_s_not_registered", absent)

    async def test_goes_on_where_a_page_of_the_list_ended(self) -> None:
        def paged(port: int) -> list[int]:
            rpc = connect(port)
            rpc.bind(epm.MSRPC_UUID_PORTMAP)
            request = epm.ept_lookup()
            for name, value in (
                ("inquiry_type", 0),
                ("object", epm.NULL),
                ("Ifid", epm.NULL),
                ("vers_option", 1),
            ):
                request[name] = value
            request["entry_handle"] = epm.ept_lookup_handle_t()
            request["max_ents"] = 16
            counts = []
            while True:
                try:
                    answer = rpc.request(request)
                except DCERPCException as error:
                    self.assertIn("ept_s_not_registered", str(error))
                    return counts
                counts.append(answer["num_ents"])
                request["entry_handle"] = answer["entry_handle"]

        async with Served("msrpc", distro="windows-10") as served:
            counts = await asyncio.to_thread(paged, served.ports[0])
            self.assertEqual(sum(counts), len(await asyncio.to_thread(listed, served.ports[0])))
            self.assertEqual(counts[0], 16)

    async def test_tells_name_and_address_to_whoever_asks_whether_it_is_alive(self) -> None:
        async with Served("msrpc", distro="windows-10", hostname="pc-01") as served:
            self.assertEqual(await asyncio.to_thread(alive, served.ports[0]), ["PC-01", ADDRESS])

    async def test_a_login_is_logged_once_and_denied_at_its_first_call(self) -> None:
        async with Served("msrpc", distro="windows-server-2022") as served:

            def attack() -> str:
                rpc = connect(served.ports[0], ("alice", "secret", "CORP"))
                rpc.bind(SCM_ACTIVATOR)
                return failure(lambda: rpc.call(4, b"\0" * 64) or rpc.recv())

            self.assertIn("rpc_s_access_denied", await asyncio.to_thread(attack))
            (auth,) = served.events("auth")
            self.assertEqual(
                (auth["method"], auth["username"], auth["domain"], auth["accepted"]),
                ("ntlm", "alice", "CORP", "false"),
            )
            self.assertRegex(auth["hashcat"], r"^alice::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101")

    async def test_an_unknown_interface_and_an_unknown_operation_are_rejected(self) -> None:
        async with Served("msrpc", distro="windows-10") as served:

            def try_both() -> tuple[str, str]:
                unknown = failure(lambda: connect(served.ports[0]).bind(DRSUAPI))
                rpc = connect(served.ports[0])
                rpc.bind(epm.MSRPC_UUID_PORTMAP)
                return unknown, failure(lambda: rpc.call(77, b"") or rpc.recv())

            unknown, out_of_range = await asyncio.to_thread(try_both)
            self.assertIn("abstract_syntax_not_supported", unknown)
            self.assertIn("nca_s_op_rng_error", out_of_range)

    async def test_nmap_knows_it_by_its_answer_to_smb(self) -> None:
        async with Served("msrpc", distro="windows-10") as served:
            self.assertEqual(
                await served.visit(SMB_PROBE),
                b"\5\0\x0d\3\x10\0\0\0\x18\0\0\0\0\x08\1\x40\4\0\1\5\0\0\0\0",
            )
            self.assertEqual(await served.visit(DNS_PROBE), b"")

    def test_each_decky_has_its_own_ports_and_keeps_them(self) -> None:
        made = [endpoints_of(identity(seed, "windows-10")) for seed in (1, 1, 2)]
        self.assertEqual(made[0], made[1])
        self.assertNotEqual(made[0], made[2])
        kinds = {
            len({one.address for one in endpoints_of(identity(seed)) if one.kind == "tcp"})
            for seed in range(20)
        }
        self.assertLessEqual(kinds, {6, 7})

    async def test_what_is_malformed_is_told(self) -> None:
        bind = _bind()
        sent = {
            "version 0.0": SMB_PROBE,
            "not little-endian": bind[:4] + b"\0" + bind[5:],
            "a length of 12": bind[:8] + b"\x0c\0" + bind[10:],
            "a message of kind 99": bind[:2] + b"\x63" + bind[3:],
            "a bind that ends too early": _message(11, bind[16:40]),
            "a bind to nothing": _message(11, bind[16:24] + bytes(4)),
            "a request that ends too early": _message(0, b"\0" * 4),
        }
        async with Served("msrpc", distro="windows-10") as served:
            for error, data in sent.items():
                with self.subTest(error):
                    await served.visit(data)
                    await served.ended(len(served.events("connect")))
                    self.assertEqual(served.events("malformed")[-1]["error"], error)

    async def test_wrong_arguments_are_a_fault_of_the_call_and_do_not_end_the_connection(self) -> None:
        async with Served("msrpc", distro="windows-10") as served:

            def call_wrongly() -> str:
                rpc = connect(served.ports[0])
                rpc.bind(epm.MSRPC_UUID_PORTMAP)
                told = failure(lambda: rpc.call(2, b"\1\0\0\0") or rpc.recv())
                return told if epm.hept_lookup(None, dce=rpc) else ""

            self.assertTrue(await asyncio.to_thread(call_wrongly))
            self.assertEqual(served.events("malformed")[0]["error"], "ept_lookup: arguments end too early")

    async def test_a_call_in_endless_fragments_is_cut_off(self) -> None:
        fragment = _message(0, struct.pack("<IHH", 0, 0, 2) + bytes(5000), flags=0)
        async with Served("msrpc", distro="windows-10") as served:
            await served.visit(_bind(), *[fragment] * 20)
            await served.ended(1)
            self.assertEqual(served.events("malformed")[0]["error"], "a call of too many fragments")

    async def test_no_mutation_is_more_than_malformed(self) -> None:
        sent = await self._recorded()
        reached: set[str] = set()
        for seed in range(1500):
            chance = random.Random(seed)
            messages = [bytearray(message) for message in sent]
            for _ in range(chance.randrange(1, 4)):
                victim = chance.choice(messages)
                victim[chance.randrange(len(victim))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
            if chance.random() < 0.2:
                victim = chance.choice(messages)
                del victim[chance.randrange(len(victim)) :]
            session = Sessions(logger([])).open(("192.0.2.1", 1), 135, lambda: None)
            decky = identity(distro="windows-10")
            interfaces = {
                MAPPER: Mapper(endpoints_of(decky), "192.0.2.2", "\\\\PC").interface(),
                EXPORTER: exporter(("PC", "192.0.2.2")),
                **activation(),
            }
            server = RpcServer(
                session, interfaces, "135", 1, lambda: Negotiation(ntlm_target(identity(), member=False))
            )
            for message in messages:
                try:
                    reached.add("answered" if server.receive(bytes(message)) else "taken")
                except NotRpc:
                    reached.add("malformed")
            session.end()
        self.assertEqual(reached, {"answered", "taken", "malformed"})

    async def _recorded(self) -> list[bytes]:
        """What a client sends that lists, maps, asks for the names and logs in."""
        sent: list[bytes] = []
        async with Served("msrpc", distro="windows-10") as served:

            def visit() -> None:
                for credentials in (None, ("alice", "secret", "CORP")):
                    rpc = connect(served.ports[0], credentials)
                    carrier = rpc.get_rpc_transport()
                    original = carrier.send
                    carrier.send = lambda data, *rest, o=original, **more: (
                        sent.append(bytes(data)),
                        o(data, *rest, **more),
                    )[1]
                    failure(lambda rpc=rpc: epm.hept_lookup(None, dce=rpc))
                    if credentials is None:
                        epm.hept_map(ADDRESS, SAMR, protocol="ncacn_ip_tcp", dce=rpc)
                        dcomrt.IObjectExporter(rpc).ServerAlive2()

            await asyncio.to_thread(visit)
        self.assertGreater(len(sent), 6)
        return sent

    def test_a_process_of_its_own_serves_the_port(self) -> None:
        ports = free_ports("tcp")
        with Child(TEMPLATES / "msrpc", ports, {}, "msrpc") as child:
            child.wait_until_listening(ports)
            ((port, _),) = ports
            self.assertTrue(listed(port))


def _message(kind: int, body: bytes, flags: int = 3) -> bytes:
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0, 1) + body


def _bind() -> bytes:
    ndr = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")
    mapper = bytes.fromhex("0883afe11f5dc91191a408002b14a0fa03000000")
    return _message(11, struct.pack("<HHIB3x", 4280, 4280, 0, 1) + struct.pack("<HBx", 0, 1) + mapper + ndr)


if __name__ == "__main__":
    unittest.main()
