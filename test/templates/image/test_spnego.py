"""SPNEGO as impacket reads and writes it."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from impacket import ntlm
from impacket.spnego import SPNEGO_NegTokenInit, SPNEGO_NegTokenResp, TypesMech
from support import identity

import decnet_spnego as spnego
from decnet_negotiation import Negotiation
from decnet_ntlm import Answer
from decnet_windows import ntlm_target

NTLMSSP = TypesMech["NTLMSSP - Microsoft NTLM Security Support Provider"]
KERBEROS = TypesMech["MS KRB5 - Microsoft Kerberos 5"]


def initial(token: bytes, *mechanisms: bytes) -> bytes:
    made = SPNEGO_NegTokenInit()
    made["MechTypes"] = list(mechanisms)
    made["MechToken"] = token
    return made.getData()


def response(token: bytes) -> bytes:
    made = SPNEGO_NegTokenResp()
    made["ResponseToken"] = token
    return made.getData()


class SpnegoTest(unittest.TestCase):
    def test_another_implementation_reads_the_offer(self) -> None:
        read = SPNEGO_NegTokenInit(spnego.offer((spnego.NTLMSSP,), hint=False))
        self.assertEqual(read["MechTypes"], [NTLMSSP])

    def test_another_implementation_reads_the_reply(self) -> None:
        read = SPNEGO_NegTokenResp(spnego.reply(spnego.INCOMPLETE, b"token", names_ntlm=True))
        self.assertEqual(
            (read["NegState"], read["SupportedMech"], read["ResponseToken"]), (b"\1", NTLMSSP, b"token")
        )

    def test_tokens_of_a_client_are_read_with_spnego_around_them_or_bare(self) -> None:
        token = b"NTLMSSP\0\1\0\0\0"
        self.assertEqual(spnego.read(initial(token, NTLMSSP)).ntlm, token)
        self.assertEqual(spnego.read(response(token)).ntlm, token)
        self.assertTrue(spnego.read(token).is_bare)
        self.assertIsNone(spnego.read(initial(b"ticket", KERBEROS, NTLMSSP)).ntlm)

    def test_no_mutation_is_more_than_refused(self) -> None:
        whole = (initial(b"NTLMSSP\0\1\0\0\0", KERBEROS, NTLMSSP), response(b"NTLMSSP\0\3\0\0\0"))
        for seed in range(2000):
            chance = random.Random(seed)
            junk = bytearray(chance.choice(whole))
            junk[chance.randrange(len(junk))] = chance.randrange(256)
            del junk[chance.randrange(1, len(junk) + 1) :]
            try:
                spnego.read(bytes(junk))
            except spnego.NotSpnego:
                continue


class NegotiationTest(unittest.TestCase):
    def login(self, wrapped: bool) -> Answer:
        server = Negotiation(ntlm_target(identity(), member=False))
        negotiate = ntlm.getNTLMSSPType1("", "")
        first = server.take(initial(negotiate.getData(), NTLMSSP) if wrapped else negotiate.getData())
        token = SPNEGO_NegTokenResp(first)["ResponseToken"] if wrapped else first
        last, _ = ntlm.getNTLMSSPType3(negotiate, token, "alice", "secret", "", use_ntlmv2=True)
        answer = server.take(response(last.getData()) if wrapped else last.getData())
        self.assertEqual(server.accepted(), spnego.reply(spnego.ACCEPTED) if wrapped else b"")
        return answer

    def test_a_login_is_the_same_with_spnego_and_without(self) -> None:
        for wrapped in (True, False):
            self.assertTrue(self.login(wrapped).proves(["secret"]))

    def test_a_client_with_a_ticket_is_told_to_use_ntlm_if_it_can(self) -> None:
        server = Negotiation(ntlm_target(identity(), member=False))
        told = server.take(initial(b"ticket", KERBEROS, NTLMSSP))
        self.assertEqual(told, bytes.fromhex("a1153013a0030a0101a10c060a") + NTLMSSP)
        self.assertFalse(server.is_refused)
        self.assertEqual(server.take(initial(b"ticket", KERBEROS)), bytes.fromhex("a1073005a0030a0102"))
        self.assertTrue(server.is_refused)


if __name__ == "__main__":
    unittest.main()
