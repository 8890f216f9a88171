"""The file system of the printer: a little bait, nothing of which is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_directory import directory_of

if TYPE_CHECKING:
    from decnet_identity import Identity

VOLUME = "0:"
NOT_FOUND = 3
"""FILEERROR of PJL Technical Reference Manual, chapter 9."""
Tree = Mapping[str, "Tree | bytes"]


@dataclass(frozen=True)
class Place:
    """Where a name leads."""

    found: Tree | bytes | None
    escapes: bool
    """It leads out of the volume."""


def place_of(tree: Tree, name: str) -> Place:
    """Walks a name such as `0:\\webServer\\config`."""
    words = [word for word in name.replace("\\", "/").split("/") if word not in {"", "."}]
    if not words or words[0].upper() != VOLUME:
        return Place(None, escapes=".." in words)
    trail: list[Tree | bytes] = [tree]
    escapes = False
    for word in words[1:]:
        if word == "..":
            escapes = escapes or len(trail) == 1
            trail = trail[:-1] or [{}]
            continue
        last = trail[-1]
        following = None if isinstance(last, bytes) else _entry(last, word)
        if following is None:
            return Place(None, escapes=escapes or ".." in words)
        trail.append(following)
    return Place(None if escapes else trail[-1], escapes)


def _entry(tree: Tree, name: str) -> Tree | bytes | None:
    return next((entry for key, entry in tree.items() if key.lower() == name.lower()), None)


def tree_of(identity: Identity) -> Tree:
    """The decky's."""
    people = directory_of(identity).people
    person = people[identity.number("jetdirect/owner", 0, len(people) - 1)]
    server = next(machine for machine in directory_of(identity).machines if machine.server).address
    password = identity.derive("jetdirect/password", 5).hex()
    scan = f"server={server}\r\nshare=\\\\{server}\\scan\r\nuser={person.account}\r\npassword={password}\r\n"
    job = f"%!PS-Adobe-3.0\r\n%%Title: {person.department} report\r\n%%For: {person.account}\r\n%%EOF\r\n"
    return {
        "PostScript": {},
        "PJL": {},
        "saveDevice": {"SavedJobs": {"InProgress": {}, "KeepJob": {f"{person.account}.ps": job.encode()}}},
        "webServer": {"config": {"scanfolder.ini": scan.encode()}, "default": {}, "home": {}, "lib": {}},
    }
