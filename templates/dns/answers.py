"""From a question to an answer: authoritative for the decky's zones, and refusing the rest of the world."""

from __future__ import annotations

import hmac
import struct
import time
from dataclasses import dataclass

from dnslib import CLASS, EDNS0, QTYPE, RCODE, RR, TXT, DNSHeader, DNSLabel, DNSQuestion, DNSRecord
from dnslib import EDNSOption as Option

from question import COOKIE, LARGEST_SIZE, QUERY, RECURSION_DESIRED, NotDns, Question
from versions import Product
from zone import Zone

AXFR, IXFR = 252, 251
CHAIN_LIMIT = 8
RESOLVABLE = (QTYPE.A, QTYPE.AAAA)


@dataclass(frozen=True)
class Server:
    """A name server that knows a few zones."""

    product: Product
    hostname: str
    zones: list[Zone]
    transfers: bool
    secret: bytes

    def answer(self, question: Question, source: str, *, udp: bool) -> bytes:
        """What goes back."""
        if not question.asks:
            code = RCODE.NOTIMP if question.opcode != QUERY else RCODE.FORMERR
            return failure(question.id, question.flags, code)
        reply = DNSRecord(
            DNSHeader(id=question.id, bitmap=_flags(question)),
            q=DNSQuestion(DNSLabel(question.labels), question.type, question.klass),
        )
        self._fill(reply, question, udp)
        if question.edns is not None:
            options = []
            if question.edns.cookie and self.product.name == "bind":
                options.append(Option(COOKIE, self._cookie(question.edns.cookie, source)))
            reply.add_ar(EDNS0(udp_len=LARGEST_SIZE, opts=options))
        packed = reply.pack()
        if udp and len(packed) > question.room:
            reply.header.tc = 1
            reply.rr, reply.auth = [], []
            packed = reply.pack()
        return bytes(packed)

    def _fill(self, reply: DNSRecord, question: Question, udp: bool) -> None:
        if question.opcode != QUERY:
            reply.header.rcode = RCODE.REFUSED
        elif question.klass != CLASS.IN:
            self._chaos(reply, question)
        else:
            zone = next((zone for zone in self.zones if zone.holds(question.name)), None)
            transfer = question.type in (AXFR, IXFR)
            if zone is None or (transfer and (udp or not self.transfers or question.name != zone.origin)):
                reply.header.rcode = RCODE.REFUSED
            elif transfer:
                reply.header.aa = 1
                reply.add_answer(*zone.transfer())
            else:
                _lookup(zone, reply, question)

    def _chaos(self, reply: DNSRecord, question: Question) -> None:
        """Names of class CHAOS that tell what runs (RFC 4892)."""
        texts = {"version.bind": self.product.version, "version.server": self.product.version}
        if self.product.name == "bind":
            texts["hostname.bind"] = self.hostname
        text = texts.get(question.name) if question.klass == CLASS.CH else None
        if self.product.name == "microsoft":
            reply.header.rcode = RCODE.NOTIMP
        elif text is None or question.type not in (QTYPE.TXT, QTYPE.ANY):
            reply.header.rcode = RCODE.REFUSED
        else:
            reply.header.aa = 1
            owner = DNSLabel(question.labels)
            reply.add_answer(RR(owner, QTYPE.TXT, CLASS.CH, rdata=TXT(text), ttl=0))

    def _cookie(self, client: bytes, source: str) -> bytes:
        """The client's cookie and ours (RFC 9018 section 4); the hash is one that nobody else checks."""
        head = client + struct.pack(">BxxxI", 1, int(time.time()))
        return head + hmac.digest(self.secret, head + source.encode(), "sha256")[:8]


def _flags(question: Question) -> int:
    return 0x8000 | question.opcode << 11 | question.flags & RECURSION_DESIRED


def _lookup(zone: Zone, reply: DNSRecord, question: Question) -> None:
    reply.header.aa = 1
    name = question.name
    for _ in range(CHAIN_LIMIT):
        found = zone.find(name, question.type)
        reply.add_answer(*found)
        aliases = [record for record in found if record.rtype == QTYPE.CNAME]
        if not aliases or question.type not in RESOLVABLE:
            break
        name = str(aliases[0].rdata).rstrip(".").lower()
    if not reply.rr:
        reply.add_auth(zone.soa)
        if not zone.exists(name):
            reply.header.rcode = RCODE.NXDOMAIN


def failure(number: int, flags: int, code: int) -> bytes:
    """An answer that is only a header."""
    return struct.pack(">6H", number, 0x8000 | flags & 0x7900 | code, 0, 0, 0, 0)


def refusal(error: NotDns) -> bytes | None:
    """What a query that cannot be read is answered with: FORMERR, or nothing where it has no header."""
    return None if error.id is None else failure(error.id, error.flags, RCODE.FORMERR)
