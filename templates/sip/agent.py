"""What a request gets for an answer: the same over UDP and TCP."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from decnet_digest import Proof, proof_of
from decnet_logging import Value
from decnet_logins import Logins
from message import Request, reply, via_back
from products import Product

if TYPE_CHECKING:
    from decnet_identity import Identity

NONCE_SECONDS = 60
EXPIRES = 3600
SHOWN = 512
CHALLENGED = {"INVITE", "MESSAGE", "PUBLISH", "REFER", "REGISTER", "SUBSCRIBE"}
STATUSES = {
    "BYE": "481 Call/Transaction Does Not Exist",
    "CANCEL": "481 Call/Transaction Does Not Exist",
    "INFO": "481 Call/Transaction Does Not Exist",
    "NOTIFY": "489 Bad Event",
    "OPTIONS": "200 OK",
    "PRACK": "481 Call/Transaction Does Not Exist",
    "UPDATE": "481 Call/Transaction Does Not Exist",
}


class Visitor(Protocol):
    """Who asks: a `Session` of TCP, or a `Peer` of UDP."""

    source: str
    source_port: int

    def event(self, name: str, /, **fields: Value) -> None:
        """Writes an event."""


@dataclass(frozen=True)
class Call:
    """A request, who sent it, and how many bytes its reply may have."""

    request: Request
    visitor: Visitor
    room: int


class Agent:
    """The exchange. Keeps nothing of its callers: a nonce proves by itself whose it is."""

    def __init__(self, identity: Identity, product: Product, name: str, realm: str, logins: Logins) -> None:
        self._product = product
        self._name = name
        self._realm = realm
        self._logins = logins
        self._secret = identity.derive("sip/nonce", 32)
        self._tag = identity.derive("sip/tag", 8)
        self._opaque = identity.derive("sip/opaque", 8).hex()

    def answer(self, request: Request, visitor: Visitor, room: int) -> bytes | None:
        """The reply; None where there is none, as to ACK. With less `room` it leaves out what it may."""
        call = Call(request, visitor, room)
        if request.method == "ACK":
            return None
        if request.method not in CHALLENGED:
            self._tell(call)
            return self._reply(call, STATUSES.get(request.method, "501 Not Implemented"))
        proof = self._proof(request)
        if proof is None:
            self._tell(call)
            return self._challenge(call, "401 Unauthorized")
        if not self._is_ours(proof.nonce, visitor):
            # A replayed answer proves nothing; it is told all the same, and asked for anew.
            self._judge(call, proof, counts=False)
            return self._challenge(call, "401 Unauthorized", stale=True)
        if not self._judge(call, proof, counts=True):
            if self._product.refusal.startswith("401"):
                return self._challenge(call, self._product.refusal)
            return self._reply(call, self._product.refusal)
        return self._accepted(call)

    def _proof(self, request: Request) -> Proof | None:
        header = request.header("authorization") or request.header("proxy-authorization")
        return proof_of(header, request.method) if header else None

    def _tell(self, call: Call) -> None:
        request = call.request
        call.visitor.event(
            "request",
            method=request.method,
            uri=request.uri[:SHOWN],
            user_agent=request.header("user-agent")[:SHOWN] or None,
            **{"from": request.header("from")[:SHOWN], "to": request.header("to")[:SHOWN]},
        )

    def _judge(self, call: Call, proof: Proof, *, counts: bool) -> bool:
        request, visitor = call.request, call.visitor
        accepted = counts and (
            self._logins.count(visitor.source) or proof.proves(self._logins.passwords(proof.username))
        )
        visitor.event(
            "auth",
            method="digest",
            username=proof.username,
            realm=proof.realm,
            uri=request.uri[:SHOWN],
            hashcat=proof.hashcat,
            user_agent=request.header("user-agent")[:SHOWN] or None,
            accepted=accepted,
        )
        return accepted

    def _accepted(self, call: Call) -> bytes:
        if call.request.method != "REGISTER":
            # Whom it wants to talk to is in the request; nobody is there.
            self._tell(call)
            return self._reply(call, "404 Not Found")
        contact = call.request.header("contact")[:256]
        bound = [("Contact", f"{contact};expires={EXPIRES}")] if contact else []
        return self._reply(call, "200 OK", [("Expires", str(EXPIRES)), *bound])

    def _challenge(self, call: Call, status: str, *, stale: bool = False) -> bytes:
        nonce = self._nonce(call.visitor, int(time.time()))
        wanted = (
            f'Digest realm="{self._realm}",nonce="{nonce}",opaque="{self._opaque}",algorithm=MD5,qop="auth"'
        )
        if stale:
            wanted += ",stale=true"
        return self._reply(call, status, [("WWW-Authenticate", wanted)])

    def _nonce(self, visitor: Visitor, moment: int) -> str:
        """Asterisk's look, `time/hash`; the hash is over the source and a secret, with something random."""
        salt = secrets.token_hex(4)
        return f"{moment}/{salt}{self._mark(visitor, moment, salt)}"

    def _mark(self, visitor: Visitor, moment: int, salt: str) -> str:
        return hmac.digest(self._secret, f"{moment}/{salt}/{visitor.source}".encode(), "sha256").hex()[:24]

    def _is_ours(self, nonce: str, visitor: Visitor) -> bool:
        moment, _, rest = nonce.partition("/")
        if not (nonce.isascii() and moment.isdigit() and len(moment) <= 12):
            return False
        fresh = 0 <= time.time() - int(moment) + 1 <= NONCE_SECONDS
        expected = self._mark(visitor, int(moment), rest[:8])
        return fresh and hmac.compare_digest(expected, rest[8:])

    def _reply(self, call: Call, status: str, more: list[tuple[str, str]] | None = None) -> bytes:
        copied = list(self._copied(call.request, call.visitor))
        own = [(self._product.name_header, self._name), ("Content-Length", "0")]
        whole = reply(status, [*copied, *(more or []), *own[:1], *self._abilities(call.request), *own[1:]])
        return whole if len(whole) <= call.room else reply(status, [*copied, *(more or []), *own])

    def _copied(self, request: Request, visitor: Visitor) -> Iterator[tuple[str, str]]:
        for place, via in enumerate(request.all("via")):
            yield "Via", via if place else via_back(via, visitor.source, visitor.source_port)
        yield "Call-ID", request.header("call-id")
        yield "From", request.header("from")
        to = request.header("to")
        if ";tag=" not in to.lower():
            # The same for each try of a request, so that a repeated one gets the same reply.
            seed = self._tag + request.header("call-id").encode("utf-8", "surrogateescape")
            to += f";tag={hashlib.sha256(seed).hexdigest()[:16]}"
        yield "To", to
        yield "CSeq", request.header("cseq")

    def _abilities(self, request: Request) -> Iterator[tuple[str, str]]:
        if request.method == "OPTIONS":
            yield "Allow", self._product.allow
            yield "Supported", self._product.supported
            yield "Accept", "application/sdp"
