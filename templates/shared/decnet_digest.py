"""Digest authentication as a server (RFC 7616, and RFC 2617 of cameras), by MD5.

The password never comes, but its proof does: it is logged as hashcat reads it (mode 11400, SIP's digest,
which is the same computation).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

_PARAMETER = re.compile(r'([A-Za-z]{1,16})\s*=\s*(?:"((?:[^"\\]|\\.){0,1024})"|([^",\s]{1,256}))')
PARAMETERS_LIMIT = 20


@dataclass(frozen=True)
class Proof:
    """What the client sent to prove that it knows a password."""

    method: str
    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    qop: str
    count: str
    client_nonce: str

    def proves(self, passwords: Sequence[str]) -> bool:
        """Whether it is what a client sends that knows one of these passwords."""
        response = self.response.encode("utf-8", "surrogateescape")
        return any(hmac.compare_digest(self._expected(one), response) for one in passwords)

    def _expected(self, password: str) -> bytes:
        one = _md5(f"{self.username}:{self.realm}:{password}")
        two = _md5(f"{self.method}:{self.uri}")
        middle = f":{self.count}:{self.client_nonce}:{self.qop}" if self.qop else ""
        return _md5(f"{one}:{self.nonce}{middle}:{two}").encode()

    @property
    def hashcat(self) -> str | None:
        """In the form of hashcat's mode 11400; None where a field would break that."""
        fields = ("", "", self.username, self.realm, self.method, "", self.uri, "")
        answer = (self.nonce, self.client_nonce, self.count, self.qop, "MD5", self.response)
        parts = (*fields, *answer)
        return None if any("*" in part for part in parts) else "$sip$*" + "*".join(parts)


def challenge(realm: str, nonce: str) -> str:
    """Value of WWW-Authenticate."""
    return f'Digest realm="{realm}", nonce="{nonce}", algorithm=MD5, qop="auth"'


def proof_of(header: str, method: str) -> Proof | None:
    """Reads an Authorization header; None for one that is no Digest."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {}
    for match in list(_PARAMETER.finditer(rest))[:PARAMETERS_LIMIT]:
        found[match[1].lower()] = match[2] if match[2] is not None else match[3]
    if "username" not in found or "response" not in found:
        return None
    keys = ("username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce")
    return Proof(method, *(found.get(key, "") for key in keys))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
