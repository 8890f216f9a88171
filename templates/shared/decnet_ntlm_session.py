"""What NTLM does once both sides have a key: signatures and sealing ([MS-NLMP] section 3.4).

With extended session security and keys of 128 bits only: what every client of this century asks for.
"""

from __future__ import annotations

import hashlib
import hmac
import struct

from Cryptodome.Cipher import ARC4

from decnet_ntlm import EXTENDED_SESSION_SECURITY, KEY_128, KEY_EXCHANGE

SIGNATURE_BYTES = 16
_MAGIC = b"session key to %b %bing key magic constant\0"
_TO_SERVER, _TO_CLIENT = b"client-to-server", b"server-to-client"


class NotSealed(ValueError):
    """Bytes that were not sealed, or signed, by whoever has the key."""


class _Direction:
    """One way: its keys, its RC4 state, its number of messages."""

    def __init__(self, key: bytes, direction: bytes) -> None:
        self._sign = hashlib.md5(key + _MAGIC % (direction, b"sign")).digest()
        self.stream = ARC4.new(hashlib.md5(key + _MAGIC % (direction, b"seal")).digest())
        self.number = 0

    def signature(self, message: bytes, is_sealed: bool) -> bytes:
        """Over the next message ([MS-NLMP] section 3.4.4.2)."""
        number = struct.pack("<I", self.number)
        self.number += 1
        checksum = hmac.digest(self._sign, number + message, "md5")[:8]
        return struct.pack("<I", 1) + (self.stream.encrypt(checksum) if is_sealed else checksum) + number


class SessionSecurity:
    """The server's side of a session whose key is known."""

    def __init__(self, key: bytes, flags: int) -> None:
        self._is_sealed = bool(flags & KEY_EXCHANGE)
        self._key = key
        self.reset()

    @staticmethod
    def is_possible(flags: int) -> bool:
        """Whether the client has agreed to what this module can do."""
        wanted = EXTENDED_SESSION_SECURITY | KEY_128
        return flags & wanted == wanted

    def reset(self) -> None:
        """Begins anew, as SPNEGO wants after its own signature ([MS-SPNG] section 3.3.5.1)."""
        self._in = _Direction(self._key, _TO_SERVER)
        self._out = _Direction(self._key, _TO_CLIENT)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message in the clear."""
        return self._out.signature(message, self._is_sealed)

    def seal(self, message: bytes) -> bytes:
        """Signature and sealed message."""
        sealed = self._out.stream.encrypt(message)
        return self._out.signature(message, self._is_sealed) + sealed

    def unseal(self, data: bytes) -> bytes:
        """The message in what the client has sealed."""
        if len(data) < SIGNATURE_BYTES:
            raise NotSealed("shorter than a signature")
        signature, sealed = data[:SIGNATURE_BYTES], data[SIGNATURE_BYTES:]
        message = self._in.stream.decrypt(sealed)
        # Whether a signature of SPNEGO was counted before depends on the client.
        self._in.number = self._out.number = struct.unpack_from("<I", signature, 12)[0]
        if not hmac.compare_digest(self._in.signature(message, self._is_sealed), signature):
            raise NotSealed("a wrong signature")
        return message
