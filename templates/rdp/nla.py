"""Network Level Authentication: a login by CredSSP, before there is any RDP ([MS-CSSP] section 3.1.5)."""

from __future__ import annotations

import hmac

import credssp
from credssp import Request
from decnet_logins import Logins
from decnet_negotiation import Negotiation
from decnet_ntlm import Answer, Target
from decnet_ntlm_session import NotSealed, SessionSecurity
from decnet_streams import Malformed, Stream

LOGON_FAILURE = 0xC000006D
STEPS_LIMIT = 4


async def log_in(stream: Stream, target: Target, logins: Logins, key: bytes) -> bool:
    """Whether the client is let in; logs the try. `key`: of our certificate (PKCS #1)."""
    negotiation = Negotiation(target)
    for _ in range(STEPS_LIMIT):
        request = await credssp.receive(stream)
        if request.token is None:
            raise Malformed("CredSSP without a token")
        try:
            found = negotiation.take(request.token)
        except ValueError as error:
            raise Malformed(str(error), request.token) from None
        if isinstance(found, Answer):
            return await _judge(stream, negotiation, found, request, logins, key)
        await stream.send(credssp.encode(token=found))
        if negotiation.is_refused:
            return False
    raise Malformed("a login without an end")


async def _judge(
    stream: Stream, negotiation: Negotiation, answer: Answer, request: Request, logins: Logins, key: bytes
) -> bool:
    logins.count(stream.session.source)
    password = answer.proven(logins.passwords(answer.username))
    accepted = password is not None and SessionSecurity.is_possible(answer.flags)
    stream.session.event("auth", method="ntlm", **answer.fields, accepted=accepted)
    if not accepted or password is None:
        # Versions 2 and 5 have no field for it.
        told = request.version in (3, 4) or request.version >= 6
        if told:
            await stream.send(credssp.encode(error=LOGON_FAILURE))
        return False
    security = SessionSecurity(answer.session_key(password), answer.flags)
    token = negotiation.accepted(security)
    if request.key_proof is None:
        if token:
            await stream.send(credssp.encode(token=token))
        request = await credssp.receive(stream)
        token = b""
    _check(security, request, key)
    proof = security.seal(credssp.own_proof(request, key))
    await stream.send(credssp.encode(token=token, key_proof=proof))
    # The password itself, which we know.
    await credssp.receive(stream)
    return True


def _check(security: SessionSecurity, request: Request, key: bytes) -> None:
    try:
        proof = security.unseal(request.key_proof or b"")
    except NotSealed as error:
        raise Malformed(f"CredSSP: {error}") from None
    if not hmac.compare_digest(proof, credssp.expected_proof(request, key)):
        raise Malformed("CredSSP: made for another server's key")
