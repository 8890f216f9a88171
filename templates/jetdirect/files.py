"""The file system of the printer: a little bait, nothing of which is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from decnet_directory import directory_of

if TYPE_CHECKING:
    from decnet_identity import Identity

VOLUME = "0:"
NOT_FOUND = 3
"""FILEERROR of PJL Technical Reference Manual, chapter 9."""
Tree = Mapping[str, "Tree | bytes"]


def found_at(tree: Tree, name: str) -> Tree | bytes | None:
    """What a name such as `0:\\webServer\\config` leads to; nothing where it leads out of the volume."""
    words = [word for word in name.replace("\\", "/").split("/") if word not in {"", "."}]
    if not words or words[0].upper() != VOLUME:
        return None
    trail: list[Tree | bytes] = [tree]
    for word in words[1:]:
        if word == "..":
            trail.pop()
            if not trail:
                return None
            continue
        last = trail[-1]
        following = None if isinstance(last, bytes) else _entry(last, word)
        if following is None:
            return None
        trail.append(following)
    return trail[-1]


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
