"""What Elasticsearch refuses, in its words."""

from __future__ import annotations

from typing import Any

from call import Call

Reply = tuple[int, Any]
"""Status, and what becomes JSON; text stays text."""


def error(kind: str, reason: str, status: int, **more: Any) -> dict[str, Any]:
    """The body of a failure."""
    cause = {"type": kind, "reason": reason, **more}
    return {"error": {"root_cause": [cause], **cause}, "status": status}


def not_found(name: str) -> Reply:
    """An index that is not there."""
    more = {"resource.type": "index_or_alias", "resource.id": name, "index_uuid": "_na_", "index": name}
    return 404, error("index_not_found_exception", f"no such index [{name}]", 404, **more)


def no_handler(call: Call) -> Reply:
    """A path that is none of the API."""
    return 400, {"error": f"no handler found for uri [{call.uri}] and method [{call.method}]"}


def unauthorized(uri: str, username: str | None) -> dict[str, Any]:
    """The body of a 401."""
    if username is None:
        reason = f"missing authentication credentials for REST request [{uri}]"
    else:
        reason = f"unable to authenticate user [{username}] for REST request [{uri}]"
    header = {"WWW-Authenticate": 'Basic realm="security" charset="UTF-8"'}
    return error("security_exception", reason, 401, header=header)
