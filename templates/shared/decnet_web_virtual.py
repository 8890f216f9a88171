"""Web interfaces of hypervisors: VMware ESXi 7 and Proxmox VE 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_http_answers import OTHERS, Dialect
from decnet_web_pages import form_page, table_page
from decnet_web_product import Form, Page, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

HOSTD = Dialect(
    ("Date", "Location", "Connection", OTHERS, "Content-Type", "Content-Length"), keep_alive="Keep-Alive"
)
PVE = Dialect(
    (
        "Cache-Control",
        "Connection",
        "Date",
        "Pragma",
        "Server",
        OTHERS,
        "Content-Length",
        "Content-Type",
        "Expires",
    ),
    version=None,
    keep_alive="Keep-Alive",
)

ESXI_VERSION, ESXI_BUILD = "7.0.3", "22348816"
PVE_VERSION = "8.2.4"


def _hostd_error(status: int) -> Page:
    return Page("<HTML><BODY><H1>$status $phrase</H1></BODY></HTML>", status)


_SOAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/'
    'envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "\n<soapenv:Body>\n%s\n</soapenv:Body>\n</soapenv:Envelope>"
)
_FAULT = Page(
    _SOAP
    % "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>Cannot complete login due to an "
    "incorrect user name or password.</faultstring><detail>"
    '<InvalidLoginFault xmlns="urn:vim25" xsi:type="InvalidLogin"></InvalidLoginFault>'
    "</detail></soapenv:Fault>",
    500,
    "text/xml; charset=utf-8",
)
_SESSION = Page(
    _SOAP % '<LoginResponse xmlns="urn:vim25"><returnval><key>$session</key><userName>$username</userName>'
    "</returnval></LoginResponse>",
    kind="text/xml; charset=utf-8",
)
_ABOUT = (
    "<about><name>VMware ESXi</name><fullName>VMware ESXi $version build-$build</fullName>"
    "<vendor>VMware, Inc.</vendor><version>$version</version><build>$build</build>"
    "<productLineId>embeddedEsx</productLineId><apiType>HostAgent</apiType><apiVersion>$version.0</apiVersion></about>"
)

ESXI = Product(
    dialect=HOSTD,
    server="",
    title="Log in - VMware ESXi",
    pages={
        "/": Page(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta http-equiv="refresh" content="0;URL=\'/ui\'">\n'
            '<script>document.write("<title>" + ID_EESX_Welcome + "</title>");</script>\n'
            "</head>\n<body><!-- $hostname --></body>\n</html>\n"
        ),
        **{
            path: Page(
                form_page(
                    "/ui/login",
                    ("username", "password"),
                    heading="VMware ESXi",
                    labels=("User name", "Password"),
                    extra="<!-- $fqdn -->\n",
                    colours=("#1b3951", "#0079b8"),
                )
            )
            for path in ("/ui", "/ui/", "/ui/login")
        },
        "/sdk/vimServiceVersions.xml": Page(
            '<?xml version="1.0" encoding="UTF-8" ?>\n<namespaces version="1.0">\n<namespace>\n'
            "<name>urn:vim25</name>\n"
            "<version>$version.0</version>\n</namespace>\n</namespaces>\n",
            kind="text/xml",
        ),
        "/sdk": Page(
            _SOAP % f'<RetrieveServiceContentResponse xmlns="urn:vim25"><returnval>{_ABOUT}</returnval>'
            "</RetrieveServiceContentResponse>",
            kind="text/xml; charset=utf-8",
        ),
    },
    error=_hostd_error,
    home=table_page(
        {
            "Host": "$fqdn",
            "Version": "$version (Build $build)",
            "State": "Normal",
            "Virtual machines": "$machines",
        },
        "VMware ESXi",
    ),
    form=Form(("/sdk", "/sdk/", "/ui/login"), _FAULT, _SESSION),
    cookie="vmware_soap_session",
    unlocks=("/ui", "/ui/"),
    redirects_plain=Page(
        "<HTML><BODY><H1>301 Moved Permanently</H1></BODY></HTML>",
        301,
        headers=(("Location", "https://$host$path"), ("Connection", "close")),
    ),
    facts=lambda identity: {"version": ESXI_VERSION, "build": ESXI_BUILD, "machines": _machines(identity)},
)


def _machines(identity: Identity) -> str:
    names = ("dc01", "files", "sql-prod", "backup", "jump01", "wsus", "erp-test", "mail", "vcenter")
    return ", ".join(identity.sample("virtual/machines", names, 4))


def _pve_error(status: int) -> Page:
    """Its words are in the reason phrase. To HTTP/1.0 it has no methods: that is how nmap knows it."""
    reasons = {400: "bad request", 404: "no such file '$path'", 501: "method '$method' not available"}
    status = 501 if status == 505 else status
    return Page("", status, "", reason=reasons.get(status))


PROXMOX = Product(
    dialect=PVE,
    server="pve-api-daemon/3.0",
    title="$hostname - Proxmox Virtual Environment",
    pages={
        "/": Page(
            form_page(
                "/api2/json/access/ticket",
                ("username", "password"),
                heading="Proxmox VE Login",
                labels=("User name:", "Password:"),
                button="Login",
                hidden={"realm": "pam"},
                colours=("#f5f5f5", "#e57000"),
            )
        ),
        **{
            path: Page("", 401, "", reason="No ticket")
            for path in (
                "/api2/json",
                "/api2/json/version",
                "/api2/json/nodes",
                "/api2/json/cluster/resources",
                "/api2/json/access/users",
            )
        },
        "/api2/json/access/domains": Page(
            '{"data":[{"comment":"Linux PAM standard authentication","realm":"pam","type":"pam"},'
            '{"comment":"Proxmox VE authentication server","realm":"pve","type":"pve"}]}',
            kind="application/json;charset=UTF-8",
        ),
    },
    error=_pve_error,
    home=table_page(
        {"Node": "$hostname", "Version": "pve-manager/$version", "Guests": "$machines"},
        "Proxmox Virtual Environment",
    ),
    form=Form(
        ("/api2/json/access/ticket", "/api2/extjs/access/ticket"),
        Page('{"data":null}', 401, "application/json;charset=UTF-8", reason="authentication failure"),
        Page(
            '{"data":{"username":"$username","ticket":"PVE:$username:$session","CSRFPreventionToken":"$nonce"}}',
            kind="application/json;charset=UTF-8",
        ),
    ),
    cookie="PVEAuthCookie",
    headers=(("Cache-Control", "max-age=0"), ("Pragma", "no-cache")),
    refused_method=501,
    old_clients=False,
    heads=False,
    facts=lambda identity: {"version": PVE_VERSION, "machines": _machines(identity)},
)

PRODUCTS = {"esxi": ESXI, "proxmox": PROXMOX}
BY_DISTRO = {"vmware-esxi7": "esxi", "proxmox8": "proxmox"}
