"""SPNEGO (RFC 4178, [MS-SPNG]) as a server that wants NTLM: what is around NTLMSSP in SMB, LDAP and HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_ber import (
    ENUMERATED,
    GENERAL_STRING,
    OCTET_STRING,
    OID,
    SEQUENCE,
    NotBer,
    element,
    explicit,
    items,
    only,
)
from decnet_ntlm import SIGNATURE

SPNEGO = bytes.fromhex("2b0601050502")
NTLMSSP = bytes.fromhex("2b06010401823702020a")
KERBEROS = bytes.fromhex("2a864886f712010202")
KERBEROS_MICROSOFT = bytes.fromhex("2a864882f712010202")
NEGOEX = bytes.fromhex("2b06010401823702021e")

ACCEPTED, INCOMPLETE, REJECTED = 0, 1, 2
HINT = b"not_defined_in_RFC4178@please_ignore"
"""negHints of every server since Windows 2000 ([MS-SPNG] section 2.2.1)."""

_INITIAL, _RESPONSE = 0x60, 0xA1


class NotSpnego(ValueError):
    """Bytes that are no token of SPNEGO; the text says why."""


@dataclass(frozen=True)
class Token:
    """What a client has sent. `ntlm` is None where it speaks for another mechanism, or not yet for any."""

    ntlm: bytes | None
    mechanisms: tuple[bytes, ...] = ()
    mechanism_list: bytes = b""
    """The list as it came, over which `mic` was made."""
    mic: bytes | None = None
    is_bare: bool = False
    """NTLMSSP without SPNEGO around it: to be answered so."""


def offer(mechanisms: tuple[bytes, ...], *, hint: bool = True) -> bytes:
    """The server's first word (NegTokenInit2)."""
    listed = explicit(0, _list(mechanisms))
    hints = explicit(3, element(SEQUENCE, explicit(0, element(GENERAL_STRING, HINT)))) if hint else b""
    return element(_INITIAL, element(OID, SPNEGO), explicit(0, element(SEQUENCE, listed, hints)))


def reply(state: int, token: bytes = b"", *, names_ntlm: bool = False, mic: bytes | None = None) -> bytes:
    """NegTokenResp; `names_ntlm` says which mechanism was chosen, as the first reply does."""
    parts = [explicit(0, element(ENUMERATED, bytes([state])))]
    if names_ntlm:
        parts.append(explicit(1, element(OID, NTLMSSP)))
    if token:
        parts.append(explicit(2, element(OCTET_STRING, token)))
    if mic is not None:
        parts.append(explicit(3, element(OCTET_STRING, mic)))
    return element(_RESPONSE, element(SEQUENCE, *parts))


def read(data: bytes) -> Token:
    """A token of a client, of either kind, or bare NTLMSSP."""
    if data.startswith(SIGNATURE):
        return Token(data, is_bare=True)
    try:
        if data[:1] == bytes([_INITIAL]):
            return _read_initial(items(only(data, _INITIAL)))
        return _read_response(items(only(only(data, _RESPONSE), SEQUENCE)))
    except NotBer as error:
        raise NotSpnego(str(error)) from None


def _read_initial(parts: list[tuple[int, bytes]]) -> Token:
    if len(parts) != 2 or parts[0] != (OID, SPNEGO) or parts[1][0] != 0xA0:
        raise NotSpnego("no NegTokenInit of SPNEGO")
    fields = dict(items(only(parts[1][1], SEQUENCE)))
    listed = fields.get(0xA0, b"")
    mechanisms = tuple(content for _, content in items(only(listed, SEQUENCE)))
    token = only(fields[0xA2], OCTET_STRING) if 0xA2 in fields else None
    # The first mechanism of the list is the one whose token comes along.
    is_ntlm = token is not None and token.startswith(SIGNATURE)
    return Token(token if is_ntlm else None, mechanisms, listed)


def _read_response(parts: list[tuple[int, bytes]]) -> Token:
    fields = dict(parts)
    token = only(fields[0xA2], OCTET_STRING) if 0xA2 in fields else None
    mic = only(fields[0xA3], OCTET_STRING) if 0xA3 in fields else None
    return Token(token, mic=mic)


def _list(mechanisms: tuple[bytes, ...]) -> bytes:
    return element(SEQUENCE, *(element(OID, one) for one in mechanisms))
