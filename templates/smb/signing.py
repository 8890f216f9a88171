"""Signatures of SMB 2 and 3 ([MS-SMB2] sections 3.1.4.1 and 3.1.4.2)."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable

from Cryptodome.Cipher import AES
from Cryptodome.Hash import CMAC

from smb2 import FROM_SERVER, SIGNED

SMB_3_0, SMB_3_1_1 = 0x0300, 0x0311
_FLAGS_AT, _SIGNATURE_AT = 16, 48


def chain(preauth: bytes, message: bytes) -> bytes:
    """The pre-authentication hash after one more message ([MS-SMB2] section 3.1.4.4)."""
    return hashlib.sha512(preauth + message).digest()


class Signer:
    """The signing key of one session."""

    def __init__(self, session_key: bytes, dialect: int, preauth: bytes) -> None:
        self._checksum: Callable[[bytes], bytes]
        if dialect < SMB_3_0:
            self._checksum = lambda message: hmac.digest(session_key, message, "sha256")[:16]
            return
        label, context = (
            (b"SMBSigningKey\0", preauth) if dialect == SMB_3_1_1 else (b"SMB2AESCMAC\0", b"SmbSign\0")
        )
        key = derive(session_key, label, context)
        self._checksum = lambda message: CMAC.new(key, message, ciphermod=AES).digest()

    def sign(self, message: bytes) -> bytes:
        """The message with its signature."""
        marked = bytearray(message)
        flags = struct.unpack_from("<I", marked, _FLAGS_AT)[0]
        struct.pack_into("<I", marked, _FLAGS_AT, flags | SIGNED | FROM_SERVER)
        marked[_SIGNATURE_AT : _SIGNATURE_AT + 16] = self._checksum(bytes(marked))
        return bytes(marked)

    def verifies(self, message: bytes) -> bool:
        """Whether a message of the client bears the right signature."""
        bare = message[:_SIGNATURE_AT] + bytes(16) + message[_SIGNATURE_AT + 16 :]
        return hmac.compare_digest(self._checksum(bare), message[_SIGNATURE_AT : _SIGNATURE_AT + 16])


def derive(key: bytes, label: bytes, context: bytes) -> bytes:
    """SP 800-108 in counter mode with HMAC-SHA256: one block of 128 bits."""
    return hmac.digest(key, b"\0\0\0\1" + label + b"\0" + context + b"\0\0\0\x80", "sha256")[:16]
