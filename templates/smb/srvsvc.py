"""The Server Service as far as who lists shares asks ([MS-SRVS])."""

from __future__ import annotations

from uuid import UUID

from decnet_dcerpc import Syntax
from decnet_ndr import NdrReader, NdrWriter
from decnet_rpc_server import Interface, Operation
from machine import Machine

SRVSVC: Syntax = (UUID("4b324fc8-1670-01d3-1278-5a47bf6ee188"), 3)
DENIED, BAD_LEVEL = 5, 124
PLATFORM_NT = 500
WORKSTATION, SERVER, NT, SERVER_NT = 0x1, 0x2, 0x1000, 0x8000


def srvsvc_of(machine: Machine) -> Interface:
    """The calls that are answered."""
    return Interface(
        "srvsvc",
        {
            15: Operation("NetrShareEnum", lambda arguments: _enumerate(machine, arguments)),
            21: Operation("NetrServerGetInfo", lambda arguments: _describe(machine, arguments)),
        },
    )


def _enumerate(machine: Machine, arguments: NdrReader) -> bytes:
    """Section 3.1.4.8, at the levels 0 and 1."""
    if arguments.pointer():
        arguments.string()
    level = arguments.u32()
    made = NdrWriter()
    made.u32(level)
    made.u32(level)
    if level not in (0, 1):
        # A level that only administrators may ask, or none.
        made.u32(0)
        return _end(made, 0, DENIED if level in (2, 501, 502, 503) else BAD_LEVEL)
    made.pointer()
    made.u32(len(machine.shares))
    made.pointer()
    made.u32(len(machine.shares))
    for share in machine.shares:
        made.pointer()
        if level == 1:
            made.u32(share.kind)
            made.pointer()
    for share in machine.shares:
        made.string(share.name)
        if level == 1:
            made.string(share.comment)
    return _end(made, len(machine.shares), 0)


def _end(made: NdrWriter, count: int, status: int) -> bytes:
    for value in (count, 0, status):
        made.u32(value)
    return made.data


def _describe(machine: Machine, arguments: NdrReader) -> bytes:
    """Section 3.1.4.17, at the levels 100 and 101."""
    if arguments.pointer():
        arguments.string()
    level = arguments.u32()
    made = NdrWriter()
    made.u32(level)
    if level not in (100, 101):
        made.u32(0)
        made.u32(DENIED if level == 102 else BAD_LEVEL)
        return made.data
    made.pointer()
    made.u32(PLATFORM_NT)
    made.pointer()
    if level == 101:
        made.u32(machine.version[0])
        made.u32(machine.version[1])
        made.u32(
            WORKSTATION | SERVER | NT | (SERVER_NT if machine.is_server or not machine.is_windows else 0)
        )
        made.pointer()
    made.string(machine.target.computer)
    if level == 101:
        made.string(machine.comment)
    made.u32(0)
    return made.data
