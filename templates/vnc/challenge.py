"""VNC authentication (RFC 6143 section 7.2.2): 16 bytes, to be encrypted by DES with the password."""

from __future__ import annotations

import hmac

from Cryptodome.Cipher import DES

LENGTH = 16


def response_to(challenge: bytes, password: str) -> bytes:
    """What a client answers that knows the password."""
    key = password.encode("latin-1", "replace")[:8].ljust(8, b"\0")
    # Every implementation takes the bits of each byte of the key from the other end.
    mirrored = bytes(int(f"{byte:08b}"[::-1], 2) for byte in key)
    return DES.new(mirrored, DES.MODE_ECB).encrypt(challenge)


def proves(challenge: bytes, response: bytes, password: str) -> bool:
    """Whether it is the answer of one who knows the password."""
    return hmac.compare_digest(response_to(challenge, password), response)


def crackable(challenge: bytes, response: bytes) -> str:
    """In the form that John the Ripper reads."""
    return f"$vnc$*{challenge.hex().upper()}*{response.hex().upper()}"
