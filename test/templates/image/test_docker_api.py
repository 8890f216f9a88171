"""The Docker Engine's API: what it tells, what it notes, and that nothing is run."""

import asyncio
import base64
import json
import random
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from http_trial import HttpTrial
from support import TEMPLATES, identity

from decnet_distros import distro_of

sys.path.insert(0, str(TEMPLATES / "docker-api"))

import server as docker
from store import CONTAINERS_LIMIT, EXECS_LIMIT, IMAGES_LIMIT, Store

KIND = "application/json"


def trial(distro: str = "debian", seed: int = 1) -> HttpTrial:
    return HttpTrial(docker.start, {}, distro, seed)


async def ask(server: HttpTrial, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    data = b"" if body is None else json.dumps(body).encode()
    status, _, answer = await server.ask(method, f"/v1.45{path}", data, Content_Type=KIND)
    # Progress is several objects, one a line.
    return status, json.loads(answer) if answer.startswith((b"{", b"[")) and answer.count(
        b"\n"
    ) == 1 else answer


class DockerTest(unittest.IsolatedAsyncioTestCase):
    async def test_tells_the_version_of_its_distro(self) -> None:
        for distro, version, api in (("debian", "26.1.4", "1.45"), ("ubuntu20", "19.03.13", "1.40")):
            async with trial(distro) as server:
                _, told = await ask(server, "GET", "/version")
                _, headers, _ = await server.ask("GET", "/_ping")
                self.assertEqual((told["Version"], told["ApiVersion"]), (version, api))
                self.assertEqual(
                    (headers["server"], headers["api-version"]), (f"Docker/{version} (linux)", api)
                )

    async def test_has_containers_of_its_own_with_secrets(self) -> None:
        shown = []
        for seed in (1, 1, 2):
            async with trial(seed=seed) as server:
                _, listed = await ask(server, "GET", "/containers/json")
                self.assertGreaterEqual(len(listed), 2)
                _, one = await ask(server, "GET", f"/containers/{listed[0]['Id'][:12]}/json")
                self.assertIn("_PASSWORD=", one["Config"]["Env"][0])
                shown.append((listed[0]["Id"], one["Config"]["Env"]))
        self.assertEqual(shown[0], shown[1])
        self.assertNotEqual(shown[0], shown[2])

    async def test_what_is_to_be_run_is_noted_and_not_run(self) -> None:
        options = {
            "Image": "busybox",
            "Cmd": ["sh", "-c", "id; touch /tmp/owned-by-docker"],
            "HostConfig": {"Binds": ["/:/mnt"], "Privileged": True},
        }
        async with trial() as server:
            self.assertEqual((await ask(server, "POST", "/containers/create", options))[0], 404)
            status, _ = await ask(server, "POST", "/images/create?fromImage=busybox&tag=latest")
            self.assertEqual(status, 200)
            status, made = await ask(server, "POST", "/containers/create?name=x", options)
            self.assertEqual(status, 201)
            self.assertEqual((await ask(server, "POST", f"/containers/{made['Id']}/start"))[0], 204)
            self.assertEqual((await ask(server, "POST", "/containers/x/start"))[0], 304)
            commands = await server.events("command")
            self.assertEqual(len(commands), 1)
            told = (
                commands[0]["command"],
                commands[0]["image"],
                commands[0]["binds"],
                commands[0]["privileged"],
            )
            self.assertEqual(told, ("id; touch /tmp/owned-by-docker", "busybox:latest", "/:/mnt", "true"))
            self.assertFalse(Path("/tmp/owned-by-docker").exists())
            self.assertEqual((await ask(server, "DELETE", "/containers/x"))[0], 204)
            self.assertEqual((await ask(server, "GET", "/containers/x/json"))[0], 404)

    async def test_an_attached_client_sees_output_and_the_end(self) -> None:
        async with trial() as server:
            _, made = await ask(
                server, "POST", "/containers/create", {"Image": "alpine", "Cmd": ["uname", "-r"]}
            )
            path = f"/containers/{made['Id']}"
            head = "HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
            attached = asyncio.create_task(
                server.send(f"POST {path}/attach?stdout=1 {head}".encode(), eof=False)
            )
            waiting = asyncio.create_task(
                server.send(f"POST {path}/wait?condition=next-exit {head}".encode(), eof=False)
            )
            await asyncio.sleep(0.1)
            await ask(server, "POST", f"{path}/start")
            answer = await attached
            self.assertTrue(answer.startswith(b"HTTP/1.1 101 UPGRADED\r\n"))
            release = f"{distro_of('debian').kernel}\n".encode()
            self.assertIn(b"\x01\0\0\0\0\0\0%c%s" % (len(release), release), answer)
            self.assertTrue((await waiting).endswith(b'11\r\n{"StatusCode":0}\n\r\n0\r\n\r\n'))
            server.check_no_faults()

    async def test_a_terminal_is_a_shallow_shell(self) -> None:
        async with trial() as server:
            options = {"Image": "alpine", "Cmd": ["sh"], "Tty": True, "OpenStdin": True, "AttachStdin": True}
            _, made = await ask(server, "POST", "/containers/create", options)
            _, run = await ask(server, "POST", f"/containers/{made['Id']}/exec", options)
            request = f"POST /exec/{run['Id']}/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n".encode()
            answer = await server.send(request + b"iX\x7fd\r\x03exit\r", eof=False)
            self.assertIn(b"iX\b \bd\r\nuid=0(root)", answer)
            commands = [one["command"] for one in await server.events("command")]
            self.assertEqual(commands, ["sh", "sh", "id", "exit"])
            server.check_no_faults()

    async def test_credentials_of_registries_are_noted(self) -> None:
        async with trial() as server:
            who = {"username": "dev", "password": "hunter2", "serveraddress": "registry.example"}
            self.assertEqual((await ask(server, "POST", "/auth", who))[0], 401)
            header = base64.urlsafe_b64encode(json.dumps(who).encode()).decode().rstrip("=")
            await server.ask("POST", "/images/create?fromImage=x", X_Registry_Auth=header)
            tries = [
                (one["username"], one["password"], one["registry"]) for one in await server.events("auth")
            ]
            self.assertEqual(tries, [("dev", "hunter2", "registry.example")] * 2)

    async def test_archives_are_uploads(self) -> None:
        async with trial() as server:
            status, _, _ = await server.ask(
                "POST", "/build?t=x", b"tar" * 50_000, Content_Type="application/x-tar"
            )
            self.assertEqual(status, 200)
            self.assertEqual([one["size"] for one in await server.events("upload")], ["150000"])

    def test_grows_no_further_than_its_bounds(self) -> None:
        store = Store(identity())
        for at in range(300):
            store.pull(f"x:{at}")
            store.prepare(store.create("", "x:1", {"Cmd": ["a" * 5000] * 500, "Env": "x"}), {})
        sizes = (len(store.containers), len(store.images), len(store.execs))
        self.assertEqual(sizes, (CONTAINERS_LIMIT, IMAGES_LIMIT, EXECS_LIMIT))
        self.assertLess(len(next(reversed(store.containers.values())).line), 70_000)

    async def test_stands_whatever_comes(self) -> None:
        rng = random.Random(4)
        bodies = [
            b"[" * 50_000,
            b'{"Image": {"a": 1}, "Cmd": 5}',
            b'{"Image": "alpine", "HostConfig": [1]}',
            b"\xff",
            b'{"Image": "alpine", "Cmd": [1, null], "HostConfig": '
            b'{"Mounts": [1, {"Source": {}}], "Binds": {}}}',
        ]
        paths = [
            "/containers/create",
            "/images/create?fromImage=%ff",
            "/exec/x/start",
            "/containers//start",
            "/auth",
            "/images//json",
            "/containers/json?all=1&" + "a=b&" * 60,
            "/v1.45",
            "/v9.99/info",
            "/build?t=%00",
        ]
        async with trial() as server:
            for path in paths:
                for body in bodies:
                    method = rng.choice(["GET", "POST", "DELETE", "PUT"])
                    status, _, _ = await server.ask(
                        method, path, body, Content_Type=KIND, X_Registry_Auth="!!!"
                    )
                    self.assertIn(status, range(200, 505))
            await server.events()
            server.check_no_faults()


if __name__ == "__main__":
    unittest.main()
