"""The Engine API (docs.docker.com/reference/api/engine). What is to be run is noted, and not run."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import replies
from store import Container, Store
from terminal import converse, framed, shell_in
from versions import engine_of, version_reply

from decnet_http import Request
from decnet_http_answers import Answer, Dialect
from decnet_http_go import CHUNKED, chunk, go_json
from decnet_http_server import Visitor

if TYPE_CHECKING:
    from decnet_identity import Identity

HIJACKED = Dialect(("Content-Type", "Connection", "Upgrade"))
RAW = [("Content-Type", "application/vnd.docker.raw-stream"), ("Connection", "Upgrade"), ("Upgrade", "tcp")]
START_SECONDS, RUN_SECONDS = 60, 0.3
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}")
_PREFIX = re.compile(r"/v\d\.\d{1,2}(?=/)")


class Api:
    """Answers requests."""

    def __init__(self, identity: Identity) -> None:
        self.engine = engine_of(identity.distro)
        self._identity = identity
        self._store = Store(identity)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """The answer, without the headers that all have."""
        path = _PREFIX.sub("", request.path)
        parts = [unquote(part) for part in path.split("/") if part]
        query = _query(request)
        options = _object(request.body)
        self._tell_credentials(request, visitor, options)
        if request.method == "OPTIONS":
            return Answer(200)
        match (request.method, parts):
            case ("GET" | "HEAD", ["_ping"]):
                return Answer(
                    200,
                    b"OK",
                    [
                        ("Cache-Control", "no-cache, no-store, must-revalidate"),
                        ("Content-Type", "text/plain; charset=utf-8"),
                        ("Pragma", "no-cache"),
                    ],
                )
            case ("GET", ["version"]):
                return go_json(200, version_reply(self.engine, self._identity.distro))
            case ("GET", ["info"]):
                return go_json(200, replies.info(self._store, self.engine))
            case (_, ["containers", *rest]):
                return self._containers(request, visitor, rest, query, options)
            case (_, ["images" | "build", *_]):
                return self._images(request, parts, query)
            case ("POST", ["exec", ident, action]):
                return self._exec(visitor, ident, action)
            case ("GET", ["exec", ident, "json"]):
                return go_json(200, {"ID": ident, "Running": False, "ExitCode": 0})
            case ("POST", ["auth"]):
                return _wrong(
                    401,
                    'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
                )
            case ("GET", ["networks"]):
                return go_json(
                    200,
                    [
                        {
                            "Name": name,
                            "Id": self._store.image_id(f"network/{name}"),
                            "Driver": name,
                            "Scope": "local",
                        }
                        for name in ("bridge", "host", "none")
                    ],
                )
            case ("GET", ["volumes"]):
                return go_json(200, {"Volumes": [], "Warnings": None})
            case (_, ["swarm" | "nodes" | "services" | "secrets" | "tasks", *_]):
                return _wrong(
                    503,
                    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
                    "to connect this node to swarm and try again.",
                )
        return _wrong(404, "page not found")

    def _tell_credentials(self, request: Request, visitor: Visitor, options: dict[str, Any]) -> None:
        found = options if request.method == "POST" and request.path.endswith("/auth") else {}
        header = request.header("x-registry-auth")
        if header:
            padded = header + "=" * (-len(header) % 4)
            try:
                found = _object(base64.urlsafe_b64decode(padded))
            except (binascii.Error, ValueError):
                found = {}
        username, password = (str(found.get(key) or "")[:1024] for key in ("username", "password"))
        if username or password:
            server = str(found.get("serveraddress") or "")[:1024] or None
            visitor.session.event(
                "auth",
                method="registry",
                username=username,
                password=password,
                accepted=False,
                registry=server,
            )

    def _containers(
        self,
        request: Request,
        visitor: Visitor,
        rest: list[str],
        query: dict[str, str],
        options: dict[str, Any],
    ) -> Answer:
        if rest == ["json"]:
            every = query.get("all") in {"1", "true", "True"}
            shown = [one for one in self._store.containers.values() if every or one.state == "running"]
            return go_json(200, [replies.summary(self._store, one) for one in reversed(shown)])
        if rest == ["create"] and request.method == "POST":
            return self._create(visitor, query, options)
        container = self._store.find(rest[0]) if rest else None
        if container is None:
            return _wrong(404, f"No such container: {rest[0] if rest else ''}")
        return self._one(request, visitor, container, rest[1:], query, options)

    def _create(self, visitor: Visitor, query: dict[str, str], options: dict[str, Any]) -> Answer:
        image = _tagged(str(options.get("Image") or "")[:255])
        if not _REFERENCE.fullmatch(image):
            return _wrong(400, "config cannot be empty in order to create a container")
        if image not in self._store.images:
            return _wrong(404, f"No such image: {image}")
        container = self._store.create(query.get("name", ""), image, options)
        visitor.session.event(
            "command",
            command=container.line,
            image=image,
            binds=" ".join(container.binds) or None,
            env=" ".join(container.env) or None,
            privileged=container.privileged,
            container=container.ident[:12],
        )
        return go_json(201, {"Id": container.ident, "Warnings": []})

    def _one(
        self,
        request: Request,
        visitor: Visitor,
        container: Container,
        action: list[str],
        query: dict[str, str],
        options: dict[str, Any],
    ) -> Answer:
        match (request.method, action):
            case ("DELETE", []):
                container.end()
                self._store.containers.pop(container.ident, None)
                return Answer(204)
            case ("GET", ["json"]):
                return go_json(200, replies.inspection(self._store, container))
            case ("GET", ["logs"]):
                body = framed(container, container.output)
                return Answer(200, body, [("Content-Type", "application/vnd.docker.raw-stream")])
            case ("POST", ["start" | "restart" | "unpause"]):
                return self._start(container)
            case ("POST", ["stop" | "kill" | "pause"]):
                container.end()
                return Answer(204)
            case ("POST", ["wait"]):
                return self._wait(visitor, container, query.get("condition", ""))
            case ("POST", ["attach"]):
                return self._hijack(visitor, container, waits=True)
            case ("POST", ["exec"]):
                ident, run = self._store.prepare(container, options)
                visitor.session.event("command", command=run.line, container=container.ident[:12])
                return go_json(201, {"Id": ident})
            case ("POST", ["resize" | "rename" | "update"]):
                return Answer(200)
            case ("PUT", ["archive"]):
                return Answer(200)
            case ("GET", ["top"]):
                return go_json(
                    200,
                    {
                        "Processes": [["root", "1", "0", container.line]],
                        "Titles": ["UID", "PID", "PPID", "CMD"],
                    },
                )
        return _wrong(404, "page not found")

    def _start(self, container: Container) -> Answer:
        if container.state == "running":
            return Answer(304)
        # Options alone are those of the image's own program, which we do not know.
        if not container.is_interactive and container.command and not container.line.startswith("-"):
            container.output = shell_in(self._identity, container).run(container.line)
        container.start()
        return Answer(204)

    def _exec(self, visitor: Visitor, ident: str, action: str) -> Answer:
        run = self._store.execs.get(ident)
        if run is None:
            return _wrong(404, f"No such exec instance: {ident}")
        if action != "start":
            return Answer(200)
        return self._hijack(visitor, run, waits=False)

    def _hijack(self, visitor: Visitor, container: Container, *, waits: bool) -> Answer:
        async def attached() -> None:
            if waits:
                async with asyncio.timeout(START_SECONDS):
                    await container.started.wait()
            shell = shell_in(self._identity, container)
            try:
                if container.is_interactive:
                    await converse(visitor.stream, visitor.session, container, shell)
                else:
                    await asyncio.sleep(RUN_SECONDS)
                    output = container.output if waits else shell.run(container.line)
                    await visitor.stream.send(framed(container, output))
            finally:
                container.end()

        async def quietly() -> None:
            try:
                await attached()
            except TimeoutError:
                container.end()

        return Answer(101, b"", RAW, reason="UPGRADED", dialect=HIJACKED, then=quietly)

    def _wait(self, visitor: Visitor, container: Container, condition: str) -> Answer:
        async def told() -> None:
            if condition != "not-running" or container.state == "running":
                await container.ended.wait()
            await visitor.stream.send(chunk(b'{"StatusCode":0}\n') + chunk(b""))

        headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
        return Answer(200, b"", headers, dialect=CHUNKED, then=told)

    def _images(self, request: Request, parts: list[str], query: dict[str, str]) -> Answer:
        match (request.method, parts):
            case ("GET", ["images", "json"]):
                return go_json(
                    200, [replies.image_summary(self._store, one) for one in reversed(self._store.images)]
                )
            case ("POST", ["images", "create"]):
                return self._pull(query)
            case ("POST", ["images", "load"] | ["build"]):
                return _progress({"stream": f"Successfully built {secrets.token_hex(6)}\n"})
            case ("GET", ["images", *name, "json"]) if _tagged("/".join(name)) in self._store.images:
                return go_json(200, replies.image_inspection(self._store, _tagged("/".join(name))))
            case ("GET", ["images", "search"]):
                return go_json(200, [])
            case ("DELETE", ["images", *name]):
                self._store.images.pop(_tagged("/".join(name)), None)
                return go_json(200, [{"Untagged": _tagged("/".join(name))}])
        return _wrong(404, f"No such image: {'/'.join(parts[1:])}")

    def _pull(self, query: dict[str, str]) -> Answer:
        name = query.get("fromImage", "")[:255]
        tag = query.get("tag", "")[:128]
        if not _REFERENCE.fullmatch(name + tag):
            return _wrong(400, "invalid reference format")
        image = _tagged(f"{name}:{tag}" if tag and "@" not in name else name)
        self._store.pull(image)
        layer = self._store.image_id(f"{image}/layer")[:12]
        digest = f"sha256:{self._store.image_id(f'{image}/digest')}"
        return _progress(
            {"status": f"Pulling from {name}", "id": tag or "latest"},
            {"status": "Pulling fs layer", "progressDetail": {}, "id": layer},
            {"status": "Download complete", "progressDetail": {}, "id": layer},
            {"status": "Pull complete", "progressDetail": {}, "id": layer},
            {"status": f"Digest: {digest}"},
            {"status": f"Status: Downloaded newer image for {image}"},
        )


def _query(request: Request) -> dict[str, str]:
    try:
        return dict(
            parse_qsl(request.query, keep_blank_values=True, errors="surrogateescape", max_num_fields=50)
        )
    except ValueError:
        return {}


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _tagged(image: str) -> str:
    """A name as it is listed: without Docker Hub's own prefix, with a tag."""
    for prefix in ("docker.io/library/", "docker.io/", "library/"):
        image = image.removeprefix(prefix)
    return image if not image or ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"


def _wrong(status: int, message: str) -> Answer:
    return go_json(status, {"message": message})


def _progress(*steps: dict[str, Any]) -> Answer:
    lines = "".join(json.dumps(step, separators=(",", ":")) + "\r\n" for step in steps)
    return Answer(200, lines.encode(), [("Content-Type", "application/json")])
