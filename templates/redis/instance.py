"""The Redis that a decky is, with a little bait in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_distros import distro_of
from decnet_logins import Logins

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Server:
    """What this decky's Redis is."""

    identity: Identity
    version: str
    password: str
    logins: Logins
    bait: Mapping[bytes, bytes]
    started: float

    @property
    def major(self) -> int:
        """Of the version."""
        return int(self.version.split(".")[0])

    @property
    def wants_password(self) -> bool:
        """Whether there is one, or it looks as if there were."""
        return bool(self.password) or self.logins.are_tried


def server_of(identity: Identity, version: str, password: str, logins: Logins) -> Server:
    """The decky's own Redis."""
    version = version or distro_of(identity.distro).redis
    bait = bait_of(identity)
    return Server(identity, version, password, logins, bait, time.time())


def bait_of(identity: Identity) -> Mapping[bytes, bytes]:
    """Keys as an application would leave them."""
    keys = {}
    for number in range(identity.number("redis/sessions", 3, 9)):
        token = identity.derive(f"redis/session/{number}", 16).hex()
        user = identity.number(f"redis/user/{number}", 1, 400)
        keys[f"session:{token}".encode()] = f'{{"user_id":{user},"role":"user"}}'.encode()
    keys[b"config:app:env"] = b"production"
    keys[b"config:app:secret"] = identity.derive("redis/secret", 20).hex().encode()
    keys[b"stats:visits"] = str(identity.number("redis/visits", 900, 90_000)).encode()
    return keys
