"""Requests of SIP (RFC 3261 section 7), with bounds, and the replies to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decnet_streams import Malformed

HEADERS_LIMIT = 64
LINE_LIMIT = 2048
MESSAGE_LIMIT = 16 * 1024
VERSION = "SIP/2.0"
COMPACT = {
    "c": "content-type",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "s": "subject",
    "t": "to",
    "v": "via",
}
"""Short forms of names (section 7.3.3)."""
NEEDED = ("via", "from", "to", "call-id", "cseq")
"""What a reply repeats (section 8.2.6.2)."""


@dataclass(frozen=True)
class Request:
    """One request. Names of headers are in lower case and spelled out."""

    method: str
    uri: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        """The first of this name; empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every one of this name."""
        return [value for key, value in self.headers if key == name]


def read_request(head: bytes) -> Request:
    """Reads a request line and headers, up to the empty line or the end; raises `Malformed`."""
    text = head.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape").lstrip("\n")
    lines = _unfolded(text.partition("\n\n")[0].split("\n"))
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2].upper() != VERSION:
        raise Malformed("not a request of SIP", head)
    method, uri, _ = parts
    if not (method.isascii() and method.isalpha() and len(method) <= 16 and uri):
        raise Malformed("not a method of SIP", head)
    request = Request(method.upper(), uri, tuple(_headers(lines[1:], head)))
    missing = [name for name in NEEDED if not request.header(name)]
    if missing:
        raise Malformed(f"without {missing[0]}", head)
    return request


def content_length(head: bytes) -> int:
    """What follows the head on a stream (section 18.3); raises `Malformed` for what cannot be."""
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"content-length", b"l"):
            digits = value.strip()
            if not digits.isdigit() or len(digits) > 9 or int(digits) > MESSAGE_LIMIT:
                raise Malformed("a body that is too long", head)
            return int(digits)
    return 0


def _unfolded(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and found:
            found[-1] += " " + line.strip()
        else:
            found.append(line)
        if len(found[-1]) > LINE_LIMIT:
            raise Malformed("a line that is too long", found[-1][:64].encode("utf-8", "surrogateescape"))
        if len(found) > HEADERS_LIMIT:
            raise Malformed("too many headers")
    return found


def _headers(lines: Iterable[str], head: bytes) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        # A lone CR, or another control character, would be an end of line to somebody else.
        if not colon or not name.isascii() or any(ord(char) < 32 and char != "\t" for char in line):
            raise Malformed("not a header", head)
        yield COMPACT.get(name, name), value.strip()


def reply(status: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A response without a body."""
    lines = [f"{VERSION} {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def via_back(via: str, source: str, port: int) -> str:
    """The topmost Via as it goes back: with where the request came from (RFC 3581 section 4)."""
    first, comma, others = via.partition(",")
    sent_by, *parameters = (part.strip() for part in first.split(";"))
    kept = [one for one in parameters if one.lower().partition("=")[0] not in ("received", "rport")]
    asked = any(one.lower().partition("=")[0] == "rport" for one in parameters)
    added = [f"received={source}", *([f"rport={port}"] if asked else [])]
    return ";".join((sent_by, *kept, *added)) + comma + others
