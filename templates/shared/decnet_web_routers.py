"""Web interfaces of routers: MikroTik WebFig, OpenWrt LuCI, pfSense, Cisco IOS, BusyBox httpd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, moved, table_page
from decnet_web_product import JSON, Form, Guard, Page, Product
from decnet_web_servers import NGINX, nginx_error

if TYPE_CHECKING:
    from decnet_identity import Identity

ROUTEROS = Dialect(
    (OTHERS, "Connection", "Content-Length", "Content-Type", "Date", "Expires"),
    version="1.0",
    keep_alive="Keep-Alive",
)
UHTTPD = Dialect(
    ("Connection", "Keep-Alive", OTHERS, "Content-Type", "Content-Length"),
    version=None,
    keep_alive="Keep-Alive",
)
IOS = Dialect(("Date", "Server", OTHERS, "Content-Type", "Connection"), only_once=True)
BUSYBOX = Dialect(("Date", "Connection", OTHERS, "Content-type"), version="1.0", only_once=True)

ROUTEROS_VERSION = "7.14.3"
ROUTEROS_BOARDS = ("RB4011iGS+", "RB750Gr3", "hAP ac^2", "CCR1009-7G-1C", "RB5009UG+S+", "hEX S")
OPENWRT_VERSION = "23.05.5"
PFSENSE_VERSION = "2.7.2-RELEASE"


def _routeros_facts(identity: Identity) -> dict[str, str]:
    return {
        "version": ROUTEROS_VERSION,
        "board": identity.choose("routeros/board", ROUTEROS_BOARDS),
        "serial": identity.derive("routeros/serial", 6).hex().upper(),
    }


def _routeros_error(status: int) -> Page:
    return Page(
        "<html>\n<head><title>Error $status: $phrase</title></head>\n"
        "<body>\n<h1>Error $status: $phrase</h1>\n</body>\n</html>\n",
        status,
    )


_WEBFIG = form_page(
    "/webfig/",
    ("name", "password"),
    heading="RouterOS v$version",
    labels=("Login:", "Password:"),
    button="Login",
    extra="<!-- $board $hostname -->\n",
).replace("<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">')

WEBFIG = Product(
    dialect=ROUTEROS,
    server="",
    title="RouterOS router configuration page",
    pages={"/": Page(_WEBFIG), "/webfig/": Page(_WEBFIG)},
    error=_routeros_error,
    home=table_page(
        {"Board": "$board", "Version": "$version (stable)", "Identity": "$hostname", "Serial": "$serial"}
    ),
    form=Form(("/", "/webfig/", "/jsproxy"), Page(_WEBFIG, 403), moved("/webfig/")),
    guards=(
        Guard(
            ("/rest",),
            "basic",
            "RouterOS",
            Page('{"error":401,"message":"Unauthorized"}', 401, JSON),
        ),
    ),
    cookie="session",
    headers=(("Cache-Control", "no-cache"), ("Expires", "0"), ("X-Frame-Options", "sameorigin")),
    unlocks=("/webfig/",),
    facts=_routeros_facts,
)


def _luci_error(status: int) -> Page:
    text = "The requested URL $path was not found on this server." if status == 404 else ""
    return Page(f"<h1>$phrase</h1>{text}", status)


_LUCI_FORM = {
    "heading": "$hostname",
    "button": "Log in",
    "extra": '<meta name="generator" content="LuCI openwrt-23.05">\n',
    "colours": ("#eee", "#00b5e2"),
}
_LUCI_FIELDS = ("luci_username", "luci_password")
_LUCI = Page(
    form_page("/cgi-bin/luci/", _LUCI_FIELDS, **_LUCI_FORM),
    403,
    "text/html; charset=UTF-8",
    (("Cache-Control", "no-cache"), ("Expires", "0"), ("X-LuCI-Login-Required", "yes")),
)
_LUCI_WRONG = Page(
    form_page(
        "/cgi-bin/luci/",
        _LUCI_FIELDS,
        notice="Invalid username and/or password! Please try again.",
        **_LUCI_FORM,
    ),
    403,
    "text/html; charset=UTF-8",
    _LUCI.headers,
)

LUCI = Product(
    dialect=UHTTPD,
    server="",
    title="$hostname - LuCI",
    pages={
        "/": Page(
            '<?xml version="1.0" encoding="utf-8"?>\n<html>\n<head>\n'
            '<meta http-equiv="Cache-Control" content="no-cache, no-store, must-revalidate" />\n'
            '<meta http-equiv="refresh" content="0; URL=/cgi-bin/luci" />\n</head>\n<body>\n'
            '<a href="/cgi-bin/luci">LuCI</a>\n</body>\n</html>\n',
            headers=(("ETag", '"$etag"'), ("Last-Modified", "$modified")),
        ),
        "/cgi-bin/luci": _LUCI,
        "/cgi-bin/luci/": _LUCI,
        "/cgi-bin/luci/admin": _LUCI,
    },
    error=_luci_error,
    home=table_page(
        {
            "Hostname": "$hostname",
            "Firmware Version": "OpenWrt $version",
            "Uptime": "$uptime s",
            "MAC": "$mac",
        }
    ),
    form=Form(
        ("/cgi-bin/luci", "/cgi-bin/luci/", "/cgi-bin/luci/admin"), _LUCI_WRONG, moved("/cgi-bin/luci/")
    ),
    cookie="sysauth_http",
    unlocks=("/cgi-bin/luci", "/cgi-bin/luci/", "/cgi-bin/luci/admin"),
    facts=lambda identity: {"version": OPENWRT_VERSION},
)

_PF_FORM = {
    "heading": "pfSense",
    "button": "Sign In",
    "hidden": {"__csrf_magic": "sid:$nonce", "login": "Sign In"},
}
_PF_FIELDS = ("usernamefld", "passwordfld")

PFSENSE = Product(
    dialect=NGINX,
    server="nginx",
    title="pfSense - Login",
    pages={
        path: Page(
            form_page("/", _PF_FIELDS, extra="<!-- $fqdn -->\n", colours=("#212121", "#1e3f75"), **_PF_FORM),
            kind="text/html; charset=UTF-8",
        )
        for path in ("/", "/index.php")
    },
    error=nginx_error,
    home=table_page(
        {"Name": "$fqdn", "Version": "$version (amd64)", "Uptime": "$uptime s", "WAN": "up", "LAN": "$ip"},
        "Status / Dashboard",
    ),
    form=Form(
        ("/", "/index.php"),
        Page(
            form_page(
                "/",
                _PF_FIELDS,
                notice="Username or Password incorrect",
                colours=("#212121", "#1e3f75"),
                **_PF_FORM,
            ),
            kind="text/html; charset=UTF-8",
        ),
        moved("/"),
    ),
    cookie="PHPSESSID",
    headers=(("X-Frame-Options", "SAMEORIGIN"),),
    unlocks=("/", "/index.php"),
    redirects_plain=Page(
        "<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center>"
        "<h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        301,
        headers=(("Location", "https://$host$path"),),
    ),
    facts=lambda identity: {"version": PFSENSE_VERSION},
)


def _ios_error(status: int) -> Page:
    return Page("<H1>$status $phrase</H1>\r\n", status)


CISCO = Product(
    dialect=IOS,
    server="cisco-IOS",
    title="$hostname",
    pages={},
    error=_ios_error,
    home=table_page({"Router": "$hostname", "Privilege": "15", "Uptime": "$uptime s"}, "Cisco Systems"),
    guards=(Guard(("/",), "basic", "level_15 or view_access"),),
    headers=(("Accept-Ranges", "none"),),
    unlocks=(),
)


def _busybox_error(status: int) -> Page:
    texts = {
        400: "Unsupported method",
        403: "",
        404: "The requested URL was not found",
        408: "No request appeared within 60 seconds",
        501: "The requested method is not recognized",
    }
    return Page(
        f"<HTML><HEAD><TITLE>$status $phrase</TITLE></HEAD>\n<BODY><H1>$status $phrase</H1>\n"
        f"{texts.get(status, '')}\n</BODY></HTML>\n",
        status,
    )


BUSYBOX_HTTPD = Product(
    dialect=BUSYBOX,
    server="",
    title="$hostname",
    pages={},
    error=_busybox_error,
    home=table_page({"Name": "$hostname", "MAC": "$mac", "Uptime": "$uptime s", "Firmware": "$version"}),
    guards=(Guard(("/",), "basic", "Web Server Authentication"),),
    refused_method=501,
    unlocks=(),
    facts=lambda identity: {
        "version": f"V{identity.number('iot/major', 1, 3)}.{identity.number('iot/minor', 0, 19)}",
    },
)

PRODUCTS = {
    "mikrotik": WEBFIG,
    "openwrt": LUCI,
    "pfsense": PFSENSE,
    "cisco": CISCO,
    "busybox": BUSYBOX_HTTPD,
}
BY_DISTRO = {
    "mikrotik-ros7": "mikrotik",
    "openwrt-23": "openwrt",
    "pfsense-27": "pfsense",
    "cisco-ios15": "cisco",
    "cisco-iosxe17": "cisco",
    "busybox-iot": "busybox",
}
