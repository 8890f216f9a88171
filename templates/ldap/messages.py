"""Messages of LDAP version 3 (RFC 4511 section 4): requests read with bounds, answers written."""

from __future__ import annotations

from dataclasses import dataclass

import decnet_ber as ber
from decnet_ber import NotBer, Reader

BIND, UNBIND, SEARCH, MODIFY, ADD, DELETE, RENAME = 0x60, 0x42, 0x63, 0x66, 0x68, 0x4A, 0x6C
COMPARE, ABANDON, EXTENDED = 0x6E, 0x50, 0x77
ENTRY, SEARCH_DONE, BIND_RESPONSE, EXTENDED_RESPONSE = 0x64, 0x65, 0x61, 0x78
RESPONSES = {MODIFY: 0x67, ADD: 0x69, DELETE: 0x6B, RENAME: 0x6D, COMPARE: 0x6F}
WRITES = {MODIFY: "modify", ADD: "add", DELETE: "delete", RENAME: "modifydn", COMPARE: "compare"}

SIMPLE, SASL = 0x80, 0xA3
SICILY_DISCOVERY, SICILY_NEGOTIATE, SICILY_RESPONSE = 0x89, 0x8A, 0x8B
SERVER_CREDENTIALS = 0x87
CONTROLS = 0xA0
PAGED = "1.2.840.113556.1.4.319"

START_TLS, WHO_AM_I = "1.3.6.1.4.1.1466.20037", "1.3.6.1.4.1.4203.1.11.3"
NOTICE = "1.3.6.1.4.1.1466.20036"

SUCCESS, OPERATIONS_ERROR, PROTOCOL_ERROR, SIZE_LIMIT, UNKNOWN_METHOD = 0, 1, 2, 4, 7
STRONGER_NEEDED, SASL_IN_PROGRESS, NO_OBJECT = 8, 14, 32
INVALID_CREDENTIALS, NO_ACCESS, UNWILLING = 49, 50, 53
ATTRIBUTES_LIMIT = 64
CONTROLS_LIMIT = 16


@dataclass(frozen=True)
class Message:
    """A message's envelope; `body` is inside of the request."""

    id: int
    tag: int
    body: Reader
    raw: bytes
    """The content of the request as it is, for what has no inner structure."""
    paged: bool


@dataclass(frozen=True)
class Bind:
    """Who wants to be somebody."""

    version: int
    name: str
    method: int
    mechanism: str
    credentials: bytes


@dataclass(frozen=True)
class Search:
    """What is searched for; `condition` is the filter, not read yet."""

    base: str
    scope: int
    size: int
    types_only: bool
    condition: Reader
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """LDAPResult (section 4.1.9)."""

    code: int
    text: str = ""
    matched: str = ""


def read(data: bytes) -> Message:
    """Reads one message; raises `NotBer`."""
    outer = Reader(data).into(ber.SEQUENCE)
    number = outer.integer()
    tag = outer.tag
    if tag & 0xC0 != 0x40:
        raise NotBer(f"tag {tag:#04x} is no request")
    raw = outer.bytes(None)
    body = Reader(raw) if tag & ber.CONSTRUCTED else Reader(b"")
    return Message(number, tag, body, raw, _is_paged(outer))


def _is_paged(outer: Reader) -> bool:
    if outer.tag != CONTROLS:
        return False
    controls = outer.into(CONTROLS)
    for _ in range(CONTROLS_LIMIT):
        if not controls.more:
            break
        if controls.into(ber.SEQUENCE).text() == PAGED:
            return True
    return False


def read_bind(body: Reader) -> Bind:
    """BindRequest (section 4.2), with the methods that Windows adds ([MS-ADTS] section 5.1.1.1.3)."""
    version, name, method = body.integer(), body.text(), body.tag
    if method != SASL:
        return Bind(version, name, method, "", body.bytes(None))
    inner = body.into(SASL)
    mechanism = inner.text()
    return Bind(version, name, method, mechanism, inner.bytes() if inner.more else b"")


def read_search(body: Reader) -> Search:
    """SearchRequest (section 4.5.1)."""
    base, scope = body.text(), body.integer(ber.ENUMERATED)
    body.integer(ber.ENUMERATED)
    size = body.integer()
    body.integer()
    types_only = body.bytes(ber.BOOLEAN) != b"\0"
    tag = body.tag
    content = body.bytes(None)
    condition = Reader(ber.element(tag, content))
    names, attributes = body.into(ber.SEQUENCE), []
    while names.more:
        if len(attributes) == ATTRIBUTES_LIMIT:
            raise NotBer("too many attributes")
        attributes.append(names.text())
    return Search(base, scope, size, types_only, condition, tuple(attributes))


class Writer:
    """Writes answers. `wide`: with the lengths that Windows writes."""

    def __init__(self, *, wide: bool) -> None:
        self._wide = wide

    def _made(self, tag: int, *contents: bytes) -> bytes:
        return ber.element(tag, *contents, wide=self._wide)

    def _message(self, number: int, body: bytes, controls: bytes = b"") -> bytes:
        return self._made(ber.SEQUENCE, ber.integer(number), body, controls)

    def result(self, number: int, tag: int, result: Result, *more: bytes, paged: bool = False) -> bytes:
        """An answer of any kind; `more` comes after the result proper."""
        parts = (
            ber.integer(result.code, ber.ENUMERATED),
            ber.octets(result.matched),
            ber.octets(result.text),
            *more,
        )
        controls = b""
        if paged:
            # All has been sent: no estimate, no cookie (RFC 2696 section 3).
            value = self._made(ber.SEQUENCE, ber.integer(0), ber.octets(""))
            control = self._made(ber.SEQUENCE, ber.octets(PAGED), ber.octets(value))
            controls = self._made(CONTROLS, control)
        return self._message(number, self._made(tag, *parts), controls)

    def sicily(self, number: int, code: int, credentials: bytes, text: str = "") -> bytes:
        """SicilyBindResponse: credentials stand in the place of the matched DN."""
        parts = (ber.integer(code, ber.ENUMERATED), ber.octets(credentials), ber.octets(text))
        return self._message(number, self._made(BIND_RESPONSE, *parts))

    def entry(self, number: int, name: str, attributes: list[tuple[str, list[bytes]]]) -> bytes:
        """SearchResultEntry."""
        listed = (
            self._made(ber.SEQUENCE, ber.octets(key), self._made(ber.SET, *map(ber.octets, values)))
            for key, values in attributes
        )
        body = self._made(ENTRY, ber.octets(name), self._made(ber.SEQUENCE, *listed))
        return self._message(number, body)
