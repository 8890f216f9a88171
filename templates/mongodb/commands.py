"""What the commands answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bson import Int64

from facts import Facts
from login import Failed, Login
from store import Store

Document = dict[str, Any]
OPEN = {
    "buildinfo",
    "connectionstatus",
    "getnonce",
    "hello",
    "ismaster",
    "logout",
    "ping",
    "saslcontinue",
    "saslstart",
    "whatsmyuri",
}
"""What may be asked before a login."""
KNOWN = (
    "aggregate authenticate collstats convertToCapped create createIndexes createRole createUser "
    "currentOp dbStats distinct drop dropDatabase dropIndexes dropUser endSessions eval explain find "
    "findAndModify fsync getCmdLineOpts getFreeMonitoringStatus getLog getMore getParameter "
    "grantRolesToUser hostInfo insert killCursors killOp listCollections listCommands listDatabases "
    "listIndexes mapReduce profile renameCollection replSetGetStatus replSetInitiate rolesInfo "
    "serverStatus setParameter shutdown top update updateUser usersInfo validate count delete"
).split()
"""Commands that there are."""
DONE = {
    "convertToCapped",
    "create",
    "createIndexes",
    "createRole",
    "createUser",
    "dropIndexes",
    "dropUser",
    "endSessions",
    "fsync",
    "grantRolesToUser",
    "killCursors",
    "killOp",
    "profile",
    "renameCollection",
    "setParameter",
    "updateUser",
    "validate",
}
"""Commands that just succeed."""


class Client:
    """One connection."""

    def __init__(
        self, facts: Facts, store: Store, login: Login, connection: int, source: str, *, auth: bool
    ) -> None:
        self._facts = facts
        self._store = store
        self._login = login
        self._connection = connection
        self._source = source
        self._auth = auth
        self._commands: dict[str, Callable[[Document, str], Document]] = {
            "aggregate": self._aggregate,
            "buildinfo": lambda *_: facts.build(),
            "connectionstatus": self._connection_status,
            "count": lambda command, database: {"n": len(self._found(command, database, "query"))},
            "dbstats": lambda _, database: {
                "db": database,
                "collections": len(store.names(database)),
                "views": 0,
            },
            "delete": self._delete,
            "distinct": self._distinct,
            "drop": self._drop,
            "dropdatabase": self._drop_database,
            "find": lambda command, database: _cursor(
                database, _target(command), self._found(command, database, "filter")
            ),
            "getcmdlineopts": lambda *_: {
                "argv": ["/usr/bin/mongod", "--config", "/etc/mongod.conf"],
                "parsed": {},
            },
            "getlog": lambda *_: {"totalLinesWritten": 0, "log": []},
            "getmore": lambda command, database: _cursor(
                database, str(command.get("collection")), [], "nextBatch"
            ),
            "hello": lambda *_: facts.hello(connection, old=False),
            "hostinfo": lambda *_: facts.host(),
            "insert": self._insert,
            "ismaster": lambda *_: facts.hello(connection, old=True),
            "listcollections": self._list_collections,
            "listdatabases": self._list_databases,
            "listindexes": self._list_indexes,
            "logout": lambda *_: {},
            "ping": lambda *_: {},
            "saslcontinue": lambda command, _: login.proceed(command),
            "saslstart": login.begin,
            "serverstatus": lambda *_: facts.status(1),
            "update": lambda command, _: {"n": len(_list(command, "updates")), "nModified": 0},
            "usersinfo": lambda *_: {"users": []},
            "whatsmyuri": lambda *_: {"you": source},
        }

    def run(self, command: Document, *, is_query: bool) -> Document:
        """The answer to one command."""
        name, database = next(iter(command)), str(command.get("$db", "admin"))
        try:
            return self._run(name, command, database, is_query=is_query) | {"ok": 1.0}
        except Failed as failed:
            return failed.document

    def _run(self, name: str, command: Document, database: str, *, is_query: bool) -> Document:
        lower = name.lower()
        known = next((one for one in KNOWN if one.lower() == lower), name)
        if lower not in OPEN and known not in KNOWN:
            raise Failed(59, "CommandNotFound", f"no such command: '{name[:80]}'")
        if self._auth and not self._login.username and lower not in OPEN:
            # To old clients, in the words that were in use when they were new; nmap knows no others.
            old = f"not authorized on {database} to execute command {{ {name}: 1.0 }}"
            raise Failed(13, "Unauthorized", old if is_query else f"command {name} requires authentication")
        if lower in {"hello", "ismaster"}:
            return self._greet(command, self._commands[lower](command, database))
        if lower in self._commands:
            return self._commands[lower](command, database)
        if known in DONE:
            return {}
        if known.startswith("replSet"):
            raise Failed(76, "NoReplicationEnabled", "not running with --replSet")
        raise Failed(13, "Unauthorized", f"not authorized on {database} to execute command {{ {name}: 1.0 }}")

    def _greet(self, command: Document, told: Document) -> Document:
        client = command.get("client")
        if isinstance(client, Mapping):
            self._login.client = _client_of(client)
        if "helloOk" in command:
            told["helloOk"] = True
        if "saslSupportedMechs" in command:
            told["saslSupportedMechs"] = ["SCRAM-SHA-256", "SCRAM-SHA-1"]
        early = command.get("speculativeAuthenticate")
        if isinstance(early, Mapping) and early.get("mechanism") in {"SCRAM-SHA-1", "SCRAM-SHA-256"}:
            # What is wrong with it is told when it is tried in earnest.
            with suppress(Failed):
                told["speculativeAuthenticate"] = self._login.begin(early, str(early.get("db", "admin")))
        return told

    def _connection_status(self, *_: object) -> Document:
        users = [{"user": self._login.username, "db": self._login.database}] if self._login.username else []
        return {"authInfo": {"authenticatedUsers": users, "authenticatedUserRoles": []}}

    def _found(self, command: Document, database: str, key: str) -> list[Document]:
        name = _target(command)
        limit, skip = _number(command.get("limit")), _number(command.get("skip"))
        return self._store.find(database, name, command.get(key), abs(limit), max(skip, 0))

    def _aggregate(self, command: Document, database: str) -> Document:
        documents = self._store.find(database, _target(command), None)
        for stage in _list(command, "pipeline")[:16]:
            if not isinstance(stage, Mapping):
                continue
            if "$match" in stage:
                documents = [
                    one for one in documents if one in self._matching(command, database, stage["$match"])
                ]
            if "$limit" in stage:
                documents = documents[: max(_number(stage["$limit"]), 0)]
            if "$count" in stage:
                documents = [{str(stage["$count"]): len(documents)}]
            if "$group" in stage:
                documents = [{"_id": 1, "n": len(documents)}]
        return _cursor(database, _target(command), documents)

    def _matching(self, command: Document, database: str, wanted: object) -> list[Document]:
        return self._store.find(database, _target(command), wanted)

    def _distinct(self, command: Document, database: str) -> Document:
        key = str(command.get("key"))
        values: list[Any] = []
        for one in self._found(command, database, "query"):
            if key in one and one[key] not in values:
                values.append(one[key])
        return {"values": values}

    def _insert(self, command: Document, database: str) -> Document:
        return {"n": self._store.insert(database, _target(command), _list(command, "documents"))}

    def _delete(self, command: Document, database: str) -> Document:
        filters = [one.get("q") for one in _list(command, "deletes")[:16] if isinstance(one, Mapping)]
        return {"n": sum(self._store.remove(database, _target(command), one) for one in filters)}

    def _drop(self, command: Document, database: str) -> Document:
        name = _target(command)
        if not self._store.drop(database, name):
            raise Failed(26, "NamespaceNotFound", "ns not found")
        return {"nIndexesWas": 1, "ns": f"{database}.{name}"}

    def _drop_database(self, _: Document, database: str) -> Document:
        return {"dropped": database} if self._store.drop(database) else {}

    def _list_databases(self, command: Document, _: str) -> Document:
        found = self._store.databases()
        if command.get("nameOnly") is True:
            return {"databases": [{"name": one["name"]} for one in found]}
        return {"databases": found, "totalSize": sum(one["sizeOnDisk"] for one in found)}

    def _list_collections(self, command: Document, database: str) -> Document:
        wanted = command.get("filter")
        only = wanted.get("name") if isinstance(wanted, Mapping) else None
        names = [name for name in self._store.names(database) if only is None or name == only]
        found = [
            {"name": name, "type": "collection", "options": {}, "info": {"readOnly": False}} for name in names
        ]
        return _cursor(database, "$cmd.listCollections", found)

    def _list_indexes(self, command: Document, database: str) -> Document:
        name = _target(command)
        if name not in self._store.names(database):
            raise Failed(26, "NamespaceNotFound", f"ns does not exist: {database}.{name}")
        return _cursor(database, name, [{"v": 2, "key": {"_id": 1}, "name": "_id_"}])


def _target(command: Document) -> str:
    """The value of the first key: in most commands the collection."""
    return str(next(iter(command.values())))[:200]


def _cursor(database: str, name: str, documents: list[Document], batch: str = "firstBatch") -> Document:
    return {"cursor": {batch: documents, "id": Int64(0), "ns": f"{database}.{name}"}}


def _list(command: Mapping[str, Any], key: str) -> list[Any]:
    found = command.get(key)
    return found if isinstance(found, list) else []


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and abs(value) < 1 << 31 else 0


def _client_of(client: Mapping[str, Any]) -> str:
    """Driver, its version and the application, as far as they are told."""
    driver, application = client.get("driver"), client.get("application")
    parts = [driver.get("name"), driver.get("version")] if isinstance(driver, Mapping) else []
    parts += [application.get("name")] if isinstance(application, Mapping) else []
    return " ".join(str(part)[:100] for part in parts if part)
