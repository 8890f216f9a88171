"""What the API tells of containers, of images and of the engine, in JSON."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

from decnet_distros import distro_of
from store import Container, Store
from versions import Engine


def moment(seconds: int) -> str:
    """A time as Go writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _age(seconds: int) -> str:
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'s' if count != 1 else ''}"
    return f"{seconds} seconds"


def _status(container: Container) -> str:
    if container.state == "created":
        return "Created"
    age = _age(int(time.time()) - container.started_at)
    return f"Up {age}" if container.state == "running" else f"Exited (0) {age} ago"


def summary(store: Store, container: Container) -> dict[str, Any]:
    """One line of `docker ps`."""
    ports = [] if container.port is None else [{"PrivatePort": container.port, "Type": "tcp"}]
    return {
        "Id": container.ident,
        "Names": [f"/{container.name}"],
        "Image": container.image,
        "ImageID": f"sha256:{store.image_id(container.image)}",
        "Command": " ".join(container.command),
        "Created": container.created,
        "Ports": ports,
        "Labels": {},
        "State": container.state,
        "Status": _status(container),
        "HostConfig": {"NetworkMode": "default"},
        "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "", "IPAddress": "", "Gateway": ""}}},
        "Mounts": [],
    }


def inspection(store: Store, container: Container) -> dict[str, Any]:
    """`docker inspect` of a container."""
    running = container.state == "running"
    return {
        "Id": container.ident,
        "Created": moment(container.created),
        "Path": container.command[0] if container.command else "sh",
        "Args": list(container.command[1:]),
        "State": {
            "Status": container.state,
            "Running": running,
            "Paused": False,
            "Restarting": False,
            "OOMKilled": False,
            "Dead": False,
            "Pid": 1000 + container.created % 30_000 if running else 0,
            "ExitCode": 0,
            "Error": "",
            "StartedAt": moment(container.started_at),
            "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "Image": f"sha256:{store.image_id(container.image)}",
        "Name": f"/{container.name}",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "HostConfig": {
            "Binds": list(container.binds),
            "Privileged": container.privileged,
            "NetworkMode": "default",
        },
        "Mounts": [],
        "Config": {
            "Hostname": container.ident[:12],
            "Tty": container.tty,
            "OpenStdin": container.stdin,
            "Env": list(container.env),
            "Cmd": list(container.command),
            "Image": container.image,
        },
        "NetworkSettings": {"Ports": {}, "IPAddress": "172.17.0.2" if running else "", "Networks": {}},
    }


def image_summary(store: Store, image: str) -> dict[str, Any]:
    """One line of `docker images`."""
    ident = store.image_id(image)
    size = 5_000_000 + int(ident[:6], 16) * 20
    return {
        "Id": f"sha256:{ident}",
        "ParentId": "",
        "RepoTags": [image],
        "RepoDigests": [f"{image.rpartition(':')[0]}@sha256:{store.image_id(image + '/digest')}"],
        "Created": store.images[image],
        "Size": size,
        "VirtualSize": size,
        "SharedSize": -1,
        "Labels": None,
        "Containers": -1,
    }


def image_inspection(store: Store, image: str) -> dict[str, Any]:
    """`docker inspect` of an image."""
    short = image_summary(store, image)
    kept = {name: short[name] for name in ("Id", "RepoTags", "RepoDigests", "Size")}
    return {
        **kept,
        "Created": moment(store.images[image]),
        "Architecture": "amd64",
        "Os": "linux",
        "Config": {
            "Cmd": ["/bin/sh"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        },
    }


def info(store: Store, engine: Engine) -> dict[str, Any]:
    """`docker info`."""
    identity = store.identity
    distro = distro_of(identity.distro)
    states = [container.state for container in store.containers.values()]
    return {
        "ID": str(identity.derive("docker/id", 16).hex()),
        "Containers": len(states),
        "ContainersRunning": states.count("running"),
        "ContainersPaused": 0,
        "ContainersStopped": len(states) - states.count("running"),
        "Images": len(store.images),
        "Driver": "overlay2",
        "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]],
        "Plugins": {
            "Volume": ["local"],
            "Network": ["bridge", "host", "macvlan", "null", "overlay"],
            "Log": ["json-file"],
        },
        "MemoryLimit": True,
        "SwapLimit": True,
        "CgroupDriver": "systemd",
        "CgroupVersion": "2",
        "SystemTime": moment(int(time.time())),
        "LoggingDriver": "json-file",
        "KernelVersion": distro.kernel,
        "OperatingSystem": distro.title,
        "OSType": "linux",
        "Architecture": "x86_64",
        "NCPU": identity.choose("docker/cpus", (2, 4, 8, 16)),
        "MemTotal": identity.choose("docker/memory", (4, 8, 16, 32)) * 1_043_000_000,
        "IndexServerAddress": "https://index.docker.io/v1/",
        "DockerRootDir": "/var/lib/docker",
        "Name": identity.hostname,
        "Labels": [],
        "ServerVersion": engine.version,
        "Runtimes": {"runc": {"path": "runc"}},
        "DefaultRuntime": "runc",
        "Swarm": {"NodeID": "", "LocalNodeState": "inactive", "ControlAvailable": False},
        "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin"],
        "Warnings": ["WARNING: API is accessible on http://0.0.0.0:2375 without encryption."],
    }
