"""`stats`: what memcached tells of itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cache import SLABS, Cache, size_of
from decnet_uptime import service_uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

PAGE = 1024 * 1024
SINCE_1_6 = {
    "response_obj_oom",
    "response_obj_count",
    "response_obj_bytes",
    "read_buf_count",
    "read_buf_bytes",
    "read_buf_bytes_free",
    "read_buf_oom",
    "cmd_meta",
    "unexpected_napi_ids",
    "round_robin_fallback",
}
SINCE_1_5 = {"max_connections", "rejected_connections", "time_in_listen_disabled_us", "slab_global_page_pool"}


class Counters:
    """What changes while it runs."""

    def __init__(self, identity: Identity, version: str, libevent: str) -> None:
        self.version = version
        self._libevent = libevent
        self._identity = identity
        self.gets = identity.number("memcached/gets", 50_000, 900_000)
        self.hits = self.gets * identity.number("memcached/hit-rate", 70, 96) // 100
        self.sets = identity.number("memcached/sets", 9000, 50_000)
        self.connections = identity.number("memcached/connections", 200, 9000)
        self.read = self.gets * 37
        self.written = self.hits * 164

    @property
    def uptime(self) -> int:
        """Seconds."""
        return service_uptime_of(self._identity)

    def general(self, cache: Cache) -> dict[str, object]:
        """Without an argument."""
        items = cache.items()
        uptime = self.uptime
        found: dict[str, object] = {
            "pid": self._identity.number("memcached/pid", 400, 2400),
            "uptime": uptime,
            "time": int(time.time()),
            "version": self.version,
            "libevent": self._libevent,
            "pointer_size": 64,
            "rusage_user": f"{uptime / 3100:.6f}",
            "rusage_system": f"{uptime / 2300:.6f}",
            "max_connections": 1024,
            "curr_connections": 2,
            "total_connections": self.connections,
            "rejected_connections": 0,
            "connection_structures": 5,
            "response_obj_oom": 0,
            "response_obj_count": 2,
            "response_obj_bytes": 49_152,
            "read_buf_count": 6,
            "read_buf_bytes": 98_304,
            "read_buf_bytes_free": 16_384,
            "read_buf_oom": 0,
            "reserved_fds": 20,
            "cmd_get": self.gets,
            "cmd_set": self.sets,
            "cmd_flush": 0,
            "cmd_touch": 0,
            "cmd_meta": 0,
            "get_hits": self.hits,
            "get_misses": self.gets - self.hits,
            "get_expired": 0,
            "get_flushed": 0,
            "delete_misses": 0,
            "delete_hits": 0,
            "incr_misses": 0,
            "incr_hits": 0,
            "decr_misses": 0,
            "decr_hits": 0,
            "cas_misses": 0,
            "cas_hits": 0,
            "cas_badval": 0,
            "touch_hits": 0,
            "touch_misses": 0,
            "auth_cmds": 0,
            "auth_errors": 0,
            "bytes_read": self.read,
            "bytes_written": self.written,
            "limit_maxbytes": 67_108_864,
            "accepting_conns": 1,
            "listen_disabled_num": 0,
            "time_in_listen_disabled_us": 0,
            "threads": 4,
            "conn_yields": 0,
            "hash_power_level": 16,
            "hash_bytes": 524_288,
            "hash_is_expanding": 0,
            "malloc_fails": 0,
            "unexpected_napi_ids": 0,
            "round_robin_fallback": 0,
            "bytes": sum(size_of(key, item) for key, item in items),
            "curr_items": len(items),
            "total_items": self.sets + cache.total,
            "slab_global_page_pool": 0,
            "expired_unfetched": 0,
            "evicted_unfetched": 0,
            "evictions": 0,
            "reclaimed": 0,
        }
        minor = tuple(int(part) for part in self.version.split(".")[:2])
        absent = (SINCE_1_6 if minor < (1, 6) else set()) | (SINCE_1_5 if minor < (1, 5) else set())
        return {name: value for name, value in found.items() if name not in absent}

    def settings(self) -> dict[str, object]:
        """stats settings, its beginning."""
        return {
            "maxbytes": 67_108_864,
            "maxconns": 1024,
            "tcpport": self._identity.port,
            "udpport": 0,
            "inter": "0.0.0.0",
            "verbosity": 0,
            "oldest": 0,
            "evictions": "on",
            "domain_socket": "NULL",
            "umask": 700,
            "growth_factor": "1.25",
            "chunk_size": 48,
            "num_threads": 4,
            "num_threads_per_udp": 4,
            "stat_key_prefix": ":",
            "detail_enabled": "no",
            "reqs_per_event": 20,
            "cas_enabled": "yes",
            "tcp_backlog": 1024,
            "binding_protocol": "auto-negotiate",
            "auth_enabled_sasl": "no",
            "item_size_max": PAGE,
        }

    def items(self, cache: Cache) -> dict[str, object]:
        """stats items, by slab class."""
        found: dict[str, object] = {}
        for number, members in cache.classes().items():
            found[f"items:{number}:number"] = len(members)
            found[f"items:{number}:age"] = self.uptime % 100_000
            found[f"items:{number}:evicted"] = 0
            found[f"items:{number}:outofmemory"] = 0
            found[f"items:{number}:tailrepairs"] = 0
        return found

    def slabs(self, cache: Cache) -> dict[str, object]:
        """stats slabs."""
        found: dict[str, object] = {}
        classes = cache.classes()
        for number, members in classes.items():
            size = SLABS[number - 1]
            found[f"{number}:chunk_size"] = size
            found[f"{number}:chunks_per_page"] = PAGE // size
            found[f"{number}:total_pages"] = 1
            found[f"{number}:total_chunks"] = PAGE // size
            found[f"{number}:used_chunks"] = len(members)
            found[f"{number}:free_chunks"] = PAGE // size - len(members)
        return found | {"active_slabs": len(classes), "total_malloced": PAGE * len(classes)}
