"""The topics of a building that does not exist, with the last message of each, and the broker's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from decnet_uptime import service_uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

SITES = ("plant", "office", "warehouse", "building", "site")
ZONES = ("hall-1", "hall-2", "lobby", "server-room", "roof", "dock", "boiler", "lab")
KINDS = {
    "temperature": (170, 260, "C"),
    "humidity": (300, 620, "%"),
    "power": (200, 9000, "W"),
    "pressure": (9800, 10300, "hPa"),
}
VERSIONS = {
    "debian": "2.0.11",
    "ubuntu22": "2.0.11",
    "ubuntu20": "1.6.9",
    "centos7": "1.6.10",
    "openwrt-23": "2.0.15",
}
LATEST = "2.0.18"
LEVELS_LIMIT = 64


def version_of(distro: str) -> str:
    """Of the mosquitto that the distro ships."""
    return VERSIONS.get(distro, LATEST)


class Topics:
    """One decky's retained messages."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._version = version_of(identity.distro)
        self._bait = dict(_bait(identity))

    def retained(self) -> dict[str, bytes]:
        """All topics with their messages."""
        uptime = service_uptime_of(self._identity)
        own = {
            "version": f"mosquitto version {self._version}",
            "uptime": f"{uptime} seconds",
            "clients/total": "4",
            "clients/connected": "3",
            "messages/received": str(uptime // 7),
            "messages/sent": str(uptime // 3),
            "subscriptions/count": "9",
            "retained messages/count": str(len(self._bait) + 8),
        }
        return self._bait | {f"$SYS/broker/{name}": value.encode() for name, value in own.items()}


def _bait(identity: Identity) -> list[tuple[str, bytes]]:
    site = f"{identity.choose('mqtt/site', SITES)}/{identity.number('mqtt/floor', 1, 9)}"
    found: list[tuple[str, bytes]] = []
    for number in range(identity.number("mqtt/sensors", 4, 9)):
        name = f"mqtt/sensor/{number}"
        kind = identity.choose(f"{name}/kind", sorted(KINDS))
        low, high, unit = KINDS[kind]
        serial = identity.derive(f"{name}/serial", 4).hex()
        value = identity.number(f"{name}/value", low, high) / 10
        battery = identity.number(f"{name}/battery", 21, 99)
        message = json.dumps({"id": serial, "value": value, "unit": unit, "battery": battery})
        found.append((f"{site}/{identity.choose(f'{name}/zone', ZONES)}/{kind}", message.encode()))
    secret = identity.derive("mqtt/bridge", 12).hex()
    bridge = {
        "host": f"cloud.{identity.domain or 'intra.lan'}",
        "user": f"bridge-{secret[:6]}",
        "token": secret,
    }
    found.append((f"{site}/gateway/config", json.dumps(bridge).encode()))
    found.append((f"{site}/door/main/set", b"LOCK"))
    return found


def is_filter(text: str) -> bool:
    """Whether it is a topic filter (MQTT 5.0 section 4.7)."""
    levels = text.split("/")
    if not text or "\0" in text or len(levels) > LEVELS_LIMIT:
        return False
    return all(
        ("#" not in level or (level == "#" and place == len(levels) - 1))
        and ("+" not in level or level == "+")
        for place, level in enumerate(levels)
    )


def matches(pattern: str, topic: str) -> bool:
    """Whether a topic is one that the filter asks for."""
    wanted, found = pattern.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in {"#", "+"}:
        return False
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(found) or level not in {"+", found[place]}:
            return False
    return len(wanted) == len(found)
