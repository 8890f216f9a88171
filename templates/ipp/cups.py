"""CUPS of each distro: its version, its way to write HTTP, and its few web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attributes import place_of
from decnet_http_answers import OTHERS, Dialect
from decnet_printers import printer_of
from decnet_web_pages import table_page
from decnet_web_product import Guard, Page, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

CUPS = Dialect(
    (
        "Connection",
        "Content-Language",
        "Content-Length",
        "Content-Type",
        "Date",
        "Keep-Alive",
        "Server",
        "Upgrade",
        "WWW-Authenticate",
        OTHERS,
    ),
    version=None,
    keep_alive="Keep-Alive",
)

VERSIONS = {
    "debian": "2.4.2",
    "proxmox8": "2.4.2",
    "ubuntu22": "2.4.1",
    "ubuntu20": "2.3.1",
    "rocky9": "2.3.3op2",
    "centos7": "1.6.3",
    "alpine": "2.4.9",
    "fedora": "2.4.10",
    "kali": "2.4.10",
    "arch": "2.4.10",
    "freebsd-14": "2.4.10",
    "macos-14": "2.3.4",
}


QUEUES = ("Office", "Reception", "Accounting", "LaserJet", "PDF", "Warehouse", "Labels", "HR-Printer")


def version_of(distro: str) -> str:
    """Its version on a distro; Debian's for one that this table does not have."""
    return VERSIONS.get(distro, VERSIONS["debian"])


def queue_of(identity: Identity) -> str:
    """Name of the decky's queue."""
    return identity.choose("ipp/queue", QUEUES)


def _facts(identity: Identity) -> dict[str, str]:
    version = version_of(identity.distro)
    return {
        "version": version,
        "minor": ".".join(version.split(".")[:2]),
        "queue": queue_of(identity),
        "model": printer_of(identity).name,
        "place": place_of(identity),
    }


def _error(status: int) -> Page:
    return Page(
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\n'
        "<HTML>\n<HEAD>\n\t<TITLE>$phrase - CUPS v$version</TITLE>\n</HEAD>\n<BODY>\n"
        "<H1>$phrase</H1>\n</BODY>\n</HTML>\n",
        status,
        "text/html; charset=utf-8",
        (("Content-Language", "en"),),
    )


_KIND = "text/html; charset=utf-8"
_PRINTERS = table_page(
    {"Queue Name": "$queue", "Description": "$model", "Location": "$place", "Status": "Idle"}, "Printers"
)

WEB = Product(
    dialect=CUPS,
    server="CUPS/$minor IPP/2.1",
    title="Home - CUPS $version",
    pages={
        "/": Page(
            "<!DOCTYPE html>\n<html>\n<head>\n<title>$title</title>\n</head>\n<body>\n"
            "<h1>CUPS $version</h1>\n"
            '<p><a href="/printers/">Printers</a> <a href="/jobs/">Jobs</a> '
            '<a href="/admin/">Administration</a></p>\n'
            "<!-- $hostname -->\n</body>\n</html>\n",
            kind=_KIND,
            headers=(("Content-Language", "en"),),
        ),
        "/printers": _PRINTERS,
        "/printers/": _PRINTERS,
        "/robots.txt": Page("User-agent: *\nDisallow: /\n", kind="text/plain"),
    },
    error=_error,
    home=table_page(
        {"Server": "$fqdn", "Queue": "$queue", "Share printers": "yes", "Remote administration": "yes"}
    ),
    guards=(Guard(("/admin", "/log", "/conf"), "basic", "CUPS"),),
    headers=(("X-Frame-Options", "DENY"), ("Content-Security-Policy", "frame-ancestors 'none'")),
    methods=frozenset({"GET", "HEAD", "POST", "PUT"}),
    unlocks=(),
    facts=_facts,
)
