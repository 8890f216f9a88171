"""Who a service is to the world."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Option = TypeVar("Option")


@dataclass(frozen=True)
class Port:
    """A port that the service's manifest declares."""

    port: int
    protocol: str


@dataclass(frozen=True)
class Identity:
    """Different for each decky, the same after a restart."""

    decky: str
    service: str
    hostname: str
    distro: str
    seed: bytes
    ports: tuple[Port, ...]
    domain: str = ""
    """DNS domain of the fleet."""
    mac: str = ""
    """Of the decky, as `52:54:00:12:34:56`; empty where it has none of its own (ipvlan)."""
    ip: str = ""

    @property
    def fqdn(self) -> str:
        """Host name with the domain."""
        return f"{self.hostname}.{self.domain}" if self.domain else self.hostname

    @property
    def port(self) -> int:
        """The first declared port."""
        return self.ports[0].port

    def derive(self, name: str, length: int) -> bytes:
        """Bytes that belong to this decky and this name: HMAC-SHA256 of the seed, counted up."""
        # A name may have been made of what a client sent, which need not be text.
        whole = name.encode("utf-8", "surrogatepass")
        blocks = (
            hmac.digest(self.seed, b"%s\0%d" % (whole, count), "sha256") for count in range(-(-length // 32))
        )
        return b"".join(blocks)[:length]

    def number(self, name: str, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + int.from_bytes(self.derive(name, 16), "big") % (high - low + 1)

    def choose(self, name: str, options: Sequence[Option]) -> Option:
        """One of the options."""
        return options[self.number(name, 0, len(options) - 1)]

    def sample(self, name: str, options: Sequence[Option], count: int) -> list[Option]:
        """So many of the options, in an order of the decky's own."""
        order = sorted(range(len(options)), key=lambda at: self.derive(f"{name}/{at}", 8))
        return [options[at] for at in order[:count]]


def from_environment(environment: Mapping[str, str]) -> tuple[Identity, Mapping[str, Any]]:
    """Reads DECNET_DECKY, _SERVICE, _HOSTNAME, _DISTRO, _SEED (hex), _PORTS and _CONFIG (JSON).

    Where they are given: DECNET_DOMAIN, _MAC and _IP.
    """
    ports = json.loads(environment["DECNET_PORTS"])
    identity = Identity(
        decky=environment["DECNET_DECKY"],
        service=environment["DECNET_SERVICE"],
        hostname=environment["DECNET_HOSTNAME"],
        distro=environment["DECNET_DISTRO"],
        seed=bytes.fromhex(environment["DECNET_SEED"]),
        ports=tuple(Port(entry["port"], entry["protocol"]) for entry in ports),
        domain=environment.get("DECNET_DOMAIN", ""),
        mac=environment.get("DECNET_MAC", ""),
        ip=environment.get("DECNET_IP", ""),
    )
    return identity, json.loads(environment["DECNET_CONFIG"])
