"""UDP services: one handler for each datagram, and bounds that keep a decoy from being a weapon.

The source of a datagram can be forged, so that whoever answers with more than was asked floods a
third party (RFC 8085 section 3.1.11 and the amplification lists that attackers keep). Therefore each
source address gets so many bytes and answers a second, and no more; a question beyond them is logged,
and not answered.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from socket import socket

from decnet_faults import report_fault
from decnet_logging import Logger, Value
from decnet_streams import Malformed

FLOWS = 1024
"""Sources that are remembered at a time."""
FLOW_SECONDS = 60
"""A source that was silent for so long begins a new session."""
BYTES_A_SECOND, BYTES_AT_ONCE = 16_384, 65_536
"""What one source address is sent, in the long run and at once."""


class Peer:
    """One source, address and port, as long as it keeps speaking."""

    def __init__(self, logger: Logger, source: tuple[str, int], port: int) -> None:
        self.source, self.source_port = source
        self._logger = logger
        self._marks: dict[str, Value] = {
            "src_ip": source[0],
            "src_port": source[1],
            "dst_port": port,
            "session": secrets.token_hex(8),
        }
        self.heard = time.monotonic()

    def event(self, name: str, /, **fields: Value) -> None:
        """Writes an event of this source."""
        self._logger.event(name, **self._marks, **fields)


Handler = Callable[[bytes, Peer], Iterable[bytes]]
"""Answers the datagrams to send back; raises `Malformed` for what the protocol does not allow."""


class Allowance:
    """Bytes that each address may still be sent: a bucket that fills by the second."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, size: int, now: float) -> bool:
        """Whether so many bytes may go there now; they are taken off if so."""
        left, since = self._left.pop(address, (float(BYTES_AT_ONCE), now))
        left = min(left + (now - since) * BYTES_A_SECOND, float(BYTES_AT_ONCE))
        granted = size <= left
        self._left[address] = (left - size if granted else left, now)
        while len(self._left) > FLOWS:
            self._left.popitem(last=False)
        return granted


class _Endpoint(asyncio.DatagramProtocol):
    def __init__(self, logger: Logger, handler: Handler) -> None:
        self._logger = logger
        self._handler = handler
        self._peers: OrderedDict[tuple[str, int], Peer] = OrderedDict()
        self._allowance = Allowance()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        peer = self._peer(source)
        try:
            replies = list(self._handler(data, peer))
        except Malformed as error:
            peer.event("malformed", error=str(error), data=error.data or data[:256])
            return
        except Exception as error:  # noqa: BLE001: our own fault must not end the server
            report_fault(self._logger, "a datagram was not handled", error, "decnet_datagrams")
            return
        for reply in replies:
            if self._allowance.take(source[0], len(reply), time.monotonic()):
                self._transport.sendto(reply, source)

    def error_received(self, exc: OSError) -> None:
        """An ICMP error about something that we sent: the peer's business."""

    def _peer(self, source: tuple[str, int]) -> Peer:
        now = time.monotonic()
        peer = self._peers.pop(source, None)
        if peer is None or now - peer.heard > FLOW_SECONDS:
            peer = Peer(self._logger, source, self._port)
        peer.heard = now
        self._peers[source] = peer
        while len(self._peers) > FLOWS:
            self._peers.popitem(last=False)
        return peer


async def serve_datagrams(logger: Logger, bound: socket, handler: Handler) -> asyncio.BaseTransport:
    """Serves a bound socket of UDP."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Endpoint(logger, handler), sock=bound
    )
    return transport
