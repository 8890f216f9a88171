"""The envelope around NTLM in SASL's GSS-SPNEGO (RFC 4178): as little of it as a server needs."""

from __future__ import annotations

import decnet_ber as ber
from decnet_ntlm import SIGNATURE

NTLM_OID = bytes.fromhex("2b06010401823702020a")
ACCEPT_INCOMPLETE = 1


def inner(token: bytes) -> bytes | None:
    """The message of NTLMSSP that the token carries; None where it carries something else (Kerberos)."""
    at = token.find(SIGNATURE)
    return None if at < 0 else token[at:]


def is_bare(token: bytes) -> bool:
    """Whether there is no envelope: Windows takes that too."""
    return token.startswith(SIGNATURE)


def challenge(message: bytes) -> bytes:
    """NegTokenResp with NTLM's challenge (section 4.2.2)."""
    return ber.element(
        0xA1,
        ber.element(
            ber.SEQUENCE,
            ber.element(0xA0, ber.integer(ACCEPT_INCOMPLETE, ber.ENUMERATED)),
            ber.element(0xA1, ber.element(ber.OBJECT, NTLM_OID)),
            ber.element(0xA2, ber.octets(message)),
        ),
    )
