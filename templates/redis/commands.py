"""What the commands answer."""

from __future__ import annotations

import time

from info import Counts, info
from instance import Server
from keyspace import Command, Keyspace, glob_of
from resp import OK, Failure, Reply, Status

NO_PASSWORD = (
    "ERR AUTH <password> called without any password configured for the default user. "
    "Are you sure your configuration is correct?"
)
CROSS_PROTOCOL = {"post", "host:"}
"""Words of HTTP, at which Redis closes the connection without a reply."""
UNAUTHENTICATED = {"AUTH", "HELLO", "QUIT", "RESET"}


class Client:
    """One connection's state, and its commands by name."""

    def __init__(self, server: Server, number: int, source: str) -> None:
        self._server = server
        self._source = source
        self._keys = Keyspace(server.bait)
        self._number = number
        self._name = b""
        self._authenticated = not server.wants_password
        self.protocol = 2
        self.over = False
        self.login: tuple[str, str, bool] | None = None
        """Username, password and outcome of a login that the last command tried."""
        self._commands: dict[str, Command] = self._keys.commands | {
            "AUTH": (self._auth, 1, 2),
            "BGSAVE": (lambda _: Status("Background saving started"), 0, 1),
            "CLIENT": (self._client, 1, 99),
            "COMMAND": (self._command, 0, 99),
            "CONFIG": (self._config, 1, 99),
            "ECHO": (lambda words: words[0], 1, 1),
            "HELLO": (self._hello, 0, 9),
            "INFO": (self._info, 0, 9),
            "LASTSAVE": (lambda _: int(server.started), 0, 0),
            "PING": (lambda words: words[0] if words else Status("PONG"), 0, 1),
            "QUIT": (self._quit, 0, 99),
            "REPLICAOF": (lambda _: OK, 2, 2),
            "ROLE": (lambda _: [b"master", 0, []], 0, 0),
            "SAVE": (lambda _: OK, 0, 0),
            "SELECT": (self._select, 1, 1),
            "SLAVEOF": (lambda _: OK, 2, 2),
            "TIME": (self._time, 0, 0),
        }

    def run(self, words: list[bytes]) -> Reply:
        """The reply to one command."""
        self.login = None
        name = words[0].decode("utf-8", "surrogateescape")
        if name.lower() in CROSS_PROTOCOL:
            self.over = True
            return b""
        found = self._commands.get(name.upper())
        if found is None or (name.upper() == "HELLO" and self._server.major < 6):
            return self._unknown(name, words[1:])
        command, least, most = found
        if not least <= len(words) - 1 <= most:
            return Failure(f"ERR wrong number of arguments for '{name.lower()}' command")
        if not self._authenticated and name.upper() not in UNAUTHENTICATED:
            return Failure("NOAUTH Authentication required.")
        return command(words[1:])

    def _unknown(self, name: str, words: list[bytes]) -> Failure:
        if self._server.major < 5:
            return Failure(f"ERR unknown command '{name[:128]}'")
        shown = "".join(f"'{word[:128].decode('utf-8', 'surrogateescape')}' " for word in words[:8])
        quote = "'" if self._server.major >= 7 else "`"
        what = f"{quote}{name[:128]}{quote}"
        return Failure(f"ERR unknown command {what}, with args beginning with: {shown}")

    def _try(self, username: bytes, password: bytes) -> Failure | None:
        right = self._server.password.encode("utf-8")
        proven = bool(right) and username == b"default" and password == right
        accepted = self._server.logins.count(self._source) or proven
        self.login = (
            username.decode("utf-8", "surrogateescape"),
            password.decode("utf-8", "surrogateescape"),
            accepted,
        )
        if accepted:
            self._authenticated = True
            return None
        if self._server.major < 6:
            wanted = self._server.wants_password
            old = "ERR invalid password" if wanted else "ERR Client sent AUTH, but no password is set"
            return Failure(old)
        return Failure("WRONGPASS invalid username-password pair or user is disabled.")

    def _auth(self, words: list[bytes]) -> Reply:
        if len(words) == 2 and self._server.major < 6:
            return Failure("ERR wrong number of arguments for 'auth' command")
        wrong = self._try(*words) if len(words) == 2 else self._try(b"default", words[0])
        if wrong and len(words) == 1 and not self._server.wants_password and self._server.major >= 6:
            return Failure(NO_PASSWORD)
        return wrong or OK

    def _hello(self, words: list[bytes]) -> Reply:
        if words and words[0] not in {b"2", b"3"}:
            return Failure("NOPROTO unsupported protocol version")
        if len(words) >= 4 and words[1].upper() == b"AUTH":
            wrong = self._try(words[2], words[3])
            if wrong:
                return wrong
        if not self._authenticated:
            return Failure(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "
                "<proto> AUTH <user> <pass> option can be used to authenticate the client and select the "
                "RESP protocol version at the same time"
            )
        if words:
            self.protocol = int(words[0])
        return {
            "server": "redis",
            "version": self._server.version,
            "proto": self.protocol,
            "id": self._number,
            "mode": "standalone",
            "role": "master",
            "modules": [],
        }

    def _info(self, words: list[bytes]) -> Reply:
        counts = Counts(connection=self._number, keys=len(self._keys))
        return info(self._server.identity, self._server.version, counts, words)

    def _config(self, words: list[bytes]) -> Reply:
        verb = words[0].upper()
        if verb == b"GET" and len(words) > 1:
            values = {
                b"dir": b"/var/lib/redis",
                b"dbfilename": b"dump.rdb",
                b"maxmemory": b"0",
                b"port": str(self._server.identity.port).encode(),
                b"appendonly": b"no",
                b"requirepass": self._server.password.encode(),
                b"save": b"3600 1 300 100 60 10000",
                b"databases": b"16",
                b"protected-mode": b"no",
                b"timeout": b"0",
            }
            return {
                name.decode(): value
                for name, value in values.items()
                if any(glob_of(word.lower()).fullmatch(name) for word in words[1:])
            }
        if verb == b"SET" and len(words) > 2:
            if self._server.major >= 7 and words[1].lower() in {b"dir", b"dbfilename"}:
                name = words[1].decode()
                related = f"(possibly related to argument '{name}')"
                return Failure(f"ERR CONFIG SET failed {related} - can't set protected config")
            return OK
        if verb in {b"RESETSTAT", b"REWRITE"}:
            return OK
        return self._unknown_subcommand("CONFIG", words[0])

    def _unknown_subcommand(self, command: str, word: bytes) -> Failure:
        shown = word[:128].decode("utf-8", "surrogateescape")
        start = "unknown subcommand"
        if self._server.major < 7:
            start = "Unknown subcommand or wrong number of arguments for"
        return Failure(f"ERR {start} '{shown}'. Try {command} HELP.")

    def _client(self, words: list[bytes]) -> Reply:
        verb = words[0].upper()
        if verb == b"SETNAME" and len(words) == 2:
            self._name = words[1][:128]
            return OK
        if verb == b"GETNAME":
            return self._name or None
        if verb == b"ID":
            return self._number
        if verb in {b"LIST", b"INFO"}:
            name = self._name.decode("utf-8", "surrogateescape")
            state = "age=0 idle=0 flags=N db=0 cmd=client|list user=default"
            return f"id={self._number} fd=8 name={name} {state}\n"
        if verb in {b"REPLY", b"SETINFO", b"NO-EVICT", b"TRACKING"}:
            return OK
        return self._unknown_subcommand("CLIENT", words[0])

    def _command(self, words: list[bytes]) -> Reply:
        if words and words[0].upper() == b"COUNT":
            return {7: 241, 6: 224, 5: 200}.get(self._server.major, 174)
        if words and words[0].upper() == b"DOCS":
            return {}
        return []

    def _select(self, words: list[bytes]) -> Reply:
        if not words[0].isdigit():
            return Failure("ERR value is not an integer or out of range")
        return OK if len(words[0]) < 3 and int(words[0]) < 16 else Failure("ERR DB index is out of range")

    def _time(self, _: list[bytes]) -> Reply:
        seconds, rest = divmod(time.time_ns(), 1_000_000_000)
        return [str(seconds), str(rest // 1000)]

    def _quit(self, _: list[bytes]) -> Reply:
        self.over = True
        return OK
