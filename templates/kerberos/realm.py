"""The realm: who exists in it, and how the KDC of Windows or MIT's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from decnet_directory import directory_of
from decnet_windows import netbios_name, windows_of
from proofs import AES128, AES256, RC4, hashcat
from replies import (
    BAD_INTEGRITY,
    ETYPE_INFO2,
    FAILED,
    NO_PADATA,
    PRINCIPAL,
    REQUIRED,
    REVOKED,
    TOO_LONG,
    UNKNOWN_CLIENT,
    UNKNOWN_ETYPE,
    UNKNOWN_SERVER,
    WRONG_REALM,
    Failure,
    etype_info,
    method_data,
    packed,
)
from requests import AS_REQUEST, ENTERPRISE, PA_TIMESTAMP, Principal, Request

if TYPE_CHECKING:
    from decnet_identity import Identity

SERVICE = 2
"""Name type of `krbtgt/REALM` (RFC 4120 section 6.2)."""
FAST, COOKIE, PK_OLD, PK = 136, 133, 15, 16
# Status texts of MIT's KDC (src/kdc of krb5).
TEXTS = {
    UNKNOWN_CLIENT: "CLIENT_NOT_FOUND",
    UNKNOWN_SERVER: "SERVER_NOT_FOUND",
    UNKNOWN_ETYPE: "BAD_ENCRYPTION_TYPE",
    NO_PADATA: "PROCESS_TGS",
    FAILED: "PREAUTH_FAILED",
    REQUIRED: "NEEDED_PREAUTH",
    BAD_INTEGRITY: "PROCESS_TGS",
}


class Realm:
    """A KDC that knows names and no passwords."""

    def __init__(self, identity: Identity, users: Sequence[str]) -> None:
        self.name = identity.domain.upper()
        self._windows = windows_of(identity.distro) is not None
        directory = directory_of(identity)
        names = [person.account for person in (*directory.people, *directory.services)]
        if self._windows:
            machines = [f"{machine.name.upper()}$" for machine in directory.machines]
            names += ["Administrator", *machines, f"{netbios_name(identity)}$"]
        else:
            names += ["admin", "root/admin", f"host/{identity.fqdn}"]
        self._accounts = {self._key(name): name for name in (*names, *users)}
        self._disabled = {"guest", "krbtgt"} if self._windows else set()
        self._tgs = Principal(SERVICE, ("krbtgt", self.name))

    def _key(self, name: str) -> str:
        return name.lower() if self._windows else name

    def account(self, request: Request) -> str | None:
        """The client's account as the realm writes it; None for a stranger."""
        if request.client is None or not self._is_ours(request.realm):
            return None
        name = request.client.text
        if request.client.kind == ENTERPRISE:
            name, _, domain = name.rpartition("@")
            if not self._is_ours(domain):
                return None
        key = self._key(name)
        return key if key in self._disabled else self._accounts.get(key)

    def _is_ours(self, realm: str) -> bool:
        return (realm.upper() if self._windows else realm) == self.name

    def hashcat(self, request: Request) -> str | None:
        """The proof in the request, with the name that its key is salted with."""
        name = self.account(request) or (request.client.text if request.client else "")
        realm = self.name if self._is_ours(request.realm) else request.realm
        return None if request.timestamp is None else hashcat(name, realm, request.timestamp)

    def answer(self, request: Request) -> bytes:
        """An error in any case."""
        if request.kind != AS_REQUEST:
            return self._fail(request, BAD_INTEGRITY if request.has_ticket else NO_PADATA)
        account = self.account(request)
        if self._windows and not self._is_ours(request.realm):
            return self._fail(request, WRONG_REALM)
        if account is None:
            return self._fail(request, UNKNOWN_CLIENT)
        if account in self._disabled:
            return self._fail(request, REVOKED)
        if request.server is None or request.server.parts[:1] not in (("krbtgt",), ("kadmin",)):
            return self._fail(request, UNKNOWN_SERVER)
        methods = self._methods(request, account)
        if methods is None:
            return self._fail(request, UNKNOWN_ETYPE)
        return self._fail(request, REQUIRED if request.timestamp is None else FAILED, methods)

    def _methods(self, request: Request, account: str) -> bytes | None:
        salt = self.name + account.replace("/", "")
        known = (AES256, AES128, RC4) if self._windows else (AES256, AES128)
        common = [etype for etype in dict.fromkeys(request.etypes) if etype in known]
        if not common:
            return None
        info = etype_info([(etype, None if etype == RC4 else salt) for etype in common])
        if self._windows:
            return method_data([(ETYPE_INFO2, info), (PA_TIMESTAMP, b""), (PK, b""), (PK_OLD, b"")])
        return method_data([(FAST, b""), (ETYPE_INFO2, info), (PA_TIMESTAMP, b""), (COOKIE, b"MIT")])

    def _fail(self, request: Request, code: int, data: bytes = b"") -> bytes:
        server = request.server or self._tgs
        if self._windows:
            return packed(Failure(code, request.realm, server, data=data))
        client = None if request.client is None else (request.realm, request.client)
        text = TEXTS[code] if request.client or request.kind != AS_REQUEST else "NULL_CLIENT"
        return packed(Failure(code, request.realm, server, client, text, data))

    def too_long(self) -> bytes | None:
        """To a length that nobody can mean; Windows says nothing."""
        if self._windows:
            return None
        return packed(Failure(TOO_LONG, self.name, Principal(PRINCIPAL, self._tgs.parts)))
