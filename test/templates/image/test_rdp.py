"""Remote Desktop as a client sees it that logs in, by NLA or with its password in TLS."""

import asyncio
import contextlib
import functools
import hashlib
import random
import ssl
import struct
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from child import Child, free_ports
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from impacket import ntlm
from served import Served
from support import TEMPLATES, identity, logger, parse

sys.path.insert(0, str(TEMPLATES / "rdp"))

import credssp
import desktop
import nla
import x224

import decnet_tls
from decnet_ber import INTEGER, OCTET_STRING, SEQUENCE, element, explicit, integer, items, only
from decnet_keys import rsa_key
from decnet_logins import Logins
from decnet_sessions import Session, Sessions
from decnet_streams import Ended, Malformed
from decnet_windows import ntlm_target

ACCEPT = {"accept": [{"username": "anna", "password": "Summer24"}]}
NMAP = bytes.fromhex("0300002a25e00000000000436f6f6b69653a206d737473686173683d6e6d61700d0a0100080003000000")

# What xfreerdp says, in the clear: "anna", "Summer24", from the machine "vm".
INITIAL = bytes.fromhex(
    "02f0807f658201c70401010401010101ff301a020122020102020100020101020100020101020300ffff020102301902"
    "0101020101020101020101020100020101020204200201023020020300ffff020300fc17020300ffff02010102010002"
    "0101020300ffff02010204820161000500147c00018158000800100001c00044756361814a01c0ea000c000800200358"
    "0201ca03aa09040000bb47000076006d0000000000000000000000000000000000000000000000000000000000040000"
    "00000000000c000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000001ca01000000000018000f00e305000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000007000100000000000000000000000000000000000000000004c00c000d0000000000000002c00c0000"
    "0000000000000003c03800040000007264706472000000000080c0726470736e640000000000c0636c69707264720000"
    "00a0c0647264796e766300000080c006c00800000000000ac0080000000000"
)
INFO = bytes.fromhex(
    "02f08064000603eb7081484000000000000000fb470b0000000800100000000000000061006e006e0061000000530075"
    "006d006d006500720032003400000000000000020014003100320037002e0030002e0030002e0031000000400043003a"
    "005c00570069006e0064006f00770073005c00530079007300740065006d00330032005c006d00730074007300630061"
    "0078002e0064006c006c0000000000000043006f006f007200640069006e006100740065006400200055006e00690076"
    "0065007200730061006c002000540069006d006500000000000000000000000000000000000000000000000000000000"
    "000000000043006f006f007200640069006e006100740065006400200055006e006900760065007200730061006c0020"
    "00540069006d006500000000000000000000000000000000000000000000000000000000000000000000000000800100"
    "000000"
)
CONFIRM = bytes.fromhex(
    "02f08064000603eb7081b2b2011300ef03ea030100ea0308009a0146524545524450000f000000010018000400070000"
    "02000000001504000000000000010102001c001000010001000100200358020000010001000000010000000300580000"
    "00000000000000000000000000000000000000010014000000010000002a000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000084030000000000e9fd000013002800020000055802000058"
    "02000000080000001000000008000000000000000000000000000008000a000100140014000d0058003d000000090400"
    "0004000000000000000c0000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000f0008000200000010003400fe000400fe0004"
    "00fe000800fe000800fe001000fe002000fe004000fe008000fe00000140000001000100010000000014000c00000000"
    "00400600000c0008000100000009000800000000000e0008000100000005000c0000000000020002000a000800060000"
    "0007000c000000000000000000"
)
FONTS = bytes.fromhex("02f08064000603eb70801a1a001700ef03ea03010000010800270000000000000003003200")
ERECT, ATTACH, JOIN = (bytes.fromhex(one) for one in ("02f0800401000100", "02f08028", "02f08038000603eb"))
CONVERSATION = (INITIAL, ERECT, ATTACH, JOIN, INFO, CONFIRM, FONTS)


def setUpModule() -> None:
    """Half a second for a key is too much for each test."""
    cached = mock.patch.object(decnet_tls, "rsa_key", functools.cache(rsa_key))
    cached.start()
    unittest.addModuleCleanup(cached.stop)


def request(protocols: int) -> bytes:
    negotiation = struct.pack("<BBHI", 1, 0, 8, protocols)
    return x224.framed(struct.pack(">BBHHB", 6 + len(negotiation), 0xE0, 0, 0, 0) + negotiation)


class Client:
    """One connection, with TLS once it is wanted."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Client":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def negotiate(self, protocols: int) -> bytes:
        self.writer.write(request(protocols))
        return await self.packet()

    async def packet(self) -> bytes:
        head = await self.reader.readexactly(4)
        return await self.reader.readexactly(int.from_bytes(head[2:], "big") - 4)

    async def secure(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        await self.writer.start_tls(context)

    @property
    def server_key(self) -> bytes:
        der = self.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(der).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)

    async def message(self) -> dict[int, bytes]:
        """The fields of a TSRequest."""
        head = await self.reader.readexactly(2)
        extra = await self.reader.readexactly(head[1] & 0x7F) if head[1] > 0x80 else b""
        length = int.from_bytes(extra, "big") if extra else head[1]
        return dict(items(await self.reader.readexactly(length)))

    async def rest(self) -> bytes:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            return await asyncio.wait_for(self.reader.read(), 10)
        return b""

    async def log_in(self, password: str, *, version: int = 6, key: bytes | None = None) -> dict[int, bytes]:
        """By NLA, as a client of this version of CredSSP; answers the server's last message."""
        await self.negotiate(x224.HYBRID | x224.TLS)
        await self.secure()
        negotiate = ntlm.getNTLMSSPType1("", "", signingRequired=True)
        self.writer.write(ts_request(version, token=negotiate.getData()))
        challenge = token_of(await self.message())
        last, self.key = ntlm.getNTLMSSPType3(negotiate, challenge, "anna", password, "CORP", use_ntlmv2=True)
        self.flags = last["flags"]
        nonce = b"n" * 32
        public = key or self.server_key
        proof = public
        if version >= 5:
            proof = hashlib.sha256(b"CredSSP Client-To-Server Binding Hash\0" + nonce + public).digest()
        self._stream = self.cipher("Client")
        sealed = self.seal(proof, 0)
        self.writer.write(ts_request(version, token=last.getData(), proof=sealed, nonce=nonce))
        return await self.message()

    def cipher(self, mode: str):  # noqa: ANN201
        return ntlm.ARC4.new(ntlm.SEALKEY(self.flags, self.key, mode)).encrypt

    def seal(self, message: bytes, number: int) -> bytes:
        sign = ntlm.SIGNKEY(self.flags, self.key, "Client")
        sealed, signature = ntlm.SEAL(self.flags, sign, sign, message, message, number, self._stream)
        return signature.getData() + sealed

    async def see_desktop(self) -> list[bytes]:
        """Goes on to a desktop; answers what comes after its last message."""
        for message in CONVERSATION[:-1]:
            self.writer.write(x224.framed(message))
        for _ in range(5):
            await self.packet()
        self.writer.write(x224.framed(FONTS))
        found = []
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                found.append(await self.packet())
        return found


def ts_request(version: int, *, token: bytes = b"", proof: bytes = b"", nonce: bytes = b"") -> bytes:
    parts = [explicit(0, integer(version))]
    if token:
        inner = element(SEQUENCE, explicit(0, element(OCTET_STRING, token)))
        parts.append(explicit(1, element(SEQUENCE, inner)))
    if proof:
        parts.append(explicit(3, element(OCTET_STRING, proof)))
    if nonce and version >= 5:
        parts.append(explicit(5, element(OCTET_STRING, nonce)))
    return element(SEQUENCE, *parts)


def token_of(fields: dict[int, bytes]) -> bytes:
    return only(only(only(only(fields[0xA1], SEQUENCE), SEQUENCE), 0xA0), OCTET_STRING)


class RdpTest(unittest.IsolatedAsyncioTestCase):
    async def test_nmap_knows_it_by_its_answer(self) -> None:
        async with Served("rdp", distro="windows-10") as served:
            answer = await served.visit(NMAP)
            self.assertEqual(answer, bytes.fromhex("030000130ed000001234000" + "21f080002000000"))
            self.assertEqual(served.events("request")[0]["username"], "nmap")

    async def test_nla_is_required_unless_turned_off(self) -> None:
        async with Served("rdp") as served, Client(served.ports[0]) as client:
            self.assertTrue((await client.negotiate(x224.TLS)).endswith(b"\3\0\x08\0\5\0\0\0"))
        async with Served("rdp", {"nla": False}) as served:
            async with Client(served.ports[0]) as client:
                self.assertTrue((await client.negotiate(x224.TLS)).endswith(b"\x08\0\1\0\0\0"))
            async with Client(served.ports[0]) as client:
                self.assertTrue((await client.negotiate(0)).endswith(b"\3\0\x08\0\1\0\0\0"))

    async def test_a_wrong_password_is_refused_by_nla_and_logged_once(self) -> None:
        async with Served("rdp", ACCEPT, distro="windows-10") as served:
            async with Client(served.ports[0]) as client:
                answer = await client.log_in("wrong")
                self.assertEqual(only(answer[0xA4], INTEGER), bytes.fromhex("c000006d"))
                self.assertEqual(await client.rest(), b"")
            (auth,) = served.events("auth")
            self.assertEqual((auth["method"], auth["username"], auth["accepted"]), ("ntlm", "anna", "false"))
            self.assertRegex(auth["hashcat"], r"^anna::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101")

    async def test_the_right_password_is_let_in_by_nla_in_every_version(self) -> None:
        for version in (2, 4, 5, 6):
            async with Served("rdp", ACCEPT) as served, Client(served.ports[0]) as client:
                answer = await client.log_in("Summer24", version=version)
                sealed = only(answer[0xA3], OCTET_STRING)
                proof = client.cipher("Server")(sealed[16:])
                key = client.server_key
                wanted = hashlib.sha256(b"CredSSP Server-To-Client Binding Hash\0" + b"n" * 32 + key).digest()
                self.assertEqual(proof, wanted if version >= 5 else bytes([key[0] + 1]) + key[1:])
                self.assertEqual(served.events("auth")[0]["accepted"], "true")

    async def test_a_proof_made_for_another_servers_key_is_malformed(self) -> None:
        async with Served("rdp", ACCEPT) as served, Client(served.ports[0]) as client:
            with self.assertRaises(asyncio.IncompleteReadError):
                await client.log_in("Summer24", key=b"another key")
            self.assertEqual(served.events("malformed")[0]["error"], "CredSSP: made for another server's key")

    async def test_who_is_let_in_gets_a_desktop_until_another_takes_it(self) -> None:
        with mock.patch.object(desktop, "TAKEN_OVER_SECONDS", 0.1):
            async with (
                Served("rdp", ACCEPT, distro="windows-11") as served,
                Client(served.ports[0]) as client,
            ):
                await client.log_in("Summer24")
                sealed = client.seal(b"TSCredentials", 1)
                client.writer.write(
                    element(SEQUENCE, explicit(0, integer(6)), explicit(2, element(OCTET_STRING, sealed)))
                )
                found = await client.see_desktop()
                self.assertEqual(len(found), 6)
                self.assertTrue(found[-2].endswith(b"\x2f\0\0\0\5\0\0\0"), found[-2])
                self.assertEqual(found[-1], b"\x02\xf0\x80\x21\x80")
                (shown,) = [one for one in served.events("request") if one["method"] == "desktop"]
                self.assertEqual(shown["size"], "800x600")
                self.assertEqual(len(served.events("auth")), 1)

    async def _told_in_tls(self, served: Served) -> bytes:
        async with Client(served.ports[0]) as client:
            await client.negotiate(x224.TLS)
            await client.secure()
            for message in CONVERSATION[:5]:
                client.writer.write(x224.framed(message))
            return await client.rest()

    async def test_a_password_that_the_client_sends_is_logged_and_refused(self) -> None:
        async with Served("rdp", {"nla": False}) as served:
            answer = await self._told_in_tls(served)
            self.assertTrue(answer.endswith(b"\x2f\0\0\0\x09\0\0\0\3\0\0\x09\x02\xf0\x80\x21\x80"), answer)
            (auth,) = served.events("auth")
            found = [auth[name] for name in ("method", "username", "password", "accepted", "client")]
            self.assertEqual(found, ["password", "anna", "Summer24", "false", "vm"])

    async def test_the_nth_try_of_a_source_is_let_in(self) -> None:
        with mock.patch.object(desktop, "TAKEN_OVER_SECONDS", 0.1):
            async with Served("rdp", {"nla": False, "accept_after": 2}) as served:
                await self._told_in_tls(served)
                async with Client(served.ports[0]) as client:
                    await client.negotiate(x224.TLS)
                    await client.secure()
                    self.assertEqual(len(await client.see_desktop()), 6)
                self.assertEqual([one["accepted"] for one in served.events("auth")], ["false", "true"])

    async def test_tls_may_begin_at_once(self) -> None:
        async with Served("rdp", distro="windows-10") as served, Client(served.ports[0]) as client:
            await client.secure()
            self.assertEqual(client.writer.get_extra_info("ssl_object").version(), "TLSv1.2")
            client.writer.write(ts_request(6, token=ntlm.getNTLMSSPType1("", "").getData()))
            challenge = ntlm.NTLMAuthChallenge(token_of(await client.message()))
            self.assertEqual(struct.unpack_from("<BBH", challenge["Version"]), (10, 0, 19041))

    async def test_each_decky_has_its_own_certificate_and_keeps_it(self) -> None:
        found = []
        for seed in (1, 1, 2):
            async with Served("rdp", seed=seed) as served, Client(served.ports[0]) as client:
                await client.secure()
                found.append(client.writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])

    async def test_what_is_malformed_before_tls_is_told(self) -> None:
        sent = {
            "no TPKT": b"GET / HTTP/1.0\r\n\r\n",
            "no connection request": x224.framed(b"\x06\xd0" + bytes(5)),
            "a message of 65531 bytes": b"\3\0\xff\xff",
            "TLS: WRONG_VERSION_NUMBER": b"\x16" * 60_000,
        }
        async with Served("rdp") as served:
            for error, data in sent.items():
                await served.visit(data)
                await served.ended(len(served.events("connect")))
                self.assertEqual(served.events("malformed")[-1]["error"], error)

    def test_a_process_of_its_own_serves_the_port(self) -> None:
        ports = free_ports("tcp")
        with Child(TEMPLATES / "rdp", ports, ACCEPT, "rdp") as child:
            child.wait_until_listening(ports)
            ((port, _),) = ports

            async def visit() -> dict[int, bytes]:
                async with Client(port) as client:
                    return await client.log_in("wrong")

            self.assertIn(0xA4, asyncio.run(visit()))


class Tape:
    """In the place of a stream: what a client sent, and whatever is answered."""

    def __init__(self, session: Session, *sent: bytes) -> None:
        self.session = session
        self._left = b"".join(sent)
        self.answered: list[bytes] = []

    async def exactly(self, count: int) -> bytes:
        if count > len(self._left):
            raise asyncio.IncompleteReadError(b"", count)
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    async def some(self) -> bytes:
        return b""

    async def send(self, data: bytes) -> None:
        self.answered.append(data)


class MutationTest(unittest.IsolatedAsyncioTestCase):
    """Every message after the first is in TLS: they are mutated where they are read."""

    def setUp(self) -> None:
        self.lines: list[bytes] = []
        self.sessions = Sessions(logger(self.lines))

    def session(self) -> Session:
        return self.sessions.open(("192.0.2.1", 1), 3389, lambda: None)

    @staticmethod
    def mutate(chance: random.Random, messages: list[bytes], mutations: int = 3) -> list[bytes]:
        junk = [bytearray(message) for message in messages]
        for _ in range(chance.randrange(mutations + 1)):
            victim = chance.choice(junk)
            victim[chance.randrange(len(victim))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
        if chance.random() < 0.2:
            victim = chance.choice(junk)
            del victim[chance.randrange(len(victim) // 2, len(victim)) + 1 :]
        return [bytes(one) for one in junk]

    async def test_no_mutation_of_a_desktops_conversation_is_more_than_malformed(self) -> None:
        for seed in range(400):
            chance = random.Random(seed)
            session = self.session()
            tape = Tape(session, *map(x224.framed, self.mutate(chance, list(CONVERSATION))))
            with contextlib.suppress(Malformed, Ended, asyncio.IncompleteReadError):
                await desktop.converse(tape, 3, Logins({"accept_after": 1}))
            session.end()
        reached = {parse(line).get("method") for line in self.lines}
        self.assertLessEqual({"mcs-connect", "password", "desktop"}, reached)

    async def test_no_mutation_of_a_login_is_more_than_malformed(self) -> None:
        negotiate = ntlm.getNTLMSSPType1("", "", signingRequired=True)
        target = ntlm_target(identity(), member=False)
        from decnet_ntlm import challenge

        last, _ = ntlm.getNTLMSSPType3(
            negotiate, challenge(negotiate.getData(), b"12345678", target), "anna", "x", "", use_ntlmv2=True
        )
        whole = [
            ts_request(6, token=negotiate.getData()),
            ts_request(6, token=last.getData(), proof=b"p" * 48, nonce=b"n" * 32),
        ]
        for seed in range(800):
            session = self.session()
            tape = Tape(session, *self.mutate(random.Random(seed), whole))
            with contextlib.suppress(Malformed, asyncio.IncompleteReadError):
                await nla.log_in(tape, target, Logins(ACCEPT), b"key")
            session.end()
        self.assertIn("ntlm", {parse(line).get("method") for line in self.lines})

    def test_no_mutation_of_a_connection_request_is_more_than_malformed(self) -> None:
        for seed in range(2000):
            (junk,) = self.mutate(random.Random(seed), [NMAP[4:]])
            with contextlib.suppress(Malformed):
                x224.connect_of(junk)

    async def test_each_kind_of_malformed_message_is_told(self) -> None:
        core = INITIAL.index(b"\x01\xc0", INITIAL.index(b"Duca"))
        network = INITIAL.index(b"\x03\xc0\x38")
        kinds = {
            "no data of X.224": [b"\x02\xf0\x81" + INITIAL[3:]],
            "no Connect-Initial of RDP": [INITIAL.replace(b"Duca", b"Duck")],
            "a client without core data": [INITIAL[:core] + b"\x7f" + INITIAL[core + 1 :]],
            "a block of client data beyond their end": [
                INITIAL[: core + 2] + b"\xff\xff" + INITIAL[core + 4 :]
            ],
            "99 channels": [INITIAL[: network + 4] + b"\x63" + INITIAL[network + 5 :]],
            "MCS: a message of kind 0x80": [INITIAL, b"\x02\xf0\x80\x80"],
            "a request for no channel": [INITIAL, b"\x02\xf0\x80\x38\0"],
            "data that end too early": [INITIAL, b"\x02\xf0\x80\x64\0\6"],
            "info that ends too early": [INITIAL, b"\x02\xf0\x80\x64\0\6\3\xeb\x70\4\x40\0\0\0"],
            "a text beyond the end of the info": [
                INITIAL,
                INFO.replace(b"\x08\0\x10\0", b"\xff\1\x10\0"),
            ],
            "MCS: messages without an end": [INITIAL, *[ERECT] * 80],
        }
        for error, messages in kinds.items():
            with self.subTest(error), self.assertRaisesRegex(Malformed, error):
                await desktop.converse(Tape(self.session(), *map(x224.framed, messages)), 3, Logins({}))
        for error, data in {
            "no message of CredSSP": b"\x31\0",
            "CredSSP: a length of no known form": b"\x30\x85\0\0\0\0\0",
            "CredSSP: an element without a length": b"\x30\1\xa0",
        }.items():
            with self.subTest(error), self.assertRaisesRegex(Malformed, error):
                await credssp.receive(Tape(self.session(), data))
        for error, data in {
            "CredSSP without a token": ts_request(6),
            "no NTLMSSP signature": ts_request(6, token=b"\xa1\x0a\x30\x08\xa2\x06\x04\4junk"),
        }.items():
            with self.subTest(error), self.assertRaisesRegex(Malformed, error):
                await nla.log_in(
                    Tape(self.session(), data), ntlm_target(identity(), member=False), Logins({}), b"key"
                )


if __name__ == "__main__":
    unittest.main()
