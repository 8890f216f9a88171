"""A file server as impacket's client, and whoever sends it rubbish, finds it."""

import asyncio
import contextlib
import hashlib
import io
import random
import struct
import sys
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import ADDRESS, Child, free_ports
from impacket import smb, smb3structs
from impacket.dcerpc.v5 import srvs, transport
from impacket.smbconnection import SessionError, SMBConnection
from served import Served
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "smb"))

from connection import Connection
from login import Gate
from machine import machine_of
from old import OldConnection
from smb1 import dialects_of

from decnet_sessions import Sessions
from decnet_streams import Malformed

# impacket leaves its sockets to the garbage collector.
warnings.filterwarnings("ignore", category=ResourceWarning)

ACCEPT = {"accept": [{"username": "anna", "password": "Summer24"}]}
PROBE = bytes.fromhex(
    "000000a4ff534d4272000000000801400000000000000000000000000000400600000100008100"
    "025043204e4554574f524b2050524f4752414d20312e3000024d4943524f534f4654204e4554574f524b5320312e303300"
    "024d4943524f534f4654204e4554574f524b5320332e3000024c414e4d414e312e3000024c4d312e3258303032000253616d626100"
    "024e54204c414e4d414e20312e3000024e54204c4d20302e313200"
)
"""What `nmap -sV` sends."""


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big") + message


def negotiation(*dialects: int) -> bytes:
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, bytes(16))
    body = struct.pack("<HHHHI16sQ", 36, len(dialects), 1, 0, 0, b"c" * 16, 0)
    return head + body + struct.pack(f"<{len(dialects)}H", *dialects)


def smb1_setup(texts: bytes) -> bytes:
    """A login without extended security, in SMB 1."""
    head = b"\xffSMB\x73" + bytes(4) + b"\x18" + struct.pack("<H", 0x4001) + bytes(20)
    words = struct.pack("<BBHHHHIHHII", 0xFF, 0, 0, 4356, 1, 1, 0, 24, 24, 0, 0x50)
    data = b"l" * 24 + b"n" * 24 + texts
    return head + bytes([len(words) // 2]) + words + struct.pack("<H", len(data)) + data


def connect(port: int, dialect: int | None = None) -> SMBConnection:
    """A client that signs what it sends, once it has a key."""
    connection = SMBConnection(ADDRESS, ADDRESS, sess_port=port, preferredDialect=dialect, timeout=10)
    connection.getSMBServer()._Connection["RequireSigning"] = True
    return connection


def shares_of(connection: SMBConnection) -> list[str]:
    return [share["shi1_netname"][:-1] for share in connection.listShares()]


def take(
    port: int, *, dialect: int | None = None, username: str = "anna", password: str = "Summer24"
) -> dict[str, bytes]:
    """Every file of the share with the bait."""
    connection = connect(port, dialect)
    connection.login(username, password)
    name = next(one for one in shares_of(connection) if not one.endswith("$"))
    found: dict[str, bytes] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in connection.listPath(name, f"{folder}\\*"):
            path = f"{folder}\\{entry.get_longname()}"
            if entry.get_longname() in (".", ".."):
                continue
            if entry.is_directory():
                folders.append(path)
            else:
                into = io.BytesIO()
                connection.getFile(name, path, into.write)
                found[path] = into.getvalue()
    connection.logoff()
    return found


def failure_of(port: int, username: str, password: str) -> str:
    try:
        connect(port).login(username, password)
    except SessionError as error:
        return error.getErrorString()[0]
    return ""


class SmbTest(unittest.IsolatedAsyncioTestCase):
    async def test_a_wrong_password_is_refused_with_the_products_error_and_logged_once(self) -> None:
        async with Served("smb", ACCEPT, ports=2) as served:
            self.assertEqual(
                await asyncio.to_thread(failure_of, served.ports[0], "anna", "winter"), "STATUS_LOGON_FAILURE"
            )
            (auth,) = served.events("auth")
            self.assertEqual((auth["method"], auth["username"], auth["accepted"]), ("ntlm", "anna", "false"))
            self.assertRegex(auth["hashcat"], r"^anna:::[0-9a-f]{16}:[0-9a-f]{32}:0101[0-9a-f]+$")

    async def test_an_accepted_pair_reads_the_bait_in_every_dialect(self) -> None:
        async with Served("smb", ACCEPT, ports=2) as served:
            found = [
                await asyncio.to_thread(take, served.ports[0], dialect=dialect)
                for dialect in (
                    smb3structs.SMB2_DIALECT_002,
                    smb3structs.SMB2_DIALECT_21,
                    smb3structs.SMB2_DIALECT_30,
                    None,
                )
            ]
            self.assertTrue(all(one == found[0] for one in found))
            self.assertGreater(len(found[0]), 5)
            self.assertIn(b"robocopy", found[0]["\\IT\\backup-job.ps1"])
            self.assertEqual({one["accepted"] for one in served.events("auth")}, {"true"})
            read = {one["path"] for one in served.events("request") if one["method"] == "read"}
            self.assertEqual(read, {path.lstrip("\\") for path in found[0]})

    async def test_a_signature_that_is_wrong_is_refused(self) -> None:
        def forge(port: int) -> str:
            connection = connect(port)
            connection.login("anna", "Summer24")
            connection.getSMBServer()._Session["SigningKey"] = b"x" * 16
            try:
                connection.connectTree("IPC$")
            except SessionError as error:
                return error.getErrorString()[0]
            return ""

        async with Served("smb", ACCEPT, ports=2) as served:
            self.assertEqual(await asyncio.to_thread(forge, served.ports[0]), "STATUS_ACCESS_DENIED")

    async def test_the_nth_try_of_a_source_is_let_in_as_a_guest(self) -> None:
        async with Served("smb", {"accept_after": 3}, ports=2) as served:
            tries = [await asyncio.to_thread(failure_of, served.ports[0], "root", str(n)) for n in range(3)]
            self.assertEqual(tries, ["STATUS_LOGON_FAILURE", "STATUS_LOGON_FAILURE", ""])
            self.assertEqual([one["accepted"] for one in served.events("auth")], ["false", "false", "true"])
            self.assertTrue(await asyncio.to_thread(take, served.ports[0], username="root", password="any"))

    async def test_a_guest_reads_the_bait_only_where_guests_may(self) -> None:
        async with Served("smb", {"guest": True}, ports=2) as served:
            self.assertTrue(await asyncio.to_thread(take, served.ports[0], username="nobody", password=""))
        async with Served("smb", ports=2) as served:
            with self.assertRaisesRegex(SessionError, "STATUS_ACCESS_DENIED"):
                await asyncio.to_thread(take, served.ports[0], username="", password="")

    async def test_a_null_session_lists_the_shares_of_samba_and_not_those_of_windows(self) -> None:
        def listed(port: int) -> list[str]:
            connection = connect(port)
            connection.login("", "")
            return shares_of(connection)

        async with Served("smb", ports=2) as served:
            self.assertEqual((await asyncio.to_thread(listed, served.ports[0]))[::2], ["print$", "IPC$"])
        async with Served("smb", ports=2, distro="windows-server-2022") as served:
            with self.assertRaisesRegex(SessionError, "STATUS_ACCESS_DENIED"):
                await asyncio.to_thread(listed, served.ports[0])

    async def test_an_upload_is_kept_by_its_hash_and_nothing_else_is_changed(self) -> None:
        content = random.Random(1).randbytes(200_000)

        def leave(port: int) -> list[str]:
            connection = connect(port)
            connection.login("anna", "Summer24")
            name = next(one for one in shares_of(connection) if not one.endswith("$"))
            connection.putFile(name, "IT\\tool.exe", io.BytesIO(content).read)
            refused = []
            for change in (
                lambda: connection.deleteFile(name, "README.txt"),
                lambda: connection.createDirectory(name, "new"),
                lambda: connection.rename(name, "README.txt", "READ.ME"),
                lambda: connection.putFile(name, "README.txt", io.BytesIO(b"x").read),
                lambda: connection.getFile(name, "IT\\tool.exe", io.BytesIO().write),
            ):
                try:
                    change()
                except SessionError as error:
                    refused.append(error.getErrorString()[0])
            return [entry.get_longname() for entry in connection.listPath(name, "IT\\*")], refused

        async with Served("smb", ACCEPT, ports=2) as served:
            names, refused = await asyncio.to_thread(leave, served.ports[0])
            self.assertIn("tool.exe", names)
            self.assertEqual(refused, ["STATUS_ACCESS_DENIED"] * 5)
            (upload,) = served.events("upload")
            self.assertEqual(upload["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual((upload["name"], upload["size"]), ("IT\\tool.exe", "200000"))

    async def test_a_file_has_no_holes(self) -> None:
        def write_far(port: int) -> str:
            connection = connect(port)
            connection.login("anna", "Summer24")
            name = next(one for one in shares_of(connection) if not one.endswith("$"))
            tree = connection.connectTree(name)
            handle = connection.createFile(tree, "big.bin")
            try:
                connection.writeFile(tree, handle, b"x", offset=1 << 60)
            except SessionError as error:
                return error.getErrorString()[0]
            return ""

        async with Served("smb", ACCEPT, ports=2) as served:
            self.assertEqual(await asyncio.to_thread(write_far, served.ports[0]), "STATUS_DISK_FULL")

    async def test_smb1_tells_what_windows_it_is_and_takes_logins(self) -> None:
        def old(port: int, password: str) -> tuple[str, str]:
            connection = smb.SMB(ADDRESS, ADDRESS, sess_port=port, timeout=10)
            connection.login("anna", password)
            return connection.get_server_os(), connection.get_server_lanman()

        async with Served(
            "smb", ACCEPT, ports=2, distro="windows-server-2019", domain="office.example"
        ) as served:
            self.assertEqual(
                await asyncio.to_thread(old, served.ports[0], "Summer24"),
                ("Windows Server 2019 Standard 17763", "Windows Server 2019 Standard 6.3"),
            )
            with self.assertRaisesRegex(smb.SessionError, "LOGON_FAILURE"):
                await asyncio.to_thread(old, served.ports[0], "wrong")
            self.assertEqual([one["accepted"] for one in served.events("auth")], ["true", "false"])

    async def test_a_login_without_ntlmssp_is_told_as_hashcat_reads_it(self) -> None:
        async with Served("smb", ports=2, distro="windows-10") as served:
            await served.visit(PROBE, framed(smb1_setup(b"user\0DOMAIN\0Unix\0Samba\0")))
            (auth,) = served.events("auth")
            self.assertRegex(auth["hashcat"], f"^user::DOMAIN:{'6c' * 24}:{'6e' * 24}:[0-9a-f]{{16}}$")

    async def test_nmap_knows_the_product_by_its_answer(self) -> None:
        answers = {}
        for distro in ("debian", "centos7", "windows-10", "windows-server-2016"):
            async with Served("smb", ports=2, distro=distro) as served:
                answers[distro] = await served.visit(PROBE)
        self.assertTrue(answers["debian"].endswith(b"\x06\0\0\1\0\1\xff\xff\0\0"), answers["debian"])
        self.assertIn(b"\x06\0\0\1\0\x11\x06\0", answers["centos7"])
        self.assertIn(b"\1\0\x11\7\0\3\n\0\1\0\4\x11\0\0\0\0\1\0\0\0\0\0\xfc\xe3\1\0", answers["windows-10"])
        self.assertIn(
            b"\1\0\x11\7\0\0032\0\1\0\4A\0\0\0\0\1\0\0\0\0\0\xfc\xf3\1\0", answers["windows-server-2016"]
        )

    async def test_each_decky_has_its_own_bait_and_guid_and_keeps_them(self) -> None:
        found = []
        for seed in (1, 1, 2):
            async with Served("smb", ACCEPT, ports=2, seed=seed) as served:
                greeting = await served.visit(framed(negotiation(0x0210)))
                found.append((greeting[76:92], await asyncio.to_thread(take, served.ports[0])))
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0][0], found[2][0])
        self.assertNotEqual(found[0][1], found[2][1])

    async def test_what_is_malformed_is_told(self) -> None:
        greeting = negotiation(0x0210)
        head = greeting[:64]
        sent = {
            "a packet of type 0x47": b"GET / HTTP/1.0\r\n\r\n",
            "a message of 16777215 bytes": b"\0\xff\xff\xff",
            "neither SMB 1 nor SMB 2": framed(b"\xfdSMB" + bytes(80)),
            "a message shorter than its head": framed(b"\xfeSMB"),
            "no head of a request": framed(greeting[:4] + b"\1" + greeting[5:]),
            "a compound that is not one": framed(greeting[:20] + struct.pack("<I", 7) + greeting[24:]),
            "a body that ends too early": framed(head + b"\x24\0"),
            "a body of structure 1, not 36": framed(head + b"\1\0" + greeting[66:]),
            "0 dialects": framed(negotiation()),
            "a buffer beyond the end of the message": framed(greeting[:66] + b"\x09\0" + greeting[68:]),
            "a request before the negotiation": framed(head[:12] + b"\1\0" + head[14:] + bytes(40)),
            "a message of SMB 1 shorter than its head": framed(b"\xffSMB\x72"),
            "no list of dialects": framed(PROBE[4:39] + b"x" + PROBE[40:]),
            "a session request without two names": b"\x81\0\0\x04abcd",
            "a name that is not encoded": b"\x81\0\0\x44"
            + b"\x20"
            + b"z" * 32
            + b"\0\x20"
            + b"z" * 32
            + b"\0",
        }
        async with Served("smb", ports=2) as served:
            for error, data in sent.items():
                with self.subTest(error):
                    self.assertIsInstance(await served.visit(data), bytes)
                    await served.ended(len(served.events("connect")))
                    self.assertEqual(served.events("malformed")[-1]["error"], error)
            self.assertEqual(len(served.events("malformed")), len(sent))

    async def test_no_mutation_of_a_conversation_is_more_than_malformed(self) -> None:
        recorded = await self._recorded()
        number = struct.unpack_from("<Q", recorded[-1], 40)[0]
        reached: set[str] = set()
        for seed in range(600):
            chance = random.Random(seed)
            messages = [bytearray(message) for message in recorded]
            for _ in range(chance.randrange(4)):
                victim = chance.choice(messages)
                victim[chance.randrange(len(victim))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
            if chance.random() < 0.3:
                victim = chance.choice(messages)
                del victim[chance.randrange(len(victim)) :]
            lines: list[bytes] = []
            session = Sessions(logger(lines)).open(("192.0.2.1", 1), 445, lambda: None)
            connection = Connection(machine_of(identity()), Gate({"accept_after": 1}), session, number)
            with contextlib.suppress(Malformed):
                for message in messages:
                    connection.receive(bytes(message))
            connection.close()
            reached |= {parse(line).get("method", "") for line in lines}
            session.end()
        # Far enough into it to be worth the while.
        self.assertLessEqual({"ntlm", "tree-connect", "create", "query-directory", "read", "call"}, reached)

    async def test_no_mutation_of_smb1_is_more_than_malformed(self) -> None:
        setup = smb1_setup(b"user\0DOMAIN\0Unix\0Samba\0")
        for seed in range(400):
            chance = random.Random(seed)
            messages = [bytearray(PROBE[4:]), bytearray(setup), bytearray(setup[:4] + b"\x75" + setup[5:])]
            victim = chance.choice(messages)
            victim[chance.randrange(4, len(victim))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
            if chance.random() < 0.3:
                del victim[chance.randrange(len(victim)) :]
            session = Sessions(logger([])).open(("192.0.2.1", 1), 445, lambda: None)
            machine = machine_of(identity(distro="windows-10"))
            old = OldConnection(machine, Gate({"accept_after": 1}), session)
            with contextlib.suppress(Malformed):
                offered = dialects_of(bytes(messages[0]))
                old.negotiate(bytes(messages[0]), offered or [])
                for message in messages[1:]:
                    old.receive(bytes(message))
            session.end()

    async def _recorded(self) -> list[bytes]:
        """What a client sends that lists, reads and writes: its own messages, without signatures."""
        sent: list[bytes] = []
        async with Served("smb", {"accept_after": 1}, ports=2) as served:

            def visit() -> None:
                connection = connect(served.ports[0], smb3structs.SMB2_DIALECT_21)
                carrier = connection.getSMBServer()._NetBIOSSession
                original = carrier.send_packet
                carrier.send_packet = lambda data: (sent.append(bytes(data)), original(data))[1]
                connection.login("root", "x")
                name = next(one for one in shares_of(connection) if not one.endswith("$"))
                connection.listPath(name, "*")
                connection.getFile(name, "README.txt", io.BytesIO().write)
                connection.putFile(name, "a.exe", io.BytesIO(b"MZ").read)

            await asyncio.to_thread(visit)
        return [negotiation(0x0210), *sent]

    def test_a_process_of_its_own_serves_both_ports(self) -> None:
        ports = free_ports("tcp", "tcp")
        with Child(TEMPLATES / "smb", ports, ACCEPT, "smb") as child:
            child.wait_until_listening(ports)
            for port, _ in ports:
                self.assertTrue(take(port))


class RpcTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_server_service_says_what_is_served(self) -> None:
        def ask(port: int) -> tuple[int, int]:
            connection = connect(port)
            connection.login("anna", "Summer24")
            pipe = transport.SMBTransport(ADDRESS, filename="\\srvsvc", smb_connection=connection)
            rpc = pipe.get_dce_rpc()
            rpc.connect()
            rpc.bind(srvs.MSRPC_UUID_SRVS)
            answer = srvs.hNetrServerGetInfo(rpc, 101)
            return answer["InfoStruct"]["ServerInfo101"]["sv101_version_major"], answer["ErrorCode"]

        async with Served("smb", ACCEPT, ports=2, distro="windows-10") as served:
            self.assertEqual(await asyncio.to_thread(ask, served.ports[0]), (10, 0))
            calls = [one["name"] for one in served.events("request") if one["method"] == "call"]
            self.assertEqual(calls, ["NetrServerGetInfo"])


if __name__ == "__main__":
    unittest.main()
