"""Protocol towers (C706 appendix L, [MS-RPCE] section 2.2.1.2.5): an interface and the way there."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address
from uuid import UUID

from decnet_dcerpc import NDR
from decnet_ndr import NotNdr
from endpoints import LOCAL, PIPE, TCP, Endpoint

FLOORS_LIMIT = 8
_UUID, _CONNECTIONS, _LOCAL_CALLS = 0x0D, 0x0B, 0x0C
_TCP, _PIPE, _LOCAL_PORT, _IP, _NETBIOS = 0x07, 0x0F, 0x10, 0x09, 0x11


def encode(endpoint: Endpoint, address: str, computer: str) -> bytes:
    """The tower of an endpoint on this address and computer."""
    floors = [
        _interface(endpoint.interface, endpoint.version),
        _interface(NDR[0], NDR[1]),
        _floor(_LOCAL_CALLS if endpoint.kind == LOCAL else _CONNECTIONS, bytes(2)),
    ]
    if endpoint.kind == TCP:
        floors.append(_floor(_TCP, struct.pack(">H", int(endpoint.address))))
        floors.append(_floor(_IP, IPv4Address(address).packed))
    elif endpoint.kind == PIPE:
        floors.append(_floor(_PIPE, _text(endpoint.address)))
        floors.append(_floor(_NETBIOS, _text(computer)))
    else:
        floors.append(_floor(_LOCAL_PORT, _text(endpoint.address)))
    return struct.pack("<H", len(floors)) + b"".join(floors)


def wanted(tower: bytes) -> tuple[UUID, int, str | None]:
    """The interface, its major version and the kind of endpoint that a client looks for."""
    floors = _floors(tower)
    if len(floors) < 3 or floors[0][0][:1] != bytes([_UUID]) or len(floors[0][0]) != 19:
        raise NotNdr("a tower without an interface")
    uuid, major = struct.unpack("<x16sH", floors[0][0])
    kinds = {_TCP: TCP, _PIPE: PIPE, _LOCAL_PORT: LOCAL}
    # The floor of the transport has one byte on its left.
    kind = next((kinds[left[0]] for left, _ in floors[3:] if len(left) == 1 and left[0] in kinds), None)
    return UUID(bytes_le=uuid), major, kind


def _floors(tower: bytes) -> list[tuple[bytes, bytes]]:
    try:
        (count,) = struct.unpack_from("<H", tower)
        at = 2
        found = []
        for _ in range(min(count, FLOORS_LIMIT)):
            sides = []
            for _ in range(2):
                (length,) = struct.unpack_from("<H", tower, at)
                if at + 2 + length > len(tower):
                    raise NotNdr("a floor beyond the end of its tower")
                sides.append(tower[at + 2 : at + 2 + length])
                at += 2 + length
            found.append((sides[0], sides[1]))
    except struct.error:
        raise NotNdr("a tower that ends too early") from None
    return found


def _interface(uuid: UUID, major: int) -> bytes:
    left = struct.pack("<B16sH", _UUID, uuid.bytes_le, major)
    return struct.pack("<H", len(left)) + left + struct.pack("<HH", 2, 0)


def _floor(kind: int, right: bytes) -> bytes:
    return struct.pack("<HBH", 1, kind, len(right)) + right


def _text(text: str) -> bytes:
    return text.encode("ascii", "replace") + b"\0"
