"""NTLM over HTTP ([MS-NTHT]): a login of the connection, in three requests, bare or inside SPNEGO."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass

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

_MECHANISM = bytes.fromhex("060a2b06010401823702020a")
"""Object identifier of NTLMSSP (RFC 4178 wraps it)."""


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
        wrapped = reply if at == 0 else _spnego(reply)
        return Step(challenge=f"{scheme} {base64.b64encode(wrapped).decode()}")
    nonce = memory.pop(NONCE, None)
    if kind != AUTHENTICATE or not isinstance(nonce, bytes):
        raise NotNtlm("an answer without a challenge")
    return Step(answer=answer(message, nonce))


def _spnego(token: bytes) -> bytes:
    """NegTokenResp: accept-incomplete, NTLMSSP, and the token (RFC 4178 section 4.2.2)."""
    state = _element(0xA0, _element(0x0A, b"\x01"))
    inner = state + _element(0xA1, _MECHANISM) + _element(0xA2, _element(0x04, token))
    return _element(0xA1, _element(0x30, inner))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
