"""SCRAM as the server's side of it (RFC 5802, RFC 7677)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

FIELD_LIMIT = 1024


class NotScram(Exception):
    """A message that is none of SCRAM. The text says what is wrong."""


@dataclass(frozen=True)
class First:
    """client-first-message: its GS2 header, and the rest, which is signed."""

    header: str
    bare: str
    username: str
    nonce: str


@dataclass(frozen=True)
class Final:
    """client-final-message."""

    without_proof: str
    nonce: str
    proof: bytes


def fresh_nonce(count: int) -> str:
    """What the server adds to the client's: so many random bytes as text."""
    return base64.b64encode(secrets.token_bytes(count)).decode("ascii")


def parse_first(data: bytes) -> First:
    """Reads what the client says first."""
    text = _text(data)
    parts = text.split(",", 2)
    if len(parts) < 3 or not parts[0] or parts[0][0] not in "nyp":
        raise NotScram("no GS2 header")
    bare = parts[2]
    fields = _fields(bare)
    if "r" not in fields or "n" not in fields:
        raise NotScram("no user or no nonce")
    username = fields["n"].replace("=2C", ",").replace("=3D", "=")
    return First(f"{parts[0]},{parts[1]},", bare, username, fields["r"])


def parse_final(data: bytes) -> Final:
    """Reads what the client says last."""
    text = _text(data)
    without, mark, proof = text.rpartition(",p=")
    fields = _fields(without)
    if not mark or "c" not in fields or "r" not in fields:
        raise NotScram("no binding, no nonce or no proof")
    return Final(without, fields["r"], _base64(proof))


def _text(data: bytes) -> str:
    if len(data) > FIELD_LIMIT:
        raise NotScram("too long")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise NotScram("not a text") from wrong


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(","):
        if part[1:2] != "=":
            raise NotScram("not an attribute")
        found.setdefault(part[0], part[2:])
    return found


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise NotScram("no base64") from wrong


@dataclass(frozen=True)
class Challenge:
    """What the server asked, and what was said before: the ground on which a proof stands."""

    digest: str
    """sha1 or sha256."""
    first: First
    nonce: str
    """The client's and the server's."""
    salt: bytes
    iterations: int

    @property
    def message(self) -> str:
        """server-first-message."""
        salt = base64.b64encode(self.salt).decode("ascii")
        return f"r={self.nonce},s={salt},i={self.iterations}"

    def _signed(self, final: Final) -> bytes:
        return f"{self.first.bare},{self.message},{final.without_proof}".encode()

    def proves(self, final: Final, password: str) -> bool:
        """Whether the client knows the password."""
        client_key = hmac.digest(self._salted(password), b"Client Key", self.digest)
        stored = hashlib.new(self.digest, client_key).digest()
        signature = hmac.digest(stored, self._signed(final), self.digest)
        if len(final.proof) != len(signature):
            return False
        found = bytes(a ^ b for a, b in zip(final.proof, signature, strict=True))
        return hmac.compare_digest(hashlib.new(self.digest, found).digest(), stored)

    def signature(self, final: Final, password: str) -> str:
        """server-final-message."""
        key = hmac.digest(self._salted(password), b"Server Key", self.digest)
        made = hmac.digest(key, self._signed(final), self.digest)
        return "v=" + base64.b64encode(made).decode("ascii")

    def _salted(self, password: str) -> bytes:
        return hashlib.pbkdf2_hmac(self.digest, password.encode(), self.salt, self.iterations)
