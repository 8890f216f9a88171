"""Messages of CredSSP ([MS-CSSP] section 2.2.1), which carries NTLM in the TLS of RDP."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from decnet_ber import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    NotBer,
    any_header,
    element,
    explicit,
    integer,
    items,
    only,
)
from decnet_streams import Malformed, Stream

VERSION = 6
"""Of Windows since 2018."""
_TO_SERVER = b"CredSSP Client-To-Server Binding Hash\0"
_TO_CLIENT = b"CredSSP Server-To-Client Binding Hash\0"


@dataclass(frozen=True)
class Request:
    """A TSRequest. What is not there is None."""

    version: int
    token: bytes | None = None
    """Of SPNEGO, or of NTLM alone."""
    credentials: bytes | None = None
    key_proof: bytes | None = None
    """That the client sees the key of our certificate, sealed."""
    nonce: bytes = b""


async def receive(stream: Stream) -> Request:
    """The next message."""
    data = await stream.exactly(2)
    if data[0] != SEQUENCE:
        raise Malformed("no message of CredSSP", data)
    if data[1] > 0x80:
        data += await stream.exactly(data[1] & 0x7F)
    try:
        begin, length = any_header(data)
        return _read(only(data + await stream.exactly(length - (len(data) - begin)), SEQUENCE))
    except NotBer as error:
        raise Malformed(f"CredSSP: {error}", data) from None


def _read(content: bytes) -> Request:
    fields = dict(items(content))
    version = only(fields.get(0xA0, b""), INTEGER)
    token = None
    if 0xA1 in fields:
        # A sequence of sequences; nobody sends more than one.
        first = only(only(fields[0xA1], SEQUENCE), SEQUENCE)
        token = only(only(first, 0xA0), OCTET_STRING)
    credentials, proof, nonce = (
        only(fields[tag], OCTET_STRING) if tag in fields else None for tag in (0xA2, 0xA3, 0xA5)
    )
    return Request(int.from_bytes(version[:4], "big"), token, credentials, proof, nonce or b"")


def encode(*, token: bytes = b"", key_proof: bytes = b"", error: int | None = None) -> bytes:
    """A message of the server."""
    parts = [explicit(0, integer(VERSION))]
    if token:
        inner = element(SEQUENCE, explicit(0, element(OCTET_STRING, token)))
        parts.append(explicit(1, element(SEQUENCE, inner)))
    if key_proof:
        parts.append(explicit(3, element(OCTET_STRING, key_proof)))
    if error is not None:
        # An NTSTATUS, whose highest bit makes it negative.
        parts.append(explicit(4, element(INTEGER, error.to_bytes(4, "big"))))
    return element(SEQUENCE, *parts)


def expected_proof(request: Request, key: bytes) -> bytes:
    """What a client seals that sees this key ([MS-CSSP] section 3.1.5, steps 3 and 4)."""
    if request.version < 5:
        return key
    return hashlib.sha256(_TO_SERVER + request.nonce + key).digest()


def own_proof(request: Request, key: bytes) -> bytes:
    """What the server seals in return."""
    if request.version < 5:
        return bytes([(key[0] + 1) % 256]) + key[1:]
    return hashlib.sha256(_TO_CLIENT + request.nonce + key).digest()
