"""What a product with a web interface is, as data: its pages, its login, its errors.

Pages are templates (`string.Template`); every value that goes into one is escaped, see `Facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import TYPE_CHECKING

from decnet_http_answers import Answer, Dialect

if TYPE_CHECKING:
    from decnet_identity import Identity

HTML = "text/html"
JSON = "application/json"
XML = "application/xml"


class Facts(dict[str, str]):
    """Values for templates. Reading escapes, so that no page forgets to."""

    def __getitem__(self, name: str) -> str:
        """The value, for HTML, XML and, as they have no quotation marks, JSON."""
        return escape(super().__getitem__(name), quote=True)

    def raw(self, name: str) -> str:
        """The value as it is: for headers."""
        return super().__getitem__(name)

    def with_values(self, **more: str) -> Facts:
        """A copy with more values."""
        return Facts([*self.items(), *more.items()])

    def fill(self, template: str) -> str:
        """A template with the values as they are: for headers."""
        return Template(template).substitute(dict(self.items()))


@dataclass(frozen=True)
class Page:
    """A template with its status; headers and reason phrase are templates too. `kind`: its Content-Type."""

    text: str = ""
    status: int = 200
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None

    def answer(self, facts: Facts) -> Answer:
        """The page with its values."""
        kind = [("Content-Type", self.kind)] if self.kind else []
        own = [(name, facts.fill(value)) for name, value in self.headers]
        body = Template(self.text).substitute(facts).encode("utf-8", "surrogateescape")
        reason = None if self.reason is None else facts.fill(self.reason)
        return Answer(self.status, body, [*kind, *own], reason)


@dataclass(frozen=True)
class Form:
    """The login form: where it goes, and what follows."""

    paths: tuple[str, ...]
    wrong: Page
    right: Page
    by_query: bool = False
    """Credentials in the target's query are a login too."""
    base64: bool = False
    """The password comes in Base64."""


@dataclass(frozen=True)
class Guard:
    """Paths that want authentication by HTTP itself."""

    prefixes: tuple[str, ...]
    scheme: str
    """`basic`, `digest` or `ntlm`."""
    realm: str = ""
    page: Page | None = None
    """Body of the 401; the product's error page unless given."""


@dataclass(frozen=True)
class Product:
    """One product."""

    dialect: Dialect
    server: str
    """Server header, a template; empty for none."""
    title: str
    """Of its first page, a template."""
    pages: Mapping[str, Page]
    error: Callable[[int], Page]
    home: Page
    """Behind the login."""
    form: Form | None = None
    guards: tuple[Guard, ...] = ()
    cookie: str = ""
    """Name of the session's cookie; empty for none."""
    headers: tuple[tuple[str, str], ...] = ()
    """On every page, templates."""
    methods: frozenset[str] = frozenset({"GET", "HEAD", "POST"})
    """Others get `refused_method`."""
    refused_method: int = 405
    old_clients: bool = True
    """HTTP/1.0 is answered; with the error 505 unless so."""
    heads: bool = True
    """HEAD is answered; with the error 501 unless so."""
    options: Page | None = None
    """Answer to OPTIONS; the error of a refused method unless given."""
    unlocks: tuple[str, ...] = ("/",)
    """Paths that show `home` to who is logged in; those of the guards do too."""
    redirects_plain: Page | None = None
    """What everything gets without TLS, for a product that wants TLS."""
    facts: Callable[[Identity], Mapping[str, str]] | None = None
    """Further values for its templates."""
