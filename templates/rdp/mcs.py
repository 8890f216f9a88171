"""MCS (T.125) and GCC (T.124) as far as RDP uses them ([MS-RDPBCGR] sections 2.2.1.3 to 2.2.1.9)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from decnet_ber import ENUMERATED, INTEGER, OCTET_STRING, SEQUENCE, NotBer, any_header, element
from decnet_streams import Malformed
from x224 import DATA, framed

ERECT_DOMAIN, ATTACH_USER, JOIN_CHANNEL, SEND_DATA, DISCONNECT = 0x04, 0x28, 0x38, 0x64, 0x20
GLOBAL_CHANNEL = 1003
USER = 1007
SERVER = 1002
USERS_BEGIN = 1001
CHANNELS_LIMIT = 31
NAME_BYTES = 32
_CONNECT_INITIAL, _CONNECT_RESPONSE = b"\x7f\x65", b"\x7f\x66"
_CLIENT_CORE, _CLIENT_NETWORK = 0xC001, 0xC003
_SERVER_CORE, _SERVER_SECURITY, _SERVER_NETWORK = 0x0C01, 0x0C02, 0x0C03
_RDP_10 = 0x00080005
_CLIENT_KEY, _SERVER_KEY = b"Duca", b"McDn"
"""H.221 keys that mark the data of Microsoft's client and server."""
_DOMAIN = element(
    SEQUENCE,
    *(element(INTEGER, one) for one in (b"\x22", b"\x03", b"\0", b"\1", b"\0", b"\1", b"\0\xff\xf8", b"\2")),
)


@dataclass(frozen=True)
class Client:
    """What a client says of itself."""

    name: str
    build: int
    width: int
    height: int
    channels: int
    """How many virtual channels it wants."""


def body_of(packet: bytes) -> bytes:
    """What an X.224 data packet holds."""
    if not packet.startswith(DATA) or len(packet) == len(DATA):
        raise Malformed("no data of X.224", packet)
    return packet[len(DATA) :]


def client_of(packet: bytes) -> Client:
    """Reads a Connect-Initial."""
    body = body_of(packet)
    try:
        begin, length = any_header(body, 1)
    except NotBer as error:
        raise Malformed(f"MCS: {error}", body) from None
    key = body.find(_CLIENT_KEY)
    if not body.startswith(_CONNECT_INITIAL) or begin + length > len(body) or key < 0:
        raise Malformed("no Connect-Initial of RDP", body)
    blocks = _blocks(_sized(body, key + len(_CLIENT_KEY)))
    core = blocks.get(_CLIENT_CORE, b"")
    if len(core) < 20 + NAME_BYTES:
        raise Malformed("a client without core data", core)
    name = core[20 : 20 + NAME_BYTES].decode("utf-16-le", "replace").split("\0")[0]
    network = blocks.get(_CLIENT_NETWORK, bytes(4))
    channels = int.from_bytes(network[:4], "little")
    if channels > CHANNELS_LIMIT:
        raise Malformed(f"{channels} channels", network)
    width, height = struct.unpack_from("<HH", core, 4)
    return Client(name, int.from_bytes(core[16:20], "little"), width, height, channels)


def _sized(data: bytes, at: int) -> bytes:
    """What stands behind a length of PER (X.691 section 10.9), of one byte or two."""
    if at + 2 > len(data):
        raise Malformed("client data that end too early", data)
    length = data[at]
    at += 1
    if length & 0x80:
        length = (length & 0x7F) << 8 | data[at]
        at += 1
    if at + length > len(data):
        raise Malformed("client data that end too early", data)
    return data[at : at + length]


def _blocks(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if length < 4 or at + length > len(data):
            raise Malformed("a block of client data beyond their end", data[at:])
        found.setdefault(kind, data[at + 4 : at + length])
        at += length
    return found


def connect_response(client: Client, protocols: int) -> bytes:
    """The server's data: what the client had asked for, no encryption below TLS, its channels."""
    ids = struct.pack(
        f"<{client.channels}H", *range(GLOBAL_CHANNEL + 1, GLOBAL_CHANNEL + 1 + client.channels)
    )
    network = struct.pack("<HH", GLOBAL_CHANNEL, client.channels) + ids
    blocks = b"".join(
        struct.pack("<HH", kind, 4 + len(content)) + content
        for kind, content in (
            (_SERVER_CORE, struct.pack("<III", _RDP_10, protocols, 0)),
            (_SERVER_SECURITY, struct.pack("<II", 0, 0)),
            (_SERVER_NETWORK, network + bytes(-len(network) % 4)),
        )
    )
    conference = b"\x14\x76\x0a\x01\x01\x00\x01\xc0\x00" + _SERVER_KEY + _length(len(blocks)) + blocks
    user_data = b"\x00\x05\x00\x14\x7c\x00\x01" + _length(len(conference)) + conference
    result = element(ENUMERATED, b"\0") + element(INTEGER, b"\0")
    content = result + _DOMAIN + element(OCTET_STRING, user_data)
    # The tag has two bytes: what follows its first is written as an element is.
    return _data(_CONNECT_RESPONSE[:1] + element(_CONNECT_RESPONSE[1], content))


def _length(count: int) -> bytes:
    return struct.pack(">H", 0x8000 | count)


def attach_confirm() -> bytes:
    """The client's number."""
    return _data(struct.pack(">BBH", 0x2E, 0, USER - USERS_BEGIN))


def join_confirm(body: bytes) -> bytes:
    """The channel that the client has asked for."""
    if len(body) < 5:
        raise Malformed("a request for no channel", body)
    user, channel = struct.unpack_from(">HH", body, 1)
    return _data(struct.pack(">BBHHH", 0x3E, 0, user, channel, channel))


def user_data_of(body: bytes) -> bytes:
    """What a client sends to a channel."""
    if len(body) < 8:
        raise Malformed("data that end too early", body)
    return _sized(body, 6)


def indication(data: bytes) -> bytes:
    """Data of the server to the global channel."""
    head = struct.pack(">BHHB", 0x68, SERVER - USERS_BEGIN, GLOBAL_CHANNEL, 0x70)
    return _data(head + _length(len(data)) + data)


def disconnect() -> bytes:
    """The provider's last word: it has ended the session (rn-provider-initiated)."""
    return _data(b"\x21\x80")


def _data(body: bytes) -> bytes:
    return framed(DATA + body)
