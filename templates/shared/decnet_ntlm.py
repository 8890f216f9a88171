"""NTLMSSP ([MS-NLMP]) as a server that cannot check passwords: it asks, and keeps the answer.

What a client proves itself with can be cracked offline, so it is logged in the form that hashcat
reads: NetNTLMv2 (mode 5600), or NetNTLMv1 (mode 5500) of clients that are old or told to be.
"""

from __future__ import annotations

import hmac
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

from Cryptodome.Cipher import ARC4
from Cryptodome.Hash import MD4

SIGNATURE = b"NTLMSSP\0"
NEGOTIATE, CHALLENGE, AUTHENTICATE = 1, 2, 3

UNICODE = 0x00000001
REQUEST_TARGET = 0x00000004
SIGN = 0x00000010
SEAL = 0x00000020
NTLM = 0x00000200
ANONYMOUS = 0x00000800
ALWAYS_SIGN = 0x00008000
TARGET_TYPE_DOMAIN, TARGET_TYPE_SERVER = 0x00010000, 0x00020000
EXTENDED_SESSION_SECURITY = 0x00080000
TARGET_INFO = 0x00800000
VERSION = 0x02000000
KEY_128, KEY_EXCHANGE, KEY_56 = 0x20000000, 0x40000000, 0x80000000

AV_NB_COMPUTER, AV_NB_DOMAIN, AV_DNS_COMPUTER, AV_DNS_DOMAIN, AV_DNS_TREE, AV_TIMESTAMP = 1, 2, 3, 4, 5, 7

FILETIME_EPOCH = 11_644_473_600
"""Seconds from 1601 to 1970."""
FIELD_LIMIT = 4096
"""Bytes of one field of a message."""


class NotNtlm(ValueError):
    """Bytes that are no message of NTLMSSP; the text says why."""


@dataclass(frozen=True)
class Target:
    """What the server says of itself."""

    computer: str
    """NetBIOS name: at most 15 characters, in capitals."""
    domain: str
    """NetBIOS name of its domain; its own name where it has none."""
    dns_computer: str
    dns_domain: str
    version: tuple[int, int, int]
    """Major, minor and build of Windows; (6, 1, 0) is what Samba says."""
    is_member: bool
    """Of a domain."""


@dataclass(frozen=True)
class Answer:
    """What the AUTHENTICATE message holds. `hashcat` is None for an anonymous login."""

    username: str
    domain: str
    workstation: str
    hashcat: str | None
    _challenge: bytes
    _response: bytes
    flags: int = 0
    """What was negotiated in the end."""
    _sealed_key: bytes = b""

    @property
    def is_anonymous(self) -> bool:
        """A null session: no user, no proof."""
        return self.hashcat is None

    @property
    def fields(self) -> dict[str, str | None]:
        """What an `auth` tells of it."""
        return {
            "username": self.username,
            "domain": self.domain,
            "workstation": self.workstation or None,
            "hashcat": self.hashcat,
        }

    def proves(self, passwords: Sequence[str]) -> bool:
        """Whether it is what a client sends that knows one of these passwords (NTLMv2 only)."""
        if self.hashcat is None or len(self._response) <= 24:
            return False
        proof, blob = self._response[:16], self._response[16:]
        keys = (_key_v2(password, self.username, self.domain) for password in passwords)
        return any(
            hmac.compare_digest(hmac.digest(key, self._challenge + blob, "md5"), proof) for key in keys
        )

    def proven(self, passwords: Sequence[str]) -> str | None:
        """Which of these passwords it is that the client knows."""
        return next((password for password in passwords if self.proves([password])), None)

    def session_key(self, password: str) -> bytes:
        """ExportedSessionKey of NTLMv2 ([MS-NLMP] sections 3.3.2 and 3.4.4), of a password that is proven."""
        key = _key_v2(password, self.username, self.domain)
        base = hmac.digest(key, self._response[:16], "md5")
        if self.flags & KEY_EXCHANGE and len(self._sealed_key) == 16:
            return ARC4.new(base).decrypt(self._sealed_key)
        return base


def kind_of(message: bytes) -> int:
    """NEGOTIATE, CHALLENGE or AUTHENTICATE."""
    if len(message) < 12 or not message.startswith(SIGNATURE):
        raise NotNtlm("no NTLMSSP signature")
    return struct.unpack_from("<I", message, 8)[0]


def challenge(negotiate: bytes, nonce: bytes, target: Target, now: float | None = None) -> bytes:
    """The CHALLENGE message to a NEGOTIATE message ([MS-NLMP] section 2.2.1.2); the nonce has 8 bytes."""
    if kind_of(negotiate) != NEGOTIATE or len(negotiate) < 16:
        raise NotNtlm("not a NEGOTIATE message")
    asked = struct.unpack_from("<I", negotiate, 12)[0]
    agreed = asked & (SIGN | SEAL | ALWAYS_SIGN | EXTENDED_SESSION_SECURITY | KEY_128 | KEY_EXCHANGE | KEY_56)
    kind = TARGET_TYPE_DOMAIN if target.is_member else TARGET_TYPE_SERVER
    flags = UNICODE | REQUEST_TARGET | NTLM | TARGET_INFO | VERSION | kind | agreed
    name = target.domain.encode("utf-16-le")
    info = _target_info(target, time.time() if now is None else now)
    major, minor, build = target.version
    head = SIGNATURE + struct.pack(
        "<IHHII8s8xHHIBBH3xB",
        CHALLENGE,
        len(name),
        len(name),
        56,
        flags,
        nonce,
        len(info),
        len(info),
        56 + len(name),
        major,
        minor,
        build,
        15,
    )
    return head + name + info


def _target_info(target: Target, now: float) -> bytes:
    texts = [
        (AV_NB_DOMAIN, target.domain),
        (AV_NB_COMPUTER, target.computer),
        (AV_DNS_DOMAIN, target.dns_domain),
        (AV_DNS_COMPUTER, target.dns_computer),
        *([(AV_DNS_TREE, target.dns_domain)] if target.is_member else []),
    ]
    pairs = b"".join(
        struct.pack("<HH", number, len(value)) + value
        for number, value in ((number, text.encode("utf-16-le")) for number, text in texts)
    )
    filetime = int((now + FILETIME_EPOCH) * 10_000_000)
    return pairs + struct.pack("<HHQHH", AV_TIMESTAMP, 8, filetime, 0, 0)


def answer(authenticate: bytes, nonce: bytes) -> Answer:
    """Reads the AUTHENTICATE message that answers the challenge of this nonce ([MS-NLMP] section 2.2.1.3)."""
    if kind_of(authenticate) != AUTHENTICATE or len(authenticate) < 52:
        raise NotNtlm("not an AUTHENTICATE message")
    lm, nt, domain, user, workstation = (_field(authenticate, at) for at in (12, 20, 28, 36, 44))
    whole = len(authenticate) >= 64
    flags = struct.unpack_from("<I", authenticate, 60)[0] if whole else UNICODE
    sealed = _field(authenticate, 52) if whole and flags & KEY_EXCHANGE else b""
    encoding = "utf-16-le" if flags & UNICODE else "cp437"
    username, realm, station = (
        part.decode(encoding, "replace").replace("\0", "") for part in (user, domain, workstation)
    )
    return Answer(
        username, realm, station, _hashcat(username, realm, nonce, lm, nt), nonce, nt, flags, sealed
    )


def bare_answer(username: str, domain: str, lm: bytes, nt: bytes, nonce: bytes) -> Answer:
    """The same of a protocol that has the two responses by themselves, outside NTLMSSP (SMB 1)."""
    return Answer(username, domain, "", _hashcat(username, domain, nonce, lm, nt), nonce, nt)


def _hashcat(username: str, domain: str, nonce: bytes, lm: bytes, nt: bytes) -> str | None:
    if len(nt) > 24:
        return f"{username}::{domain}:{nonce.hex()}:{nt[:16].hex()}:{nt[16:].hex()}"
    if len(nt) == 24:
        return f"{username}::{domain}:{lm.hex()}:{nt.hex()}:{nonce.hex()}"
    return None


def _field(message: bytes, at: int) -> bytes:
    length, _, offset = struct.unpack_from("<HHI", message, at)
    if length > FIELD_LIMIT or offset + length > len(message):
        raise NotNtlm("a field beyond the end of the message")
    return message[offset : offset + length]


def _key_v2(password: str, username: str, domain: str) -> bytes:
    """NTOWFv2 ([MS-NLMP] section 3.3.2)."""
    hashed = MD4.new(password.encode("utf-16-le", "surrogatepass")).digest()
    return hmac.digest(hashed, (username.upper() + domain).encode("utf-16-le", "surrogatepass"), "md5")
