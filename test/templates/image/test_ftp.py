"""An FTP server that passes for vsftpd, to Python's own client and to rubbish."""

import asyncio
import ftplib
import hashlib
import io
import sys
import tempfile
import unittest
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent))

with warnings.catch_warnings():
    # Debian's pyftpdlib stands on asyncore.
    warnings.simplefilter("ignore")
    from served import ADDRESS, Served, use

    use("ftp")
    import server  # noqa: F401

from bait import bait_of
from support import identity

import decnet_uploads

OPTIONS = {
    "banner": "",
    "anonymous": False,
    "accept": [{"username": "app", "password": "secret"}],
    "accept_after": 0,
}
Answer = TypeVar("Answer")


async def visit(served: Served, talk: Callable[[ftplib.FTP], Answer]) -> Answer:
    """What a client brings home, from a thread of its own."""

    def go() -> Answer:
        with ftplib.FTP(timeout=10) as client:
            client.connect(ADDRESS, served.port)
            return talk(client)

    return await asyncio.to_thread(go)


async def refusal(served: Served, username: str, password: str) -> str:
    def talk(client: ftplib.FTP) -> str:
        try:
            client.login(username, password)
        except ftplib.error_perm as error:
            return str(error)
        return ""

    return await visit(served, talk)


class FtpTest(unittest.IsolatedAsyncioTestCase):
    async def test_refuses_and_tells_each_try_once(self) -> None:
        async with Served("ftp", OPTIONS) as served:
            self.assertEqual(await refusal(served, "root", "letmein"), "530 Login incorrect.")
            self.assertEqual(await refusal(served, "anonymous", "a@example"), "530 Login incorrect.")
            told = [(one["username"], one["password"], one["accepted"]) for one in served.events("auth")]
            self.assertEqual(told, [("root", "letmein", "false"), ("anonymous", "a@example", "false")])

    async def test_lets_in_a_pair_the_nth_try_and_anonymous_where_it_may(self) -> None:
        async with Served("ftp", OPTIONS | {"accept_after": 3}) as served:
            for username, password, answer in (
                ("app", "secret", ""),
                ("x", "1", "530 Login incorrect."),
                ("y", "2", ""),
            ):
                self.assertEqual(await refusal(served, username, password), answer)
        async with Served("ftp", OPTIONS | {"anonymous": True}) as served:
            self.assertEqual(await refusal(served, "anonymous", "x"), "")

    async def test_the_bait_can_be_listed_and_read(self) -> None:
        async with Served("ftp", OPTIONS) as served:

            def talk(client: ftplib.FTP) -> tuple[list[str], bytes]:
                client.login("app", "secret")
                read = io.BytesIO()
                client.retrbinary("RETR README.txt", read.write)
                return client.nlst("/"), read.getvalue()

            names, text = await visit(served, talk)
            self.assertEqual(names, ["README.txt", "pub"])
            self.assertEqual(text, bait_of(served.identity)["/README.txt"])
        self.assertNotEqual(bait_of(identity(1)), bait_of(identity(2)))
        self.assertEqual(bait_of(identity(1)), bait_of(identity(1)))

    async def test_what_is_left_is_told_by_its_hash(self) -> None:
        data = b"#!/bin/sh\n" * 5000

        def leave(client: ftplib.FTP) -> list[str]:
            client.login("app", "secret")
            first = client.storbinary("STOR pub/x.sh", io.BytesIO(data))
            wrong = []
            for name in ("README.txt", "nope/x", "pub"):
                try:
                    client.storbinary(f"STOR {name}", io.BytesIO(data))
                except ftplib.error_perm as error:
                    wrong.append(str(error))
            return [first, *wrong]

        with tempfile.TemporaryDirectory() as folder:
            with patch.object(decnet_uploads.Upload.finish, "__defaults__", (Path(folder),)):
                async with Served("ftp", OPTIONS) as served:
                    answers = await visit(served, leave)
                    self.assertEqual(answers, ["226 Transfer complete.", *["550 Permission denied."] * 3])
                    (upload,) = served.events("upload")
            digest = hashlib.sha256(data).hexdigest()
            self.assertEqual(
                (upload["name"], upload["size"], upload["sha256"]), ("/pub/x.sh", "50000", digest)
            )
            self.assertEqual((Path(folder) / digest).read_bytes(), data)

    async def test_anonymous_leaves_nothing(self) -> None:
        def leave(client: ftplib.FTP) -> str:
            client.login()
            try:
                return client.storbinary("STOR pub/x", io.BytesIO(b"x"))
            except ftplib.error_perm as error:
                return str(error)

        async with Served("ftp", OPTIONS | {"anonymous": True}) as served:
            self.assertEqual(await visit(served, leave), "550 Permission denied.")
            self.assertEqual(served.events("upload"), [])

    async def test_the_greeting_is_the_distros(self) -> None:
        for distro, version in (("debian", "3.0.3"), ("ubuntu22", "3.0.5"), ("centos7", "3.0.2")):
            async with Served("ftp", OPTIONS, distro=distro) as served:
                reader, _ = await served.connect()
                self.assertEqual(await reader.readline(), f"220 (vsFTPd {version})\r\n".encode())

    async def test_devices_have_servers_of_their_own(self) -> None:
        for distro, words in (("hp-m404dn", "JD FTP Server Ready"), ("kyocera-m2540dn", "ECOSYS M2540dn")):
            async with Served("ftp", OPTIONS, distro=distro) as served:
                reader, _ = await served.connect()
                self.assertIn(words.encode(), await reader.readline())

    async def test_what_is_malformed_is_told(self) -> None:
        async with Served("ftp", OPTIONS) as served:
            await served.visit(b"USER " + b"a" * 5000 + b"\r\n")
            await served.visit(b"\x16\x03\x01\r\n")
            await served.ended(2)
            self.assertEqual(
                [one["error"] for one in served.events("malformed")], ["line too long", "not a command"]
            )

    async def test_stands_mutations(self) -> None:
        async with Served("ftp", OPTIONS | {"anonymous": True}) as served:
            lines = (
                b"USER ftp\r\n",
                b"PASS x\r\n",
                b"CWD /pub\r\n",
                b"EPSV\r\n",
                b"MLST x\r\n",
                b"REST 9\r\n",
                b"QUIT\r\n",
            )
            await served.assault(list(lines), 80)
            self.assertEqual(await refusal(served, "app", "secret"), "")


if __name__ == "__main__":
    unittest.main()
