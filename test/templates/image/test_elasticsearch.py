"""An Elasticsearch node: what it shows, what it takes, and who may."""

import base64
import json
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from http_trial import HttpTrial
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "elasticsearch"))

import server as elasticsearch
from indices import DOCUMENTS_LIMIT, INDICES_LIMIT, Indices

CONFIG = {"version": "7.10.2", "security": False, "accept": [], "accept_after": 0}
KIND = "application/json"


def trial(seed: int = 1, **config: object) -> HttpTrial:
    return HttpTrial(elasticsearch.start, CONFIG | config, seed=seed)


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


async def get(server: HttpTrial, path: str) -> dict:
    return json.loads((await server.ask("GET", path))[2])


class NodeTest(unittest.IsolatedAsyncioTestCase):
    async def test_tells_the_same_of_itself_again_and_something_else_on_the_next_decky(self) -> None:
        told = []
        for seed in (1, 1, 2):
            async with trial(seed) as server:
                told.append((await get(server, "/"), await get(server, "/_search?size=3")))
        self.assertEqual(told[0], told[1])
        self.assertNotEqual(told[0][0]["cluster_uuid"], told[2][0]["cluster_uuid"])
        self.assertNotEqual(told[0][1], told[2][1])

    async def test_numbers_agree_with_each_other(self) -> None:
        async with trial() as server:
            rows = await get(server, "/_cat/indices?format=json")
            for row in rows:
                counted = await get(server, f"/{row['index']}/_count")
                self.assertEqual(counted["count"], int(row["docs.count"]))
            status, headers, table = await server.ask("GET", "/_cat/indices?v")
            self.assertTrue(table.startswith(b"health status index"))
            self.assertEqual(headers["content-type"], "text/plain; charset=UTF-8")
            self.assertEqual((await get(server, "/_cluster/health"))["active_shards"], len(rows))

    async def test_what_is_written_is_there_and_what_is_deleted_gone(self) -> None:
        async with trial() as server:
            name = (await get(server, "/_cat/indices?format=json"))[1]["index"]
            status, _, body = await server.ask("PUT", "/read_me/_doc/1", b'{"msg": "pay"}', Content_Type=KIND)
            self.assertEqual((status, json.loads(body)["result"]), (201, "created"))
            self.assertEqual((await get(server, "/read_me/_doc/1"))["_source"], {"msg": "pay"})
            self.assertEqual((await server.ask("DELETE", f"/{name}"))[0], 200)
            self.assertEqual((await get(server, f"/{name}/_search"))["status"], 404)
            commands = [(one["command"], one.get("body")) for one in await server.events("command")]
            self.assertEqual(commands, [("PUT /read_me/_doc/1", '{"msg": "pay"}'), (f"DELETE /{name}", None)])
            self.assertEqual(len(await server.events("request")), 5)

    async def test_refuses_as_elasticsearch_does(self) -> None:
        cases = {
            ("GET", "/nothing/_search"): (404, "index_not_found_exception"),
            ("GET", "/_nothing"): (400, "no handler found"),
            ("PUT", "/Upper"): (400, "invalid_index_name_exception"),
        }
        async with trial() as server:
            for (method, path), (status, text) in cases.items():
                found, _, body = await server.ask(method, path)
                self.assertEqual(found, status)
                self.assertIn(text.encode(), body)
            found, _, body = await server.ask("POST", "/_search", b"no json", Content_Type=KIND)
            self.assertEqual((found, json.loads(body)["status"]), (400, 400))
            self.assertTrue((await server.send(b"BROKEN\r\n\r\n")).startswith(b"HTTP/1.1 400 "))

    async def test_security_wants_a_login(self) -> None:
        accept = [{"username": "elastic", "password": "changeme"}]
        async with trial(security=True, accept=accept, version="8.15.2") as server:
            status, headers, body = await server.ask("GET", "/")
            self.assertEqual((status, headers["x-elastic-product"]), (401, "Elasticsearch"))
            self.assertIn(b"missing authentication credentials for REST request [/]", body)
            status, _, body = await server.ask("GET", "/", Authorization=basic("elastic", "x"))
            self.assertEqual(status, 401)
            self.assertIn(b"unable to authenticate user [elastic]", body)
            status, _, body = await server.ask("GET", "/", Authorization=basic("elastic", "changeme"))
            self.assertEqual((status, json.loads(body)["version"]["number"]), (200, "8.15.2"))
            tries = [(one["password"], one["accepted"]) for one in await server.events("auth")]
            self.assertEqual(tries, [("x", "false"), ("changeme", "true")])

    def test_grows_no_further_than_its_bounds(self) -> None:
        indices = Indices(identity())
        for at in range(200):
            indices.write(f"x{at}", "1", {"a": 1}, 10)
            indices.write("x1", str(at), {"a": 1}, 10)
        indices.write("x1", "big", {"a": "x" * 5000}, 5000)
        self.assertEqual(len(list(indices)), INDICES_LIMIT)
        (one,) = indices.find("x1")
        self.assertEqual((len(one.documents), one.documents["big"]), (DOCUMENTS_LIMIT, {}))

    async def test_stands_whatever_comes(self) -> None:
        rng = random.Random(2)
        hostile = [
            b"[" * 60_000,
            b'{"a":' * 5000 + b"1" + b"}" * 5000,
            b'{"size": ' + b"9" * 5000 + b"}",
            b'{"size": -1}',
            b'{"size": {"a": []}}',
            b"\xff\xfe",
            b"null",
        ]
        paths = [
            "/_search",
            "/x/_doc",
            "/%ff/_doc/%00",
            "/_cat/%ff",
            "/,,,/_search",
            "/*",
            "/_msearch",
            "//_doc//",
        ]
        async with trial() as server:
            for path in paths:
                for body in hostile:
                    self.assertIn(
                        (await server.ask(rng.choice(["GET", "POST", "PUT"]), path, body))[0], range(200, 405)
                    )
                await server.ask("GET", "/_search?pretty&size=100")
                await server.ask("GET", "/_cat/indices?v&" + "a=b&" * 60)
            await server.events()
            server.check_no_faults()


if __name__ == "__main__":
    unittest.main()
