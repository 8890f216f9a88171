"""Web interfaces of network cameras: Hikvision's and Axis's, both with digest authentication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page
from decnet_web_product import XML, Form, Guard, Page, Product
from decnet_web_servers import APACHE, apache_error

if TYPE_CHECKING:
    from decnet_identity import Identity

APP_WEBS = Dialect(
    ("Date", "Server", OTHERS, "Content-Length", "Content-Type", "Connection"),
    version=None,
    keep_alive="keep-alive",
)
HIKVISION_MODELS = (
    "DS-2CD2043G2-I",
    "DS-2CD2143G2-I",
    "DS-2CD2347G2-LU",
    "DS-2CD2T47G2-L",
    "DS-2CD2183G2-IS",
)
HIKVISION_FIRMWARE = "V5.7.3", "build 220112"
AXIS_FIRMWARE = "9.80.3.9"


def _camera_error(status: int) -> Page:
    return Page(
        "<!DOCTYPE html>\n<html><head><title>Document Error: $phrase</title></head>\n"
        "<body><h2>Access Error: $status -- $phrase</h2></body></html>\n",
        status,
    )


def _hikvision_facts(identity: Identity) -> dict[str, str]:
    model = identity.choose("hikvision/model", HIKVISION_MODELS)
    number = identity.number("hikvision/serial", 100_000_000, 999_999_999)
    version, build = HIKVISION_FIRMWARE
    plant = identity.choose("hikvision/plant", "CEFG")
    return {
        "model": model,
        "serial": f"{model}20220518AAWR{identity.choose('hikvision/line', 'DEFGHJ')}{number}",
        "version": version,
        "build": build,
        "realm": f"IP Camera({plant}{identity.number('hikvision/realm', 1000, 9999)})",
    }


_STATUS = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<userCheck version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\n'
    "<statusValue>401</statusValue>\n<statusString>Unauthorized</statusString>\n</userCheck>\n"
)
_DEVICE = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<DeviceInfo version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\n'
    "<deviceName>$hostname</deviceName>\n<model>$model</model>\n<serialNumber>$serial</serialNumber>\n"
    "<macAddress>$mac</macAddress>\n<firmwareVersion>$version</firmwareVersion>\n"
    "<firmwareReleasedDate>$build</firmwareReleasedDate>\n<deviceType>IPCamera</deviceType>\n</DeviceInfo>\n"
)
_HIKVISION_LOGIN = "/ISAPI/Security/sessionLogin"

HIKVISION = Product(
    dialect=APP_WEBS,
    server="App-webs/",
    title="index",
    pages={
        "/": Page(
            "<!doctype html>\n<html>\n<head>\n<title>$title</title>\n"
            '<meta http-equiv="refresh" content="0; url=/doc/page/login.asp?_$uptime">\n</head>\n'
            "<body></body>\n</html>\n",
            headers=(("ETag", '"$etag"'),),
        ),
        "/index.asp": Page("<html><head><title>$title</title></head></html>\n"),
        "/doc/page/login.asp": Page(
            form_page(
                _HIKVISION_LOGIN,
                ("userName", "password"),
                heading="$hostname",
                labels=("User Name", "Password"),
                button="Login",
                colours=("#1b1d22", "#d7150e"),
            )
        ),
        "/SDK/webLanguage": Page("", 200, XML),
    },
    error=_camera_error,
    home=Page(_DEVICE, kind=XML),
    form=Form(
        (_HIKVISION_LOGIN,),
        Page(_STATUS, 401, XML),
        Page(
            "<SessionLogin><statusValue>200</statusValue><sessionID>$session</sessionID></SessionLogin>\n",
            kind=XML,
        ),
    ),
    guards=(
        Guard(
            ("/ISAPI/", "/PSIA/", "/Streaming/", "/System/", "/onvif-http/"),
            "digest",
            "$realm",
            Page(_STATUS, 401, XML),
        ),
    ),
    cookie="WebSession",
    methods=frozenset({"GET", "HEAD", "POST", "PUT"}),
    headers=(("X-Frame-Options", "SAMEORIGIN"),),
    unlocks=("/doc/page/login.asp",),
    facts=_hikvision_facts,
)


def _axis_facts(identity: Identity) -> dict[str, str]:
    return {"version": AXIS_FIRMWARE, "model": "AXIS M3045-V"}


_PARAMETERS = Page(
    "root.Brand.Brand=AXIS\nroot.Brand.ProdFullName=$model Network Camera\nroot.Brand.ProdNbr=M3045-V\n"
    "root.Properties.Firmware.Version=$version\nroot.Properties.System.SerialNumber=$macplain\n"
    "root.Network.HostName=$hostname\n",
    kind="text/plain",
)

AXIS = Product(
    dialect=APACHE,
    server="Apache/2.4.43 (Unix) OpenSSL/1.1.1g",
    title="AXIS",
    pages={
        "/": Page(
            '<!DOCTYPE html>\n<html>\n<head>\n<title>$title</title>\n<meta http-equiv="refresh" '
            'content="0; url=/camera/index.html">\n</head>\n<body></body>\n</html>\n',
            kind="text/html; charset=UTF-8",
            headers=(("Last-Modified", "$modified"), ("ETag", '"$etag"')),
        ),
    },
    error=apache_error,
    home=_PARAMETERS,
    guards=(
        Guard(
            ("/camera", "/axis-cgi", "/vapix", "/admin", "/mjpg", "/jpg", "/operator"),
            "digest",
            "AXIS_$macplain",
        ),
    ),
    unlocks=(),
    facts=_axis_facts,
)

PRODUCTS = {"hikvision": HIKVISION, "axis": AXIS}
BY_DISTRO = {"hikvision-ds2cd": "hikvision", "axis-m3045": "axis"}
