"""An OpenSSH server, from its version line to the last command."""

import asyncio
import sys
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

with warnings.catch_warnings():
    # Debian's asyncssh imports ciphers that cryptography calls old.
    warnings.simplefilter("ignore")
    import asyncssh

from served import ADDRESS, Served, use

use("ssh")

from hostkeys import HostKeys
from support import identity

from decnet_distros import DISTROS
from versions import OTHERS, server_of

OPTIONS = {"banner": "", "accept": [{"username": "app", "password": "secret"}], "accept_after": 0}


def client(served: Served, username: str, password: str, **options: object) -> object:
    return asyncssh.connect(
        ADDRESS,
        served.port,
        username=username,
        password=password,
        known_hosts=None,
        client_keys=None,
        agent_path=None,
        config=None,
        preferred_auth="password",
        **options,
    )


async def fails(served: Served, username: str, password: str) -> str:
    """Why a login fails."""
    try:
        async with client(served, username, password):
            raise AssertionError("let in")
    except asyncssh.Error as error:
        return error.reason


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_refuses_and_tells_each_try_once(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            self.assertIn("Permission denied", await fails(served, "root", "letmein"))
            await served.ended()
            (auth,) = served.events("auth")
            told = [auth[name] for name in ("method", "username", "password", "accepted")]
            self.assertEqual(told, ["password", "root", "letmein", "false"])
            self.assertTrue(auth["client"].startswith("SSH-2.0-AsyncSSH"))

    async def test_a_password_of_any_bytes_is_told(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            saved = asyncssh.auth.saslprep, asyncssh.connection.saslprep
            asyncssh.auth.saslprep = asyncssh.connection.saslprep = str
            try:
                for password in ("a\x01\x1b[0m\n", "\u202eevil", "\ufffd", "x" * 5000):
                    await fails(served, "ro\x07ot", password)
            finally:
                asyncssh.auth.saslprep, asyncssh.connection.saslprep = saved
            await served.ended(4)
            passwords = [one["password"] for one in served.events("auth")]
            self.assertEqual(passwords[:2], ["a\\x01\\x1b[0m\\x0a", "\\xe2\\x80\\xaeevil"])
            self.assertEqual({one["username"] for one in served.events("auth")}, {"ro\\x07ot"})
            self.assertEqual(len(passwords), 4)

    async def test_lets_in_a_pair_and_the_nth_try(self) -> None:
        async with Served("ssh", OPTIONS | {"accept_after": 3}) as served:
            async with client(served, "app", "secret") as connection:
                self.assertEqual((await connection.run("hostname")).stdout, "files\n")
            await fails(served, "x", "1")
            async with client(served, "y", "2") as connection:
                self.assertEqual((await connection.run("whoami")).stdout, "y\n")
            commands = [(one["command"], one["interactive"]) for one in served.events("command")]
            self.assertEqual(commands, [("hostname", "false"), ("whoami", "false")])

    async def test_a_shell_notes_each_line_and_runs_none(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            async with client(served, "app", "secret") as connection:
                process = await connection.create_process(term_type="xterm")
                process.stdin.write("id; cat /etc/shadow\nexit\n")
                output = await asyncio.wait_for(process.stdout.read(), 5)
                self.assertIn("(app) gid=", output)
                self.assertIn("cat: /etc/shadow: Permission denied", output)
            commands = [one["command"] for one in served.events("command")]
            self.assertEqual(commands, ["id; cat /etc/shadow", "exit"])

    async def test_forwarding_is_told_and_not_done(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            async with client(served, "app", "secret") as connection:
                with self.assertRaises(asyncssh.ChannelOpenError):
                    await connection.open_connection("192.0.2.1", 80)
            (request,) = served.events("request")
            self.assertEqual((request["host"], request["port"]), ("192.0.2.1", "80"))


class IdentityTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_version_is_the_distros(self) -> None:
        for distro in ("debian", "centos7", "cisco-ios15"):
            async with Served("ssh", OPTIONS, distro=distro) as served:
                reader, _ = await served.connect()
                self.assertEqual(await reader.readline(), f"SSH-2.0-{server_of(distro)[0]}\r\n".encode())

    async def test_every_distro_and_device_can_be_talked_to(self) -> None:
        for distro in (
            "debian",
            "centos7",
            "rocky9",
            "openwrt-23",
            "mikrotik-ros7",
            "cisco-ios15",
            "busybox-iot",
        ):
            async with Served("ssh", OPTIONS, distro=distro) as served:
                async with client(
                    served,
                    "app",
                    "secret",
                    kex_algs="+diffie-hellman-group14-sha1",
                    server_host_key_algs=["ssh-ed25519", "rsa-sha2-256", "ssh-rsa"],
                ) as connection:
                    self.assertEqual((await connection.run("whoami")).exit_status, 0)

    def test_host_keys_are_the_deckys_own_and_stay(self) -> None:
        def prints(seed: int) -> list[str]:
            wanted = [b"rsa-sha2-256", b"ssh-ed25519"]
            keys = HostKeys(identity(seed, "centos7")).chosen(wanted)
            return [keys[one].public_data.hex() for one in (*wanted, b"rsa-sha2-512", b"ecdsa-sha2-nistp256")]

        one = prints(1)
        self.assertEqual(one, prints(1))
        self.assertEqual(one[0], one[2])
        self.assertFalse(set(one) & set(prints(2)))

    async def test_each_host_key_can_be_had(self) -> None:
        async with Served("ssh", OPTIONS, distro="centos7") as served:
            for algorithm in ("rsa-sha2-256", "rsa-sha2-512", "ecdsa-sha2-nistp256", "ssh-ed25519"):
                async with client(served, "app", "secret", server_host_key_algs=[algorithm]) as connection:
                    self.assertEqual((await connection.run("whoami")).stdout, "app\n")

    def test_the_start_makes_no_key_of_rsa(self) -> None:
        keys = HostKeys(identity())
        self.assertEqual(
            set(keys.chosen([b"ssh-ed25519", b"rsa-sha2-256"])), {b"ecdsa-sha2-nistp256", b"ssh-ed25519"}
        )
        self.assertEqual(keys.algorithms[:2], [b"rsa-sha2-512", b"rsa-sha2-256"])

    def test_sha1_went_with_openssh_8_8(self) -> None:
        for distro in [*DISTROS, *OTHERS]:
            version, _ = server_of(distro)
            old = any(mark in version for mark in ("_7.", "_8.1", "_8.2", "_8.6", "_8.7", "Cisco"))
            self.assertEqual(b"ssh-rsa" in HostKeys(identity(distro=distro)).algorithms, old, version)


class HostileTest(unittest.IsolatedAsyncioTestCase):
    async def test_what_is_no_ssh_is_malformed(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            await served.visit(b"GET / HTTP/1.0\r\n\r\n")
            await served.visit(b"SSH-1.5-old\r\n")
            await served.ended(2)
            self.assertEqual(len(served.events("malformed")), 2)

    async def test_stands_mutations(self) -> None:
        async with Served("ssh", OPTIONS) as served:
            lists = b"".join(
                len(one).to_bytes(4, "big") + one
                for one in (
                    b"curve25519-sha256",
                    b"ssh-ed25519",
                    b"aes128-ctr",
                    b"aes128-ctr",
                    b"hmac-sha2-256",
                )
                + (b"hmac-sha2-256", b"none", b"none", b"", b"")
            )
            payload = b"\x14" + b"c" * 16 + lists + b"\0" * 5
            padding = 8 - (len(payload) + 5) % 8 + 4
            kexinit = (
                (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload + b"\0" * padding
            )
            await served.assault(
                [b"SSH-2.0-OpenSSH_9.2\r\n", kexinit, b"\0\0\0\x2c\x06\x1e" + b"k" * 40], 120
            )
            async with client(served, "app", "secret") as connection:
                self.assertEqual((await connection.run("whoami")).stdout, "app\n")


if __name__ == "__main__":
    unittest.main()
