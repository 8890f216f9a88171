"""The Kubernetes of each distro: 1.28.3 as a recorded answer has it, the others by their releases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Version:
    """One release, as `GET /version` tells it."""

    number: str
    commit: str
    built: str
    go: str

    def reply(self) -> dict[str, str]:
        """The answer."""
        major, minor, _ = self.number.split(".")
        return {
            "major": major,
            "minor": minor,
            "gitVersion": f"v{self.number}",
            "gitCommit": self.commit,
            "gitTreeState": "clean",
            "buildDate": self.built,
            "goVersion": self.go,
            "compiler": "gc",
            "platform": "linux/amd64",
        }


_127 = Version("1.27.4", "fa3d7990104d7c1f16943a67f11b154b71f6a132", "2023-07-19T12:14:49Z", "go1.20.6")
_128 = Version("1.28.3", "a8a1abc25cad87333840cd7d54be2efaf31a3177", "2023-10-18T11:33:18Z", "go1.20.10")
_129 = Version("1.29.1", "bc401b91f2782410b3fb3f9acf43a995c4de90d2", "2024-01-17T15:41:12Z", "go1.21.6")
VERSIONS = {"ubuntu20": _127, "centos7": _127, "alpine": _129, "fedora": _129, "arch": _129, "kali": _129}


def version_of(distro: str) -> Version:
    """Its version on a distro."""
    return VERSIONS.get(distro, _128)
