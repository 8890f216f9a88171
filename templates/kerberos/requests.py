"""Requests to a KDC (RFC 4120 section 5.4.1), read with bounds: no more of them than is asked about here."""

from __future__ import annotations

from dataclasses import dataclass

import decnet_ber as ber
from decnet_ber import NotBer, Reader

AS_REQUEST, TGS_REQUEST = 0x6A, 0x6C
PA_TICKET, PA_TIMESTAMP = 1, 2
ENTERPRISE = 10
"""Name type of `user@domain` (RFC 6806 section 5)."""
NAMES_LIMIT, ETYPES_LIMIT, PADATA_LIMIT = 8, 32, 32


@dataclass(frozen=True)
class Principal:
    """PrincipalName (RFC 4120 section 5.2.2)."""

    kind: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """As people write it."""
        return "/".join(self.parts)


@dataclass(frozen=True)
class Encrypted:
    """EncryptedData (section 5.2.9)."""

    etype: int
    cipher: bytes


@dataclass(frozen=True)
class Request:
    """AS-REQ or TGS-REQ."""

    kind: int
    client: Principal | None
    realm: str
    server: Principal | None
    etypes: tuple[int, ...]
    timestamp: Encrypted | None
    """PA-ENC-TIMESTAMP (section 5.2.7.2): what the client proves its password with."""
    has_ticket: bool


def read(data: bytes) -> Request:
    """Reads a request; raises `NotBer`."""
    outer = Reader(data)
    kind = outer.tag
    if kind not in (AS_REQUEST, TGS_REQUEST):
        raise NotBer(f"tag {kind:#04x} is no request to a KDC")
    fields = outer.into(kind).into(ber.SEQUENCE)
    if fields.into(0xA1).integer() != 5:
        raise NotBer("not version 5")
    if fields.into(0xA2).integer() != kind & 0x1F:
        raise NotBer("a message of two types")
    offered = _padata(fields.into(0xA3)) if fields.tag == 0xA3 else {}
    body = fields.into(0xA4).into(ber.SEQUENCE)
    body.bytes(0xA0)
    client = _principal(body.into(0xA1)) if body.tag == 0xA1 else None
    realm = body.into(0xA2).text(ber.GENERAL_STRING)
    server = _principal(body.into(0xA3)) if body.tag == 0xA3 else None
    while body.tag not in (0xA8, 0):
        body.bytes(None)
    etypes = _etypes(body.into(0xA8).into(ber.SEQUENCE))
    timestamp = _encrypted(Reader(offered[PA_TIMESTAMP])) if offered.get(PA_TIMESTAMP) else None
    return Request(kind, client, realm, server, etypes, timestamp, PA_TICKET in offered)


def _padata(reader: Reader) -> dict[int, bytes]:
    listed, found = reader.into(ber.SEQUENCE), {}
    while listed.more:
        if len(found) == PADATA_LIMIT:
            raise NotBer("too much pre-authentication")
        one = listed.into(ber.SEQUENCE)
        kind = one.into(0xA1).integer()
        found[kind] = one.into(0xA2).bytes()
    return found


def _principal(reader: Reader) -> Principal:
    fields = reader.into(ber.SEQUENCE)
    kind = fields.into(0xA0).integer()
    names, parts = fields.into(0xA1).into(ber.SEQUENCE), []
    while names.more:
        if len(parts) == NAMES_LIMIT:
            raise NotBer("a name of too many parts")
        parts.append(names.text(ber.GENERAL_STRING))
    return Principal(kind, tuple(parts))


def _etypes(listed: Reader) -> tuple[int, ...]:
    found = []
    while listed.more:
        if len(found) == ETYPES_LIMIT:
            raise NotBer("too many encryption types")
        found.append(listed.integer())
    return tuple(found)


def _encrypted(reader: Reader) -> Encrypted:
    fields = reader.into(ber.SEQUENCE)
    etype = fields.into(0xA0).integer()
    if fields.tag == 0xA1:
        fields.bytes(0xA1)
    return Encrypted(etype, fields.into(0xA2).bytes())
