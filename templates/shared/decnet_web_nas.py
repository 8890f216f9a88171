"""Web interfaces of NAS: Synology DSM 7 and QNAP QTS 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, moved, plain_error, table_page
from decnet_web_product import Form, Page, Product
from decnet_web_servers import NGINX, nginx_error

if TYPE_CHECKING:
    from decnet_identity import Identity

QTS = Dialect(("Date", "Server", OTHERS, "Content-Length", "Connection", "Content-Type"))

DSM_MODELS = ("DS220+", "DS420+", "DS720+", "DS920+", "DS923+", "RS822+")
QNAP_MODELS = ("TS-253D", "TS-453D", "TS-464", "TS-473A", "TS-653D")
DSM_VERSION = "7.2.1-69057"
QTS_VERSION, QTS_BUILD = "5.1.8", "20240823"

_API = "/webapi/entry.cgi"
_AUTH = "/webapi/auth.cgi"
_QUERY = Page(
    '{"data":{"SYNO.API.Auth":{"maxVersion":7,"minVersion":1,"path":"entry.cgi"},'
    '"SYNO.API.Info":{"maxVersion":1,"minVersion":1,"path":"entry.cgi"},'
    '"SYNO.FileStation.Info":{"maxVersion":2,"minVersion":1,"path":"entry.cgi"}},"success":true}',
    kind='application/json; charset="UTF-8"',
)
_SHARES = {"Model": "$model", "DSM": "DSM $version", "Serial": "$serial", "Shared folders": "$shares"}


def _dsm_facts(identity: Identity) -> dict[str, str]:
    made = identity.number("dsm/serial/a", 1900, 2390)
    return {
        "model": identity.choose("dsm/model", DSM_MODELS),
        "version": DSM_VERSION,
        "serial": f"{made}SBR{identity.number('dsm/serial/b', 0, 999_999):06d}",
        "shares": _shares(identity),
    }


def _shares(identity: Identity) -> str:
    names = ("home", "photo", "backup", "public", "accounting", "projects", "video", "scans")
    return ", ".join(identity.sample("nas/shares", names, 4))


DSM = Product(
    dialect=NGINX,
    server="nginx",
    title="$hostname - Synology NAS",
    pages={
        "/": Page(
            form_page(
                _AUTH,
                ("account", "passwd"),
                heading="$hostname",
                button="Sign In",
                hidden={"api": "SYNO.API.Auth", "method": "login", "version": "7", "session": "webui"},
                extra='<meta name="application-name" content="$model">\n',
                colours=("#dfe8f0", "#057feb"),
            ),
            kind='text/html; charset="UTF-8"',
        ),
        "/index.cgi": moved("/"),
        "/webman/index.cgi": moved("/"),
        "/webapi/query.cgi": _QUERY,
        "/robots.txt": Page("User-agent: *\nDisallow: /\n", kind="text/plain"),
    },
    error=nginx_error,
    home=table_page(_SHARES, "$hostname"),
    form=Form(
        (_API, _AUTH),
        Page('{"error":{"code":400},"success":false}', kind='application/json; charset="UTF-8"'),
        Page('{"data":{"sid":"$session"},"success":true}', kind='application/json; charset="UTF-8"'),
        by_query=True,
    ),
    cookie="id",
    headers=(
        ("X-Content-Type-Options", "nosniff"),
        ("X-XSS-Protection", "1; mode=block"),
        ("X-Frame-Options", "SAMEORIGIN"),
    ),
    facts=_dsm_facts,
)


def _qts_facts(identity: Identity) -> dict[str, str]:
    made = identity.number("qts/serial/a", 200, 239)
    return {
        "model": identity.choose("qts/model", QNAP_MODELS),
        "version": QTS_VERSION,
        "build": QTS_BUILD,
        "serial": f"Q{made}I{identity.number('qts/serial/b', 0, 99_999):05d}",
        "shares": _shares(identity),
    }


_LOGIN = "/cgi-bin/authLogin.cgi"
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<QDocRoot version="1.0">\n'
    "<doQuick><![CDATA[]]></doQuick>\n<is_booting><![CDATA[0]]></is_booting>\n"
    "<authPassed><![CDATA[%s]]></authPassed>\n%s"
    "<model>\n<modelName><![CDATA[$model]]></modelName>\n<displayModelName><![CDATA[$model]]></displayModelName>\n"
    "</model>\n<firmware>\n<version><![CDATA[$version]]></version>\n<build><![CDATA[$build]]></build>\n</firmware>\n"
    "<hostname><![CDATA[$hostname]]></hostname>\n</QDocRoot>\n"
)


def _document(passed: bool) -> Page:
    extra = "<authSid><![CDATA[$session]]></authSid>\n" if passed else ""
    return Page(_DOCUMENT % (int(passed), extra), kind="text/xml")


QTS_5 = Product(
    dialect=QTS,
    server="http server 1.0",
    title="$hostname",
    pages={
        "/": Page(
            '<!DOCTYPE html>\n<html>\n<head><title>$title</title>\n<meta http-equiv="refresh" '
            'content="0; url=/cgi-bin/">\n</head>\n<body></body>\n</html>\n',
            kind="text/html; charset=UTF-8",
        ),
        "/cgi-bin/": Page(
            form_page(
                _LOGIN, ("user", "pwd"), heading="$hostname", button="Login", colours=("#e3e7ea", "#0c6b9e")
            ),
            kind="text/html; charset=UTF-8",
        ),
        _LOGIN: _document(False),
    },
    error=plain_error,
    home=table_page(
        {
            "Model": "$model",
            "Firmware": "$version Build $build",
            "Serial": "$serial",
            "Shared folders": "$shares",
        },
        "$hostname",
    ),
    form=Form((_LOGIN, "/cgi-bin/"), _document(False), _document(True), by_query=True, base64=True),
    cookie="NAS_SID",
    headers=(("X-Frame-Options", "SAMEORIGIN"), ("X-XSS-Protection", "1; mode=block")),
    unlocks=("/cgi-bin/",),
    facts=_qts_facts,
)

PRODUCTS = {"synology": DSM, "qnap": QTS_5}
BY_DISTRO = {"synology-dsm7": "synology", "qnap-qts5": "qnap"}
