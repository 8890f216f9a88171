"""Host keys that are the decky's own and stay. RSA's takes a second to make: it waits until it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import asyncssh
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from decnet_keys import rsa_key
from versions import key_kinds_of, server_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from decnet_identity import Identity

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RSA_BITS = 3072
"""What ssh-keygen makes since OpenSSH 8.0."""
OLD_RSA_BITS = 2048
WITHOUT_SHA2 = ("Cisco",)
"""Servers that sign with RSA by SHA-1 alone."""


class HostKeys:
    """One decky's."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._kinds = key_kinds_of(identity.distro)
        version, _ = server_of(identity.distro)
        is_new = version.startswith("OpenSSH") and version != "OpenSSH_7.4"
        self._bits = RSA_BITS if is_new else OLD_RSA_BITS
        self._rsa = _rsa_algorithms(version)
        self._made = {
            kind.encode(): _pair(make()) for kind, make in self._makers().items() if kind in self._kinds
        }

    @property
    def algorithms(self) -> list[bytes]:
        """As KEXINIT lists them."""
        listed: list[bytes] = []
        for kind in self._kinds:
            listed += self._rsa if kind == "ssh-rsa" else [kind.encode()]
        return listed

    def chosen(self, wanted: Sequence[bytes]) -> dict[bytes, asyncssh.SSHKeyPair]:
        """The keys, with RSA's once a client comes that gets it by its list."""
        first = next((one for one in wanted if one in self.algorithms), b"")
        if first in self._rsa and first not in self._made:
            key = rsa_key(self._identity, "ssh/host-key/rsa", self._bits)
            # asyncssh notes the algorithm of a signature in the pair: each needs its own.
            self._made.update((algorithm, _pair(key)) for algorithm in self._rsa)
        return self._made

    def _makers(self) -> dict[str, Callable[[], PrivateKeyTypes]]:
        """Both kinds can be made from a number."""
        scalar = int.from_bytes(self._identity.derive("ssh/host-key/ecdsa", 48), "big")
        seed = self._identity.derive("ssh/host-key/ed25519", 32)
        return {
            "ecdsa-sha2-nistp256": lambda: ec.derive_private_key(
                scalar % (P256_ORDER - 1) + 1, ec.SECP256R1()
            ),
            "ssh-ed25519": lambda: ed25519.Ed25519PrivateKey.from_private_bytes(seed),
        }


def _rsa_algorithms(version: str) -> list[bytes]:
    if version.startswith(WITHOUT_SHA2):
        return [b"ssh-rsa"]
    sha2 = [b"rsa-sha2-512", b"rsa-sha2-256"]
    # ssh-rsa, by SHA-1, is what OpenSSH 8.8 turned off.
    number = version.rpartition("_")[2].partition("p")[0]
    old = version.startswith("OpenSSH_") and number < "8.8"
    return [*sha2, b"ssh-rsa"] if old else sha2


def _pair(key: PrivateKeyTypes) -> asyncssh.SSHKeyPair:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asyncssh.load_keypairs([asyncssh.import_private_key(pem)])[0]
