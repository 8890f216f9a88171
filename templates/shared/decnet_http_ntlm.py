"""NTLM over HTTP ([MS-NTHT]): a login of the connection, in three requests, bare or inside SPNEGO."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass

import decnet_spnego as spnego
from decnet_ntlm import (
    AUTHENTICATE,
    NEGOTIATE,
    SIGNATURE,
    Answer,
    NotNtlm,
    Target,
    answer,
    challenge,
    kind_of,
)

NONCE = "ntlm/nonce"
TOKEN_LIMIT = 8192


@dataclass(frozen=True)
class Step:
    """What one Authorization header led to: a challenge to send back, or the client's answer."""

    challenge: str | None = None
    answer: Answer | None = None


def step_of(header: str, memory: dict[str, object], target: Target) -> Step | None:
    """The next step; None for a header that is neither NTLM nor Negotiate. Raises `NotNtlm`."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() not in {"ntlm", "negotiate"}:
        return None
    try:
        token = base64.b64decode(encoded.strip()[:TOKEN_LIMIT], validate=True)
    except (binascii.Error, ValueError):
        raise NotNtlm("not Base64") from None
    # Inside SPNEGO, NTLM's message is the last element, whole.
    at = token.find(SIGNATURE)
    if at < 0:
        raise NotNtlm("no NTLMSSP message")
    message = token[at:]
    kind = kind_of(message)
    if kind == NEGOTIATE:
        nonce = secrets.token_bytes(8)
        memory[NONCE] = nonce
        reply = challenge(message, nonce, target)
        wrapped = reply if at == 0 else spnego.reply(spnego.INCOMPLETE, reply, names_ntlm=True)
        return Step(challenge=f"{scheme} {base64.b64encode(wrapped).decode()}")
    nonce = memory.pop(NONCE, None)
    if kind != AUTHENTICATE or not isinstance(nonce, bytes):
        raise NotNtlm("an answer without a challenge")
    return Step(answer=answer(message, nonce))
