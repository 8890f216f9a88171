"""The packets of TFTP (RFC 1350 section 5) and their options (RFC 2347), read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decnet_streams import Malformed

RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)
VERBS = {RRQ: "RRQ", WRQ: "WRQ"}
NOT_FOUND, VIOLATION, FULL, ILLEGAL = 1, 2, 3, 4
PATH_LIMIT = 512
OPTIONS_LIMIT = 8
LARGEST = 65_468
"""Bytes of a packet: the largest block of RFC 2348 and its header."""


@dataclass(frozen=True)
class Request:
    """A file to read or to write."""

    kind: int
    path: bytes
    mode: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Data:
    """A block of a file."""

    block: int
    content: bytes


@dataclass(frozen=True)
class Ack:
    """A block has come."""

    block: int


@dataclass(frozen=True)
class Error:
    """The client gives up."""

    code: int
    text: bytes


Packet = Request | Data | Ack | Error | None
"""None: an operation that there is not."""


def read_packet(data: bytes) -> Packet:
    """A datagram's; raises `Malformed`."""
    if len(data) < 2 or len(data) > LARGEST:
        raise Malformed(f"a packet of {len(data)} bytes", data)
    kind, rest = int.from_bytes(data[:2], "big"), data[2:]
    if kind in VERBS:
        return _request(kind, rest)
    if kind not in {DATA, ACK, ERROR}:
        return None
    if len(rest) < 2:
        raise Malformed("a packet without a number", data)
    number = int.from_bytes(rest[:2], "big")
    if kind == DATA:
        return Data(number, rest[2:])
    return Ack(number) if kind == ACK else Error(number, rest[2:].split(b"\0")[0])


def _request(kind: int, rest: bytes) -> Request:
    if not rest.endswith(b"\0"):
        raise Malformed("a request without an end", rest)
    path, *words = rest[:-1].split(b"\0")
    if not path or not words:
        raise Malformed("a request without a file or a mode", rest)
    if len(path) > PATH_LIMIT or len(words) > 2 * OPTIONS_LIMIT + 1:
        raise Malformed("a request that is too long", rest)
    mode, *listed = (word.decode("latin-1").lower() for word in words)
    return Request(kind, path, mode, dict(zip(listed[::2], listed[1::2], strict=False)))


def data(block: int, content: bytes) -> bytes:
    """A block."""
    return DATA.to_bytes(2, "big") + (block % 65_536).to_bytes(2, "big") + content


def ack(block: int) -> bytes:
    """That a block has come."""
    return ACK.to_bytes(2, "big") + (block % 65_536).to_bytes(2, "big")


def error(code: int, text: str) -> bytes:
    """That there is nothing to be had."""
    return ERROR.to_bytes(2, "big") + code.to_bytes(2, "big") + text.encode() + b"\0"


def oack(options: Mapping[str, int]) -> bytes:
    """The options that are taken."""
    return OACK.to_bytes(2, "big") + b"".join(
        f"{name}\0{value}\0".encode() for name, value in options.items()
    )
