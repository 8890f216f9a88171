"""MongoDB's wire protocol: OP_MSG, and OP_QUERY as old clients and nmap send it.

Source: the MongoDB manual, "MongoDB Wire Protocol".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import bson

from decnet_streams import Malformed, Stream
from documents import decode, size_at

HEADER = struct.Struct("<iiii")
REPLY, QUERY, MSG = 1, 2004, 2013
CHECKSUM, MORE_TO_COME = 1, 2
AWAIT_CAPABLE = 8
SEQUENCES_LIMIT = 8
DOCUMENTS_LIMIT = 1000
GET = b"GET "
HTTP = (
    b"HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\n"
    b"It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"
)


@dataclass(frozen=True)
class Request:
    """A command in either form."""

    number: int
    command: dict[str, Any]
    is_query: bool = False
    wants_reply: bool = True


async def read_request(stream: Stream) -> Request | None:
    """The next request; None for one in HTTP."""
    head = await stream.exactly(16)
    if head.startswith(GET):
        return None
    size, number, _, kind = HEADER.unpack(head)
    if size < 16:
        raise Malformed(f"a message of {size} bytes", head)
    body = await stream.exactly(size - 16)
    if kind == MSG:
        return _parse_msg(number, body)
    if kind == QUERY:
        return _parse_query(number, body)
    raise Malformed(f"operation {kind}", head + body)


def _parse_msg(number: int, body: bytes) -> Request:
    if len(body) < 5:
        raise Malformed("an OP_MSG that is too short", body)
    (flags,) = struct.unpack_from("<I", body)
    end = len(body) - (4 if flags & CHECKSUM else 0)
    command: dict[str, Any] | None = None
    further: dict[str, Any] = {}
    place, sections = 4, 0
    while place < end and sections <= SEQUENCES_LIMIT:
        kind, sections = body[place], sections + 1
        size = size_at(body[:end], place + 1)
        section = body[place + 1 : place + 1 + size]
        if kind == 0 and command is None:
            command = decode(section)
        elif kind == 1:
            name, documents = _sequence(section)
            further[name] = documents
        else:
            raise Malformed(f"section {kind}", body)
        place += 1 + size
    if not command:
        raise Malformed("an OP_MSG without a command", body)
    return Request(number, command | further, wants_reply=not flags & MORE_TO_COME)


def _sequence(section: bytes) -> tuple[str, list[dict[str, Any]]]:
    name, zero, _ = section[4:].partition(b"\0")
    if not zero:
        raise Malformed("a sequence without a name", section)
    place = 4 + len(name) + 1
    documents: list[dict[str, Any]] = []
    while place < len(section) and len(documents) < DOCUMENTS_LIMIT:
        size = size_at(section, place)
        documents.append(decode(section[place : place + size]))
        place += size
    return name.decode("utf-8", "replace"), documents


def _parse_query(number: int, body: bytes) -> Request:
    name, zero, rest = body[4:].partition(b"\0")
    if not zero or len(rest) < 8:
        raise Malformed("an OP_QUERY that is too short", body)
    document = decode(rest[8 : 8 + size_at(rest, 8)])
    # Old drivers wrap a command to send a read preference along.
    inner = document.get("$query", document.get("query"))
    command = inner if isinstance(inner, dict) and inner else document
    database, _, collection = name.decode("utf-8", "replace").partition(".")
    if not command:
        raise Malformed("an OP_QUERY without a command", body)
    if collection != "$cmd":
        command = {"find": collection, "filter": command}
    return Request(number, command | {"$db": database}, is_query=True)


def reply(request: Request, number: int, document: dict[str, Any]) -> bytes:
    """The answer, in the form of the request."""
    body = bson.encode(document)
    if request.is_query:
        head = struct.pack("<iqii", AWAIT_CAPABLE, 0, 0, 1)
        return HEADER.pack(16 + len(head) + len(body), number, request.number, REPLY) + head + body
    return HEADER.pack(21 + len(body), number, request.number, MSG) + b"\0\0\0\0\0" + body
