"""The greeting, the client's answer to it, and what its scramble of a password proves."""

from __future__ import annotations

import hashlib
import secrets
import struct
from dataclasses import dataclass

from decnet_streams import Malformed
from packets import (
    AUTOCOMMIT,
    COMPRESS,
    CONNECT_ATTRS,
    CONNECT_WITH_DB,
    LENENC_AUTH,
    MYSQL,
    PLUGIN_AUTH,
    PROTOCOL_41,
    SECURE_CONNECTION,
    ZSTD,
    Reader,
)
from versions import Release

NONCE_BYTES = 20
ATTRIBUTES_LIMIT = 32
TOLD_ATTRIBUTES = ("program_name", "_client_name", "_client_version")


def fresh_nonce() -> bytes:
    """Random, of printable characters: some clients take it for a text."""
    return bytes(33 + secrets.randbelow(94) for _ in range(NONCE_BYTES))


def capabilities_of(release: Release) -> tuple[int, int, int]:
    """What it can, MariaDB's further bits, and its default character set; we have no compression."""
    if not release.is_mariadb:
        return 0xDFFFFFFF & ~(COMPRESS | ZSTD), 0, 0xFF
    if release.version.startswith("5."):
        return 0x800FF7FF & ~COMPRESS, 0, 8
    return 0x81FFF7FE & ~COMPRESS, 0x1C, 45


def greeting(release: Release, connection: int, nonce: bytes) -> bytes:
    """HandshakeV10."""
    capabilities, extended, charset = capabilities_of(release)
    return b"".join(
        (
            b"\x0a",
            release.greeting.encode("ascii") + b"\0",
            struct.pack("<I", connection) + nonce[:8] + b"\0",
            struct.pack("<HBH", capabilities & 0xFFFF, charset, AUTOCOMMIT),
            struct.pack("<HB", capabilities >> 16, NONCE_BYTES + 1),
            b"\0" * 6 + struct.pack("<I", extended),
            nonce[8:] + b"\0",
            release.plugin.encode("ascii") + b"\0",
        )
    )


@dataclass(frozen=True)
class Answer:
    """HandshakeResponse41."""

    capabilities: int
    extended: int
    username: str
    response: bytes
    database: str
    plugin: str
    client: str | None


def is_tls_request(packet: bytes) -> bool:
    """SSLRequest: the answer's first 32 bytes alone."""
    return len(packet) == 32


def parse_answer(packet: bytes) -> Answer:
    """Reads a client's answer."""
    if len(packet) < 4 or not struct.unpack_from("<H", packet)[0] & PROTOCOL_41:
        raise Malformed("no handshake of protocol 4.1", packet)
    reader = Reader(packet)
    capabilities = reader.number(4)
    reader.take(4 + 1 + 19)
    further = reader.number(4)
    username = _text(reader.text())
    response = _response(reader, capabilities)
    # Each of these may be missing, whatever the flags say.
    database = reader.last_text() if capabilities & CONNECT_WITH_DB and not reader.is_over else b""
    plugin = reader.last_text() if capabilities & PLUGIN_AUTH and not reader.is_over else b""
    client = _client(reader) if capabilities & CONNECT_ATTRS and not reader.is_over else None
    extended = 0 if capabilities & MYSQL else further
    return Answer(capabilities, extended, username, response, _text(database), _text(plugin), client)


def parse_change(packet: bytes, before: Answer) -> Answer:
    """COM_CHANGE_USER: the same without the beginning."""
    reader = Reader(packet)
    username = _text(reader.text())
    response = reader.take(reader.number(1)) if before.capabilities & SECURE_CONNECTION else reader.text()
    database = reader.last_text() if not reader.is_over else b""
    if not reader.is_over:
        reader.take(2)
    plugin = reader.last_text() if before.capabilities & PLUGIN_AUTH and not reader.is_over else b""
    return Answer(
        before.capabilities,
        before.extended,
        username,
        response,
        _text(database),
        _text(plugin),
        before.client,
    )


def _response(reader: Reader, capabilities: int) -> bytes:
    if capabilities & LENENC_AUTH:
        return reader.block()
    if capabilities & SECURE_CONNECTION:
        return reader.take(reader.number(1))
    return reader.text()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _client(reader: Reader) -> str:
    """What the client tells of itself, shortened to what names it."""
    attributes = Reader(reader.block())
    found: dict[str, str] = {}
    while not attributes.is_over and len(found) < ATTRIBUTES_LIMIT:
        name = _text(attributes.block())
        found[name] = _text(attributes.block())
    return " ".join(found[name] for name in TOLD_ATTRIBUTES if name in found)


def hashcat_native(nonce: bytes, response: bytes) -> str:
    """hashcat's mode 11200."""
    return f"$mysqlna${nonce.hex()}*{response.hex()}"


def proves_native(password: str, nonce: bytes, response: bytes) -> bool:
    """mysql_native_password: SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))."""
    if not password:
        return response == b""
    once = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(nonce + hashlib.sha1(once).digest()).digest()
    return response == bytes(a ^ b for a, b in zip(once, mask, strict=True))


def unmask(data: bytes, nonce: bytes) -> str:
    """The password that caching_sha2_password sends encrypted: XORed with the nonce, NUL at its end."""
    plain = bytes(byte ^ nonce[place % NONCE_BYTES] for place, byte in enumerate(data))
    return _text(plain.removesuffix(b"\0"))
