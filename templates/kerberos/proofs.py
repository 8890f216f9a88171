"""What a client proves its password with, in the form that hashcat reads: it can be cracked offline."""

from __future__ import annotations

from requests import Encrypted

AES256, AES128, RC4 = 18, 17, 23
CHECKSUM = 16
"""Bytes of the checksum, which RC4 has in front (RFC 4757 section 4)."""
CIPHER_LIMIT = 256


def hashcat(username: str, realm: str, proof: Encrypted) -> str | None:
    """Modes 19900 (AES-256), 19800 (AES-128) and 7500 (RC4); None for another, or for what is none."""
    cipher = proof.cipher
    if not CHECKSUM < len(cipher) <= CIPHER_LIMIT:
        return None
    if proof.etype in (AES256, AES128):
        return f"$krb5pa${proof.etype}${username}${realm}${cipher.hex()}"
    if proof.etype == RC4:
        turned = cipher[CHECKSUM:] + cipher[:CHECKSUM]
        return f"$krb5pa$23${username}${realm}${realm}{username}${turned.hex()}"
    return None
