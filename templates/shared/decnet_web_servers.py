"""Apache httpd and nginx: how they write, their error pages, and a login of the decky's own."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from decnet_distros import DISTROS, distro_of
from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, table_page
from decnet_web_product import Form, Guard, Page, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

APACHE = Dialect(("Date", "Server", OTHERS, "Content-Length", "Connection", "Content-Type"))
NGINX = Dialect(
    ("Server", "Date", "Content-Type", "Content-Length", "Connection", OTHERS), keep_alive="keep-alive"
)

TITLES = (
    "Intranet",
    "Staff portal",
    "Document archive",
    "Help desk",
    "Inventory",
    "Time sheets",
    "Project tracker",
    "Asset register",
)

OTHER_APACHES = {"macos-14": "Apache/2.4.62 (Unix)", "freebsd-14": "Apache/2.4.62 (FreeBSD)"}

NGINX_VERSIONS = {
    "debian": "nginx/1.22.1",
    "proxmox8": "nginx/1.22.1",
    "ubuntu22": "nginx/1.18.0 (Ubuntu)",
    "ubuntu20": "nginx/1.18.0 (Ubuntu)",
    "rocky9": "nginx/1.20.1",
    "centos7": "nginx/1.20.1",
    "alpine": "nginx",
    "fedora": "nginx/1.26.2",
    "kali": "nginx/1.26.0",
    "arch": "nginx/1.26.2",
    "freebsd-14": "nginx/1.26.2",
    "macos-14": "nginx/1.27.1",
}

_EXPLAINED = {
    400: "Your browser sent a request that this server could not understand.<br />\n",
    401: "This server could not verify that you\nare authorized to access the document\n"
    "requested.  Either you supplied the wrong\ncredentials (e.g., bad password), or your\n"
    "browser doesn't understand how to supply\nthe credentials required.",
    403: "You don't have permission to access this resource.",
    404: "The requested URL was not found on this server.",
    405: "The requested method $method is not allowed for this URL.",
    408: "Server timeout waiting for the HTTP request from the client.",
    413: "The requested resource does not allow request data with $method requests, or the amount of data "
    "provided in\nthe request exceeds the capacity limit.",
    414: "The requested URL's length exceeds the capacity\nlimit for this server.<br />\n",
    501: "$method not supported for current URL.<br />\n",
}


def apache_error(status: int) -> Page:
    """Apache's own page."""
    allow = (("Allow", "GET,POST,OPTIONS,HEAD"),) if status in {405, 501} else ()
    return Page(
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>$status $phrase</title>\n'
        f"</head><body>\n<h1>$phrase</h1>\n<p>{_EXPLAINED.get(status, '')}</p>\n<hr>\n"
        "<address>$server Server at $host Port $port</address>\n</body></html>\n",
        status,
        "text/html; charset=iso-8859-1",
        allow,
    )


NGINX_PHRASES = {405: "Not Allowed", 408: "Request Time-out", 505: "HTTP Version Not Supported"}


def nginx_error(status: int) -> Page:
    """nginx's own page."""
    phrase = NGINX_PHRASES.get(status, "$phrase")
    return Page(
        f"<html>\r\n<head><title>$status {phrase}</title></head>\r\n<body>\r\n"
        f"<center><h1>$status {phrase}</h1></center>\r\n<hr><center>$server</center>\r\n"
        "</body>\r\n</html>\r\n",
        status,
        reason=NGINX_PHRASES.get(status),
    )


COLOURS = ("hsl($hue,20%,92%)", "hsl($hue,50%,35%)")
FIELDS = ("username", "password")
_KIND = "text/html; charset=UTF-8"
_LOGIN = form_page("/login", FIELDS, button="Sign in", colours=COLOURS)
_WRONG = form_page(
    "/login", FIELDS, button="Sign in", notice="Invalid username or password.", colours=COLOURS
)
_FIRST = Page(_LOGIN, 200, _KIND, (("Last-Modified", "$modified"), ("ETag", '"$etag"')))
_HOME = table_page(
    {"Server": "$fqdn", "Last change": "$modified", "Entries": "0"}, foot="<p>There are no entries.</p>\n"
)


def _facts(identity: Identity) -> dict[str, str]:
    modified = identity.number("http/modified", 1_600_000_000, 1_720_000_000)
    return {
        "ownserver": OTHER_APACHES.get(identity.distro) or distro_of(identity.distro).http,
        "owntitle": identity.choose("http/title", TITLES),
        "modified": formatdate(modified, usegmt=True),
        "etag": f"{len(_LOGIN):x}-{identity.derive('http/etag', 6).hex()}",
    }


def _nginx_facts(identity: Identity) -> dict[str, str]:
    return _facts(identity) | {"ownserver": NGINX_VERSIONS.get(identity.distro, NGINX_VERSIONS["debian"])}


APACHE_HTTPD = Product(
    dialect=APACHE,
    server="$ownserver",
    title="$owntitle",
    pages={
        "/": _FIRST,
        "/index.html": _FIRST,
        "/login": Page(_LOGIN, 200, _KIND),
        "/robots.txt": Page("User-agent: *\nDisallow: /admin/\n", kind="text/plain"),
        **{path: apache_error(403) for path in ("/server-status", "/.htaccess", "/.htpasswd")},
    },
    error=apache_error,
    home=_HOME,
    form=Form(("/", "/login"), Page(_WRONG, 200, _KIND), _HOME),
    guards=(Guard(("/admin",), "basic", "Restricted Content"),),
    cookie="session",
    options=Page("", 200, _KIND, (("Allow", "GET,POST,OPTIONS,HEAD"),)),
    facts=_facts,
)

NGINX_HTTPD = Product(
    dialect=NGINX,
    server="$ownserver",
    title="$owntitle",
    pages={
        "/": _FIRST,
        "/index.html": _FIRST,
        "/login": Page(_LOGIN, 200, _KIND),
        "/robots.txt": Page("User-agent: *\nDisallow: /admin/\n", kind="text/plain"),
        "/.htaccess": nginx_error(403),
    },
    error=nginx_error,
    home=_HOME,
    form=Form(("/", "/login"), Page(_WRONG, 200, _KIND), _HOME),
    guards=(Guard(("/admin",), "basic", "Restricted Content"),),
    cookie="session",
    facts=_nginx_facts,
)

PRODUCTS = {"apache": APACHE_HTTPD, "nginx": NGINX_HTTPD}
BY_DISTRO = {**dict.fromkeys((*DISTROS, "proxmox8", "macos-14", "freebsd-14"), "apache")}
