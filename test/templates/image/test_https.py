"""The web server in TLS: whose certificate it has."""

import asyncio
import ssl
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cryptography import x509
from http_trial import HttpTrial
from support import TEMPLATES, identity

sys.path.insert(0, str(TEMPLATES / "https"))

import server as https
from certificates import subject_of

from decnet_web_site import PRODUCTS

CONFIG = {"product": "", "server": "", "title": "", "accept": [], "accept_after": 0}


def client() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class HttpsTest(unittest.IsolatedAsyncioTestCase):
    async def test_serves_its_page_in_tls_with_a_certificate_of_its_own(self) -> None:
        serials = []
        for seed in (1, 1, 2):
            async with HttpTrial(https.start, CONFIG, "hp-m404dn", seed) as server:
                server.tls = client()
                status, headers, _ = await server.ask("GET", "/")
                self.assertEqual(status, 200)
                self.assertIn("HP LaserJet Pro M404dn - W1A53A; Serial Number: ", headers["server"])
                text = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", server.port))
                found = x509.load_pem_x509_certificate(text.encode())
                self.assertRegex(found.subject.rfc4514_string(), r"^CN=HP[0-9A-F]{6},O=HP$")
                serials.append(found.serial_number)
        self.assertEqual(serials[0], serials[1])
        self.assertNotEqual(serials[0], serials[2])

    async def test_plain_http_is_malformed(self) -> None:
        async with HttpTrial(https.start, CONFIG) as server:
            await server.send(b"GET / HTTP/1.0\r\n\r\n")
            self.assertRegex((await server.events("malformed"))[0]["error"], "^TLS: ")

    def test_every_product_has_a_subject(self) -> None:
        for name in PRODUCTS:
            self.assertTrue(subject_of(identity(), name).common_name)


if __name__ == "__main__":
    unittest.main()
