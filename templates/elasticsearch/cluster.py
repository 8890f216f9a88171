"""The node and its cluster: names, version and numbers of the decky's own."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decnet_uptime import uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

NAMES = ("elasticsearch", "logs", "prod-es", "search", "elk", "es-cluster", "analytics", "graylog")


@dataclass(frozen=True)
class Version:
    """One release, as it tells itself."""

    number: str
    build_hash: str
    build_date: str
    lucene: str
    wire: str
    index: str
    named: bool
    """Whether answers have the header X-elastic-product (from 7.14 on)."""


VERSIONS = {
    one.number: one
    for one in (
        Version(
            "7.10.2",
            "747e1cc71def077253878a59143c1f785afa92b9",
            "2021-01-13T00:42:12.435326Z",
            "8.7.0",
            "6.8.0",
            "6.0.0-beta1",
            False,
        ),
        Version(
            "7.17.6",
            "f65e9d338dc1d07b642e14a27f338990148ee5b6",
            "2022-08-23T11:08:48.893373482Z",
            "8.11.1",
            "6.8.0",
            "6.0.0-beta1",
            True,
        ),
        Version(
            "8.15.2",
            "98adf7bf6bb69b66ab95b761c9e5aadb0bb059a3",
            "2024-09-19T10:06:03.564235954Z",
            "9.11.1",
            "7.17.0",
            "7.0.0",
            True,
        ),
    )
}
PACKAGES = {"rocky9": "rpm", "centos7": "rpm", "fedora": "rpm", "alpine": "tar", "arch": "tar"}


class Cluster:
    """A cluster of one node."""

    def __init__(self, identity: Identity, version: str) -> None:
        self.version = VERSIONS[version]
        self.name = identity.choose("elasticsearch/cluster", NAMES)
        self.node = identity.hostname
        self.node_id = _ident(identity, "node")
        self.uuid = _ident(identity, "cluster")
        self.address = identity.ip or "127.0.0.1"
        self._identity = identity
        self._package = PACKAGES.get(identity.distro, "deb")

    @property
    def uptime(self) -> int:
        """Seconds."""
        return uptime_of(self._identity)

    def about(self) -> dict[str, Any]:
        """What `GET /` tells."""
        version = self.version
        return {
            "name": self.node,
            "cluster_name": self.name,
            "cluster_uuid": self.uuid,
            "version": {
                "number": version.number,
                "build_flavor": "default",
                "build_type": self._package,
                "build_hash": version.build_hash,
                "build_date": version.build_date,
                "build_snapshot": False,
                "lucene_version": version.lucene,
                "minimum_wire_compatibility_version": version.wire,
                "minimum_index_compatibility_version": version.index,
            },
            "tagline": "You Know, for Search",
        }

    def health(self, shards: int) -> dict[str, Any]:
        """What `GET /_cluster/health` tells: yellow, for a single node has nowhere to copy to."""
        return {
            "cluster_name": self.name,
            "status": "yellow",
            "timed_out": False,
            "number_of_nodes": 1,
            "number_of_data_nodes": 1,
            "active_primary_shards": shards,
            "active_shards": shards,
            "relocating_shards": 0,
            "initializing_shards": 0,
            "unassigned_shards": shards,
            "delayed_unassigned_shards": 0,
            "number_of_pending_tasks": 0,
            "number_of_in_flight_fetch": 0,
            "task_max_waiting_in_queue_millis": 0,
            "active_shards_percent_as_number": 50.0,
        }

    def nodes(self) -> dict[str, Any]:
        """What `GET /_nodes` tells."""
        node = {
            "name": self.node,
            "transport_address": f"{self.address}:9300",
            "host": self.address,
            "ip": self.address,
            "version": self.version.number,
            "build_type": self._package,
            "build_hash": self.version.build_hash,
            "roles": ["data", "ingest", "master", "ml", "remote_cluster_client", "transform"],
            "os": {"name": "Linux", "arch": "amd64", "allocated_processors": 4},
            "jvm": {
                "version": "15.0.1",
                "vm_name": "OpenJDK 64-Bit Server VM",
                "uptime_in_millis": self.uptime * 1000,
            },
        }
        return {
            "_nodes": {"total": 1, "successful": 1, "failed": 0},
            "cluster_name": self.name,
            "nodes": {self.node_id: node},
        }


def _ident(identity: Identity, name: str) -> str:
    return base64.urlsafe_b64encode(identity.derive(f"elasticsearch/{name}", 16)).decode().rstrip("=")
