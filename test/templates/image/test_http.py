"""Web interfaces: who is let in, what is logged, and that each product answers as itself."""

import asyncio
import base64
import hashlib
import random
import sys
import unittest
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

from http_trial import HttpTrial
from impacket import ntlm
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "http"))

import server as http

from decnet_http import Request
from decnet_web_credentials import fields_of
from decnet_web_site import BY_DISTRO, PRODUCTS, site_of

DEFAULTS: dict[str, Any] = {"product": "", "server": "", "title": "", "accept": [], "accept_after": 0}
ADMIN = [{"username": "admin", "password": "let me in"}]
FORM = "application/x-www-form-urlencoded"
LOGINS = {
    "apache": ("/login", "username", "password", 200, 200),
    "nginx": ("/login", "username", "password", 200, 200),
    "iis": ("/RDWeb/Pages/en-US/login.aspx", "DomainUserName", "UserPass", 200, 302),
    "hp": ("/hp/device/SignIn/Index", "username", "password", 200, 200),
    "kyocera": ("/startwlm/login.cgi", "arg01_UserName", "arg02_Password", 200, 200),
    "synology": ("/webapi/entry.cgi", "account", "passwd", 200, 200),
    "qnap": ("/cgi-bin/authLogin.cgi", "user", "pwd", 200, 200),
    "hikvision": ("/ISAPI/Security/sessionLogin", "userName", "password", 401, 200),
    "mikrotik": ("/webfig/", "user", "password", 403, 302),
    "openwrt": ("/cgi-bin/luci/", "luci_username", "luci_password", 403, 302),
    "esxi": ("/ui/login", "username", "password", 500, 200),
    "proxmox": ("/api2/json/access/ticket", "username", "password", 401, 200),
    "s7-1200": ("/FormLogin", "Login", "Password", 302, 302),
    "yealink": ("/servlet", "username", "pwd", 200, 200),
    "grandstream": ("/cgi", "user", "token", 200, 200),
    "jenkins": ("/j_spring_security_check", "j_username", "j_password", 302, 302),
}
"""Path, names of the fields, status of a wrong and of a right login."""


def trial(distro: str = "debian", seed: int = 1, **config: object) -> HttpTrial:
    return HttpTrial(http.start, DEFAULTS | config, distro, seed)


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def test_each_products_form_is_refused_and_let_in_as_told(self) -> None:
        for product, (path, user, word, wrong, right) in LOGINS.items():
            # ESXi moves everything to TLS.
            expected = {True: right, False: wrong} if product != "esxi" else {True: 301, False: 301}
            async with trial(product=product, accept=ADMIN) as server:
                for password in ("x", "let me in"):
                    sent = base64.b64encode(password.encode()).decode() if product == "qnap" else password
                    body = urlencode({user: "admin", word: sent}).encode()
                    status, _, _ = await server.ask("POST", path, body, Content_Type=FORM)
                    self.assertEqual(status, expected[password == "let me in"], product)
                auths = await server.events("auth")
                self.assertEqual(
                    [(one["method"], one["username"], one["password"], one["accepted"]) for one in auths],
                    [("form", "admin", "x", "false"), ("form", "admin", "let me in", "true")],
                    product,
                )
                self.assertEqual(len(await server.events("request")), 2)
                server.check_no_faults()

    async def test_who_is_in_stays_in_by_its_cookie(self) -> None:
        async with trial(distro="pfsense-27", product="openwrt", accept=ADMIN) as server:
            body = b"luci_username=admin&luci_password=let+me+in"
            _, headers, _ = await server.ask("POST", "/cgi-bin/luci/", body, Content_Type=FORM)
            cookie = headers["set-cookie"].partition(";")[0]
            status, _, page = await server.ask("GET", "/cgi-bin/luci/", Cookie=cookie)
            self.assertEqual(status, 200)
            self.assertIn(b"OpenWrt 23", page)
            self.assertEqual((await server.ask("GET", "/cgi-bin/luci/", Cookie="sysauth_http=x"))[0], 403)

    async def test_the_nth_try_is_let_in_when_asked_for(self) -> None:
        async with trial(accept_after=3) as server:
            for status in (401, 401, 200):
                answer = await server.ask("GET", "/admin", Authorization=basic("root", "toor"))
                self.assertEqual(answer[0], status)
            tries = [event["accepted"] for event in await server.events("auth")]
            self.assertEqual(tries, ["false", "false", "true"])

    async def test_digest_is_proven_or_kept_for_hashcat(self) -> None:
        async with trial("hikvision-ds2cd", accept=ADMIN) as server:
            path = "/ISAPI/System/deviceInfo"
            status, headers, _ = await server.ask("GET", path)
            self.assertEqual(status, 401)
            realm, nonce = (
                headers["www-authenticate"].split(f'{key}="')[1].split('"')[0] for key in ("realm", "nonce")
            )
            for password, expected in (("x", 401), ("let me in", 200)):
                one = hashlib.md5(f"admin:{realm}:{password}".encode()).hexdigest()
                two = hashlib.md5(f"GET:{path}".encode()).hexdigest()
                proof = hashlib.md5(f"{one}:{nonce}:00000001:abcd:auth:{two}".encode()).hexdigest()
                header = (
                    f'Digest username="admin", realm="{realm}", nonce="{nonce}", uri="{path}", '
                    f'response="{proof}", qop=auth, nc=00000001, cnonce="abcd"'
                )
                status, _, _ = await server.ask("GET", path, Authorization=header)
                self.assertEqual(status, expected)
            first = (await server.events("auth"))[0]
            self.assertRegex(
                first["hashcat"],
                rf"^\$sip\$\*\*\*admin\*.*\*GET\*\*{path}\*\*{nonce}\*abcd\*00000001\*auth\*MD5\*",
            )

    async def test_ntlm_is_logged_once_as_hashcat_has_it(self) -> None:
        async with trial("windows-server-2022", accept=ADMIN) as server:
            for password, expected in (("x", b"HTTP/1.1 401 "), ("let me in", b"HTTP/1.1 200 ")):
                await self._ntlm(server, password, expected)
            auths = await server.events("auth")
            self.assertEqual([one["accepted"] for one in auths], ["false", "true"])
            self.assertRegex(auths[0]["hashcat"], r"^admin::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101")

    async def _ntlm(self, server: HttpTrial, password: str, expected: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

        async def ask(path: str, token: bytes | None) -> bytes:
            header = "" if token is None else f"Authorization: NTLM {base64.b64encode(token).decode()}\r\n"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
            await reader.readexactly(int(length.split()[1]))
            return head

        self.assertIn(
            b"WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n", await ask("/certsrv/", None)
        )
        negotiate = ntlm.getNTLMSSPType1("", "")
        challenge = await ask("/certsrv/", negotiate.getData())
        token = base64.b64decode(challenge.split(b"WWW-Authenticate: NTLM ")[1].split(b"\r\n")[0])
        answer, _ = ntlm.getNTLMSSPType3(negotiate, token, "admin", password, "CORP", use_ntlmv2=True)
        self.assertTrue((await ask("/certsrv/x", answer.getData())).startswith(expected))
        writer.close()

    async def test_ntlm_that_is_none_is_malformed(self) -> None:
        async with trial("windows-10") as server:
            for token in ("!!", "QUJD", base64.b64encode(b"NTLMSSP\0\x03\0\0\0" + bytes(60)).decode()):
                status, _, _ = await server.ask("GET", "/certsrv/", Authorization=f"NTLM {token}")
                self.assertEqual(status, 401)
            self.assertEqual(len(await server.events("malformed")), 3)
            server.check_no_faults()


class UploadTest(unittest.IsolatedAsyncioTestCase):
    async def test_put_and_files_of_forms_are_uploads(self) -> None:
        parts = (
            b'--b\r\nContent-Disposition: form-data; name="user"\r\n\r\nadmin\r\n'
            b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n'
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="shell.php"\r\n\r\n'
            + b"A" * 90_000
            + b"\r\n--b--\r\n"
        )
        async with trial() as server:
            self.assertEqual((await server.ask("PUT", "/x.jsp", b"B" * 10))[0], 405)
            kind = "multipart/form-data; boundary=b"
            self.assertEqual((await server.ask("POST", "/upload.php", parts, Content_Type=kind))[0], 404)
            uploads = [(one["name"], one["size"], one["sha256"]) for one in await server.events("upload")]
            self.assertEqual(
                uploads,
                [
                    ("/x.jsp", "10", hashlib.sha256(b"B" * 10).hexdigest()),
                    ("shell.php", "90000", hashlib.sha256(b"A" * 90_000).hexdigest()),
                ],
            )
            self.assertEqual([one["username"] for one in await server.events("auth")], ["admin"])
            server.check_no_faults()


class ProductTest(unittest.IsolatedAsyncioTestCase):
    async def test_every_page_of_every_product_can_be_shown(self) -> None:
        for name, product in PRODUCTS.items():
            async with trial(product=name) as server:
                for path in [*product.pages, "/nothing-here"]:
                    status, _, body = await server.ask("GET", path)
                    self.assertIn(status, {200, 301, 302, 401, 403, 404}, (name, path))
                    self.assertNotIn(b"$", body.replace(b"$$", b""), (name, path))
                for data in (
                    b"BROKEN\r\n\r\n",
                    b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"OPTIONS * HTTP/1.0\r\n\r\n",
                ):
                    self.assertTrue((await server.send(data)).startswith(b"HTTP/1."), (name, data))
                server.check_no_faults()

    async def test_two_deckies_differ_and_one_stays_itself(self) -> None:
        for name, product in PRODUCTS.items():
            shown = []
            for seed in (1, 1, 2):
                site = site_of(identity(seed), DEFAULTS | {"product": name}, tls=True)
                pages = [
                    page for page in (product.home, *product.pages.values()) if "$nonce" not in page.text
                ]
                shown.append([site._page(page, None) for page in pages])
            self.assertEqual(shown[0], shown[1])
            self.assertNotEqual(shown[0], shown[2], name)

    async def test_the_options_say_what_it_is(self) -> None:
        async with trial(server="nginx/9.9", title='<b>"Ours"') as server:
            status, headers, body = await server.ask("GET", "/")
            self.assertEqual((status, headers["server"]), (200, "nginx/9.9"))
            self.assertIn(b"<title>&lt;b&gt;&quot;Ours&quot;</title>", body)

    async def test_nothing_of_a_client_is_markup(self) -> None:
        async with trial("openwrt-23") as server:
            _, _, body = await server.ask("GET", "/<script>alert(1)</script>")
            self.assertIn(b"&lt;script&gt;", body)
        async with trial(accept=[{"username": "<i>", "password": "x"}], product="proxmox") as server:
            ticket = b"username=%3Ci%3E&password=x"
            _, _, body = await server.ask("POST", "/api2/json/access/ticket", ticket, Content_Type=FORM)
            self.assertIn(b"PVE:&lt;i&gt;", body)

    async def test_every_product_has_a_distro_or_is_an_option(self) -> None:
        self.assertEqual(set(PRODUCTS) - set(BY_DISTRO.values()), {"nginx", "jenkins"})

    async def test_fields_of_hostile_bodies_are_none(self) -> None:
        bodies = {
            "application/json": (b"[" * 60_000, b'{"a":' * 10_000, b"\xff", b"1", b"[]", b'{"user": 1}'),
            FORM: (b"a=b&" * 5000, b"%zz", b""),
            "text/xml": (b"<userName" + b" a" * 30_000, b"<password>" * 6000),
        }
        for kind, samples in bodies.items():
            for body in samples:
                request = Request("POST", "/", (1, 1), [("content-type", kind)], body=body)
                self.assertNotIn("password", fields_of(request))

    async def test_stands_whatever_comes(self) -> None:
        rng = random.Random(3)
        body = (
            b'--b\r\nContent-Disposition: form-data; name="password"; filename="x"\r\n\r\nAAAA\r\n--b--\r\n'
        )
        head = b'POST /login HTTP/1.1\r\nHost: x\r\nAuthorization: Digest username="a", response="b"\r\n'
        head += b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n" % len(body)
        async with trial() as server:
            for _ in range(250):
                data = bytearray(head + body)
                for _ in range(rng.randint(1, 8)):
                    data[rng.randrange(len(data))] = rng.randrange(256)
                await server.send(bytes(data[: rng.randint(0, len(data))]))
            await server.events()
            server.check_no_faults()


if __name__ == "__main__":
    unittest.main()
