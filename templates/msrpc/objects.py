"""What DCOM has behind port 135 ([MS-DCOM] section 3.1.2.5.1): who the machine is; activation is denied."""

from __future__ import annotations

import struct
from uuid import UUID

from decnet_dcerpc import Syntax
from decnet_ndr import NdrReader, NdrWriter
from decnet_rpc_server import ACCESS_DENIED, Fault, Interface, Operation

EXPORTER: Syntax = (UUID("99fcfec4-5260-101b-bbcb-00aa0021347a"), 0)
ACTIVATION: Syntax = (UUID("4d9f4ab8-7d1c-11cf-861e-0020af6e7c57"), 0)
REMOTE_ACTIVATION: Syntax = (UUID("000001a0-0000-0000-c000-000000000046"), 0)

DCOM_VERSION = (5, 7)
TCP_TOWER = 0x0007
SECURITY = (0x09, 0x1E, 0x10, 0x0A, 0x16, 0x1F, 0x0E)
"""Authentication services of Windows 10, as it lists them: SPNEGO first, NTLM the fourth."""
NO_PRINCIPAL = 0xFFFF


def exporter(names: tuple[str, ...]) -> Interface:
    """IObjectExporter; `names`: the host name and the addresses under which the machine can be reached."""
    return Interface(
        "IObjectExporter",
        {
            0: Operation("ResolveOxid", _deny),
            1: Operation("SimplePing", _deny),
            2: Operation("ComplexPing", _deny),
            3: Operation("ServerAlive", lambda _: bytes(4)),
            4: Operation("ResolveOxid2", _deny),
            5: Operation("ServerAlive2", lambda _: _alive(names)),
        },
    )


def activation() -> dict[Syntax, Interface]:
    """What runs programs from afar: who tries has to log in, and is told no."""
    calls = {3: Operation("RemoteGetClassObject", _deny), 4: Operation("RemoteCreateInstance", _deny)}
    return {
        ACTIVATION: Interface("IActivation", {0: Operation("RemoteActivation", _deny)}),
        REMOTE_ACTIVATION: Interface("IRemoteSCMActivator", calls),
    }


def _deny(_: NdrReader) -> bytes:
    raise Fault(ACCESS_DENIED)


def _alive(names: tuple[str, ...]) -> bytes:
    """Section 3.1.2.5.1.6: the version and the bindings (section 2.2.19)."""
    strings = b"".join(struct.pack("<H", TCP_TOWER) + f"{name}\0".encode("utf-16-le") for name in names)
    security = b"".join(struct.pack("<HHH", service, NO_PRINCIPAL, 0) for service in SECURITY)
    bindings = strings + bytes(2) + security + bytes(2)
    made = NdrWriter()
    made.u16(DCOM_VERSION[0])
    made.u16(DCOM_VERSION[1])
    made.pointer()
    made.u32(len(bindings) // 2)
    made.u16(len(bindings) // 2)
    made.u16(len(strings) // 2 + 1)
    made.raw(bindings)
    made.u32(0)
    made.u32(0)
    return made.data
