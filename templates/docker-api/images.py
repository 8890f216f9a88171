"""Images: listed, pulled without a registry, and built of nothing."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import replies
from decnet_http import Request
from decnet_http_answers import Answer
from decnet_http_go import go_json
from store import Store

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}")


def answer_images(store: Store, request: Request, parts: list[str], query: dict[str, str]) -> Answer:
    """What is asked of `/images` and `/build`."""
    match (request.method, parts):
        case ("GET", ["images", "json"]):
            return go_json(200, [replies.image_summary(store, one) for one in reversed(store.images)])
        case ("POST", ["images", "create"]):
            return _pull(store, query)
        case ("POST", ["images", "load"] | ["build"]):
            return _progress({"stream": f"Successfully built {secrets.token_hex(6)}\n"})
        case ("GET", ["images", *name, "json"]) if tagged("/".join(name)) in store.images:
            return go_json(200, replies.image_inspection(store, tagged("/".join(name))))
        case ("GET", ["images", "search"]):
            return go_json(200, [])
        case ("DELETE", ["images", *name]):
            store.images.pop(tagged("/".join(name)), None)
            return go_json(200, [{"Untagged": tagged("/".join(name))}])
    return wrong(404, f"No such image: {'/'.join(parts[1:])}")


def _pull(store: Store, query: dict[str, str]) -> Answer:
    name = query.get("fromImage", "")[:255]
    tag = query.get("tag", "")[:128]
    if not REFERENCE.fullmatch(name + tag):
        return wrong(400, "invalid reference format")
    image = tagged(f"{name}:{tag}" if tag and "@" not in name else name)
    store.pull(image)
    layer = store.image_id(f"{image}/layer")[:12]
    digest = f"sha256:{store.image_id(f'{image}/digest')}"
    return _progress(
        {"status": f"Pulling from {name}", "id": tag or "latest"},
        {"status": "Pulling fs layer", "progressDetail": {}, "id": layer},
        {"status": "Download complete", "progressDetail": {}, "id": layer},
        {"status": "Pull complete", "progressDetail": {}, "id": layer},
        {"status": f"Digest: {digest}"},
        {"status": f"Status: Downloaded newer image for {image}"},
    )


def tagged(image: str) -> str:
    """A name as it is listed: without Docker Hub's own prefix, with a tag."""
    for prefix in ("docker.io/library/", "docker.io/", "library/"):
        image = image.removeprefix(prefix)
    return image if not image or ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"


def wrong(status: int, message: str) -> Answer:
    """A failure."""
    return go_json(status, {"message": message})


def _progress(*steps: dict[str, Any]) -> Answer:
    lines = "".join(json.dumps(step, separators=(",", ":")) + "\r\n" for step in steps)
    return Answer(200, lines.encode(), [("Content-Type", "application/json")])
