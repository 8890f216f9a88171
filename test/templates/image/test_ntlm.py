"""NTLM as [MS-NLMP] section 4.2.4 has it, and as a client computes it that is not ours."""

import os
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from impacket import ntlm
from support import identity

from decnet_ntlm import NotNtlm, _key_v2, answer, challenge, kind_of
from decnet_windows import ntlm_target

NONCE = bytes.fromhex("0123456789abcdef")


def exchange(username: str, password: str, domain: str = "Domain") -> bytes:
    """The AUTHENTICATE message of impacket's client."""
    negotiate = ntlm.getNTLMSSPType1("", "")
    ours = challenge(negotiate.getData(), NONCE, ntlm_target(identity(distro="windows-10"), member=True))
    authenticate, _ = ntlm.getNTLMSSPType3(negotiate, ours, username, password, domain, use_ntlmv2=True)
    return authenticate.getData()


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


def _outside(message: bytes) -> bytes:
    return message[:24] + struct.pack("<I", 1 << 30) + message[28:]


if __name__ == "__main__":
    unittest.main()
