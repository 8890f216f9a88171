"""The Docker Engine of each distro, in Docker's own packages: what `docker version` tells.

24.0.6 and 19.03.13 as recorded answers have them, 26.1.4 by its release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decnet_distros import distro_of


@dataclass(frozen=True)
class Engine:
    """One release."""

    version: str
    api: str
    minimum: str
    commit: str
    go: str
    built: str
    containerd: tuple[str, str]
    runc: tuple[str, str]
    init: tuple[str, str]


_2614 = Engine(
    "26.1.4",
    "1.45",
    "1.24",
    "de5c9cf",
    "go1.21.11",
    "2024-06-05T11:29:25.000000000+00:00",
    ("1.6.33", "d2d58213f83a351ca8f528a95fbd145f5654e957"),
    ("1.1.12", "v1.1.12-0-g51d5e94"),
    ("0.19.0", "de40ad0"),
)
_2406 = Engine(
    "24.0.6",
    "1.43",
    "1.12",
    "1a79695",
    "go1.20.7",
    "2023-09-04T12:31:44.000000000+00:00",
    ("1.6.24", "61f9fd88f79f081d64d6fa3bb1a0dc71ec870523"),
    ("1.1.9", "v1.1.9-0-gccaecfc"),
    ("0.19.0", "de40ad0"),
)
_1903 = Engine(
    "19.03.13",
    "1.40",
    "1.12",
    "4484c46d9d",
    "go1.13.15",
    "2020-09-16T17:01:06.000000000+00:00",
    ("1.3.7", "8fba4e9a7d01810a393d5d25a3621dc101981175"),
    ("1.0.0-rc10", "dc9208a3303feef5b3839f4323d9beb36df0a9dd"),
    ("0.18.0", "fec3683"),
)
ENGINES = {"ubuntu22": _2406, "ubuntu20": _1903, "centos7": _1903}


def engine_of(distro: str) -> Engine:
    """The engine on a distro."""
    return ENGINES.get(distro, _2614)


def version_reply(engine: Engine, distro: str) -> dict[str, Any]:
    """What `GET /version` tells."""
    kernel = distro_of(distro).kernel
    own = {
        "ApiVersion": engine.api,
        "Arch": "amd64",
        "BuildTime": engine.built,
        "Experimental": "false",
        "GitCommit": engine.commit,
        "GoVersion": engine.go,
        "KernelVersion": kernel,
        "MinAPIVersion": engine.minimum,
        "Os": "linux",
    }
    parts = (("containerd", engine.containerd), ("runc", engine.runc), ("docker-init", engine.init))
    return {
        "Platform": {"Name": "Docker Engine - Community"},
        "Components": [
            {"Name": "Engine", "Version": engine.version, "Details": own},
            *(
                {"Name": name, "Version": version, "Details": {"GitCommit": commit}}
                for name, (version, commit) in parts
            ),
        ],
        "Version": engine.version,
        "ApiVersion": engine.api,
        "MinAPIVersion": engine.minimum,
        "GitCommit": engine.commit,
        "GoVersion": engine.go,
        "Os": "linux",
        "Arch": "amd64",
        "KernelVersion": kernel,
        "BuildTime": engine.built,
    }
