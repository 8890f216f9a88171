"""The endpoint mapper ([MS-RPCE] section 2.2.1.2, C706 appendix O): who listens where."""

from __future__ import annotations

import struct
from uuid import UUID

import towers
from decnet_dcerpc import Syntax
from decnet_ndr import NdrReader, NdrWriter, NotNdr
from decnet_rpc_server import ACCESS_DENIED, Fault, Interface, Operation
from endpoints import Endpoint

MAPPER: Syntax = (UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa"), 3)
NOT_REGISTERED = 0x16C9A0D6
BY_INTERFACE, BY_BOTH = 1, 3
"""Kinds of inquiry that name an interface."""
AT_ONCE = 500
TOWER_LIMIT = 1024


class Mapper:
    """The decky's endpoints as one client sees them, who has come to this address."""

    def __init__(self, endpoints: tuple[Endpoint, ...], address: str, computer: str) -> None:
        self._endpoints = endpoints
        self._address = address
        self._computer = computer

    def interface(self) -> Interface:
        """The calls that are answered; those that change anything are for the machine itself."""
        return Interface(
            "epmapper",
            {
                0: Operation("ept_insert", _deny),
                1: Operation("ept_delete", _deny),
                2: Operation("ept_lookup", self._look_up),
                3: Operation("ept_map", self._map),
                4: Operation("ept_lookup_handle_free", lambda _: bytes(24)),
            },
        )

    def _look_up(self, arguments: NdrReader) -> bytes:
        inquiry = arguments.u32()
        if arguments.pointer():
            arguments.uuid()
        interface = None
        if arguments.pointer():
            interface = arguments.uuid()
            arguments.raw(4)
        arguments.u32()
        begin = _place(arguments.raw(20))
        most = min(arguments.u32(), AT_ONCE)
        by_name = inquiry in (BY_INTERFACE, BY_BOTH)
        found = [one for one in self._endpoints if not by_name or one.interface == interface]
        page = found[begin : begin + most]
        made = NdrWriter()
        # A list of one page is known to be whole; that of several ends with a page of nothing.
        is_over = not page or len(page) == len(found)
        made.raw(bytes(20) if is_over else _handle(begin + len(page)))
        made.u32(len(page))
        _array(made, most, len(page))
        for one in page:
            made.align(4)
            made.raw(bytes(16))
            made.pointer()
            annotation = one.annotation.encode("ascii") + b"\0"
            made.u32(0)
            made.u32(len(annotation))
            made.raw(annotation)
        for one in page:
            self._tower(made, one)
        made.u32(0 if page else NOT_REGISTERED)
        return made.data

    def _map(self, arguments: NdrReader) -> bytes:
        if arguments.pointer():
            arguments.uuid()
        if not arguments.pointer():
            raise NotNdr("a map without a tower")
        arguments.u32()
        length = arguments.u32()
        if length > TOWER_LIMIT:
            raise NotNdr(f"a tower of {length} bytes")
        interface, version, kind = towers.wanted(arguments.raw(length))
        arguments.align(4)
        begin = _place(arguments.raw(20))
        most = min(arguments.u32(), AT_ONCE)
        found = [
            one
            for one in self._endpoints
            if (one.interface, one.version) == (interface, version) and kind in (None, one.kind)
        ][begin : begin + most]
        made = NdrWriter()
        made.raw(bytes(20))
        made.u32(len(found))
        _array(made, most, len(found))
        for _ in found:
            made.pointer()
        for one in found:
            self._tower(made, one)
        made.u32(0 if found else NOT_REGISTERED)
        return made.data

    def _tower(self, made: NdrWriter, endpoint: Endpoint) -> None:
        tower = towers.encode(endpoint, self._address, self._computer)
        made.u32(len(tower))
        made.u32(len(tower))
        made.raw(tower)


def _deny(_: NdrReader) -> bytes:
    raise Fault(ACCESS_DENIED)


def _array(made: NdrWriter, most: int, count: int) -> None:
    """The sizes of a conformant and varying array."""
    made.u32(most)
    made.u32(0)
    made.u32(count)


_MARK = UUID("6d5e1a2b-0000-4000-8000-000000000000").bytes_le[:12]


def _handle(place: int) -> bytes:
    """A context handle that holds the place where to go on."""
    return struct.pack("<I12sI", 0, _MARK, place)


def _place(handle: bytes) -> int:
    _, mark, place = struct.unpack("<I12sI", handle)
    return place if mark == _MARK else 0
