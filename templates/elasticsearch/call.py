"""A request, as far as the REST API cares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from decnet_http import Request

DEPTH_LIMIT = 32
WRITES = frozenset({"PUT", "POST", "DELETE"})
READING = frozenset(
    {"_search", "_count", "_msearch", "_mget", "_field_caps", "_cat", "_analyze", "_validate"}
)


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    parts: tuple[str, ...]
    query: dict[str, str]
    body: dict[str, Any] | None
    """None where it is no JSON object."""
    uri: str
    size: int


def call_of(request: Request) -> Call:
    """Takes a request apart."""
    try:
        pairs = parse_qsl(request.query, keep_blank_values=True, errors="surrogateescape", max_num_fields=50)
    except ValueError:
        pairs = []
    parts = tuple(unquote(part) for part in request.path.split("/") if part)
    return Call(request.method, parts, dict(pairs), _object(request.body), request.target, len(request.body))


def _object(body: bytes) -> dict[str, Any] | None:
    if _depth(body) > DEPTH_LIMIT:
        return None
    try:
        parsed = json.loads(body) if body else {}
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _depth(body: bytes) -> int:
    """How deep it may be nested: what is read deeper than that could not be written again."""
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def changes(call: Call) -> bool:
    """Whether it would change something."""
    return call.method in WRITES and not READING & set(call.parts) and bool(call.parts)
