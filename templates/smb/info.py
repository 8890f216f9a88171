"""What a client can ask of a file or its volume ([MS-FSCC] sections 2.4 and 2.5)."""

from __future__ import annotations

import struct

from machine import filetime
from shares import Node, Share

FOLDER, ARCHIVE = 0x10, 0x20
CLUSTER, SECTOR = 4096, 512
READ_ACCESS = 0x001200A9
FILE, VOLUME, SECURITY = 1, 2, 3
"""Kinds of information ([MS-SMB2] section 2.2.37)."""
_VOLUME_FEATURES = 0x0001006F
"""Case kept, Unicode, ACLs, sparse files, streams ([MS-FSCC] section 2.5.1)."""


def attributes(node: Node) -> int:
    """FileAttributes."""
    return FOLDER if node.is_folder else ARCHIVE


def allocated(node: Node) -> int:
    """Bytes on the disk."""
    return -(-node.size // CLUSTER) * CLUSTER


def times(node: Node) -> bytes:
    """Created, last read, last written and changed, all at once."""
    return struct.pack("<Q", filetime(node.changed)) * 4


def of_file(kind: int, node: Node, path: str) -> bytes | None:
    """One class of FILE information; None for a class that there is not."""
    name = ("\\" + path).encode("utf-16-le")
    standard = struct.pack("<QQIBBH", allocated(node), node.size, 1, 0, node.is_folder, 0)
    basic = times(node) + struct.pack("<II", attributes(node), 0)
    number = struct.pack("<Q", node.number)
    stream = "::$DATA".encode("utf-16-le")
    everything = basic + standard + number + struct.pack("<IIQIII", 0, READ_ACCESS, 0, 0, 0, len(name)) + name
    classes = {
        4: basic,
        5: standard,
        6: number,
        7: bytes(4),
        8: struct.pack("<I", READ_ACCESS),
        14: bytes(8),
        16: bytes(4),
        17: bytes(4),
        18: everything,
        22: b""
        if node.is_folder
        else struct.pack("<IIQQ", 0, len(stream), node.size, allocated(node)) + stream,
        34: times(node) + struct.pack("<QQII", allocated(node), node.size, attributes(node), 0),
        35: struct.pack("<II", attributes(node), 0),
    }
    return classes.get(kind)


def of_volume(kind: int, share: Share, created: float) -> bytes | None:
    """One class of VOLUME information; None for a class that there is not."""
    label = share.label.encode("utf-16-le")
    system = "NTFS".encode("utf-16-le")
    units = 20_000_000 + share.serial % 100_000_000
    free = units // (2 + share.serial % 5)
    sectors = CLUSTER // SECTOR
    classes = {
        1: struct.pack("<QIIBB", filetime(created), share.serial, len(label), 0, 0) + label,
        3: struct.pack("<QQII", units, free, sectors, SECTOR),
        4: struct.pack("<II", 7, 0x20),
        5: struct.pack("<III", _VOLUME_FEATURES, 255, len(system)) + system,
        7: struct.pack("<QQQII", units, free, free, sectors, SECTOR),
        11: struct.pack("<IIIIIII", SECTOR, CLUSTER, CLUSTER, CLUSTER, 3, 0, 0),
    }
    return classes.get(kind)


def security() -> bytes:
    """Owned by the administrators, read by everyone ([MS-DTYP] section 2.4.6)."""
    administrators = bytes.fromhex("01020000000000052000000020020000")
    everyone = bytes.fromhex("010100000000000100000000")
    entry = struct.pack("<BBHI", 0, 3, 8 + len(everyone), READ_ACCESS) + everyone
    entries = struct.pack("<BBHHH", 2, 0, 8 + len(entry), 1, 0) + entry
    owner, group = 20, 20 + len(administrators)
    head = struct.pack("<BBHIIII", 1, 0, 0x8004, owner, group, 0, group + len(administrators))
    return head + administrators + administrators + entries
