"""Containers and images: bait, and what attackers make, bounded and in memory only. Nothing runs."""

from __future__ import annotations

import asyncio
import secrets
import shlex
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from decnet_uptime import uptime_of

if TYPE_CHECKING:
    from decnet_identity import Identity

CONTAINERS_LIMIT, IMAGES_LIMIT, EXECS_LIMIT = 48, 48, 64
WORDS_LIMIT = 64
TEXT_LIMIT = 1024
SHELLS = frozenset({"sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash"})
ADJECTIVES = ("amazing", "bold", "clever", "eager", "focused", "happy", "jolly", "quirky", "stoic", "vibrant")
SURNAMES = ("bell", "curie", "euler", "fermi", "gauss", "hopper", "kepler", "lamport", "noether", "turing")

_BAIT = (
    ("nginx:1.25", "proxy", ("nginx", "-g", "daemon off;"), 80),
    ("postgres:15", "db", ("postgres",), 5432),
    ("redis:7-alpine", "cache", ("redis-server",), 6379),
    ("gitlab/gitlab-ce:16.4.1-ce.0", "gitlab", ("/assets/wrapper",), 443),
    ("grafana/grafana:10.1.5", "grafana", ("/run.sh",), 3000),
    ("rabbitmq:3.12-management", "mq", ("rabbitmq-server",), 5672),
    ("registry:2", "registry", ("/etc/docker/registry/config.yml",), 5000),
)


@dataclass
class Container:
    """One container. `command` is what it would run."""

    ident: str
    name: str
    image: str
    command: tuple[str, ...]
    created: int
    tty: bool = False
    stdin: bool = False
    env: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    privileged: bool = False
    port: int | None = None
    state: str = "created"
    started_at: int = 0
    output: str = ""
    attached: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def line(self) -> str:
        """The command as a line of a shell."""
        words = self.command
        if len(words) > 2 and words[0] in SHELLS and words[1].endswith("c"):
            return words[2]
        return shlex.join(words)

    @property
    def is_interactive(self) -> bool:
        """Whether it would wait for what is typed."""
        return self.stdin and (not self.command or self.command[-1] in SHELLS)

    def start(self) -> None:
        """As far as anyone sees."""
        self.state, self.started_at = "running", int(time.time())
        self.ended.clear()
        self.started.set()

    def end(self) -> None:
        """Its command is over."""
        self.state = "exited"
        self.ended.set()


class Store:
    """What `docker ps` and `docker images` list."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.containers: OrderedDict[str, Container] = OrderedDict()
        self.images: OrderedDict[str, int] = OrderedDict()
        self.execs: OrderedDict[str, Container] = OrderedDict()
        now = int(time.time())
        booted = now - uptime_of(identity)
        for image, name, command, port in identity.sample(
            "docker/bait", _BAIT, identity.number("docker/count", 2, 4)
        ):
            age = identity.number(f"docker/{name}/age", 0, 200) * 86_400
            password = identity.derive(f"docker/{name}/password", 9).hex()
            container = Container(
                ident=identity.derive(f"docker/{name}", 32).hex(),
                name=f"{identity.choose('docker/project', ('app', 'shop', 'infra', 'tools'))}-{name}-1",
                image=image,
                command=command,
                created=booted - age,
                env=(f"{name.upper()}_PASSWORD={password}", "TZ=Europe/Berlin"),
                port=port,
                state="running",
                started_at=booted + identity.number(f"docker/{name}/start", 20, 60),
            )
            self.containers[container.ident] = container
            self.images[image] = container.created - 90_000
        self.images["alpine:latest"] = booted - 9_000_000

    def image_id(self, image: str) -> str:
        """Without `sha256:`."""
        return self.identity.derive(f"docker/image/{image}", 32).hex()

    def pull(self, image: str) -> None:
        """It is there from now on."""
        self.images.setdefault(image, int(time.time()) - 1_000_000)
        while len(self.images) > IMAGES_LIMIT:
            self.images.popitem(last=False)

    def create(self, name: str, image: str, options: dict[str, Any]) -> Container:
        """A container by the options of `POST /containers/create`."""
        host = options.get("HostConfig")
        host = host if isinstance(host, dict) else {}
        container = Container(
            ident=secrets.token_hex(32),
            name=name[:128] or f"{secrets.choice(ADJECTIVES)}_{secrets.choice(SURNAMES)}",
            image=image,
            command=(*words_of(options.get("Entrypoint")), *words_of(options.get("Cmd"))),
            created=int(time.time()),
            tty=options.get("Tty") is True,
            stdin=options.get("OpenStdin") is True,
            env=words_of(options.get("Env")),
            binds=(*words_of(host.get("Binds")), *_mounts(host.get("Mounts"))),
            privileged=host.get("Privileged") is True,
        )
        self.containers[container.ident] = container
        while len(self.containers) > CONTAINERS_LIMIT:
            self.containers.popitem(last=False)[1].end()
        return container

    def find(self, ident: str) -> Container | None:
        """By its id, the beginning of it, or its name."""
        if ident in self.containers:
            return self.containers[ident]
        for container in self.containers.values():
            if container.name == ident.lstrip("/") or (len(ident) >= 4 and container.ident.startswith(ident)):
                return container
        return None

    def prepare(self, container: Container, options: dict[str, Any]) -> tuple[str, Container]:
        """An exec in a container, which is as one that has its own command."""
        ident = secrets.token_hex(32)
        tty = options.get("Tty") is True
        stdin = options.get("AttachStdin") is True
        command = words_of(options.get("Cmd"))
        run = Container(
            container.ident, container.name, container.image, command, int(time.time()), tty, stdin
        )
        self.execs[ident] = run
        while len(self.execs) > EXECS_LIMIT:
            self.execs.popitem(last=False)
        return ident, run


def words_of(value: object) -> tuple[str, ...]:
    """A list of texts, as far as it is one; a text is a list of one."""
    if isinstance(value, str):
        return (value[:TEXT_LIMIT],)
    if not isinstance(value, list):
        return ()
    return tuple(word[:TEXT_LIMIT] for word in value[:WORDS_LIMIT] if isinstance(word, str))


def _mounts(value: object) -> tuple[str, ...]:
    mounts = [one for one in value[:WORDS_LIMIT] if isinstance(one, dict)] if isinstance(value, list) else []
    return tuple(f"{one.get('Source', '')}:{one.get('Target', '')}"[:TEXT_LIMIT] for one in mounts)
