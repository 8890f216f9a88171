"""A web interface with a login: answers by the product's pages, and logs who tries to get in."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from decnet_digest import challenge as digest_challenge
from decnet_digest import proof_of
from decnet_http import Request
from decnet_http_answers import REASONS, Answer
from decnet_http_ntlm import step_of
from decnet_http_server import Sink, Visitor
from decnet_logins import Logins
from decnet_multipart import Multipart, boundary_of
from decnet_ntlm import NotNtlm
from decnet_uploads import Upload
from decnet_web_credentials import basic_credentials, bearer_token, fields_of, pair_in, query_fields
from decnet_web_product import Facts, Form, Guard, Page, Product
from decnet_windows import ntlm_target

if TYPE_CHECKING:
    from decnet_identity import Identity

COOKIES = 256
"""Logged-in sessions that are remembered."""
PASSED = "passed"
"""In a connection's memory: NTLM has let it in."""


class LoginSite:
    """The site of one decky."""

    def __init__(self, product: Product, facts: Facts, logins: Logins, identity: Identity, tls: bool) -> None:
        self.product = product
        self.facts = facts
        self.dialect = product.dialect
        self.server = facts.raw("server")
        self._logins = logins
        self._tls = tls
        self._cookie = facts.fill(product.cookie)
        self._target = ntlm_target(identity, member=True)
        self._cookies: OrderedDict[str, None] = OrderedDict()

    def sink(self, request: Request, visitor: Visitor) -> Sink | None:
        """PUT is a file, a form with files too."""
        visitor.memory.pop("form", None)
        if request.method == "PUT":
            return Upload(request.path)
        boundary = boundary_of(request.header("content-type"))
        if request.content_type == "multipart/form-data" and boundary is not None:
            visitor.memory["form"] = Multipart(boundary)
            return visitor.memory["form"]
        return None

    def refuse(self, status: int, request: Request | None) -> Answer:
        """The product's error page."""
        return self._error(status, request)

    def answer(self, request: Request, visitor: Visitor) -> Answer:
        """A page, after the credentials that came with the request are logged."""
        product = self.product
        fields = self._posted(request, visitor)
        # Read before anything is answered, so that what comes with a refused request is logged too.
        passed = self._authorized(request, visitor)
        entered = self._entered(request, visitor, fields)
        if product.redirects_plain is not None and not self._tls:
            return self._page(product.redirects_plain, request)
        if request.version < (1, 1) and not product.old_clients:
            return self._error(505, request)
        if request.method == "HEAD" and not product.heads:
            return self._error(501, request)
        if request.method == "OPTIONS" and product.options is not None:
            return self._page(product.options, request)
        if request.method not in product.methods:
            return self._error(product.refused_method, request)
        if isinstance(entered, Answer):
            return entered
        path = unquote(request.path)
        guard = self._guard(path)
        if guard is not None and not passed:
            return self._challenge(guard, request, visitor)
        inside = passed or self._has_cookie(request)
        if inside and (path in product.unlocks or guard is not None):
            return self._page(product.home, request)
        page = product.pages.get(path)
        return self._error(404, request) if page is None else self._page(page, request)

    def _posted(self, request: Request, visitor: Visitor) -> dict[str, str]:
        form = visitor.memory.pop("form", None)
        if isinstance(form, Multipart):
            return form.fields
        return fields_of(request) if request.method == "POST" else {}

    def _entered(self, request: Request, visitor: Visitor, fields: dict[str, str]) -> Answer | None:
        """The login form's outcome; None where the request is none of the form's."""
        form = self.product.form
        pair = pair_in(fields)
        at_form = form is not None and unquote(request.path) in form.paths
        if pair is None and at_form and form.by_query:
            pair = pair_in(query_fields(request))
        if pair is None:
            return None
        username, password = pair
        if at_form and form.base64:
            password = _decoded(password)
        accepted = at_form and self._logins.accepts(visitor.session.source, username, password)
        self._tell(visitor, request, "form", accepted, username=username, password=password)
        if not at_form:
            return None
        return self._after(form, request, username, accepted)

    def _after(self, form: Form, request: Request, username: str, accepted: bool) -> Answer:
        if not accepted:
            return self._page(form.wrong, request, username=username)
        cookie = secrets.token_hex(16)
        self._cookies[cookie] = None
        if len(self._cookies) > COOKIES:
            self._cookies.popitem(last=False)
        answer = self._page(form.right, request, username=username, session=cookie)
        if not self._cookie:
            return answer
        extra = ("Set-Cookie", f"{self._cookie}={cookie}; path=/; HttpOnly")
        return Answer(answer.status, answer.body, [*answer.headers, extra], answer.reason)

    def _authorized(self, request: Request, visitor: Visitor) -> bool:
        """Whether HTTP's own authentication lets it in. Logs what it was."""
        header = request.header("authorization")
        if not header:
            return PASSED in visitor.memory
        if basic_credentials(header) is not None or bearer_token(header) is not None:
            return visitor.judge(header, lambda: self._plain(header, request, visitor))
        if (proof := proof_of(header, request.method)) is not None:
            wins = proof.proves(self._logins.passwords(proof.username))
            accepted = self._logins.count(visitor.session.source) or wins
            named = {"username": proof.username, "hashcat": proof.hashcat}
            self._tell(visitor, request, "digest", accepted, **named)
            return accepted
        return self._by_ntlm(header, request, visitor)

    def _plain(self, header: str, request: Request, visitor: Visitor) -> bool:
        pair = basic_credentials(header)
        if pair is None:
            self._tell(visitor, request, "token", False, password=bearer_token(header))
            return False
        accepted = self._logins.accepts(visitor.session.source, *pair)
        self._tell(visitor, request, "basic", accepted, username=pair[0], password=pair[1])
        return accepted

    def _by_ntlm(self, header: str, request: Request, visitor: Visitor) -> bool:
        visitor.memory.pop("challenge", None)
        try:
            step = step_of(header, visitor.memory, self._target)
        except NotNtlm as error:
            visitor.session.event("malformed", error=f"NTLM: {error}", data=header[:256])
            return False
        if step is None:
            return False
        if step.challenge is not None:
            visitor.memory["challenge"] = step.challenge
        if step.answer is None:
            return False
        who = step.answer
        wins = who.proves(self._logins.passwords(who.username))
        accepted = not who.is_anonymous and (self._logins.count(visitor.session.source) or wins)
        named = {"username": who.username, "domain": who.domain, "workstation": who.workstation}
        self._tell(visitor, request, "ntlm", accepted, **named, hashcat=who.hashcat)
        if accepted:
            visitor.memory[PASSED] = True
        return accepted

    def _tell(
        self, visitor: Visitor, request: Request, method: str, accepted: bool, **who: str | None
    ) -> None:
        visitor.session.event("auth", method=method, **who, accepted=accepted, path=request.path)

    def _guard(self, path: str) -> Guard | None:
        guards = self.product.guards
        return next((guard for guard in guards if path.startswith(guard.prefixes)), None)

    def _challenge(self, guard: Guard, request: Request, visitor: Visitor) -> Answer:
        realm = self.facts.fill(guard.realm)
        if guard.scheme == "ntlm":
            given = visitor.memory.pop("challenge", None)
            wanted = [given] if given is not None else ["Negotiate", "NTLM"]
        elif guard.scheme == "digest":
            wanted = [digest_challenge(realm, secrets.token_hex(16))]
        else:
            wanted = [f'Basic realm="{realm}"']
        page = self._error(401, request) if guard.page is None else self._page(guard.page, request)
        headers = [*page.headers, *(("WWW-Authenticate", value) for value in wanted)]
        return Answer(page.status, page.body, headers, page.reason)

    def _has_cookie(self, request: Request) -> bool:
        pairs = (part.strip().partition("=") for part in request.header("cookie").split(";"))
        return any(key == self._cookie and value in self._cookies for key, _, value in pairs)

    def _page(self, page: Page, request: Request | None, username: str = "", session: str = "") -> Answer:
        host = "" if request is None else request.header("host").partition(":")[0]
        facts = self.facts.with_values(
            path="/" if request is None else request.path,
            method="GET" if request is None else request.method,
            host=host if _is_name(host) else self.facts.raw("hostname"),
            status=str(page.status),
            phrase=REASONS.get(page.status) or HTTPStatus(page.status).phrase,
            nonce=secrets.token_hex(16),
            username=username,
            session=session,
        )
        answer = page.answer(facts)
        common = [(name, facts.fill(value)) for name, value in self.product.headers]
        return Answer(answer.status, answer.body, [*answer.headers, *common], answer.reason)

    def _error(self, status: int, request: Request | None) -> Answer:
        return self._page(self.product.error(status), request)


def _is_name(host: str) -> bool:
    return 0 < len(host) <= 253 and all(char.isascii() and (char.isalnum() or char in ".-_") for char in host)


def _decoded(password: str) -> str:
    try:
        return base64.b64decode(password, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return password
