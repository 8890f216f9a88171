"""How each exchange or telephone presents itself. Data.

Versions of Ubuntu are its packages'; Debian 12 has no Asterisk, so that what runs there was built from
the source. The firmware of Grandstream and Yealink is of 2021 to 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_grandstream import FIRMWARE, MODEL

if TYPE_CHECKING:
    from decnet_identity import Identity

ASTERISK_ALLOW = "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, PUBLISH, MESSAGE"
PJSIP_ALLOW = (
    "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, REFER"
)
YEALINK_ALLOW = "INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, UPDATE"


@dataclass(frozen=True)
class Product:
    """One stack."""

    name_header: str
    """Server or User-Agent."""
    name: str
    allow: str
    supported: str
    refusal: str
    """Status after a wrong password; of PJSIP it is another challenge."""
    realm: str
    """By default."""


ASTERISK = {
    "debian": "20.9.3",
    "ubuntu22": "18.10.0~dfsg+~cs6.10.40431411-2",
    "ubuntu20": "16.2.1~dfsg-2ubuntu1",
    "rocky9": "18.12.1",
    "centos7": "13.38.3",
    "alpine": "20.8.1",
    "fedora": "18.12.1",
    "kali": "20.8.1~dfsg+~cs6.14.40431414-1",
    "arch": "20.9.3",
}
"""Version by distro."""


def product_of(identity: Identity) -> Product:
    """By the decky's distro; Asterisk for whatever is no telephone of ours."""
    if identity.distro.startswith("yealink"):
        return Product(
            "User-Agent",
            "Yealink SIP-T46S 66.86.0.15",
            YEALINK_ALLOW,
            "replaces, 100rel",
            "403 Forbidden",
            "yealink",
        )
    if identity.distro.startswith("grandstream"):
        return Product(
            "Server",
            f"Grandstream {MODEL} {FIRMWARE}",
            PJSIP_ALLOW,
            "100rel, timer, replaces, norefersub",
            "401 Unauthorized",
            "grandstream",
        )
    version = ASTERISK.get(identity.distro, ASTERISK["debian"])
    name = f"Asterisk PBX {version}"
    if int(version.split(".")[0]) >= 20:
        # chan_sip is built no more; PJSIP asks again.
        return Product(
            "Server", name, PJSIP_ALLOW, "100rel, timer, replaces, norefersub", "401 Unauthorized", "asterisk"
        )
    return Product("Server", name, ASTERISK_ALLOW, "replaces, timer", "403 Forbidden", "asterisk")
