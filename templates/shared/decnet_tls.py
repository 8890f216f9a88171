"""A certificate of its own for each decky, the same at each restart, and the TLS of a service.

RSA throughout: its signatures are the same whenever they are made (RFC 8017 section 8.2), so that the
fingerprint of a certificate stays, and it is what appliances, mail servers and Windows make by default.
"""

from __future__ import annotations

import os
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from decnet_keys import rsa_key

if TYPE_CHECKING:
    from decnet_identity import Identity

DAY = 86_400


@dataclass(frozen=True)
class Subject:
    """Whose certificate it is. `issuer`: common name of a signer of its own; None: it signs itself."""

    common_name: str
    organization: str | None = None
    names: tuple[str, ...] = ()
    """Further host names (subjectAltName); the common name is always among them."""
    addresses: tuple[str, ...] = ()
    """IP addresses (subjectAltName); an empty one is left out."""
    issuer: str | None = None
    days: int = 3650
    """It is made anew when so many have passed, on a day that the seed gives."""


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """As it goes over the wire."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def context(self) -> ssl.SSLContext:
        """What a server needs for TLS 1.2 and later, with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A file in memory, which goes with its descriptor: `load_cert_chain` takes nothing else.
        descriptor = os.memfd_create("certificate")
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(
                    self.key.private_bytes(
                        serialization.Encoding.PEM,
                        serialization.PrivateFormat.PKCS8,
                        serialization.NoEncryption(),
                    )
                )
                file.write(self.certificate.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        return context


def certificate_of(identity: Identity, name: str, subject: Subject, now: float | None = None) -> Certificate:
    """The decky's certificate of this name; services that share a name share the certificate."""
    key = rsa_key(identity, f"tls/{name}")
    period = subject.days * DAY
    # Begun at least three weeks ago, so that a decky that is new does not have a certificate of today.
    phase = identity.number(f"tls/{name}/phase", 0, max(period - 21 * DAY, 0))
    turn = int(((time.time() if now is None else now) - 21 * DAY - phase) // period)
    begin = datetime.fromtimestamp(phase + turn * period, timezone.utc)
    own = _name(subject.common_name, subject.organization)
    issuer = own if subject.issuer is None else _name(subject.issuer, subject.organization)
    signer = key if subject.issuer is None else rsa_key(identity, f"tls/{name}/issuer")
    names = dict.fromkeys((subject.common_name, *subject.names))
    others: list[x509.GeneralName] = [x509.DNSName(one) for one in names if one.isascii()]
    others += [x509.IPAddress(ip_address(one)) for one in dict.fromkeys(subject.addresses) if one]
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(identity.derive(f"tls/{name}/serial/{turn}", 16), "big") >> 1 | 1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=subject.days))
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return Certificate(key, builder.sign(signer, hashes.SHA256()))


def _name(common_name: str, organization: str | None) -> x509.Name:
    # 64 characters are the most that a common name may have (RFC 5280 appendix A.1).
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])]
    if organization is not None:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)
