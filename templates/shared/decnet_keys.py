"""RSA keys that belong to a decky: the same after every restart, because they come from its seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from Cryptodome.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

if TYPE_CHECKING:
    from decnet_identity import Identity

BLOCK = 4096


@lru_cache(maxsize=8)
def rsa_key(identity: Identity, name: str, bits: int = 2048) -> RSAPrivateKey:
    """The decky's key of this name. Takes about half a second of one core, once."""
    made = RSA.generate(bits, _bytes_of(identity, f"{name}/rsa-{bits}"))
    return load_der_private_key(made.export_key("DER", pkcs=8), None)


def _bytes_of(identity: Identity, name: str) -> Callable[[int], bytes]:
    buffer = bytearray()
    block = 0

    def take(count: int) -> bytes:
        nonlocal block
        while len(buffer) < count:
            buffer.extend(identity.derive(f"{name}/{block}", BLOCK))
            block += 1
        taken = bytes(buffer[:count])
        del buffer[:count]
        return taken

    return take
