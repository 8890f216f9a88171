"""INFO: what a Redis server tells about itself, drawn for the decky."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_distros import distro_of
from decnet_uptime import service_uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity


@dataclass(frozen=True)
class Counts:
    """What changes while it runs."""

    connection: int
    keys: int


def info(identity: Identity, version: str, counts: Counts, words: list[bytes]) -> str:
    """The sections that the words name, or all."""
    up = service_uptime_of(identity)
    distro = distro_of(identity.distro)
    memory = identity.number("redis/memory", 900_000, 3_000_000)
    sections = {
        "Server": {
            "redis_version": version,
            "redis_git_sha1": "00000000",
            "redis_git_dirty": 0,
            "redis_build_id": identity.derive("redis/build", 8).hex(),
            "redis_mode": "standalone",
            "os": f"Linux {distro.kernel} x86_64",
            "arch_bits": 64,
            "multiplexing_api": "epoll",
            "gcc_version": distro.gcc,
            "process_id": identity.number("redis/pid", 400, 1900),
            "run_id": identity.derive("redis/run", 20).hex(),
            "tcp_port": identity.port,
            "uptime_in_seconds": up,
            "uptime_in_days": up // 86_400,
            "hz": 10,
            "executable": "/usr/bin/redis-server",
            "config_file": "/etc/redis/redis.conf",
        },
        "Clients": {"connected_clients": 1, "blocked_clients": 0},
        "Memory": {"used_memory": memory, "maxmemory": 0, "maxmemory_policy": "noeviction"},
        "Persistence": {"loading": 0, "rdb_last_bgsave_status": "ok", "aof_enabled": 0},
        "Stats": {"total_connections_received": counts.connection, "rejected_connections": 0},
        "Replication": {"role": "master", "connected_slaves": 0},
        "CPU": {"used_cpu_sys": f"{up / 4000:.6f}", "used_cpu_user": f"{up / 5200:.6f}"},
        "Cluster": {"cluster_enabled": 0},
        "Keyspace": {"db0": f"keys={counts.keys},expires=0,avg_ttl=0"},
    }
    wanted = {word.decode("utf-8", "replace").lower() for word in words}
    everything = not wanted or wanted & {"all", "default", "everything"}
    return "\r\n".join(
        f"# {title}\r\n" + "".join(f"{name}:{value}\r\n" for name, value in lines.items())
        for title, lines in sections.items()
        if everything or title.lower() in wanted
    )
