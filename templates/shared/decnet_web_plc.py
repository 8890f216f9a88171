"""Web interfaces of controllers: Siemens S7-1200 and S7-300, Schneider Modicon M340."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_controllers import controller_of
from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, table_page
from decnet_web_product import Form, Guard, Page, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

# Exactly what nmap knows MiniWeb by: no Date, no Server, no space after Content-Type's colon.
MINIWEB = Dialect(
    ("Content-Type:", "Content-Length", "Connection", "Location", OTHERS), version="1.0", only_once=True
)
CP = Dialect(("Location", OTHERS, "Content-Type", "Content-Length"), version="1.0", only_once=True)
SCHNEIDER = Dialect(
    ("Server", "Date", "Pragma", "Cache-Control", "Content-length", "Content-Type", "Location", OTHERS),
    only_once=True,
    date="%a %b %d %H:%M:%S %Y",
)

def _facts(identity: Identity) -> dict[str, str]:
    controller = controller_of(identity)
    return {
        "order": controller.model.order.strip(),
        "version": f"V{controller.version}",
        "serial": controller.serial,
        "station": controller.plant,
    }


def _miniweb_error(status: int) -> Page:
    return Page(
        "<HTML><HEAD><TITLE>$status</TITLE></HEAD>\r\n<BODY><H1>$status $phrase</H1></BODY></HTML>\r\n",
        status,
        reason="Object Moved" if status == 302 else None,
    )


_S7_LOGIN = form_page(
    "/FormLogin",
    ("Login", "Password"),
    heading="SIMATIC 1200<br>$station",
    labels=("Name", "Password"),
    button="Log in",
    hidden={"Redirection": "/Portal/Portal.mwsl?PriNav=Start"},
    colours=("#dfe3e6", "#009999"),
)
_S7_ROWS = {"Station name": "$station", "Module": "$hostname", "Order number": "$order", "Firmware": "$version"}
_S7_START = table_page(_S7_ROWS, "$station", '<p><a href="/Portal/Intro.mwsl">Login</a></p>\n')

S7_1200_PORTAL = Product(
    dialect=MINIWEB,
    server="",
    title="SIMATIC S7-1200 $station",
    pages={
        "/": Page("", 302, "text/html", (("Location", "/Default.mwsl"),), reason="Object Moved"),
        "/Default.mwsl": Page(_S7_LOGIN),
        "/Portal/Intro.mwsl": Page(_S7_LOGIN),
        "/Portal/Portal.mwsl": _S7_START,
    },
    error=_miniweb_error,
    home=table_page({**_S7_ROWS, "Serial number": "$serial", "Mode": "RUN", "IP": "$ip"}, "$station"),
    form=Form(
        ("/FormLogin",),
        Page("", 302, "text/html", (("Location", "/Portal/Portal.mwsl?PriNav=Start"),), reason="Object Moved"),
        Page("", 302, "text/html", (("Location", "/Portal/Portal.mwsl?PriNav=Ident"),), reason="Object Moved"),
    ),
    cookie="siemens_ad_session",
    unlocks=("/Portal/Portal.mwsl",),
    facts=_facts,
)


def _cp_error(status: int) -> Page:
    return Page(
        "<HTML><HEAD><TITLE>Error</TITLE></HEAD>\r\n"
        "<BODY><CENTER><H2>$path<BR><BR>$status : $phrase</H2></CENTER></BODY></HTML>",
        status,
        reason="",
    )


S7_300_CP = Product(
    dialect=CP,
    server="",
    title="SIMATIC 300 $station",
    pages={
        "/": Page(
            "<HTML><HEAD><TITLE>Error</TITLE></HEAD>\r\n"
            "<BODY><CENTER><H2>/<BR><BR>302 : MOVED TEMPORARILY</H2></CENTER></BODY></HTML>",
            302,
            headers=(("Location", "/Portal0000.htm"),),
            reason="",
        ),
        "/Portal0000.htm": table_page(
            {"Station": "$station", "Module": "CPU 315-2 PN/DP", "Name": "$hostname", "Firmware": "$version"}
        ),
    },
    error=_cp_error,
    home=table_page({"Station": "$station", "Module": "CPU 315-2 PN/DP", "Mode": "RUN", "Serial": "$serial"}),
    guards=(Guard(("/Portal1", "/ClientArea", "/Tag"), "basic", "SIMATIC 300"),),
    unlocks=(),
    facts=_facts,
)


def _schneider_error(status: int) -> Page:
    if status in {400, 405, 501, 505}:
        return Page(
            "<html><head><title>Document Error: Page not found</title></head>\r\n"
            "\t\t<body><h2>Access Error: Page not found</h2>\r\n"
            "\t\t<p>Bad request type</p></body></html>\r\n\r\n",
            400,
            # Two bytes short, as the device itself counts them.
            headers=(("Content-length", "154"),),
            reason="Page not found",
        )
    return Page(
        "<html><head><title>Document Error: $phrase</title></head>\r\n"
        "\t\t<body><h2>Access Error: $phrase</h2></body></html>\r\n\r\n",
        status,
    )


_M340_FIRST = Page(
    '<html><head><title>$title</title></head>\n<frameset rows="*">\n'
    '<frame src="/html/english/home/index.htm" name="$hostname">\n</frameset></html>\n'
)

M340 = Product(
    dialect=SCHNEIDER,
    server="Schneider-WEB/V2.1.4",
    title="$order (BMX P34) $station",
    pages={
        "/": Page("", 302, "text/html", (("Location", "http://$host/index.htm"),), reason="Redirect"),
        "/index.htm": _M340_FIRST,
        "/html/english/index.htm": _M340_FIRST,
        "/html/english/home/index.htm": table_page(
            {"Module": "$order", "Rack": "0", "Slot": "0", "Name": "$hostname"}
        ),
    },
    error=_schneider_error,
    home=table_page({"Module": "$order", "State": "RUN", "Firmware": "$version", "IP": "$ip", "MAC": "$mac"}),
    guards=(
        Guard(
            ("/secure", "/html/english/monitoring", "/html/english/diag", "/html/english/setup"),
            "basic",
            "Schneider Web",
        ),
    ),
    headers=(("Pragma", "no-cache"), ("Cache-Control", "no-cache")),
    # A request without a host is a bad one to it: that is how nmap knows it.
    old_clients=False,
    unlocks=(),
    facts=_facts,
)

PRODUCTS = {"s7-1200": S7_1200_PORTAL, "s7-300": S7_300_CP, "m340": M340}
BY_DISTRO = {"siemens-s7-1200": "s7-1200", "siemens-s7-300": "s7-300", "schneider-m340": "m340"}
