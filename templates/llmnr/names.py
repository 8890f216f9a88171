"""What a decky answers to on the link: its host name, its address, and what its system announces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dnslib import PTR, QTYPE, RD, RR, SRV, TXT, A

from decnet_directory import own_address
from decnet_windows import windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity

LLMNR_TTL, HOST_TTL, SERVICE_TTL = 30, 120, 4500
"""Seconds: RFC 4795 section 2.8, RFC 6762 section 10."""
ENUMERATION = "_services._dns-sd._udp.local"
WORKSTATION = "_workstation._tcp.local"
DISCARD = 9
"""Port that Avahi gives a workstation: it has none."""

Records = dict[str, list[RR]]
"""By the owner's name in lower case."""


def llmnr_names(identity: Identity) -> Records:
    """The host name alone, and the name of its address."""
    host = identity.hostname.split(".")[0]
    records: Records = {}
    _add(records, host, A(own_address(identity)), LLMNR_TTL)
    _add(records, _reverse(identity), PTR(host), LLMNR_TTL)
    return records


def mdns_names(identity: Identity) -> Records:
    """The same under `.local`; on other systems than Windows with what Avahi announces (RFC 6763)."""
    short = identity.hostname.split(".")[0]
    host = f"{short}.local"
    records: Records = {}
    _add(records, host, A(own_address(identity)), HOST_TTL)
    _add(records, _reverse(identity), PTR(host), HOST_TTL)
    if windows_of(identity.distro) is None:
        label = f"{short} [{identity.mac}]" if identity.mac else short
        instance = f"{label}.{WORKSTATION}"
        _add(records, ENUMERATION, PTR(WORKSTATION), SERVICE_TTL)
        _add(records, WORKSTATION, PTR(instance), SERVICE_TTL)
        _add(records, instance, SRV(0, 0, DISCARD, host), HOST_TTL)
        _add(records, instance, TXT(b""), SERVICE_TTL)
    return records


def _reverse(identity: Identity) -> str:
    return ".".join(reversed(own_address(identity).split("."))) + ".in-addr.arpa"


def _add(records: Records, owner: str, data: RD, ttl: int) -> None:
    record = RR(owner, getattr(QTYPE, type(data).__name__), rdata=data, ttl=ttl)
    records.setdefault(owner.lower(), []).append(record)
