"""Who a client says that it is: by a simple bind, by SASL, or by Sicily, which Windows had before SASL."""

from __future__ import annotations

import secrets

import decnet_ber as ber
import decnet_spnego as spnego
import messages as ldap
from decnet_logins import Logins
from decnet_ntlm import Target, answer, challenge
from decnet_spnego import Token
from decnet_streams import Stream
from messages import Bind, Result
from products import Product


class Login:
    """The binds of one connection. `name` is None until one is accepted that is not anonymous."""

    def __init__(self, product: Product, logins: Logins, target: Target, stream: Stream) -> None:
        self.name: str | None = None
        self._product = product
        self._logins = logins
        self._target = target
        self._stream = stream
        self._writer = ldap.Writer(wide=product.wide)
        self._nonce = b""

    def answer(self, number: int, bind: Bind) -> bytes:
        """Answers a bind; whoever was bound is so no more."""
        self.name = None
        if bind.method == ldap.SIMPLE:
            return self._simple(number, bind)
        if bind.method == ldap.SASL and bind.mechanism in self._product.mechanisms:
            return self._sasl(number, bind)
        if self._product.ntlm and bind.method == ldap.SICILY_DISCOVERY:
            return self._writer.sicily(number, ldap.SUCCESS, b"NTLM")
        if self._product.ntlm and bind.method in (ldap.SICILY_NEGOTIATE, ldap.SICILY_RESPONSE):
            return self._sicily(number, bind)
        self._tried((bind.mechanism or f"{bind.method:#04x}").lower(), bind.name, False)
        return self._result(number, self._product.unknown_method)

    def _simple(self, number: int, bind: Bind) -> bytes:
        password = bind.credentials.decode("utf-8", "surrogateescape")
        if bind.version == 2 and self._product.old_version is not None:
            self._tried("simple", bind.name, False, password=password or None)
            return self._result(number, self._product.old_version)
        if not password:
            refusal = self._product.unauthenticated if bind.name else None
            self._tried("anonymous", bind.name, refusal is None)
            return self._result(number, refusal or Result(ldap.SUCCESS))
        logins = self._logins
        accepted = logins.accepts(self._stream.session.source, bind.name, password)
        accepted = accepted or (_account(bind.name), password) in logins.pairs
        self._tried("simple", bind.name, accepted, password=password)
        return self._result(number, Result(ldap.SUCCESS) if accepted else self._product.refused)

    def _sasl(self, number: int, bind: Bind) -> bytes:
        token = spnego.read(bind.credentials) if bind.mechanism == "GSS-SPNEGO" else Token(None)
        if token.ntlm is None:
            self._tried(bind.mechanism.lower(), bind.name, False)
            return self._result(number, self._product.refused_sasl)
        if not self._nonce:
            asked = self._challenge(token.ntlm)
            credentials = asked if token.is_bare else spnego.reply(spnego.INCOMPLETE, asked, names_ntlm=True)
            more = ber.octets(credentials, ldap.SERVER_CREDENTIALS)
            return self._result(number, Result(ldap.SASL_IN_PROGRESS), more)
        result = self._ntlm(token.ntlm)
        if result.code != ldap.SUCCESS or token.is_bare:
            return self._result(number, result)
        accepted = ber.octets(spnego.reply(spnego.ACCEPTED), ldap.SERVER_CREDENTIALS)
        return self._result(number, result, accepted)

    def _sicily(self, number: int, bind: Bind) -> bytes:
        if bind.method == ldap.SICILY_NEGOTIATE or not self._nonce:
            return self._writer.sicily(number, ldap.SUCCESS, self._challenge(bind.credentials))
        result = self._ntlm(bind.credentials)
        return self._writer.sicily(number, result.code, b"", result.text)

    def _challenge(self, token: bytes) -> bytes:
        nonce = secrets.token_bytes(8)
        asked = challenge(token, nonce, self._target)
        self._nonce = nonce
        return asked

    def _ntlm(self, token: bytes) -> Result:
        nonce, self._nonce = self._nonce, b""
        told = answer(token, nonce)
        logins = self._logins
        accepted = logins.count(self._stream.session.source) or told.proves(logins.passwords(told.username))
        accepted = accepted and not told.is_anonymous
        self._tried(
            "ntlm",
            told.username,
            accepted,
            domain=told.domain,
            workstation=told.workstation,
            hashcat=told.hashcat,
        )
        return Result(ldap.SUCCESS) if accepted else self._product.refused_sasl

    def _tried(self, method: str, username: str, accepted: bool, **fields: str | None) -> None:
        if accepted and method != "anonymous":
            self.name = username
        tls = self._stream.tls is not None
        session = self._stream.session
        session.event("auth", method=method, username=username, **fields, accepted=accepted, tls=tls)

    def _result(self, number: int, result: Result, *more: bytes) -> bytes:
        return self._writer.result(number, ldap.BIND_RESPONSE, result, *more)


def _account(name: str) -> str:
    """The account in a DN, in `DOMAIN\\account` or in `account@domain`."""
    if "=" in name:
        return name.split(",")[0].partition("=")[2].strip()
    return name.rpartition("\\")[2].partition("@")[0]
