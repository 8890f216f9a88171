"""The collections that a client sees: the bait, less what it drops, and what it puts in, for itself alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import bson
from bson import ObjectId
from bson.errors import BSONError

from decnet_records import Table, database_of, tables_of

if TYPE_CHECKING:
    from decnet_identity import Identity

DOCUMENTS_LIMIT = 32
DOCUMENT_BYTES = 2048
NAME_LIMIT = 120

Collections = dict[str, dict[str, list[dict[str, Any]]]]
"""By database and by name."""


def bait_of(identity: Identity) -> Collections:
    """The decky's own."""
    collections = {
        name: [_document(identity, table, number) for number in range(len(table.rows))]
        for name, table in tables_of(identity).items()
    }
    version = [{"_id": "featureCompatibilityVersion", "version": "4.4"}]
    return {
        "admin": {"system.version": version},
        database_of(identity): collections,
        "local": {"startup_log": []},
    }


def _document(identity: Identity, table: Table, number: int) -> dict[str, Any]:
    seconds = identity.number("mongodb/created", 1_640_000_000, 1_700_000_000)
    unique = identity.derive(f"mongodb/{table.name}", 5) + number.to_bytes(3, "big")
    found: dict[str, Any] = {"_id": ObjectId((seconds + number).to_bytes(4, "big") + unique)}
    for column, value in zip(table.columns, table.rows[number], strict=True):
        if column.kind == "numeric":
            found[column.name] = float(str(value))
        elif column.kind == "timestamp":
            found[column.name] = datetime.fromisoformat(str(value)).replace(tzinfo=timezone.utc)
        else:
            found[column.name] = value
    return found


class Store:
    """One connection's view."""

    def __init__(self, bait: Collections) -> None:
        self._databases = {database: dict(collections) for database, collections in bait.items()}
        self._added = 0

    def databases(self) -> list[dict[str, Any]]:
        """listDatabases."""
        return [
            {"name": name, "sizeOnDisk": float(40_960 + 4096 * 9 * len(collections)), "empty": False}
            for name, collections in sorted(self._databases.items())
        ]

    def names(self, database: str) -> list[str]:
        """Names of a database's collections."""
        return sorted(self._databases.get(database, {}))

    def find(
        self, database: str, name: str, wanted: object, limit: int = 0, skip: int = 0
    ) -> list[dict[str, Any]]:
        """Documents whose fields have these values; operators are taken to hold."""
        found = self._databases.get(database, {}).get(name, [])
        if isinstance(wanted, Mapping):
            found = [one for one in found if _matches(one, wanted)]
        return found[skip : skip + limit] if limit else found[skip:]

    def insert(self, database: str, name: str, documents: list[Any]) -> int:
        """Takes documents in, few and small ones; all are acknowledged."""
        for document in documents:
            if self._added < DOCUMENTS_LIMIT and isinstance(document, dict) and _is_small(document):
                self._added += 1
                collections = self._databases.setdefault(database[:NAME_LIMIT], {})
                before = collections.get(name[:NAME_LIMIT], [])
                collections[name[:NAME_LIMIT]] = [*before, {"_id": ObjectId(), **document}]
        return len(documents)

    def remove(self, database: str, name: str, wanted: object) -> int:
        """Drops what matches."""
        gone = self.find(database, name, wanted)
        if gone:
            kept = [one for one in self.find(database, name, None) if one not in gone]
            self._databases[database][name] = kept
        return len(gone)

    def drop(self, database: str, name: str | None = None) -> bool:
        """Drops a collection or a whole database; whether there was one."""
        if name is None:
            return self._databases.pop(database, None) is not None
        return self._databases.get(database, {}).pop(name, None) is not None


def _is_small(document: dict[str, Any]) -> bool:
    try:
        return len(bson.encode(document)) < DOCUMENT_BYTES
    except (BSONError, ValueError, OverflowError):
        return False


def _matches(document: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        isinstance(value, Mapping) or name.startswith("$") or document.get(name) == value
        for name, value in wanted.items()
    )
