"""An SNMP agent that may be read with the communities of its options, and written by nobody.

Who asks with another community, or as a user of version 3, gets what an agent gives to strangers: silence,
or a report. Answers are short (see `mib`): the source of a datagram can be forged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from agents import agent_of
from decnet_ber import SEQUENCE, NotBer, Reader
from decnet_datagrams import Peer, serve_datagrams
from decnet_servers import Servers
from decnet_streams import Malformed
from engines import engine_of
from host import host_objects
from interfaces import interface_objects
from messages import SET, V3, Message, Pdu, read_message
from mib import Mib
from oids import show_oid
from printer import printer_objects
from secure import Secured, read_secured
from system import system_objects
from values import shown, tag_of

if TYPE_CHECKING:
    from decnet_identity import Identity
    from decnet_logging import Logger
    from decnet_sockets import Sockets

OIDS_SHOWN = 16
VERSIONS = {0: "1", 1: "2c", 3: "3"}


class Responder:
    """Answers one datagram at a time."""

    def __init__(self, identity: Identity, config: Mapping[str, Any]) -> None:
        agent = agent_of(identity)
        self._versions = agent.versions
        self._communities = {community.encode() for community in config["communities"]}
        self._engine = engine_of(identity, agent)
        self._mib = Mib(
            {
                **system_objects(identity, agent, config),
                **interface_objects(identity, agent),
                **host_objects(identity, agent),
                **printer_objects(identity),
            }
        )
        self._last: WeakKeyDictionary[Peer, bytes] = WeakKeyDictionary()

    def answer(self, data: bytes, peer: Peer) -> list[bytes]:
        """The handler of `decnet_datagrams`."""
        try:
            body = Reader(data).into(SEQUENCE)
            version = body.integer()
            if version not in VERSIONS:
                raise NotBer(f"version {version}")
            if version == V3:
                return self._secured(read_secured(body, data), peer)
            return self._plain(read_message(body, version), peer, len(data))
        except NotBer as error:
            raise Malformed(str(error), data) from None

    def _plain(self, message: Message, peer: Peer, size: int) -> list[bytes]:
        accepted = message.community in self._communities and message.version in self._versions
        # A walk is one try and hundreds of requests.
        if self._last.get(peer) != message.community:
            self._last[peer] = message.community
            version = VERSIONS[message.version]
            peer.event(
                "auth", method="community", password=message.community, version=version, accepted=accepted
            )
        _tell(message.pdu, peer)
        if not accepted:
            return []
        response = self._mib.answer(message.pdu, message.version, size)
        return [] if response is None else [Message(message.version, message.community, response).encode()]

    def _secured(self, asked: Secured, peer: Peer) -> list[bytes]:
        if asked.username:
            peer.event(
                "auth",
                method="usm",
                username=asked.username,
                level=asked.level,
                hashcat=asked.hashcat,
                accepted=False,
            )
        else:
            peer.event("request", method="DISCOVERY", version="3")
        report = self._engine.answer(asked) if V3 in self._versions else None
        return [] if report is None else [report]


def _tell(pdu: Pdu, peer: Peer) -> None:
    names = [show_oid(one.oid) for one in pdu.bindings[:OIDS_SHOWN]]
    if pdu.kind != SET:
        peer.event("request", method=pdu.verb, query=" ".join(names))
        return
    for name, one in zip(names, pdu.bindings, strict=False):
        tag = tag_of(one.value)
        value = shown(tag, Reader(one.value).bytes(None))
        peer.event("command", command=f"SET {name}", value=value, accepted=False)


async def start(identity: Identity, config: Mapping[str, Any], logger: Logger, sockets: Sockets) -> Servers:
    """Serves the declared port."""
    responder = Responder(identity, config)
    return Servers(await serve_datagrams(logger, sockets[identity.port, "udp"], responder.answer))
