"""OpenLDAP's slapd as Debian sets it up, with a small directory that is bait behind a bind."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import messages as ldap
from decnet_directory import Person, directory_of
from entries import Entry, entry
from messages import Result
from products import Product

if TYPE_CHECKING:
    from decnet_identity import Identity

CONTROLS = (
    *("2.16.840.1.113730.3.4.18", "2.16.840.1.113730.3.4.2", "1.3.6.1.4.1.4203.1.10.1", "1.3.6.1.1.22"),
    *("1.2.840.113556.1.4.319", "1.2.826.0.1.3344810.2.3", "1.3.6.1.1.13.2", "1.3.6.1.1.13.1"),
    "1.3.6.1.1.12",
)
EXTENSIONS = (ldap.START_TLS, "1.3.6.1.4.1.4203.1.11.1", ldap.WHO_AM_I, "1.3.6.1.1.8")
FEATURES = (
    *("1.3.6.1.1.14", "1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.2"),
    *("1.3.6.1.4.1.4203.1.5.3", "1.3.6.1.4.1.4203.1.5.4", "1.3.6.1.4.1.4203.1.5.5"),
)
UNITS = ("people", "groups", "hosts")
OPERATIONAL = ("structuralObjectClass", "entryUUID", "creatorsName", "createTimestamp")


def openldap(identity: Identity) -> Product:
    """The decky's."""
    suffix = ",".join(f"dc={part}" for part in identity.domain.split("."))
    root = entry(
        "",
        {
            "objectClass": ("top", "OpenLDAProotDSE"),
            "structuralObjectClass": "OpenLDAProotDSE",
            "configContext": "cn=config",
            "namingContexts": suffix,
            "supportedControl": CONTROLS,
            "supportedExtension": EXTENSIONS,
            "supportedFeatures": FEATURES,
            "supportedLDAPVersion": 3,
            "entryDN": "",
            "subschemaSubentry": "cn=Subschema",
        },
        *("structuralObjectClass", "configContext", "namingContexts", "supportedControl"),
        *("supportedExtension", "supportedFeatures", "supportedLDAPVersion", "entryDN", "subschemaSubentry"),
    )
    refused = Result(ldap.INVALID_CREDENTIALS)
    return Product(
        wide=False,
        root=root,
        entries=_entries(identity, suffix),
        mechanisms=(),
        refused=refused,
        refused_sasl=refused,
        unauthenticated=Result(ldap.UNWILLING, "unauthenticated bind (DN with no password) disallowed"),
        old_version=Result(ldap.PROTOCOL_ERROR, "historical protocol version requested, use LDAPv3 instead"),
        unknown_method=Result(ldap.UNKNOWN_METHOD, "SASL(-4): no mechanism available: "),
        unbound_search=Result(ldap.NO_OBJECT),
        unbound_write=Result(ldap.STRONGER_NEEDED, "modifications require authentication"),
        write=Result(ldap.NO_ACCESS),
        missing=Result(ldap.NO_OBJECT),
        unknown_extension=Result(ldap.PROTOCOL_ERROR, "unsupported extended operation"),
        broken=None,
        ntlm=False,
        principal="dn:{name}",
    )


def _entries(identity: Identity, suffix: str) -> tuple[Entry, ...]:
    directory = directory_of(identity)
    begun = 1_704_067_200 - identity.number("ldap/age", 30, 1500) * 86_400
    moment = datetime.fromtimestamp(begun, timezone.utc).strftime("%Y%m%d%H%M%SZ")

    def made(name: str, kinds: tuple[str, ...], **attributes: str | int | list[str]) -> Entry:
        number = identity.derive(f"ldap/uuid/{name}", 16).hex()
        unique = f"{number[:8]}-{number[8:12]}-103c-8{number[13:16]}-{number[16:28]}"
        operational = dict(zip(OPERATIONAL, (kinds[0], unique, f"cn=admin,{suffix}", moment), strict=True))
        return entry(name, {"objectClass": kinds, **attributes, **operational}, *OPERATIONAL)

    def person(one: Person) -> Entry:
        number = 10_000 + one.number - 1108
        return made(
            f"uid={one.account},ou=people,{suffix}",
            ("inetOrgPerson", "posixAccount", "shadowAccount"),
            uid=one.account,
            cn=one.name,
            sn=one.family or one.given,
            givenName=one.given,
            mail=f"{one.account}@{directory.domain}",
            departmentNumber=one.department,
            description=one.note,
            uidNumber=number,
            gidNumber=10_000,
            homeDirectory=f"/home/{one.account}",
            loginShell="/bin/bash",
        )

    first = suffix.split(",")[0].removeprefix("dc=")
    departments = sorted({one.department for one in directory.people})
    groups = [
        made(
            f"cn={department.lower()},ou=groups,{suffix}",
            ("posixGroup",),
            cn=department.lower(),
            gidNumber=10_100 + index,
            memberUid=[one.account for one in directory.people if one.department == department],
        )
        for index, department in enumerate(departments)
    ]
    hosts = [
        made(
            f"cn={machine.name.lower()},ou=hosts,{suffix}",
            ("device", "ipHost"),
            cn=machine.name.lower(),
            ipHostNumber=machine.address,
        )
        for machine in directory.machines
    ]
    return (
        made(suffix, ("organization", "dcObject", "top"), o=first, dc=first),
        made(f"cn=admin,{suffix}", ("organizationalRole", "simpleSecurityObject"), cn="admin"),
        *(made(f"ou={unit},{suffix}", ("organizationalUnit",), ou=unit) for unit in UNITS),
        *(person(one) for one in (*directory.people, *directory.services)),
        *groups,
        *hosts,
    )
