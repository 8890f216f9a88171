"""The shares of a decky and the files in them, in memory: bait of its own, none of it real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from versions import Samba

if TYPE_CHECKING:
    from decnet_identity import Identity

DISK, PIPE = 0x00000000, 0x00000003
HIDDEN = 0x80000000
"""Types of a share ([MS-SRVS] section 2.2.2.4)."""
FIRST_DAY, LAST_DAY = 1_640_995_200, 1_718_000_000
"""Between which the bait was written: 2022 to the middle of 2024."""

NAMES = ("Finance", "Projects", "Accounting", "Public", "Transfer", "Scans", "Department", "Shared")
NAS_NAMES = ("Public", "homes", "Multimedia", "backup", "archive", "data")
FIRST_NAMES = ("anna", "peter", "maria", "john", "laura", "david", "sofia", "mark", "julia", "thomas")
LAST_NAMES = ("keller", "brown", "novak", "silva", "larsen", "moreau", "rossi", "wagner", "clark", "meyer")


@dataclass(frozen=True)
class Node:
    """A file, or a folder when it has no content."""

    name: str
    number: int
    changed: float
    content: bytes | None = None
    children: tuple[Node, ...] = ()
    size: int = 0
    """In bytes: of a file that was uploaded, more than its content, which nobody gets back."""

    @property
    def is_folder(self) -> bool:
        """Whether it holds others."""
        return self.content is None

    def child(self, name: str) -> Node | None:
        """By its name, whatever the case of its letters."""
        return next((one for one in self.children if one.name.lower() == name.lower()), None)

    def find(self, path: str) -> Node | None:
        """By a path with backslashes, from here."""
        node: Node | None = self
        for part in path.split("\\") if path else ():
            node = node.child(part) if node is not None else None
        return node


@dataclass(frozen=True)
class Share:
    """As a client sees it."""

    name: str
    kind: int
    comment: str = ""
    root: Node | None = None
    """What is in it; None where nobody gets in."""
    serial: int = 0
    label: str = ""


def shares_of(identity: Identity, *, windows: bool, comment: str, samba: Samba) -> tuple[Share, ...]:
    """All shares, in the order in which the product lists them."""
    name = identity.choose("smb/share", NAS_NAMES if samba.is_appliance and not windows else NAMES)
    serial = identity.number("smb/serial", 0x10000000, 0xEFFFFFFF)
    root = _bait(identity)
    bait = Share(name, DISK, "", root, serial, "Data" if windows else name)
    if windows:
        fixed = (
            Share("ADMIN$", DISK | HIDDEN, "Remote Admin"),
            Share("C$", DISK | HIDDEN, "Default share"),
            Share("IPC$", PIPE | HIDDEN, "Remote IPC"),
        )
        return tuple(sorted((*fixed, bait), key=lambda share: share.name.lower()))
    pipe = Share("IPC$", PIPE | HIDDEN, f"IPC Service ({comment})")
    return (bait, pipe) if samba.is_appliance else (Share("print$", DISK, "Printer Drivers"), bait, pipe)


def _bait(identity: Identity) -> Node:
    numbers = iter(range(identity.number("smb/inode", 0x10000, 0xFFFFF), 1 << 32))
    files = dict(_files(identity))
    changed = {path: float(identity.number(f"smb/changed/{path}", FIRST_DAY, LAST_DAY)) for path in files}

    def folder(name: str, prefix: str) -> Node:
        inside = sorted({path[len(prefix) :].split("\\")[0] for path in files if path.startswith(prefix)})
        children = tuple(
            Node(one, next(numbers), changed[prefix + one], files[prefix + one], (), len(files[prefix + one]))
            if prefix + one in files
            else folder(one, f"{prefix}{one}\\")
            for one in inside
        )
        return Node(name, next(numbers), max(child.changed for child in children), None, children)

    return folder("", "")


def _files(identity: Identity) -> Iterator[tuple[str, bytes]]:
    year = identity.number("smb/year", 2022, 2024)
    people = [_person(identity, index) for index in range(identity.number("smb/people", 6, 14))]
    secret = identity.derive("smb/secret", 6).hex()
    account = identity.choose("smb/account", ("svc_backup", "svc-backup", "backupadm", "veeam", "svc_sql"))
    yield f"Budget {year}.csv", _budget(identity, year)
    yield (
        "Contacts.csv",
        _lines(["name;mail;extension", *(f"{name};{mail};{phone}" for name, mail, phone in people)]),
    )
    yield (
        "README.txt",
        _lines([f"Files of {identity.hostname}.", "Backed up every night. Ask IT for more space."]),
    )
    yield (
        "IT\\backup-job.ps1",
        _lines(
            [
                f"# runs daily at 0{identity.number('smb/hour', 1, 5)}:30",
                f"$user = '{identity.domain or identity.hostname}\\{account}'",
                f"$pass = '{secret[:4].capitalize()}-{secret[4:]}!'",
                "net use Z: \\\\" + identity.hostname + "\\backup $pass /user:$user",
                "robocopy D:\\Data Z:\\ /MIR /R:1 /W:1 /LOG:C:\\Logs\\backup.log",
            ]
        ),
    )
    yield (
        "IT\\network.txt",
        _lines(
            [
                f"{role}  10.{identity.number('smb/net', 1, 200)}.0.{host}"
                for role, host in (("gw", 1), ("dns", 5), ("nas", 12))
            ]
        ),
    )
    for index in range(identity.number("smb/minutes", 2, 5)):
        day = identity.number(f"smb/minutes/{index}", 1, 28)
        present = ", ".join(name for name, _, _ in people[index : index + 4])
        yield (
            f"Minutes\\{year}-{index + 2:02d}-{day:02d}.txt",
            _lines([f"Present: {present}", "1. Budget", "2. Moves", "3. Any other business"]),
        )


def _person(identity: Identity, index: int) -> tuple[str, str, int]:
    first = identity.choose(f"smb/first/{index}", FIRST_NAMES)
    last = identity.choose(f"smb/last/{index}", LAST_NAMES)
    mail = f"{first}.{last}@{identity.domain or 'example.com'}"
    return f"{first.capitalize()} {last.capitalize()}", mail, identity.number(f"smb/phone/{index}", 200, 799)


def _budget(identity: Identity, year: int) -> bytes:
    rows = (
        f"{year}-{month:02d};{identity.number(f'smb/in/{month}', 20_000, 90_000)};"
        f"{identity.number(f'smb/out/{month}', 15_000, 80_000)}"
        for month in range(1, 13)
    )
    return _lines(["month;income;expenses", *rows])


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
