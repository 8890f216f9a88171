"""IIS 10.0 of Windows: its start page, Remote Desktop Web Access, and certificate services behind NTLM."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, moved, table_page
from decnet_web_product import Form, Guard, Page, Product
from decnet_windows import WINDOWS, netbios_domain, windows_of

if TYPE_CHECKING:
    from decnet_identity import Identity

IIS = Dialect(
    (
        "Cache-Control",
        "Content-Type",
        "Last-Modified",
        "Accept-Ranges",
        "ETag",
        "Location",
        "Server",
        "WWW-Authenticate",
        OTHERS,
        "X-Powered-By",
        "Date",
        "Connection",
        "Content-Length",
    )
)
POWERED = ("X-Powered-By", "ASP.NET")

_REFUSED = {
    401: "401 - Unauthorized: Access is denied due to invalid credentials.",
    403: "403 - Forbidden: Access is denied.",
    404: "404 - File or directory not found.",
    405: "405 - HTTP verb used to access this page is not allowed.",
    413: "413 - Request entity is too large.",
}
_KERNEL = {
    400: ("Bad Request", "The request is badly formed."),
    408: ("Request Timeout", "The request timed out."),
    411: ("Length Required", "The request must be chunked or have a content length."),
    414: ("Request-URI Too Long", "The request URL is too long."),
    501: ("Not Implemented", "The request transfer encoding type is not supported."),
    505: ("HTTP Version Not Supported", "The HTTP version is not supported."),
}
"""What the kernel's HTTP.sys answers by itself, as Microsoft-HTTPAPI."""


def iis_error(status: int) -> Page:
    """IIS's page for a web client, or that of HTTP.sys."""
    if status in _KERNEL:
        title, text = _KERNEL[status]
        return Page(
            f"<!DOCTYPE HTML><HTML><HEAD><TITLE>{title}</TITLE></HEAD>\r\n<BODY><h2>{title}</h2>\r\n"
            f"<hr><p>HTTP Error {status}. {text}</p>\r\n</BODY></HTML>\r\n",
            status,
            "text/html; charset=us-ascii",
            (("Server", "Microsoft-HTTPAPI/2.0"),),
        )
    title = _REFUSED.get(status, "$status - $phrase")
    return Page(
        "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n"
        f"<title>{title}</title>\r\n</head>\r\n<body>\r\n<h1>Server Error</h1>\r\n<h2>{title}</h2>\r\n"
        "</body>\r\n</html>\r\n",
        status,
        "text/html",
        (POWERED,),
    )


_LOGIN = "/RDWeb/Pages/en-US/login.aspx"
_FIELDS = ("DomainUserName", "UserPass")
_RDWEB = {
    "heading": "Work Resources",
    "labels": ("Domain\\user name:", "Password:"),
    "button": "Sign in",
    "hidden": {"WorkSpaceID": "$fqdn", "RDPCertificates": "", "PublicModeTimeout": "20"},
}
_FORM = Page(
    form_page(_LOGIN, _FIELDS, **_RDWEB),
    200,
    "text/html; charset=utf-8",
    (("Cache-Control", "private"), POWERED),
)
_WRONG = Page(
    form_page(_LOGIN, _FIELDS, notice="The user name or password is incorrect.", **_RDWEB),
    200,
    "text/html; charset=utf-8",
    (("Cache-Control", "private"), POWERED),
)
_START = Page(
    "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n"
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "<title>$title</title>\r\n</head>\r\n<body>\r\n<h1>Internet Information Services</h1>\r\n"
    "<!-- $computer -->\r\n</body>\r\n</html>\r\n",
    200,
    "text/html",
    (("Last-Modified", "$modified"), ("Accept-Ranges", "bytes"), ("ETag", '"$etag"'), POWERED),
)
_HOME = table_page(
    {
        "Computer": "$fqdn",
        "Domain": "$netbiosdomain",
        "Edition": "$edition",
        "RemoteApp programs": "Remote Desktop, Accounting, HR Portal",
    },
    "Work Resources",
)


def _facts(identity: Identity) -> dict[str, str]:
    windows = windows_of(identity.distro) or WINDOWS["windows-server-2022"]
    return {
        "owntitle": "IIS Windows Server" if windows.server else "IIS Windows",
        "computer": identity.hostname.upper()[:15],
        "netbiosdomain": netbios_domain(identity),
        "edition": windows.title,
        "modified": formatdate(identity.number("http/modified", 1_600_000_000, 1_720_000_000), usegmt=True),
        "etag": f"{identity.derive('http/etag', 6).hex()}d91:0",
    }


IIS_10 = Product(
    dialect=IIS,
    server="Microsoft-IIS/10.0",
    title="$owntitle",
    pages={
        "/": _START,
        "/iisstart.htm": _START,
        "/RDWeb": moved("/RDWeb/Pages/en-US/Default.aspx"),
        "/RDWeb/": moved("/RDWeb/Pages/en-US/Default.aspx"),
        "/RDWeb/Pages/en-US/Default.aspx": moved(f"{_LOGIN}?ReturnUrl=/RDWeb/Pages/en-US/Default.aspx"),
        _LOGIN: _FORM,
        "/web.config": iis_error(404),
    },
    error=iis_error,
    home=_HOME,
    form=Form((_LOGIN,), _WRONG, moved("/RDWeb/Pages/en-US/Default.aspx")),
    guards=(
        Guard(("/certsrv", "/CertSrv", "/EWS", "/ews", "/ADPolicyProvider", "/WSMan", "/owa/auth"), "ntlm"),
    ),
    cookie=".ASPXAUTH",
    methods=frozenset({"GET", "HEAD", "POST"}),
    options=Page(
        "",
        200,
        "",
        (
            ("Allow", "OPTIONS, TRACE, GET, HEAD, POST"),
            ("Public", "OPTIONS, TRACE, GET, HEAD, POST"),
            POWERED,
        ),
    ),
    unlocks=("/RDWeb/Pages/en-US/Default.aspx", _LOGIN),
    facts=_facts,
)

PRODUCTS = {"iis": IIS_10}
BY_DISTRO = dict.fromkeys(WINDOWS, "iis")
