"""The objects of a decky's cluster: namespaces, pods and secrets that are bait. Reading only."""

from __future__ import annotations

import base64
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from decnet_uptime import uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

Object = dict[str, Any]

KINDS = {
    "namespaces": ("Namespace", False),
    "nodes": ("Node", False),
    "pods": ("Pod", True),
    "services": ("Service", True),
    "secrets": ("Secret", True),
    "configmaps": ("ConfigMap", True),
    "serviceaccounts": ("ServiceAccount", True),
}
"""Resources of the core group: kind, and whether it lies in a namespace."""

_TEAMS = ("shop", "payments", "billing", "backend", "staging", "production", "monitoring", "ci")
_APPS = (
    ("api", "registry.local/api:2.14.1"),
    ("web", "nginx:1.25.3"),
    ("worker", "registry.local/worker:2.14.1"),
    ("postgres", "postgres:15.4"),
    ("redis", "redis:7.2"),
    ("rabbitmq", "rabbitmq:3.12"),
    ("grafana", "grafana/grafana:10.1.5"),
)
_SYSTEM = ("coredns", "etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler")
_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"


class Resources:
    """All objects, by their resource's name."""

    def __init__(self, identity: Identity, version: str) -> None:
        self._identity = identity
        self._created = (
            int(time.time()) - uptime_of(identity) - identity.number("kubernetes/age", 1, 300) * 86_400
        )
        teams = identity.sample("kubernetes/namespaces", _TEAMS, identity.number("kubernetes/count", 2, 3))
        self._objects: dict[str, list[Object]] = {name: [] for name in KINDS}
        for name in ("default", "kube-node-lease", "kube-public", "kube-system", *sorted(teams)):
            self._add("namespaces", name, "", spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})
            self._add("serviceaccounts", "default", name)
            self._add("configmaps", "kube-root-ca.crt", name, data={"ca.crt": ""})
        address = identity.ip or "10.0.2.15"
        status = {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": identity.hostname},
            ],
            "nodeInfo": {"kubeletVersion": f"v{version}", "osImage": "Linux", "architecture": "amd64"},
            "conditions": [{"type": "Ready", "status": "True"}],
        }
        self._add("nodes", identity.hostname, "", status=status)
        self._add(
            "services", "kubernetes", "default", spec={"clusterIP": "10.96.0.1", "ports": [{"port": 443}]}
        )
        for name in _SYSTEM:
            own = (
                f"{name}-{identity.hostname}"
                if name.startswith(("etcd", "kube-a", "kube-c", "kube-s"))
                else name
            )
            self._pod("kube-system", own, f"registry.k8s.io/{name}:v{version}")
        for team in teams:
            self._team(team)

    def _team(self, team: str) -> None:
        identity = self._identity
        for name, image in identity.sample(
            f"kubernetes/{team}", _APPS, identity.number(f"kubernetes/{team}/n", 2, 4)
        ):
            suffix = "".join(identity.choose(f"kubernetes/{team}/{name}/{at}", _SUFFIX) for at in range(15))
            self._pod(team, f"{name}-{suffix[:10]}-{suffix[10:]}", image)
            third, fourth = (identity.number(f"{team}/{name}/{part}", 1, 254) for part in "cd")
            address = f"10.{96 + third % 12}.{third}.{fourth}"
            self._add("services", name, team, spec={"clusterIP": address, "ports": [{"port": 80}]})
            password = identity.derive(f"kubernetes/{team}/{name}/password", 12).hex()
            data = {
                "username": base64.b64encode(name.encode()).decode(),
                "password": base64.b64encode(password.encode()).decode(),
            }
            self._add("secrets", f"{name}-credentials", team, type="Opaque", data=data)

    def _pod(self, namespace: str, name: str, image: str) -> None:
        app = name.split("-")[0]
        spec = {"nodeName": self._identity.hostname, "containers": [{"name": app, "image": image}]}
        status = {
            "phase": "Running",
            "hostIP": self._identity.ip or "10.0.2.15",
            "podIP": f"10.244.0.{len(name) + 7}",
        }
        self._add("pods", name, namespace, spec=spec, status=status)

    def _add(self, resource: str, name: str, namespace: str, **parts: Any) -> None:
        unique = self._identity.derive(f"kubernetes/{resource}/{namespace}/{name}", 16)
        metadata: Object = {
            "name": name,
            **({"namespace": namespace} if namespace else {}),
            "uid": str(uuid.UUID(bytes=unique, version=4)),
            "resourceVersion": str(int.from_bytes(unique[:3], "big") + 300),
            "creationTimestamp": stamp(self._created + unique[4] * 60),
        }
        self._objects[resource].append({"metadata": metadata, **parts})

    def listed(self, resource: str, namespace: str | None) -> Object:
        """A list, of one namespace or of all."""
        kind, _ = KINDS[resource]
        found = [
            one for one in self._objects[resource] if namespace in {None, one["metadata"].get("namespace")}
        ]
        version = self._identity.number("kubernetes/version", 20_000, 900_000)
        return {
            "kind": f"{kind}List",
            "apiVersion": "v1",
            "metadata": {"resourceVersion": str(version)},
            "items": found,
        }

    def find(self, resource: str, namespace: str | None, name: str) -> Object | None:
        """One object."""
        kind, _ = KINDS[resource]
        for one in self._objects[resource]:
            if one["metadata"]["name"] == name and namespace in {None, one["metadata"].get("namespace")}:
                return {"kind": kind, "apiVersion": "v1", **one}
        return None


def discovery() -> Object:
    """`GET /api/v1`."""
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    short = {"namespaces": ["ns"], "nodes": ["no"], "pods": ["po"], "services": ["svc"], "configmaps": ["cm"]}
    return {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            {
                "name": name,
                "singularName": kind.lower(),
                "namespaced": namespaced,
                "kind": kind,
                "verbs": verbs,
                **({"shortNames": short[name]} if name in short else {}),
            }
            for name, (kind, namespaced) in sorted(KINDS.items())
        ],
    }


def stamp(seconds: int) -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
