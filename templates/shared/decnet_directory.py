"""The people and machines that a decky knows of: one set in DNS, LDAP and Kerberos, its own in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

GIVEN = (
    *("Andrea", "Anna", "Ben", "Carla", "Chris", "Clara", "Daniel", "David", "Elena", "Emma", "Erik", "Eva"),
    *("Felix", "Hanna", "Ivan", "James", "Jan", "Julia", "Karen", "Laura", "Lena", "Linda", "Lucas", "Marc"),
    *("Maria", "Martin", "Michael", "Nadia", "Nina", "Oliver", "Paul", "Peter", "Petra", "Robert", "Sarah"),
    *("Simon", "Sofia", "Stefan", "Susan", "Thomas", "Tim", "Vera", "Victor", "William"),
)
FAMILY = (
    *("Adams", "Bauer", "Becker", "Berg", "Brown", "Carter", "Collins", "Costa", "Dubois", "Evans"),
    *("Fischer", "Garcia", "Hansen", "Harris", "Hoffman", "Jansen", "Keller", "Klein", "Kovacs", "Lambert"),
    *("Larsen", "Lopez", "Marino", "Meyer", "Moreau", "Morgan", "Novak", "Olsen", "Parker", "Peters"),
    *("Price", "Richter", "Rossi", "Sanders", "Schmidt", "Silva", "Turner", "Vogel", "Walker", "Weber"),
    *("Wolf", "Young"),
)
DEPARTMENTS = ("Accounting", "Engineering", "HR", "IT", "Logistics", "Marketing", "Purchasing", "Sales")
STYLES = ("{given}.{family}", "{initial}{family}", "{given}{last}", "{initial}.{family}")
ACCOUNTS = tuple(
    f"svc_{task}" for task in ("backup", "sql", "web", "scan", "print", "deploy", "monitor", "vpn")
)
SERVERS = ("fs", "sql", "web", "print", "backup", "app", "mail", "intranet", "git", "wsus")
CLIENTS = ("PC-{number}", "WS{number}", "LT-{number}", "DESKTOP-{hex}")
WORDS = ("Autumn", "Winter", "Spring", "Summer", "Welcome", "Change", "Server", "Backup", "Monday")
DOMAINS = ("corp", "intra", "office", "ad", "internal", "hq", "branch", "group")
NUMBERS = (2, 254)
"""Of the last byte of an address."""


@dataclass(frozen=True)
class Person:
    """An account of somebody, or of a service."""

    account: str
    given: str
    family: str
    department: str
    number: int
    """The last part of its SID, or its uid."""
    note: str = ""

    @property
    def name(self) -> str:
        """In full."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Machine:
    """A machine that is not there: none of the fleet."""

    name: str
    address: str
    server: bool
    number: int


@dataclass(frozen=True)
class Directory:
    """All of it."""

    domain: str
    people: tuple[Person, ...]
    services: tuple[Person, ...]
    machines: tuple[Machine, ...]


def in_domain(identity: Identity) -> Identity:
    """The identity with a domain: where the fleet has none, one that the decky draws for itself."""
    if identity.domain:
        return identity
    name = identity.choose("directory/domain", DOMAINS)
    return replace(identity, domain=f"{name}{identity.number('directory/domain/number', 1, 99)}.local")


def own_address(identity: Identity) -> str:
    """The decky's address; where it is not told, one that it could have."""
    network, host = identity.number("directory/own", 0, 250), identity.number("directory/at", *NUMBERS)
    return identity.ip or f"192.168.{network}.{host}"


def directory_of(identity: Identity) -> Directory:
    """The decky's."""
    return Directory(in_domain(identity).domain, _people(identity), _services(identity), _machines(identity))


def _people(identity: Identity) -> tuple[Person, ...]:
    style = identity.choose("directory/style", STYLES)
    found: dict[str, Person] = {}
    for index in range(identity.number("directory/people", 14, 22)):
        given = identity.choose(f"directory/given/{index}", GIVEN)
        family = identity.choose(f"directory/family/{index}", FAMILY)
        account = style.format(given=given, family=family, initial=given[0], last=family[0]).lower()
        department = identity.choose(f"directory/department/{index}", DEPARTMENTS)
        found.setdefault(account, Person(account, given, family, department, 1108 + index))
    return tuple(found.values())


def _services(identity: Identity) -> tuple[Person, ...]:
    first = identity.number("directory/service", 0, len(ACCOUNTS) - 1)
    names = [ACCOUNTS[(first + step * 3) % len(ACCOUNTS)] for step in range(3)]
    word = identity.choose("directory/word", WORDS)
    year = identity.number("directory/year", 2018, 2024)
    notes = [f"Initial password {word}{year}! - change it after setup", "", "Do not disable"]
    return tuple(
        Person(name, name, "", "IT", 1150 + index, note)
        for index, (name, note) in enumerate(zip(names, notes, strict=True))
    )


def _machines(identity: Identity) -> tuple[Machine, ...]:
    # Of a network beside the decky's own: nobody is led to a machine that does exist.
    own = IPv4Address(own_address(identity)).packed
    beside = (own[2] + identity.number("directory/network", 1, 40)) % 256
    pattern = identity.choose("directory/clients", CLIENTS)
    first = identity.number("directory/servers", 0, len(SERVERS) - 1)
    kinds = [SERVERS[(first + step * 3) % len(SERVERS)] for step in range(4)]
    names = [f"{kind}{identity.number(f'directory/server/{kind}', 1, 3):02}" for kind in kinds]
    names += [
        pattern.format(
            number=identity.number(f"directory/client/{index}", 1000, 9999),
            hex=identity.derive(f"directory/client/{index}", 4).hex()[:7].upper(),
        )
        for index in range(identity.number("directory/machines", 4, 7))
    ]
    start = identity.number("directory/address", 10, 60)
    network = int.from_bytes(bytes([*own[:2], beside, start]), "big")
    return tuple(
        Machine(name, str(IPv4Address(network + index * 7)), index < len(kinds), 1180 + index)
        for index, name in enumerate(names)
    )
