"""Web pages of printers: HP's Embedded Web Server, and Kyocera's Command Center RX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_printer_models import MODELS
from decnet_printers import printer_of
from decnet_web_pages import form_page, plain_error, table_page
from decnet_web_product import Form, Guard, Page, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

HP = Dialect(("Server", "Content-Type", OTHERS, "Content-Length", "Connection"))
KYOCERA = Dialect(("Date", "Server", OTHERS, "Content-Type", "Content-Length", "Connection"))

HP_SERVER = "HP HTTP Server; HP $model - $number; Serial Number: $serial; Built: $built {$firmware}"


def hp_error(status: int) -> Page:
    """Nothing but the status."""
    return Page("", status, "")


def _facts(identity: Identity, vendor: str, model: str) -> dict[str, str]:
    own = MODELS.get(identity.distro)
    printer = printer_of(identity, own if own is not None and own.vendor == vendor else MODELS[model])
    return {
        "model": printer.name,
        "number": printer.model.number,
        "serial": printer.serial,
        "firmware": printer.firmware,
        "built": printer.model.built,
        "pages": str(printer.page_count),
        "toner": str(printer.toner_percent),
        "cartridge": printer.model.toner,
    }


_ROWS = {
    "Product": "$model",
    "Product number": "$number",
    "Serial number": "$serial",
    "Firmware": "$firmware",
    "Host name": "$hostname",
    "Pages printed": "$pages",
    "$cartridge": "$toner %",
}
_HP_FIELDS = ("username", "password")
_HP_LOGIN = {"heading": "$model", "button": "Sign In", "colours": ("#f4f4f4", "#0096d6")}
_CONFIG = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<prdcfgdyn:ProductConfigDyn xmlns:prdcfgdyn="http://www.hp.com/schemas/imaging/con/ledm/productconfigdyn/'
    '2007/11/05" xmlns:dd="http://www.hp.com/schemas/imaging/con/dictionaries/1.0/">'
    "<dd:Version><dd:Revision>$firmware</dd:Revision></dd:Version><prdcfgdyn:ProductInformation>"
    "<dd:MakeAndModel>$model</dd:MakeAndModel><dd:SerialNumber>$serial</dd:SerialNumber>"
    "<dd:ProductNumber>$number</dd:ProductNumber></prdcfgdyn:ProductInformation></prdcfgdyn:ProductConfigDyn>"
)
_USAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<pudyn:ProductUsageDyn xmlns:pudyn="http://www.hp.com/schemas/imaging/con/ledm/productusagedyn/'
    '2007/12/11" '
    'xmlns:dd="http://www.hp.com/schemas/imaging/con/dictionaries/1.0/"><pudyn:PrinterSubunit>'
    "<dd:TotalImpressions>$pages</dd:TotalImpressions></pudyn:PrinterSubunit></pudyn:ProductUsageDyn>"
)
_HP_HOME = table_page({**_ROWS, "IP address": "$ip", "Administrator": "Password is set"}, "$model")

HP_EWS = Product(
    dialect=HP,
    server=HP_SERVER,
    title="$model",
    pages={
        "/": table_page(_ROWS, "$model", '<p><a href="/hp/device/SignIn/Index">Sign In</a></p>\n'),
        "/index.htm": table_page(_ROWS, "$model"),
        "/hp/device/SignIn/Index": Page(form_page("/hp/device/SignIn/Index", _HP_FIELDS, **_HP_LOGIN)),
        "/DevMgmt/ProductConfigDyn.xml": Page(_CONFIG, 200, "text/xml"),
        "/DevMgmt/ProductUsageDyn.xml": Page(_USAGE, 200, "text/xml"),
    },
    error=hp_error,
    home=_HP_HOME,
    form=Form(
        ("/hp/device/SignIn/Index",),
        Page(
            form_page("/hp/device/SignIn/Index", _HP_FIELDS, notice="The password is not valid.", **_HP_LOGIN)
        ),
        _HP_HOME,
    ),
    guards=(Guard(("/Security", "/IoMgmt", "/DevMgmt/SecurityDyn", "/hp/device/set"), "basic", "$model"),),
    cookie="sid",
    methods=frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"}),
    headers=(("X-Frame-Options", "SAMEORIGIN"),),
    # HP's server answers HTTP/1.0 with 505: that is how nmap knows it.
    old_clients=False,
    facts=lambda identity: _facts(identity, "HP", "hp-m404dn"),
)

_WLM = "/startwlm/login.cgi"
_KYOCERA_FIELDS = ("arg01_UserName", "arg02_Password")
_KYOCERA_FORM = {
    "heading": "Command Center RX",
    "labels": ("User Name", "Password"),
    "button": "Login",
    "hidden": {
        "func": "authLogin",
        "arg03_LoginType": "_mode_off",
        "arg04_LoginFrom": "_wlm_login",
        "arg05_AccountId": "",
        "arg06_DomainName": "",
    },
    "colours": ("#e9ecef", "#c8102e"),
}
_KYOCERA_START = Page(form_page(_WLM, _KYOCERA_FIELDS, **_KYOCERA_FORM))
_KYOCERA_HOME = table_page({**_ROWS, "Address": "$ip"}, "Command Center RX")

COMMAND_CENTER = Product(
    dialect=KYOCERA,
    server="KM-MFP-http/V0.0.1",
    title="Kyocera Command Center RX",
    pages={
        "/": Page(
            '<html>\n<head><title>$title</title></head>\n<frameset rows="*">\n'
            '<frame name="wlmframe" src="/startwlm/Start_Wlm.htm" title="$model $hostname">\n'
            "</frameset>\n</html>\n"
        ),
        "/startwlm/Start_Wlm.htm": _KYOCERA_START,
        "/dvcinfo/dvcconfig/DvcInfo_Config_DvcStatus.htm": table_page(_ROWS, "Device Information"),
    },
    error=plain_error,
    home=_KYOCERA_HOME,
    form=Form(
        (_WLM,),
        Page(form_page(_WLM, _KYOCERA_FIELDS, notice="Login failed.", **_KYOCERA_FORM)),
        _KYOCERA_HOME,
    ),
    cookie="rtl",
    headers=(("X-Frame-Options", "SAMEORIGIN"),),
    unlocks=("/", "/startwlm/Start_Wlm.htm"),
    facts=lambda identity: _facts(identity, "Kyocera", "kyocera-m2540dn"),
)

PRODUCTS = {"hp": HP_EWS, "kyocera": COMMAND_CENTER}
BY_DISTRO = {name: "hp" if model.vendor == "HP" else "kyocera" for name, model in MODELS.items()}
