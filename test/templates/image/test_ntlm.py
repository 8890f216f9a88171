"""NTLM as [MS-NLMP] section 4.2.4 has it, and as a client computes it that is not ours."""

import os
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from impacket import ntlm
from support import identity

from decnet_ntlm import (
    EXTENDED_SESSION_SECURITY,
    KEY_128,
    KEY_EXCHANGE,
    NotNtlm,
    _key_v2,
    answer,
    challenge,
    kind_of,
)
from decnet_ntlm_session import NotSealed, SessionSecurity
from decnet_windows import ntlm_target

NONCE = bytes.fromhex("0123456789abcdef")


def exchange(username: str, password: str, domain: str = "Domain") -> bytes:
    """The AUTHENTICATE message of impacket's client."""
    return keyed_exchange(username, password, domain)[0]


def keyed_exchange(username: str, password: str, domain: str = "Domain") -> tuple[bytes, bytes]:
    """The same, and the session key that the client has."""
    negotiate = ntlm.getNTLMSSPType1("", "", signingRequired=True)
    ours = challenge(negotiate.getData(), NONCE, ntlm_target(identity(distro="windows-10"), member=True))
    authenticate, key = ntlm.getNTLMSSPType3(negotiate, ours, username, password, domain, use_ntlmv2=True)
    return authenticate.getData(), key


class NtlmTest(unittest.TestCase):
    def test_derives_the_key_of_the_specification(self) -> None:
        self.assertEqual(_key_v2("Password", "User", "Domain").hex(), "0c868a403bfd7a93a3001ef22ef02e3f")

    def test_reads_who_a_real_client_says_that_it_is(self) -> None:
        read = answer(exchange("alice", "secret"), NONCE)
        self.assertEqual((read.username, read.domain, read.is_anonymous), ("alice", "Domain", False))
        self.assertTrue(read.proves(["other", "secret"]))
        self.assertFalse(read.proves(["Secret"]))

    def test_tells_the_proof_as_hashcat_reads_it(self) -> None:
        user, _, domain, nonce, proof, blob = answer(exchange("alice", "secret"), NONCE).hashcat.split(":")
        self.assertEqual((user, domain, nonce, len(proof)), ("alice", "Domain", NONCE.hex(), 32))
        self.assertTrue(blob.startswith("0101"))

    def test_a_login_without_a_response_is_anonymous_and_proves_nothing(self) -> None:
        read = answer(exchange("", "", ""), NONCE)
        self.assertTrue(read.is_anonymous)
        self.assertFalse(read.proves([""]))

    def test_has_the_session_key_that_the_client_has(self) -> None:
        message, key = keyed_exchange("alice", "secret")
        read = answer(message, NONCE)
        self.assertTrue(read.flags & KEY_EXCHANGE)
        self.assertEqual(read.proven(["other", "secret"]), "secret")
        self.assertEqual(read.session_key("secret"), key)

    def test_windows_10_tells_the_build_that_its_ntlm_tells(self) -> None:
        self.assertEqual(ntlm_target(identity(distro="windows-10"), member=True).version, (10, 0, 19041))

    def test_stands_whatever_comes(self) -> None:
        whole = exchange("alice", "secret")
        for length in range(len(whole)):
            with self.assertRaises(NotNtlm):
                answer(whole[:length], NONCE) if length < 52 else answer(_outside(whole), NONCE)
        for _ in range(500):
            junk = bytearray(whole)
            junk[os.urandom(1)[0] % len(junk)] = os.urandom(1)[0]
            try:
                answer(bytes(junk), NONCE)
            except NotNtlm:
                continue
        for junk in (b"", b"NTLMSSP\0", b"NTLMSSP\0\1\0\0\0"):
            with self.assertRaises(NotNtlm):
                challenge(junk, NONCE, ntlm_target(identity(), member=False))
        with self.assertRaises(NotNtlm):
            kind_of(b"NTLMSSQ\0\1\0\0\0")


class SessionSecurityTest(unittest.TestCase):
    KEY = bytes(range(16))
    FLAGS = EXTENDED_SESSION_SECURITY | KEY_128 | KEY_EXCHANGE

    def keys(self, mode: str) -> tuple[bytes, "ntlm.ARC4"]:
        sign = ntlm.SIGNKEY(self.FLAGS, self.KEY, mode)
        return sign, ntlm.ARC4.new(ntlm.SEALKEY(self.FLAGS, self.KEY, mode)).encrypt

    def test_signs_as_another_implementation_does(self) -> None:
        sign, stream = self.keys("Server")
        security = SessionSecurity(self.KEY, self.FLAGS)
        for number, message in enumerate((b"one", b"two")):
            self.assertEqual(
                security.sign(message), ntlm.SIGN(self.FLAGS, sign, message, number, stream).getData()
            )

    def test_unseals_what_another_implementation_has_sealed_and_seals_for_it(self) -> None:
        sign, stream = self.keys("Client")
        sealed, signature = ntlm.SEAL(self.FLAGS, sign, sign, b"secret", b"secret", 0, stream)
        security = SessionSecurity(self.KEY, self.FLAGS)
        self.assertEqual(security.unseal(signature.getData() + sealed), b"secret")
        sign, stream = self.keys("Server")
        sealed, signature = ntlm.SEAL(self.FLAGS, sign, sign, b"reply", b"reply", 0, stream)
        self.assertEqual(security.seal(b"reply"), signature.getData() + sealed)

    def test_refuses_what_was_not_sealed_with_the_key(self) -> None:
        for junk in (b"", b"x" * 15, b"x" * 40):
            with self.assertRaises(NotSealed):
                SessionSecurity(self.KEY, self.FLAGS).unseal(junk)


def _outside(message: bytes) -> bytes:
    return message[:24] + struct.pack("<I", 1 << 30) + message[28:]


if __name__ == "__main__":
    unittest.main()
