"""KRB-ERROR (RFC 4120 section 5.9.1) and what it carries: the only thing that this KDC ever answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone

import decnet_ber as ber
from requests import Principal

UNKNOWN_CLIENT, UNKNOWN_SERVER, UNKNOWN_ETYPE, NO_PADATA, REVOKED = 6, 7, 14, 16, 18
FAILED, REQUIRED, BAD_INTEGRITY, TOO_LONG, WRONG_REALM = 24, 25, 31, 61, 68
ETYPE_INFO2 = 19
PRINCIPAL = 1


@dataclass(frozen=True)
class Failure:
    """An error about a request. `client` and `text` are what MIT's KDC adds."""

    code: int
    realm: str
    server: Principal
    client: tuple[str, Principal] | None = None
    text: str | None = None
    data: bytes = b""


def packed(failure: Failure, now: float | None = None) -> bytes:
    """The message."""
    moment = time.time() if now is None else now
    stamp = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y%m%d%H%M%SZ")
    fields = [
        (0, ber.integer(5)),
        (1, ber.integer(30)),
        (4, ber.octets(stamp, ber.GENERALIZED_TIME)),
        (5, ber.integer(int(moment % 1 * 1_000_000))),
        (6, ber.integer(failure.code)),
    ]
    if failure.client is not None:
        realm, name = failure.client
        fields += [(7, _text(realm)), (8, _name(name))]
    fields += [(9, _text(failure.realm)), (10, _name(failure.server))]
    if failure.text is not None:
        fields.append((11, _text(failure.text)))
    if failure.data:
        fields.append((12, ber.octets(failure.data)))
    listed = (ber.element(0xA0 | number, value) for number, value in fields)
    return ber.element(0x7E, ber.element(ber.SEQUENCE, *listed))


def method_data(methods: list[tuple[int, bytes]]) -> bytes:
    """What a client may prove itself with (section 7.5.1)."""
    return ber.element(ber.SEQUENCE, *(_padata(kind, value) for kind, value in methods))


def etype_info(entries: list[tuple[int, str | None]]) -> bytes:
    """ETYPE-INFO2 (section 5.2.7.5): encryption types, each with the salt of the client's key."""
    return ber.element(
        ber.SEQUENCE,
        *(
            ber.element(
                ber.SEQUENCE,
                ber.element(0xA0, ber.integer(etype)),
                b"" if salt is None else ber.element(0xA1, _text(salt)),
            )
            for etype, salt in entries
        ),
    )


def _padata(kind: int, value: bytes) -> bytes:
    number = ber.element(0xA1, ber.integer(kind))
    return ber.element(ber.SEQUENCE, number, ber.element(0xA2, ber.octets(value)))


def _text(value: str) -> bytes:
    return ber.octets(value, ber.GENERAL_STRING)


def _name(name: Principal) -> bytes:
    parts = ber.element(ber.SEQUENCE, *map(_text, name.parts))
    number = ber.element(0xA0, ber.integer(name.kind))
    return ber.element(ber.SEQUENCE, number, ber.element(0xA1, parts))
