"""Web interfaces of telephony: Yealink's phones and Grandstream's UCM exchanges."""

from __future__ import annotations

from decnet_grandstream import FIRMWARE, MODEL
from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, plain_error, table_page
from decnet_web_product import JSON, Form, Guard, Page, Product

YEALINK = Dialect(
    (OTHERS, "Content-Type", "Content-Length", "Connection", "Date", "Server"), version=None, only_once=True
)
UCM = Dialect(("Server", "Date", OTHERS, "Content-Type", "Content-Length", "Connection"), version=None)
YEALINK_VERSION = "66.86.0.15"

_LOGIN = "/servlet"
_T46_FORM = {
    "heading": "Yealink T46S",
    "button": "Login",
    "extra": "<!-- $mac -->\n",
    "colours": ("#dfe5e8", "#009b7d"),
}
_T46 = Page(form_page(f"{_LOGIN}?m=mod_listener&amp;p=login&amp;q=login", ("username", "pwd"), **_T46_FORM))

T46 = Product(
    dialect=YEALINK,
    server="yealink embed httpd",
    title="Yealink T46S Phone",
    pages={"/": _T46, _LOGIN: _T46},
    error=plain_error,
    home=table_page(
        {"Model": "SIP-T46S", "Firmware Version": "$version", "MAC": "$mac", "Account 1": "Registered"}
    ),
    form=Form((_LOGIN,), Page('{"authstatus":"none"}', kind=JSON), Page('{"authstatus":"done"}', kind=JSON)),
    guards=(Guard(("/cgi-bin", "/Serviceability"), "basic", "Yealink"),),
    cookie="JSESSIONID",
    headers=(("X-Frame-Options", "SAMEORIGIN"),),
    facts=lambda _: {"version": YEALINK_VERSION},
)


GRANDSTREAM = Product(
    dialect=UCM,
    server="Grandstream $model $version",
    title="$model",
    pages={
        "/": Page(
            form_page(
                "/cgi",
                ("user", "token"),
                heading="Grandstream $model",
                button="Login",
                hidden={"action": "login"},
                extra="<!-- $mac -->\n",
                colours=("#eef2f6", "#0f76c8"),
            )
        ),
        "/cgi": Page('{"response":{"cookie":""},"status":-6}', kind=JSON),
    },
    error=plain_error,
    home=table_page(
        {"Model": "$model", "Version": "$version", "Host": "$hostname", "Extensions": "24 of 500"}
    ),
    form=Form(
        ("/cgi",),
        Page('{"response":{"remain_num":4},"status":-37}', kind=JSON),
        Page('{"response":{"cookie":"$session"},"status":0}', kind=JSON),
    ),
    cookie="session-identify",
    facts=lambda _: {"model": MODEL, "version": FIRMWARE},
)

PRODUCTS = {"yealink": T46, "grandstream": GRANDSTREAM}
BY_DISTRO = {"yealink-t46": "yealink", "grandstream-ucm": "grandstream"}
