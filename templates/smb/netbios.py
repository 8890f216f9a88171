"""Packets of the NetBIOS session service (RFC 1002 section 4.3), which frame SMB on both of its ports."""

from __future__ import annotations

from decnet_streams import Malformed, Stream

MESSAGE, REQUEST, POSITIVE, NEGATIVE, KEEP_ALIVE = 0x00, 0x81, 0x82, 0x83, 0x85
NAMES_LIMIT = 512
NO_REASON = 0x8F
"""Why a session is refused: unspecified."""


def frame(message: bytes) -> bytes:
    """A session message. Direct SMB gives its length 24 bits ([MS-SMB2] section 2.1)."""
    return len(message).to_bytes(4, "big") + message


async def packet(stream: Stream) -> tuple[int, bytes]:
    """The next packet: its type and what it holds."""
    head = await stream.exactly(4)
    length = int.from_bytes(head[1:], "big")
    if head[0] not in (MESSAGE, REQUEST, KEEP_ALIVE) or (head[0] != MESSAGE and length > NAMES_LIMIT):
        raise Malformed(f"a packet of type {head[0]:#x}", head)
    return head[0], await stream.exactly(length)


def names_of(request: bytes) -> tuple[str, str]:
    """The called and the calling name of a session request."""
    if len(request) < 68 or request[0] != 32 or request[34] != 32:
        raise Malformed("a session request without two names", request)
    return _decode(request[1:33]), _decode(request[35:67])


def _decode(encoded: bytes) -> str:
    """First-level encoding: each byte as two letters from A to P (RFC 1001 section 14.1)."""
    if any(not 0x41 <= letter <= 0x50 for letter in encoded):
        raise Malformed("a name that is not encoded", encoded)
    pairs = zip(encoded[::2], encoded[1::2], strict=True)
    data = bytes((high - 0x41) << 4 | (low - 0x41) for high, low in pairs)
    return data[:15].decode("cp437").rstrip(" \0")
