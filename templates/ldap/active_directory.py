"""A domain controller of Windows Server: what it says of itself, and its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import messages as ldap
from decnet_windows import netbios_domain, netbios_name, windows_of
from domain import FUNCTIONALITY, Domain
from entries import Entry, entry
from messages import Result
from products import Product

if TYPE_CHECKING:
    from decnet_identity import Identity

SITE = "Default-First-Site-Name"
MECHANISMS = ("GSSAPI", "GSS-SPNEGO", "EXTERNAL", "DIGEST-MD5")
MICROSOFT = "1.2.840.113556.1.4"
CONTROLS = (
    *(319, 801, 473, 528, 417, 619, 841, 529, 805, 521, 970, 1338, 474, 1339, 1340, 1413, 1504, 1852, 802),
    *(1907, 1948, 1974, 1341, 2026, 2064, 2065, 2066, 2090, 2205, 2204, 2206, 2211, 2239, 2255, 2256),
)
CAPABILITIES = (800, 1670, 1791, 1935, 2080, 2237)
POLICIES = (
    *("MaxPoolThreads", "MaxPercentDirSyncRequests", "MaxDatagramRecv", "MaxReceiveBuffer"),
    *("InitRecvTimeout", "MaxConnections", "MaxConnIdleTime", "MaxPageSize", "MaxBatchReturnMessages"),
    *("MaxQueryDuration", "MaxDirSyncDuration", "MaxTempTableSize", "MaxResultSetSize", "MinResultSets"),
    *("MaxResultSetsPerConn", "MaxNotificationPerConn", "MaxValRange"),
)


@dataclass(frozen=True)
class Words:
    """Places in the source (DSID) that errors name: each build has others."""

    simple: tuple[str, ...]
    sasl: tuple[str, ...]
    search: tuple[str, ...]


# As seen in reports about servers of these builds.
WORDS = {
    14393: Words(("0C09042A", "0C090447"), ("0C09062E", "0C0906A1"), ("0C090A4C", "0C090A6C", "0C090A71")),
    17763: Words(("0C09044E", "0C090436"), ("0C0906B5", "0C090569"), ("0C090A5C", "0C090ACD", "0C090A37")),
    20348: Words(("0C09050F", "0C09050E"), ("0C09080B", "0C090587"), ("0C090CF8", "0C090DA9", "0C090C78")),
}


def active_directory(identity: Identity) -> Product:
    """The decky as the only controller of its domain."""
    windows = windows_of(identity.distro)
    build = windows.version[2] if windows and windows.version[2] in WORDS else 17763
    places = vars(WORDS[build]).items()
    words = {kind: identity.choose(f"ldap/dsid/{kind}", options) for kind, options in places}

    def said(code: int, head: str, place: str, comment: str, data: str = "0") -> Result:
        return Result(code, f"{head}: LdapErr: DSID-{place}, comment: {comment}, data {data}, v{build:x}\0")

    domain = Domain(identity, windows)
    must_bind = said(
        ldap.OPERATIONS_ERROR,
        "000004DC",
        words["search"],
        "In order to perform this operation a successful bind must be completed on the connection.",
    )
    failed = "AcceptSecurityContext error"
    nothing = (
        "0000208D: NameErr: DSID-0310028B, problem 2001 (NO_OBJECT), data 0, "
        f"best match of:\n\t'{domain.base}'\n\0"
    )
    denied = "00000005: SecErr: DSID-03152E29, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n\0"
    return Product(
        wide=True,
        root=root_of(identity, domain.base),
        entries=domain.entries(),
        mechanisms=MECHANISMS,
        refused=said(ldap.INVALID_CREDENTIALS, "80090308", words["simple"], failed, "52e"),
        refused_sasl=said(ldap.INVALID_CREDENTIALS, "8009030C", words["sasl"], failed, "52e"),
        unauthenticated=None,
        old_version=None,
        unknown_method=said(ldap.UNKNOWN_METHOD, "00002027", "0C090510", "Invalid Authentication method"),
        unbound_search=must_bind,
        unbound_write=must_bind,
        write=Result(ldap.NO_ACCESS, denied),
        missing=Result(ldap.NO_OBJECT, nothing, domain.base),
        unknown_extension=said(ldap.PROTOCOL_ERROR, "0000203D", "0C090D2C", "Unknown extended request OID"),
        broken=said(ldap.PROTOCOL_ERROR, "00000057", "0C0C0095", "Error decoding ldap message"),
        ntlm=True,
        principal=f"u:{netbios_domain(identity)}\\{{name}}",
    )


def root_of(identity: Identity, base: str) -> Entry:
    """The rootDSE ([MS-ADTS] section 3.1.1.3.2)."""
    host = netbios_name(identity)
    configuration = f"CN=Configuration,{base}"
    server = f"CN={host},CN=Servers,CN={SITE},CN=Sites,{configuration}"
    zones = (f"DC=DomainDnsZones,{base}", f"DC=ForestDnsZones,{base}")
    schema = f"CN=Schema,{configuration}"
    return entry(
        "",
        {
            "domainFunctionality": FUNCTIONALITY,
            "forestFunctionality": FUNCTIONALITY,
            "domainControllerFunctionality": FUNCTIONALITY,
            "rootDomainNamingContext": base,
            "ldapServiceName": f"{identity.domain}:{host.lower()}$@{identity.domain.upper()}",
            "isGlobalCatalogReady": "TRUE",
            "supportedSASLMechanisms": MECHANISMS,
            "supportedLDAPVersion": (3, 2),
            "supportedLDAPPolicies": POLICIES,
            "supportedControl": [f"{MICROSOFT}.{number}" for number in CONTROLS],
            "supportedCapabilities": [f"{MICROSOFT}.{number}" for number in CAPABILITIES],
            "subschemaSubentry": f"CN=Aggregate,{schema}",
            "serverName": server,
            "schemaNamingContext": schema,
            "namingContexts": (base, configuration, schema, *zones),
            "isSynchronized": "TRUE",
            "highestCommittedUSN": identity.number("domain/usn", 24_000, 480_000),
            "dsServiceName": f"CN=NTDS Settings,{server}",
            "dnsHostName": identity.fqdn,
            "defaultNamingContext": base,
            "configurationNamingContext": configuration,
        },
    )
