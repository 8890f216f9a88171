"""What a Windows machine has registered with its endpoint mapper: data, and how it varies.

Interfaces as impacket's table of them (dcerpc.v5.epm) and the protocol documents have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from decnet_windows import netbios_name

if TYPE_CHECKING:
    from decnet_identity import Identity

FIRST_PORT = 49_664
"""Where the dynamic ports of RPC begin on Windows 8 and later."""
TCP, PIPE, LOCAL = "tcp", "pipe", "local"


@dataclass(frozen=True)
class Endpoint:
    """One line of the mapper: where an interface can be called."""

    interface: UUID
    version: int
    """Major; the minor is always 0."""
    kind: str
    """TCP, PIPE or LOCAL."""
    address: str
    """Port, name of the pipe, or name of the local port."""
    annotation: str = ""


@dataclass(frozen=True)
class _Service:
    """A process with a port of its own: its interfaces, its pipes, and the local ports that it also has."""

    interfaces: tuple[tuple[str, int, str], ...]
    pipes: tuple[str, ...] = ()
    local: tuple[str, ...] = ()


_LSASS = _Service(
    (
        ("12345778-1234-abcd-ef00-0123456789ac", 1, ""),
        ("b25a52bf-e5dd-4f4a-aea6-8ca7272a0e86", 2, "KeyIso"),
    ),
    ("\\pipe\\lsass",),
    ("samss lpc", "lsasspirpc"),
)
_WININIT = _Service(
    (("d95afe70-a6d5-4259-822e-2c84da1ddb0d", 1, ""),), ("\\PIPE\\InitShutdown",), ("WindowsShutdown",)
)
_EVENTS = _Service(
    (("f6beaff7-1e19-4fbb-9f8f-b89e2018337c", 1, "Event log TCPIP"),), ("\\pipe\\eventlog",), ("eventlog",)
)
_TASKS = _Service(
    (
        ("86d35949-83c9-4044-b424-db363231fd0c", 1, ""),
        ("378e52b0-c0a9-11cf-822d-00aa0051e40f", 1, ""),
        ("1ff70682-0a51-30e8-076d-740be8cee98b", 1, ""),
    ),
    ("\\PIPE\\atsvc",),
    ("ubpmtaskhostchannel",),
)
_SPOOLER = _Service(
    (
        ("12345678-1234-abcd-ef00-0123456789ab", 1, ""),
        ("76f03f96-cdfd-44fc-a22c-64950a001209", 1, ""),
        ("4a452661-8290-4b36-8fbe-7f4093a94978", 1, ""),
        ("ae33069b-a2a8-46ee-a235-ddfd339be281", 1, ""),
        ("0b6edbfa-4a24-4fc6-8a23-942b1eca65d1", 1, ""),
    ),
)
_SERVICES = _Service((("367abb81-9844-35f1-ad32-98f038001003", 2, ""),))
_FIREWALL = _Service((("6b5bdd1e-528c-422c-af8c-a4079be4fe48", 1, "Remote Fw APIs"),))

_LOCAL_ONLY = (
    ("3c4728c5-f0ab-448b-bda1-6ce01eb0a6d5", 1, "DHCP Client LRPC Endpoint", "dhcpcsvc"),
    ("3c4728c5-f0ab-448b-bda1-6ce01eb0a6d6", 1, "DHCPv6 Client LRPC Endpoint", "dhcpcsvc6"),
    ("30adc50c-5cbc-46ce-9a0e-91914789e23c", 1, "NRP server endpoint", ""),
    ("dd490425-5325-4565-b774-7e27d6c09c24", 1, "Base Firewall Engine API", ""),
    ("2fb92682-6599-42dc-ae13-bd2ca89bd11c", 1, "Fw APIs", ""),
    ("7f9d11bf-7fb9-436b-a812-b2d50c5d4c03", 1, "Fw APIs", ""),
    ("3473dd4d-2e88-4006-9cba-22570909dd10", 5, "WinHttp Auto-Proxy Service", ""),
    ("552d076a-cb29-4e44-8b6a-d15e59e2c0af", 1, "IP Transition Configuration endpoint", ""),
)


def endpoints_of(identity: Identity) -> tuple[Endpoint, ...]:
    """The decky's own: which process has which port depends on how fast each was at the last start."""
    later = [_EVENTS, _TASKS, _SPOOLER, _SERVICES, _FIREWALL][: identity.number("msrpc/services", 4, 5)]
    order = sorted(later, key=lambda one: identity.derive(f"msrpc/order/{one.interfaces[0][0]}", 8))
    started = [_WININIT, *order]
    started.insert(identity.number("msrpc/lsass", 0, 2), _LSASS)
    found: list[Endpoint] = []
    port = FIRST_PORT
    for index, service in enumerate(started):
        found += _lines(service, str(port), _local_port(identity, index))
        port += 1 if index < 4 else identity.number(f"msrpc/gap/{index}", 1, 3)
    for index, (interface, version, annotation, name) in enumerate(_LOCAL_ONLY):
        local = name or _local_port(identity, 100 + index)
        found.append(Endpoint(UUID(interface), version, LOCAL, local, annotation))
    return tuple(found)


def computer_of(identity: Identity) -> str:
    """The name that stands in addresses of pipes."""
    return f"\\\\{netbios_name(identity)}"


def _lines(service: _Service, port: str, local: str) -> list[Endpoint]:
    return [
        Endpoint(UUID(interface), version, kind, address, annotation)
        for interface, version, annotation in service.interfaces
        for kind, addresses in ((TCP, (port,)), (PIPE, service.pipes), (LOCAL, (*service.local, local)))
        for address in addresses
    ]


def _local_port(identity: Identity, index: int) -> str:
    return f"LRPC-{identity.derive(f'msrpc/lrpc/{index}', 9).hex()[:18]}"
