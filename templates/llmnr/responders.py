"""Who answers for the decky's names, by LLMNR and by mDNS: always to who has asked, never to the group."""

from __future__ import annotations

from collections.abc import Iterable

from dnslib import QTYPE, RR, DNSHeader, DNSLabel, DNSQuestion, DNSRecord

from decnet_datagrams import Peer
from decnet_streams import Malformed
from names import Records
from queries import ANY, IN, NotQuery, Query, Question, read

MDNS_PORT = 5353
CACHE_FLUSH = 0x8000
"""The top bit of a record's class in mDNS (RFC 6762 section 10.2)."""
LEGACY_TTL = 10
"""The most that a resolver gets that is none of mDNS's own (RFC 6762 section 6.7)."""
AUTHORITATIVE = 0x8400


class LlmnrResponder:
    """Answers a single question, and stays silent about names that are not its own (RFC 4795 section 2.3)."""

    def __init__(self, names: Records) -> None:
        self._names = names

    def datagram(self, data: bytes, peer: Peer) -> list[bytes]:
        """Answers one datagram."""
        query = _read(data)
        if len(query.questions) != 1:
            return []
        (question,) = query.questions
        known = question.name in self._names
        _tell(peer, question, "llmnr", known)
        if not known or question.klass not in (IN, ANY):
            return []
        return [_packed(query.id, 0x8000, [question], _found(self._names, question))]


class MdnsResponder:
    """Answers what is its own of all that is asked (RFC 6762 section 6).

    Only questions about this decky are told: on a link with printers and telephones everybody hears
    many a second, and they concern somebody else.
    """

    def __init__(self, names: Records) -> None:
        self._names = names

    def datagram(self, data: bytes, peer: Peer) -> list[bytes]:
        """Answers one datagram."""
        query = _read(data)
        mine = [one for one in query.questions if one.name in self._names and one.klass in (IN, ANY)]
        for question in mine:
            _tell(peer, question, "mdns", True)
        records = [record for question in mine for record in _found(self._names, question)]
        if not records:
            return []
        if peer.source_port != MDNS_PORT:
            # As a plain resolver wants it: its question and its number, and nothing to keep for long.
            brief = [RR(one.rname, one.rtype, IN, min(one.ttl, LEGACY_TTL), one.rdata) for one in records]
            return [_packed(query.id, AUTHORITATIVE, mine, brief)]
        flushing = [
            RR(one.rname, one.rtype, IN | (0 if one.rtype == QTYPE.PTR else CACHE_FLUSH), one.ttl, one.rdata)
            for one in records
        ]
        return [_packed(0, AUTHORITATIVE, [], flushing)]


def _read(data: bytes) -> Query:
    try:
        return read(data)
    except NotQuery as error:
        raise Malformed(str(error), data) from None


def _tell(peer: Peer, question: Question, protocol: str, known: bool) -> None:
    kind = QTYPE.forward.get(question.type, f"TYPE{question.type}")
    name = question.name or "."
    peer.event("request", method="query", protocol=protocol, query=name, type=kind, known=known)


def _found(names: Records, question: Question) -> list[RR]:
    return [one for one in names[question.name] if question.type in (one.rtype, ANY)]


def _packed(number: int, flags: int, questions: Iterable[Question], records: Iterable[RR]) -> bytes:
    message = DNSRecord(DNSHeader(id=number, bitmap=flags))
    for one in questions:
        message.add_question(DNSQuestion(DNSLabel(one.labels), one.type, one.klass))
    message.add_answer(*records)
    return bytes(message.pack())
