"""Jenkins on its own Jetty: everything is 403 until one has logged in."""

from __future__ import annotations

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, moved, table_page
from decnet_web_product import Form, Page, Product

JETTY = Dialect(("Date", OTHERS, "Content-Type", "Connection", "Content-Length", "Server"))
VERSION = "2.462.2"
KIND = "text/html;charset=utf-8"

_FORM = {
    "heading": "Sign in to Jenkins",
    "button": "Sign in",
    "hidden": {"from": "/", "Submit": ""},
    "extra": '<meta name="jenkins-instance" content="$hostname">\n',
}
_FIELDS = ("j_username", "j_password")


def _error(status: int) -> Page:
    return Page(
        "<html>\n<head>\n<title>Error $status $phrase</title>\n</head>\n"
        "<body><h2>HTTP ERROR $status $phrase</h2>\n"
        "<table>\n<tr><th>URI:</th><td>$path</td></tr>\n<tr><th>STATUS:</th><td>$status</td></tr>\n</table>\n"
        "</body>\n</html>\n",
        status,
        "text/html;charset=iso-8859-1",
    )


_REFUSED = Page(
    "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/>"
    "<script id='redirect' data-redirect-url='/login?from=%2F'></script></head>"
    "<body style='background-color:white; color:white;'>\nAuthentication required\n<!--\n-->\n</body></html>",
    403,
    KIND,
)

JENKINS = Product(
    dialect=JETTY,
    server="Jetty(10.0.20)",
    title="Sign in - Jenkins",
    pages={
        **{
            path: _REFUSED
            for path in ("/", "/script", "/manage", "/asynchPeople/", "/view/all/", "/computer/")
        },
        "/api/json": _REFUSED,
        "/login": Page(form_page("/j_spring_security_check", _FIELDS, **_FORM), 200, KIND),
        "/loginError": Page(
            form_page("/j_spring_security_check", _FIELDS, notice="Invalid username or password", **_FORM),
            401,
            KIND,
        ),
        "/robots.txt": Page("User-agent: *\nDisallow: /\n", kind="text/plain"),
    },
    error=_error,
    home=table_page(
        {"deploy-prod": "last success 2 days ago", "nightly": "last success 9 hours ago"}, "Dashboard"
    ),
    form=Form(("/j_spring_security_check",), moved("/loginError"), moved("/")),
    cookie="JSESSIONID.$instance",
    headers=(
        ("X-Content-Type-Options", "nosniff"),
        ("X-Hudson", "1.395"),
        ("X-Jenkins", VERSION),
        ("X-Jenkins-Session", "$instance"),
    ),
    unlocks=("/", "/manage", "/script", "/view/all/"),
    facts=lambda identity: {"instance": identity.derive("jenkins/session", 4).hex()},
)

PRODUCTS = {"jenkins": JENKINS}
