"""What the server tells of itself: hello, buildInfo, serverStatus, hostInfo."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from bson import Int64, ObjectId

from decnet_distros import distro_of
from decnet_uptime import service_uptime_of
from versions import GIT_VERSION, OPENSSL, VERSION, WIRE_VERSION, package_of

if TYPE_CHECKING:
    from decnet_identity import Identity

OBJECT_BYTES = 16 * 1024 * 1024


class Facts:
    """One decky's."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self._started = time.time() - service_uptime_of(identity)
        self._process = ObjectId(
            int(self._started).to_bytes(4, "big") + identity.derive("mongodb/process", 8)
        )

    def hello(self, connection: int, *, old: bool) -> dict[str, Any]:
        """hello, and isMaster as it was called before."""
        return {
            "ismaster" if old else "isWritablePrimary": True,
            "topologyVersion": {"processId": self._process, "counter": Int64(0)},
            "maxBsonObjectSize": OBJECT_BYTES,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.now(timezone.utc),
            "logicalSessionTimeoutMinutes": 30,
            "connectionId": connection,
            "minWireVersion": 0,
            "maxWireVersion": WIRE_VERSION,
            "readOnly": False,
        }

    def build(self) -> dict[str, Any]:
        """buildInfo."""
        package = package_of(self.identity.distro)
        return {
            "version": VERSION,
            "gitVersion": GIT_VERSION,
            "modules": [],
            "allocator": "tcmalloc",
            "javascriptEngine": "mozjs",
            "sysInfo": "deprecated",
            "versionArray": [*(int(part) for part in VERSION.split(".")), 0],
            "openssl": {"running": OPENSSL, "compiled": OPENSSL},
            "buildEnvironment": {"distmod": package, "distarch": "x86_64", "target_arch": "x86_64"},
            "bits": 64,
            "debug": False,
            "maxBsonObjectSize": OBJECT_BYTES,
            "storageEngines": ["biggie", "devnull", "ephemeralForTest", "wiredTiger"],
        }

    def status(self, connections: int) -> dict[str, Any]:
        """serverStatus, its beginning."""
        up = time.time() - self._started
        return {
            "host": self.identity.hostname,
            "version": VERSION,
            "process": "mongod",
            "pid": Int64(self.identity.number("mongodb/pid", 400, 2400)),
            "uptime": float(int(up)),
            "uptimeMillis": Int64(int(up * 1000)),
            "uptimeEstimate": Int64(int(up)),
            "localTime": datetime.now(timezone.utc),
            "connections": {
                "current": connections,
                "available": 51_200 - connections,
                "totalCreated": connections + 31,
            },
            "storageEngine": {"name": "wiredTiger", "supportsCommittedReads": True, "persistent": True},
            "mem": {
                "bits": 64,
                "resident": self.identity.number("mongodb/memory", 80, 400),
                "supported": True,
            },
        }

    def host(self) -> dict[str, Any]:
        """hostInfo."""
        distro = distro_of(self.identity.distro)
        memory = 1024 * self.identity.choose("mongodb/host-memory", (2, 4, 8, 16))
        return {
            "system": {
                "currentTime": datetime.now(timezone.utc),
                "hostname": self.identity.hostname,
                "cpuAddrSize": 64,
                "memSizeMB": Int64(memory - 54),
                "numCores": self.identity.choose("mongodb/cores", (1, 2, 4)),
                "cpuArch": "x86_64",
                "numaEnabled": False,
            },
            "os": {"type": "Linux", "name": distro.title, "version": f"Kernel {distro.kernel}"},
            "extra": {"kernelVersion": distro.kernel},
        }
