"""The tables of `_cat`, for people's eyes."""

from __future__ import annotations

from cluster import Cluster
from indices import Indices

TABLES = ("health", "indices", "master", "nodes", "shards")


def rows_of(what: str, cluster: Cluster, indices: Indices) -> list[dict[str, str]] | None:
    """The rows of one table; None for one that there is not."""
    address = cluster.address
    if what == "indices":
        return [
            {
                "health": "yellow",
                "status": "open",
                "index": index.name,
                "uuid": index.uuid,
                "pri": "1",
                "rep": "1",
                "docs.count": str(index.count),
                "docs.deleted": "0",
                "store.size": _human(index.size),
                "pri.store.size": _human(index.size),
            }
            for index in indices
        ]
    if what == "nodes":
        return [
            {
                "ip": address,
                "heap.percent": "43",
                "ram.percent": "88",
                "cpu": "4",
                "load_1m": "0.31",
                "node.role": "dimrt",
                "master": "*",
                "name": cluster.node,
            }
        ]
    if what == "master":
        return [{"id": cluster.node_id, "host": address, "ip": address, "node": cluster.node}]
    if what == "health":
        count = str(len(list(indices)))
        return [
            {
                "cluster": cluster.name,
                "status": "yellow",
                "node.total": "1",
                "shards": count,
                "unassign": count,
            }
        ]
    if what == "shards":
        return [
            {
                "index": index.name,
                "shard": "0",
                "prirep": "p",
                "state": "STARTED",
                "docs": str(index.count),
                "store": _human(index.size),
                "ip": address,
                "node": cluster.node,
            }
            for index in indices
        ]
    return None


def table(rows: list[dict[str, str]], *, titled: bool) -> str:
    """The rows, in columns."""
    if not rows:
        return ""
    lines = [list(row.values()) for row in rows]
    if titled:
        lines.insert(0, list(rows[0]))
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    padded = (" ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _human(size: int) -> str:
    for unit, factor in (("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f}{unit}"
    return f"{size}b"
