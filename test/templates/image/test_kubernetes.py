"""A Kubernetes API server: whom it refuses, what it notes, and what its bait is."""

import asyncio
import base64
import json
import random
import ssl
import sys
import unittest
from functools import cache
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cryptography import x509
from http_trial import HttpTrial
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "kubernetes"))

import server as kubernetes
from api import target_of
from resources import KINDS, Resources

import decnet_tls

CONFIG = {"tokens": ["good"], "anonymous": False, "accept_after": 0}
# Two keys of a second each are enough for all tests.
decnet_tls.rsa_key = cache(decnet_tls.rsa_key)
CLIENT = ssl.create_default_context()
CLIENT.check_hostname, CLIENT.verify_mode = False, ssl.CERT_NONE


class ClusterTest(unittest.IsolatedAsyncioTestCase):
    async def start(self, **config: object) -> HttpTrial:
        """A server that ends with the test."""
        server = HttpTrial(kubernetes.start, CONFIG | config)
        await self.enterAsyncContext(server)
        server.tls = CLIENT
        return server

    async def ask(
        self, server: HttpTrial, method: str, path: str, token: str = "", body: bytes = b""
    ) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, _, answer = await server.ask(method, path, body, **headers)
        return status, json.loads(answer) if answer.startswith(b"{") else {"text": answer.decode()}

    async def test_refuses_the_anonymous_but_for_what_is_public(self) -> None:
        server = await self.start()
        self.assertEqual((await self.ask(server, "GET", "/healthz"))[1], {"text": "ok"})
        self.assertEqual((await self.ask(server, "GET", "/version"))[1]["gitVersion"], "v1.28.3")
        cases = {
            "/": 'forbidden: User "system:anonymous" cannot get path "/"',
            "/pods": 'forbidden: User "system:anonymous" cannot get path "/pods"',
            "/api/v1/secrets": 'secrets is forbidden: User "system:anonymous" cannot list resource "secrets" '
            'in API group "" at the cluster scope',
            "/apis/apps/v1/namespaces/x/deployments/y": 'deployments "y" is forbidden: User '
            '"system:anonymous" cannot get resource "deployments" in API group "apps" in the namespace "x"',
        }
        for path, message in cases.items():
            status, told = await self.ask(server, "GET", path)
            self.assertEqual((status, told["message"], told["reason"]), (403, message, "Forbidden"))
        self.assertEqual(await server.events("auth"), [])
        self.assertEqual((await server.send(b"GET / HTTP/1.0\r\n\r\n"))[:21], b"HTTP/1.0 401 Unauthor")
        self.assertTrue(
            (await server.send(b"BROKEN\r\n\r\n")).startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Type")
        )

    async def test_notes_tokens_and_shows_bait_to_those_it_accepts(self) -> None:
        server = await self.start()
        self.assertEqual((await self.ask(server, "GET", "/api", "bad"))[0], 401)
        self.assertEqual((await self.ask(server, "GET", "/api", "good"))[1]["versions"], ["v1"])
        _, secrets = await self.ask(server, "GET", "/api/v1/secrets", "good")
        one = secrets["items"][0]
        self.assertEqual(len(base64.b64decode(one["data"]["password"])), 24)
        path = f"/api/v1/namespaces/{one['metadata']['namespace']}/secrets/{one['metadata']['name']}"
        self.assertEqual((await self.ask(server, "GET", path, "good"))[1]["data"], one["data"])
        self.assertEqual((await self.ask(server, "GET", path + "x", "good"))[0], 404)
        tries = [(event["password"], event["accepted"]) for event in await server.events("auth")]
        self.assertEqual(tries, [("bad", "false")] + [("good", "true")] * 4)

    async def test_one_connection_tries_a_token_once(self) -> None:
        server = await self.start(accept_after=3)
        request = b"GET /api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\n\r\n"
        answer = await server.send(
            request * 3 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        )
        self.assertEqual(answer.count(b"HTTP/1.1 401 "), 4)
        self.assertEqual(len(await server.events("auth")), 1)
        self.assertEqual(len(await server.events("request")), 4)
        statuses = [(await self.ask(server, "GET", "/api", "bad"))[0] for _ in range(2)]
        self.assertEqual(statuses, [401, 200])

    async def test_notes_what_is_to_be_run_and_runs_nothing(self) -> None:
        server = await self.start(anonymous=True)
        pod = b'{"kind":"Pod","spec":{"containers":[{"image":"evil"}]}}'
        self.assertEqual(
            (await self.ask(server, "POST", "/api/v1/namespaces/default/pods", "good", pod))[0], 403
        )
        run = "/api/v1/namespaces/kube-system/pods/coredns/exec?command=sh&command=-c&command=id"
        self.assertEqual((await self.ask(server, "GET", run, "good"))[0], 403)
        self.assertEqual((await self.ask(server, "GET", "/api/v1/pods"))[0], 200)
        self.assertEqual((await self.ask(server, "DELETE", "/api/v1/namespaces/default"))[0], 403)
        commands = [(event["command"], event.get("body")) for event in await server.events("command")]
        expected = [("create pods", pod.decode()), ("sh -c id", None), ("delete namespaces default", None)]
        self.assertEqual(commands, expected)
        server.check_no_faults()

    async def test_stands_whatever_comes(self) -> None:
        rng = random.Random(6)
        server = await self.start(anonymous=True)
        request = b"GET /api/v1/namespaces/%ff/pods/x/exec?command=%ff&a=b HTTP/1.1\r\nHost: x\r\n"
        request += b"Authorization: Bearer x\r\n"
        request += b"Connection: close\r\n\r\n"
        # What no longer says that it closes is let go at once.
        with (
            mock.patch("decnet_http_server.NEXT_SECONDS", 0.01),
            mock.patch("decnet_http.HEAD_SECONDS", 0.01),
        ):
            for _ in range(60):
                data = bytearray(request)
                for _ in range(rng.randint(0, 5)):
                    data[rng.randrange(len(data) - 4)] = rng.randrange(256)
                await server.send(bytes(data))
        await server.events()
        server.check_no_faults()

    async def test_its_certificate_is_a_clusters(self) -> None:
        server = await self.start()
        text = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", server.port))
        found = x509.load_pem_x509_certificate(text.encode())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.assertEqual(found.subject.rfc4514_string(), "CN=kube-apiserver")
        self.assertEqual(found.issuer.rfc4514_string(), "CN=kubernetes")
        self.assertIn("kubernetes.default.svc.cluster.local", names.get_values_for_type(x509.DNSName))
        self.assertIn("10.96.0.1", [str(one) for one in names.get_values_for_type(x509.IPAddress)])


class ResourcesTest(unittest.TestCase):
    def test_are_the_deckys_own(self) -> None:
        def told(seed: int) -> list[object]:
            resources = Resources(identity(seed), "1.28.3")
            listed = [resources.listed(name, None) for name in KINDS]
            for one in listed:
                for item in one["items"]:
                    del item["metadata"]["creationTimestamp"]
            return listed

        self.assertEqual(told(1), told(1))
        self.assertNotEqual(told(1), told(2))

    def test_paths_name_resources(self) -> None:
        for path, expected in {
            "/api/v1/namespaces": ("", "namespaces", None, "", ""),
            "/api/v1/namespaces/x": ("", "namespaces", None, "x", ""),
            "/api/v1/namespaces/x/pods/y/exec": ("", "pods", "x", "y", "exec"),
            "/apis/apps/v1/deployments": ("apps", "deployments", None, "", ""),
        }.items():
            found = target_of(path)
            self.assertEqual(
                (found.group, found.resource, found.namespace, found.name, found.below), expected
            )
        for path in ("/", "/api", "/api/v1", "/apis/apps/v1", "/healthz", "//"):
            self.assertIsNone(target_of(path))


if __name__ == "__main__":
    unittest.main()
