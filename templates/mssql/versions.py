"""Builds of SQL Server, and how they tell of themselves. Data; the seed picks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_distros import distro_of
from decnet_windows import windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Build:
    """One cumulative update."""

    release: str
    update: str
    article: str
    version: tuple[int, int, int, int]
    compiled: str
    """As @@VERSION tells it."""

    @property
    def number(self) -> str:
        """As SERVERPROPERTY('ProductVersion') tells it."""
        return ".".join(map(str, self.version))


# As recorded of servers of these builds.
BUILDS = {
    "2019": (
        Build("2019", "CU18", "KB5017593", (15, 0, 4261, 1), "Sep 12 2022 15:07:06"),
        Build("2019", "CU22", "KB5027702", (15, 0, 4322, 2), "Jul 27 2023 18:11:00"),
        Build("2019", "CU27", "KB5037331", (15, 0, 4375, 4), "Jun 10 2024 18:00:07"),
        Build("2019", "CU28", "KB5039747", (15, 0, 4385, 2), "Jul 25 2024 21:32:40"),
    ),
    "2022": (Build("2022", "CU14", "KB5038325", (16, 0, 4135, 4), "Jul 10 2024 14:09:09"),),
}
EDITIONS = ("Standard Edition (64-bit)", "Developer Edition (64-bit)", "Express Edition (64-bit)")


def build_of(identity: Identity, release: str) -> Build:
    """The decky's."""
    return identity.choose("mssql/build", BUILDS[release])


def edition_of(identity: Identity) -> str:
    """The decky's."""
    return identity.choose("mssql/edition", EDITIONS)


def banner(identity: Identity, build: Build) -> str:
    """@@VERSION."""
    windows = windows_of(identity.distro)
    if windows is None:
        system = f"Linux ({distro_of(identity.distro).title}) <X64>"
    else:
        major, minor, number = windows.version
        system = f"{windows.title} {major}.{minor} <X64> (Build {number}: ) (Hypervisor)"
    return (
        f"Microsoft SQL Server {build.release} (RTM-{build.update}) ({build.article})"
        f" - {build.number} (X64) \n"
        f"\t{build.compiled} \n\tCopyright (C) {build.release} Microsoft Corporation\n"
        f"\t{edition_of(identity)} on {system}\n"
    )
