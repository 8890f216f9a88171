"""The zone of the decky's domain: itself, machines that are not there, and what a domain controller adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dnslib import CNAME, MX, NS, PTR, QTYPE, RD, RR, SOA, SRV, TXT, A

from decnet_directory import directory_of, in_domain, own_address
from decnet_windows import windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity

TTL, WINDOWS_TTL = 86_400, 3600
ALIASES = {
    "fs": "files",
    "sql": "db",
    "web": "www",
    "print": "printers",
    "app": "portal",
    "mail": "webmail",
    "intranet": "wiki",
    "git": "gitlab",
    "wsus": "updates",
}
"""How people call a server of this name."""
SITE = "Default-First-Site-Name"


class Zone:
    """Records by their owner's name in lower case, the SOA first."""

    def __init__(self, origin: str, soa: RR) -> None:
        self.origin = origin
        self.soa = soa
        self.records: dict[str, list[RR]] = {origin: [soa]}

    def add(self, owner: str, data: RD, ttl: int) -> None:
        """One more record."""
        record = RR(owner, getattr(QTYPE, type(data).__name__), rdata=data, ttl=ttl)
        self.records.setdefault(owner.lower(), []).append(record)

    def holds(self, name: str) -> bool:
        """Whether the name is in this zone."""
        return name == self.origin or name.endswith(f".{self.origin}")

    def exists(self, name: str) -> bool:
        """Whether something has this name, or a name below it (RFC 8020)."""
        return any(owner == name or owner.endswith(f".{name}") for owner in self.records)

    def find(self, name: str, kind: int) -> list[RR]:
        """The records of this type, or the alias; of ANY just one set (RFC 8482 section 4.1)."""
        found = self.records.get(name, [])
        if kind == QTYPE.ANY:
            kind = found[0].rtype if found else kind
        return [record for record in found if record.rtype in (kind, QTYPE.CNAME)]

    def transfer(self) -> list[RR]:
        """All records between two copies of the SOA (RFC 5936 section 2.2)."""
        return [*(record for records in self.records.values() for record in records), self.soa]


def zones_of(identity: Identity) -> list[Zone]:
    """The decky's domain, and the name of its own address."""
    identity = in_domain(identity)
    windows = windows_of(identity.distro) is not None
    ttl = WINDOWS_TTL if windows else TTL
    forward = _empty(identity, identity.domain, ttl)
    _machines(identity, forward, ttl)
    if windows:
        _controller(identity, forward)
    number, _, network = own_address(identity)[::-1].partition(".")
    reverse = _empty(identity, f"{_reversed(network[::-1])}.in-addr.arpa", ttl)
    reverse.add(f"{number[::-1]}.{reverse.origin}", PTR(identity.fqdn), ttl)
    return [forward, reverse]


def _reversed(network: str) -> str:
    return ".".join(reversed(network.split(".")))


def _empty(identity: Identity, origin: str, ttl: int) -> Zone:
    windows = windows_of(identity.distro) is not None
    count = identity.number("dns/serial", 1, 900)
    date = 20_240_000 + identity.number("dns/month", 1, 9) * 100 + identity.number("dns/day", 1, 28)
    # Windows counts changes; administrators of BIND write the date and two digits.
    serial = count if windows else date * 100 + count % 10
    times = (serial, 900, 600, 86_400, 3600) if windows else (serial, 604_800, 86_400, 2_419_200, 604_800)
    soa = SOA(identity.fqdn, f"hostmaster.{identity.domain}", times)
    zone = Zone(origin, RR(origin, QTYPE.SOA, rdata=soa, ttl=ttl))
    zone.add(origin, NS(identity.fqdn), ttl)
    return zone


def _machines(identity: Identity, zone: Zone, ttl: int) -> None:
    own = A(own_address(identity))
    zone.add(zone.origin, own, ttl)
    zone.add(identity.fqdn, own, ttl)
    directory = directory_of(identity)
    for machine in directory.machines:
        zone.add(f"{machine.name.lower()}.{zone.origin}", A(machine.address), ttl)
    zone.add(f"ns1.{zone.origin}", own, ttl)
    for machine in directory.machines:
        alias = ALIASES.get(machine.name.rstrip("0123456789"))
        if alias is not None:
            zone.add(f"{alias}.{zone.origin}", CNAME(f"{machine.name}.{zone.origin}"), ttl)
        if alias == "webmail":
            zone.add(zone.origin, MX(f"{machine.name}.{zone.origin}", 10), ttl)
            zone.add(zone.origin, TXT("v=spf1 mx -all"), ttl)


def _controller(identity: Identity, zone: Zone) -> None:
    """What Netlogon registers ([MS-ADTS] section 6.3.2.3), for one site."""
    for service, port in (("ldap", 389), ("kerberos", 88), ("gc", 3268)):
        tcp = SRV(0, 100, port, identity.fqdn)
        for owner in (f"_{service}._tcp", f"_{service}._tcp.{SITE}._sites", f"_{service}._tcp.dc._msdcs"):
            if not (service == "gc" and owner.endswith("_msdcs")):
                zone.add(f"{owner}.{zone.origin}", tcp, 600)
    zone.add(f"_kerberos._udp.{zone.origin}", SRV(0, 100, 88, identity.fqdn), 600)
    zone.add(f"_kpasswd._tcp.{zone.origin}", SRV(0, 100, 464, identity.fqdn), 600)
    zone.add(f"_ldap._tcp.pdc._msdcs.{zone.origin}", SRV(0, 100, 389, identity.fqdn), 600)
    zone.add(f"gc._msdcs.{zone.origin}", A(own_address(identity)), 600)
