"""The API: paths and verbs to objects, or to the refusals of an authorizer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from decnet_http import Request
from resources import KINDS, Resources, discovery

ANONYMOUS = "system:anonymous"
USER = "system:serviceaccount:default:deployer"
"""Whom an accepted token belongs to."""
PUBLIC = frozenset({"/healthz", "/livez", "/readyz", "/version", "/version/"})
"""What everyone may read (the role system:public-info-viewer)."""
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}

Reply = tuple[int, Any]
"""Status, and what becomes JSON; text stays text."""


@dataclass(frozen=True)
class Target:
    """What a path names: a resource in a namespace, one of its objects, something below that."""

    group: str
    resource: str
    namespace: str | None
    name: str
    below: str


def target_of(path: str) -> Target | None:
    """None for a path that names no resource."""
    parts = [unquote(part) for part in path.split("/") if part]
    if parts[:2] == ["api", "v1"]:
        group, rest = "", parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return None
    namespace = None
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    if not rest:
        return None
    name = rest[1] if len(rest) > 1 else ""
    return Target(group, rest[0], namespace, name, "/".join(rest[2:]))


def command_of(request: Request) -> str | None:
    """What a client wants to have run: by exec, or in a pod that it makes."""
    target = target_of(request.path)
    if target is None:
        return None
    if target.below in {"exec", "attach"}:
        try:
            pairs = parse_qsl(request.query, errors="surrogateescape", max_num_fields=100)
        except ValueError:
            pairs = []
        words = [value for name, value in pairs if name == "command"]
        return " ".join(words) or target.below
    if request.method in VERBS:
        return f"{VERBS[request.method]} {target.resource} {target.name}".rstrip()
    return None


class Api:
    """Answers requests."""

    def __init__(self, resources: Resources, version: dict[str, str], address: str) -> None:
        self._resources = resources
        self._version = version
        self._address = address

    def reply(self, request: Request, user: str, *, may_read: bool) -> Reply:
        """The answer to a request of a user."""
        path = request.path
        if request.method in {"GET", "HEAD"} and path in PUBLIC:
            return 200, self._version if path.startswith("/version") else "ok"
        target = target_of(path)
        verb = VERBS.get(request.method, "get" if target is None or target.name else "list")
        if not may_read or verb not in {"get", "list"}:
            return forbidden(user, verb, target, unquote(path))
        if target is not None:
            return self._object(target, user)
        if path in {"/api", "/api/"}:
            addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": f"{self._address}:6443"}]
            return 200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}
        if path in {"/apis", "/apis/"}:
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if path in {"/api/v1", "/api/v1/"}:
            return 200, discovery()
        if path == "/":
            return 200, {"paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"]}
        return status(404, "NotFound", "the server could not find the requested resource")

    def _object(self, target: Target, user: str) -> Reply:
        if target.below:
            return forbidden(user, "create" if target.below == "exec" else "get", target, "")
        if target.group or target.resource not in KINDS:
            return status(404, "NotFound", "the server could not find the requested resource")
        if not target.name:
            return 200, self._resources.listed(target.resource, target.namespace)
        found = self._resources.find(target.resource, target.namespace, target.name)
        if found is None:
            details = {"name": target.name, "kind": target.resource}
            return status(404, "NotFound", f'{target.resource} "{target.name}" not found', details)
        return 200, found


def status(code: int, reason: str, message: str, details: dict[str, str] | None = None) -> Reply:
    """A failure, as the API has it (`meta/v1.Status`)."""
    return code, {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        **({} if details is None else {"details": details}),
        "code": code,
    }


def forbidden(user: str, verb: str, target: Target | None, path: str) -> Reply:
    """In the words of the RBAC authorizer."""
    if target is None:
        return status(403, "Forbidden", f'forbidden: User "{user}" cannot {verb} path "{path}"', {})
    resource = f"{target.resource}/{target.below}" if target.below else target.resource
    named = f'{target.resource} "{target.name}"' if target.name else target.resource
    place = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    message = f'{named} is forbidden: User "{user}" cannot {verb} resource "{resource}" '
    message += f'in API group "{target.group}" {place}'
    details = {"name": target.name, "kind": target.resource} if target.name else {"kind": target.resource}
    return status(403, "Forbidden", message, details)


def written(body: Any, *, pretty: bool) -> str:
    """JSON as the API server writes it: indented for people's clients."""
    return json.dumps(body, indent=2) if pretty else json.dumps(body, separators=(",", ":")) + "\n"
