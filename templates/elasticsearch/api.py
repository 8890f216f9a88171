"""The REST API: paths and methods to JSON, or to the tables of `_cat`."""

from __future__ import annotations

import secrets
from typing import Any

from call import READING, WRITES, Call
from cat import TABLES, rows_of, table
from cluster import Cluster
from errors import Reply, error, no_handler, not_found
from indices import HITS_LIMIT, NAME_LIMIT, Index, Indices


class Api:
    """Answers calls."""

    def __init__(self, cluster: Cluster, indices: Indices) -> None:
        self._cluster = cluster
        self._indices = indices

    def reply(self, call: Call) -> Reply:
        """The answer to a call."""
        if not call.parts:
            return 200, self._cluster.about()
        first = call.parts[0]
        if first == "_cat":
            return self._cat(call)
        if first == "_cluster":
            return self._of_cluster(call)
        if first == "_nodes":
            return 200, self._cluster.nodes()
        if first in {"_search", "_msearch", "_count"}:
            return self._search(call, self._indices.find("_all"))
        if first in {"_all", "_mapping", "_mappings", "_aliases", "_alias", "_settings", "_stats"}:
            return self._of_indices(
                call, self._indices.find("_all"), "_mapping" if first == "_all" else first
            )
        if first in {"_bulk", "_security", "_xpack", "_snapshot", "_template", "_index_template", "_scripts"}:
            return 200, {"acknowledged": True} if call.method in WRITES else {}
        if first.startswith("_"):
            return no_handler(call)
        return self._of_index(call)

    def _of_cluster(self, call: Call) -> Reply:
        what = call.parts[1] if len(call.parts) > 1 else ""
        if what == "health":
            return 200, self._cluster.health(len(list(self._indices)))
        if what == "settings":
            settings = {"persistent": {}, "transient": {}}
            return 200, {"acknowledged": True, **settings} if call.method in WRITES else settings
        if what in {"state", "stats"}:
            return 200, {
                "cluster_name": self._cluster.name,
                "cluster_uuid": self._cluster.uuid,
                "master_node": self._cluster.node_id,
                "nodes": {self._cluster.node_id: {"name": self._cluster.node}},
            }
        return no_handler(call)

    def _of_index(self, call: Call) -> Reply:
        name = call.parts[0]
        if call.method in {"PUT", "POST"} and not READING & set(call.parts):
            return self._write(call, name)
        found = self._indices.find(name)
        if found is None:
            return not_found(name)
        if call.method == "DELETE" and len(call.parts) == 1:
            self._indices.delete(found)
            return 200, {"acknowledged": True}
        what = call.parts[1] if len(call.parts) > 1 else ""
        if what in {"_doc", "_source", "_create"} and len(call.parts) > 2:
            return self._document(found, call.parts[2])
        if what in {"_search", "_count", "_msearch"} or len(call.parts) > 2:
            return self._search(call, found)
        return self._of_indices(call, found, what or "_mapping")

    def _write(self, call: Call, name: str) -> Reply:
        if call.body is None:
            return 400, error("parse_exception", "request body is required", 400)
        if name != name.lower() or name.startswith(("-", "+", "_")) or len(name) > NAME_LIMIT:
            return 400, error("invalid_index_name_exception", f"Invalid index name [{name}]", 400)
        if len(call.parts) == 1:
            if self._indices.find(name):
                return 400, error("resource_already_exists_exception", f"index [{name}] already exists", 400)
            self._indices.create(name)
            return 200, {"acknowledged": True, "shards_acknowledged": True, "index": name}
        if call.parts[1] not in {"_doc", "_create", "_update"} and len(call.parts) < 3:
            return 200, {"acknowledged": True}
        ident = call.parts[2][:512] if len(call.parts) > 2 else secrets.token_urlsafe(15)
        is_new = self._indices.write(name, ident, call.body, call.size)
        return 201 if is_new else 200, {
            "_index": name,
            "_type": "_doc",
            "_id": ident,
            "_version": 1,
            "result": "created" if is_new else "updated",
            "_shards": {"total": 2, "successful": 1, "failed": 0},
            "_seq_no": 0,
            "_primary_term": 1,
        }

    def _document(self, found: list[Index], ident: str) -> Reply:
        name = found[0].name if found else ""
        source = found[0].documents.get(ident) if found else None
        if source is None:
            return 404, {"_index": name, "_type": "_doc", "_id": ident, "found": False}
        return 200, {
            "_index": name,
            "_type": "_doc",
            "_id": ident,
            "_version": 1,
            "found": True,
            "_source": source,
        }

    def _search(self, call: Call, found: list[Index] | None) -> Reply:
        if call.body is None and "_msearch" not in call.parts:
            return 400, error("parsing_exception", "Expected [START_OBJECT] but found [VALUE_STRING]", 400)
        found = found or []
        total = sum(index.count for index in found)
        shards = {"total": len(found), "successful": len(found), "skipped": 0, "failed": 0}
        if "_count" in call.parts:
            return 200, {"count": total, "_shards": shards}
        wanted = (call.body or {}).get("size", call.query.get("size", "10"))
        text = str(wanted)
        size = min(int(text), HITS_LIMIT) if text.isascii() and text.isdigit() and len(text) < 7 else 10
        hits = [
            {"_index": index.name, "_type": "_doc", "_id": ident, "_score": 1.0, "_source": source}
            for index in found
            for ident, source in index.documents.items()
        ]
        relation = {"value": min(total, 10_000), "relation": "gte" if total > 10_000 else "eq"}
        return 200, {
            "took": 2 + total % 7,
            "timed_out": False,
            "_shards": shards,
            "hits": {"total": relation, "max_score": 1.0 if hits else None, "hits": hits[:size]},
        }

    def _of_indices(self, call: Call, found: list[Index] | None, what: str) -> Reply:
        if call.method in WRITES:
            return 200, {"acknowledged": True}
        text = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
        reply: dict[str, Any] = {}
        for index in found or []:
            fields = next(iter(index.documents.values()), {})
            mapping = {
                "properties": {
                    name: {"type": "float"} if isinstance(one, (int, float)) else text
                    for name, one in fields.items()
                }
            }
            settings = {
                "index": {
                    "number_of_shards": "1",
                    "number_of_replicas": "1",
                    "uuid": index.uuid,
                    "provided_name": index.name,
                }
            }
            stats = {
                "primaries": {
                    "docs": {"count": index.count, "deleted": 0},
                    "store": {"size_in_bytes": index.size},
                }
            }
            shown = {"_settings": {"settings": settings}, "_stats": {"uuid": index.uuid, **stats}}
            shown |= {"_aliases": {"aliases": {}}, "_alias": {"aliases": {}}}
            reply[index.name] = shown.get(what, {"aliases": {}, "mappings": mapping})
        return 200, {"indices": reply} if what == "_stats" else reply

    def _cat(self, call: Call) -> Reply:
        rows = rows_of(call.parts[1] if len(call.parts) > 1 else "", self._cluster, self._indices)
        if rows is None:
            listed = "".join(f"/_cat/{name}\n" for name in TABLES)
            return 200, f"=^.^=\n{listed}"
        return 200, rows if call.query.get("format") == "json" else table(rows, titled="v" in call.query)
