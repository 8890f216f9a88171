"""The Cisco switch that a decky is, as Telnet, SSH, SNMP and its web pages tell of it alike.

Sources: `show version` and sysDescr as recorded of a Catalyst 2960-X and a Catalyst 9300; sysObjectID of
CISCO-PRODUCTS-MIB.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """What runs on it, and on what."""

    banner: str
    """A line in front of the one of the software; IOS has none."""
    software: str
    version: str
    """As the configuration has it."""
    copyright: int
    """Its last year."""
    compiled: str
    processor: str
    sys_object_id: str
    ports: int = 24
    port: str = "GigabitEthernet1/0/"

    @property
    def sys_descr(self) -> str:
        """SNMP's."""
        return "\r\n".join((self.software, *self.notice))

    @property
    def notice(self) -> tuple[str, ...]:
        """Lines that follow the software."""
        return (
            "Technical Support: http://www.cisco.com/techsupport",
            f"Copyright (c) 1986-{self.copyright} by Cisco Systems, Inc.",
            f"Compiled {self.compiled}",
        )


RELEASES: dict[str, Release] = {
    "cisco-ios15": Release(
        "",
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E8, "
        "RELEASE SOFTWARE (fc3)",
        "15.2",
        2023,
        "Tue 14-Mar-23 05:30 by mcpre",
        "cisco WS-C2960X-24TS-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.",
        "1.3.6.1.4.1.9.1.1208",
    ),
    "cisco-iosxe17": Release(
        "Cisco IOS XE Software, Version 17.09.04a\n",
        "Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, "
        "RELEASE SOFTWARE (fc3)",
        "17.9",
        2023,
        "Fri 20-Oct-23 10:44 by mcpre",
        "cisco C9300-24T (X86) processor with 1331521K/6147K bytes of memory.",
        "1.3.6.1.4.1.9.1.2494",
    ),
}


def release_of(distro: str) -> Release:
    """The switch by its distro; one with IOS 15 for what is none."""
    return RELEASES.get(distro, RELEASES["cisco-ios15"])
