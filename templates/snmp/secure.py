"""Version 3 with user-based security (RFC 3412, RFC 3414), as far as an agent that knows no user goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from decnet_ber import SEQUENCE, NotBer, Reader, element, integer, octets
from messages import REPORT, V3, Binding, Pdu, read_pdu
from oids import Oid, parse_oid
from values import counter

AUTH, PRIV, REPORTABLE = 1, 2, 4
"""msgFlags (RFC 3412 section 6.4)."""
USM = 3
LARGEST = 65_507
UNKNOWN_USER, UNKNOWN_ENGINE = (parse_oid(f"1.3.6.1.6.3.15.1.1.{number}.0") for number in (3, 4))
"""usmStatsUnknownUserNames and usmStatsUnknownEngineIDs."""


@dataclass(frozen=True)
class Secured:
    """A message of version 3, as far as it can be read without a key."""

    message: int
    flags: int
    engine: bytes
    username: bytes
    digest: bytes
    whole: bytes
    pdu: Pdu | None
    """None where it is encrypted."""

    @property
    def level(self) -> str:
        """Security level (RFC 3411 section 3.4.3)."""
        return {0: "noAuthNoPriv", AUTH: "authNoPriv"}.get(self.flags & (AUTH | PRIV), "authPriv")

    @property
    def hashcat(self) -> str | None:
        """For modes 25000 (MD5 or SHA-1) and, by the length of the digest, 26700 to 27300 (SHA-2)."""
        kind = {12: 0, 16: 3, 24: 4, 32: 5, 48: 6}.get(len(self.digest))
        if not self.flags & AUTH or kind is None or not any(self.digest):
            return None
        zeroed = self.whole.replace(self.digest, bytes(len(self.digest)), 1)
        return f"$SNMPv3${kind}$0${zeroed.hex()}${self.engine.hex()}${self.digest.hex()}"


def read_secured(body: Reader, whole: bytes) -> Secured:
    """The rest of a message after its version."""
    head = body.into(SEQUENCE)
    message, size = head.integer(), head.integer()
    flags, model = head.bytes(), head.integer()
    if len(flags) != 1 or size < 484 or model != USM:
        raise NotBer("a header of version 3 that is not right")
    security = Reader(body.bytes()).into(SEQUENCE)
    engine = security.bytes()
    for _ in range(2):
        security.integer()
    username = security.bytes()
    digest = security.bytes()
    security.bytes()
    if len(engine) > 32 or len(username) > 32:
        raise NotBer("an engine or a user with a name that is too long")
    return Secured(
        message,
        flags[0],
        engine,
        username,
        digest,
        whole,
        None if flags[0] & PRIV else _scoped(body),
    )


def _scoped(body: Reader) -> Pdu:
    scoped = body.into(SEQUENCE)
    for _ in range(2):
        scoped.bytes()
    return read_pdu(scoped, V3)


class Engine:
    """The decky's engine: who it says it is, and what it counts."""

    def __init__(self, name: bytes, boots: int, seconds: Callable[[], int]) -> None:
        self.name = name
        self._boots = boots
        self._seconds = seconds
        self._counts: dict[Oid, int] = {}

    def answer(self, asked: Secured) -> bytes | None:
        """A report of what was wrong, if the message wants one."""
        # The order of RFC 3414 section 3.2: an engine's name first, then the user's.
        wrong = UNKNOWN_ENGINE if asked.engine != self.name else UNKNOWN_USER
        self._counts[wrong] = self._counts.get(wrong, 0) + 1
        if not asked.flags & REPORTABLE:
            return None
        bindings = (Binding(wrong, counter(self._counts[wrong])),)
        pdu = Pdu(REPORT, asked.pdu.request if asked.pdu else 0, bindings=bindings)
        head = element(SEQUENCE, integer(asked.message), integer(LARGEST), octets(b"\0"), integer(USM))
        security = element(
            SEQUENCE,
            octets(self.name),
            integer(self._boots),
            integer(self._seconds()),
            octets(asked.username if wrong != UNKNOWN_ENGINE else b""),
            octets(b""),
            octets(b""),
        )
        scoped = element(SEQUENCE, octets(self.name), octets(b""), pdu.encode())
        return element(SEQUENCE, integer(V3), head, octets(security), scoped)
