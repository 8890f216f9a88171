"""HTTP as Go's net/http writes it: Docker's API and Kubernetes's."""

from __future__ import annotations

import json
from typing import Any

from decnet_http_answers import OTHERS, Answer, Dialect, Headers

GO = Dialect(
    (OTHERS, "Date", "Content-Length", "Transfer-Encoding", "Connection"), version=None, closes_silently=True
)
"""A handler's own headers come first, sorted by their names."""
REFUSED = Dialect(("Content-Type", "Connection"))
CHUNKED = Dialect((OTHERS, "Date", "Transfer-Encoding", "Connection"), version=None)


def go_refusal(status: int) -> Answer:
    """What net/http says of a request that it cannot read."""
    answer = Answer(status)
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Answer(status, f"{status} {answer.phrase}".encode(), [kind], dialect=REFUSED)


def go_json(status: int, body: Any, headers: Headers = ()) -> Answer:
    """JSON as Go's encoder writes it, with a line's end, and sorted headers."""
    text = json.dumps(body, separators=(",", ":")) + "\n"
    return Answer(status, text.encode(), sorted([("Content-Type", "application/json"), *headers]))


def chunk(data: bytes) -> bytes:
    """One chunk of a body of unknown length (RFC 9112 section 7.1); no data is its end."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
