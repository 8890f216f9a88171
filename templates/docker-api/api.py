"""The Engine API (docs.docker.com/reference/api/engine). What is to be run is noted, and not run."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import replies
from decnet_http import Request
from decnet_http_answers import Answer
from decnet_http_go import go_json
from decnet_http_server import Visitor
from images import REFERENCE, answer_images, tagged, wrong
from running import attach, wait
from store import Container, Store
from terminal import framed, shell_in
from versions import engine_of, version_reply

if TYPE_CHECKING:
    from decnet_identity import Identity

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
                return answer_images(self._store, request, parts, query)
            case ("POST", ["exec", ident, action]):
                return self._exec(visitor, ident, action)
            case ("GET", ["exec", ident, "json"]):
                return go_json(200, {"ID": ident, "Running": False, "ExitCode": 0})
            case ("POST", ["auth"]):
                return wrong(
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
                return wrong(
                    503,
                    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
                    "to connect this node to swarm and try again.",
                )
        return wrong(404, "page not found")

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
            return wrong(404, f"No such container: {rest[0] if rest else ''}")
        return self._one(request, visitor, container, rest[1:], query, options)

    def _create(self, visitor: Visitor, query: dict[str, str], options: dict[str, Any]) -> Answer:
        image = tagged(str(options.get("Image") or "")[:255])
        if not REFERENCE.fullmatch(image):
            return wrong(400, "config cannot be empty in order to create a container")
        if image not in self._store.images:
            return wrong(404, f"No such image: {image}")
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
                return wait(visitor, container, query.get("condition", ""))
            case ("POST", ["attach"]):
                return attach(self._identity, visitor, container, waits=True)
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
        return wrong(404, "page not found")

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
            return wrong(404, f"No such exec instance: {ident}")
        if action != "start":
            return Answer(200)
        return attach(self._identity, visitor, run, waits=False)


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
