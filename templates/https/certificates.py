"""Whose certificate each product has out of its box: nearly all sign for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_tls import Subject

if TYPE_CHECKING:
    from decnet_identity import Identity

YEAR = 365


def subject_of(identity: Identity, product: str) -> Subject:
    """The subject of the decky's certificate."""
    mac = (identity.mac or "02:" + identity.derive("web/mac", 5).hex(":")).replace(":", "").upper()
    name, fqdn = identity.hostname, identity.fqdn
    subjects = {
        "iis": Subject(fqdn, days=YEAR),
        "hp": Subject(f"HP{mac[-6:]}", "HP", names=(fqdn,), days=10 * YEAR),
        "kyocera": Subject(f"KM{mac[-6:]}", "KYOCERA Document Solutions Inc.", names=(fqdn,), days=10 * YEAR),
        "synology": Subject("synology", "Synology Inc.", issuer="Synology Inc. CA", days=20 * YEAR),
        "qnap": Subject("QNAP NAS", "QNAP Systems, Inc.", names=(fqdn,), days=10 * YEAR),
        "hikvision": Subject(fqdn, "Hikvision", days=3 * YEAR),
        "axis": Subject(f"axis-{mac.lower()}", "Axis Communications AB", names=(fqdn,), days=20 * YEAR),
        "mikrotik": Subject(name, days=YEAR),
        "openwrt": Subject("OpenWrt", f"OpenWrt{mac[-8:].lower()}", days=2 * YEAR),
        "pfsense": Subject(
            f"pfSense-{identity.derive('pfsense/certificate', 6).hex()}",
            "pfSense GUI default Self-Signed Certificate",
            days=398,
        ),
        "cisco": Subject(
            f"IOS-Self-Signed-Certificate-{identity.number('ios/certificate', 10**9, 4 * 10**9)}"
        ),
        "esxi": Subject(fqdn, "VMware, Inc", issuer="localhost.localdomain", days=12 * YEAR),
        "proxmox": Subject(
            fqdn, "Proxmox Virtual Environment", issuer="Proxmox Virtual Environment", days=2 * YEAR
        ),
        "s7-1200": Subject("S7-1200 Controller Family", "Siemens", names=(name,), days=20 * YEAR),
        "m340": Subject(name, "Schneider Electric", days=10 * YEAR),
        "yealink": Subject(mac.lower(), "Yealink(Xiamen) Network Technology Co.,Ltd.", days=20 * YEAR),
        "grandstream": Subject("Grandstream", "Grandstream Networks, Inc.", names=(fqdn,), days=20 * YEAR),
        "jenkins": Subject(fqdn, days=YEAR),
    }
    return subjects.get(product, Subject(fqdn))
