"""A small domain of Active Directory: containers, accounts, groups and machines, all of them bait."""

from __future__ import annotations

import struct
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from decnet_directory import Machine, Person, directory_of
from decnet_windows import Windows, netbios_name
from entries import Entry, entry

if TYPE_CHECKING:
    from decnet_identity import Identity

FUNCTIONALITY = 7
"""Windows Server 2016 and all that came after ([MS-ADTS] section 6.1.4.2)."""
FILETIME_EPOCH = 11_644_473_600
NORMAL, NEVER_EXPIRES, DISABLED, WORKSTATION, CONTROLLER = 0x200, 0x10000, 0x2, 0x1000, 0x82000
"""userAccountControl ([MS-ADTS] section 2.2.16)."""
USER, COMPUTER, GROUP = 805_306_368, 805_306_369, 268_435_456
"""sAMAccountType ([MS-SAMR] section 2.2.1.9)."""
GLOBAL_SECURITY = -2_147_483_646
DEFAULT = Windows("Windows Server 2019 Standard", (10, 0, 17763), server=True)
CLIENT = Windows("Windows 10 Pro", (10, 0, 19045), server=False)
ADMINISTRATOR = "Built-in account for administering the computer/domain"
GUEST = "Built-in account for guest access to the computer/domain"


class Domain:
    """The decky's, of which it is the only controller."""

    def __init__(self, identity: Identity, windows: Windows | None) -> None:
        self._identity = identity
        self._directory = directory_of(identity)
        self._windows = windows or DEFAULT
        self.base = ",".join(f"DC={part}" for part in identity.domain.split("."))
        self._host = netbios_name(identity)
        # S-1-5-21 and three numbers ([MS-DTYP] section 2.4.2.2).
        self._sid = struct.pack("<BB6sI", 1, 4, b"\0\0\0\0\0\5", 21) + identity.derive("domain/sid", 12)
        age = identity.number("domain/age", 300, 2200) * 86_400
        self._founded = 1_704_067_200 - age + identity.number("domain/time", 0, 86_399)

    def entries(self) -> tuple[Entry, ...]:
        """The domain: containers, accounts, groups and machines."""
        people = [self._account(person, "CN=Users") for person in self._directory.people]
        people += [self._account(person, "OU=Service Accounts") for person in self._directory.services]
        administrator = Person("Administrator", "Administrator", "", "", 500, ADMINISTRATOR)
        guest = Person("Guest", "Guest", "", "", 501, GUEST)
        return (
            self._top(),
            self._container("CN", "Users", "container"),
            self._container("CN", "Computers", "container"),
            self._container("OU", "Domain Controllers", "organizationalUnit"),
            self._container("OU", "Service Accounts", "organizationalUnit"),
            self._account(administrator, "CN=Users"),
            self._account(guest, "CN=Users", NORMAL | NEVER_EXPIRES | DISABLED),
            *people,
            *self._groups(),
            self._controller(),
            *(self._machine(machine) for machine in self._directory.machines),
        )

    def _common(self, name: str, number: int, category: str) -> dict[str, object]:
        created = self._founded + (number - 500) * 3600 * 7 if number > 1000 else self._founded
        moment = datetime.fromtimestamp(created, timezone.utc).strftime("%Y%m%d%H%M%S.0Z")
        return {
            "distinguishedName": name,
            "whenCreated": moment,
            "whenChanged": moment,
            "objectGUID": self._identity.derive(f"domain/guid/{name}", 16),
            "objectCategory": f"CN={category},CN=Schema,CN=Configuration,{self.base}",
        }

    def _sid_of(self, number: int) -> bytes:
        return b"\1\5" + self._sid[2:] + struct.pack("<I", number)

    def _filetime(self, label: str, days: int) -> int:
        """A moment of the last so many days, which comes again after as many."""
        phase = self._identity.number(f"domain/phase/{label}", 0, days * 86_400)
        turns = (int(time.time()) - phase) // (days * 86_400)
        return (phase + turns * days * 86_400 + FILETIME_EPOCH) * 10_000_000

    def _top(self) -> Entry:
        name = self._identity.domain.split(".")[0]
        return entry(
            self.base,
            {
                "objectClass": ("top", "domain", "domainDNS"),
                **self._common(self.base, 0, "Domain-DNS"),
                "dc": name,
                "name": name,
                "instanceType": 5,
                "objectSid": self._sid,
                "minPwdLength": 7,
                "pwdHistoryLength": 24,
                "pwdProperties": 1,
                "lockoutThreshold": 0,
                "ms-DS-MachineAccountQuota": 10,
                "msDS-Behavior-Version": FUNCTIONALITY,
            },
        )

    def _container(self, kind: str, name: str, of: str) -> Entry:
        dn = f"{kind}={name},{self.base}"
        category = "Container" if of == "container" else "Organizational-Unit"
        names = {"objectClass": ("top", of), kind.lower(): name, "name": name}
        return entry(dn, {**names, **self._common(dn, 0, category)})

    def _account(self, person: Person, parent: str, control: int = NORMAL | NEVER_EXPIRES) -> Entry:
        dn = f"CN={person.name},{parent},{self.base}"
        is_person = bool(person.family)
        groups = [person.department] if is_person else []
        if person.number == 500 or person.account == self._directory.people[0].account:
            groups += ["Domain Admins"]
        address = f"{person.account}@{self._identity.domain}"
        personal = {
            "givenName": person.given,
            "sn": person.family,
            "displayName": person.name,
            "department": person.department,
            "mail": address,
        }
        service = not is_person and person.number > 1000
        principal = f"{person.account.removeprefix('svc_')}/{self._identity.fqdn}" if service else ""
        return entry(
            dn,
            {
                "objectClass": ("top", "person", "organizationalPerson", "user"),
                "cn": person.name,
                "name": person.name,
                "description": person.note,
                **(personal if is_person else {}),
                **self._common(dn, person.number, "Person"),
                "memberOf": [f"CN={group},CN=Users,{self.base}" for group in groups],
                "userAccountControl": control,
                "primaryGroupID": 513,
                "objectSid": self._sid_of(person.number),
                "sAMAccountName": person.account,
                "sAMAccountType": USER,
                "userPrincipalName": address if person.number > 1000 else "",
                "servicePrincipalName": principal,
                "pwdLastSet": self._filetime(person.account, 180),
                "lastLogonTimestamp": self._filetime(f"logon/{person.account}", 14),
                "adminCount": 1 if "Domain Admins" in groups else "",
            },
        )

    def _groups(self) -> list[Entry]:
        directory = self._directory
        members = {"Domain Admins": (512, ["Administrator", directory.people[0].name])}
        members |= {name: (number, []) for name, number in (("Domain Users", 513), ("Domain Computers", 515))}
        for index, department in enumerate(sorted({person.department for person in directory.people})):
            names = [person.name for person in directory.people if person.department == department]
            members[department] = (1160 + index, names)
        return [self._group(name, number, names) for name, (number, names) in members.items()]

    def _group(self, name: str, number: int, members: list[str]) -> Entry:
        dn = f"CN={name},CN=Users,{self.base}"
        return entry(
            dn,
            {
                "objectClass": ("top", "group"),
                "cn": name,
                "name": name,
                "member": [f"CN={member},CN=Users,{self.base}" for member in members],
                **self._common(dn, number, "Group"),
                "objectSid": self._sid_of(number),
                "sAMAccountName": name,
                "sAMAccountType": GROUP,
                "groupType": GLOBAL_SECURITY,
            },
        )

    def _controller(self) -> Entry:
        return self._computer(self._host, 1000, "OU=Domain Controllers", self._windows)

    def _machine(self, machine: Machine) -> Entry:
        windows = DEFAULT if machine.server else CLIENT
        return self._computer(machine.name.upper(), machine.number, "CN=Computers", windows)

    def _computer(self, name: str, number: int, parent: str, windows: Windows) -> Entry:
        dn = f"CN={name},{parent},{self.base}"
        controller = name == self._host
        major, minor, build = windows.version
        host = f"{name.lower()}.{self._identity.domain}"
        return entry(
            dn,
            {
                "objectClass": ("top", "person", "organizationalPerson", "user", "computer"),
                "cn": name,
                "name": name,
                **self._common(dn, number, "Computer"),
                "userAccountControl": CONTROLLER if controller else WORKSTATION,
                "primaryGroupID": 516 if controller else 515,
                "objectSid": self._sid_of(number),
                "sAMAccountName": f"{name}$",
                "sAMAccountType": COMPUTER,
                "dNSHostName": host,
                "servicePrincipalName": (f"HOST/{name}", f"HOST/{host}"),
                "operatingSystem": windows.title,
                "operatingSystemVersion": f"{major}.{minor} ({build})",
                "lastLogonTimestamp": self._filetime(name, 14),
            },
        )
