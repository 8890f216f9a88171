"""Printer-MIB (RFC 3805), the printers of HOST-RESOURCES-MIB, and what HP and Kyocera have beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_printers import is_printer, printer_of
from mib import Objects
from oids import parse_oid
from values import Value, counter, identifier, number, text

if TYPE_CHECKING:
    from decnet_identity import Identity

RUNNING, IDLE = 2, 3
SUPPLY, TONER = 3, 3


def printer_objects(identity: Identity) -> Objects:
    """Status, serial number, pages, toner and console; nothing where the decky is no printer."""
    if not is_printer(identity.distro):
        return {}
    printer = printer_of(identity)
    capacity = printer.model.toner_pages
    values: dict[str, Value] = {
        "1.3.6.1.2.1.25.3.2.1.1.1": number(1),
        "1.3.6.1.2.1.25.3.2.1.2.1": identifier("1.3.6.1.2.1.25.3.1.5"),
        "1.3.6.1.2.1.25.3.2.1.3.1": text(printer.name),
        "1.3.6.1.2.1.25.3.2.1.4.1": identifier("0.0"),
        "1.3.6.1.2.1.25.3.2.1.5.1": number(RUNNING),
        "1.3.6.1.2.1.25.3.2.1.6.1": counter(0),
        "1.3.6.1.2.1.25.3.5.1.1.1": number(IDLE),
        "1.3.6.1.2.1.25.3.5.1.2.1": text(b"\0"),
        "1.3.6.1.2.1.43.5.1.1.16.1": text(printer.name),
        "1.3.6.1.2.1.43.5.1.1.17.1": text(printer.serial),
        "1.3.6.1.2.1.43.10.2.1.3.1.1": number(7),
        "1.3.6.1.2.1.43.10.2.1.4.1.1": counter(printer.page_count),
        "1.3.6.1.2.1.43.11.1.1.4.1.1": number(SUPPLY),
        "1.3.6.1.2.1.43.11.1.1.5.1.1": number(TONER),
        "1.3.6.1.2.1.43.11.1.1.6.1.1": text(printer.model.toner),
        "1.3.6.1.2.1.43.11.1.1.7.1.1": number(7),
        "1.3.6.1.2.1.43.11.1.1.8.1.1": number(capacity),
        "1.3.6.1.2.1.43.11.1.1.9.1.1": number(capacity * printer.toner_percent // 100),
        "1.3.6.1.2.1.43.16.5.1.2.1.1": text("Ready"),
    }
    own = {
        "HP": {
            "1.3.6.1.4.1.11.2.3.9.1.1.7.0": text(printer.device_id),
            "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.2.0": text(printer.name),
            "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.3.0": text(printer.serial),
            "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.5.0": text(printer.firmware),
        },
        "Kyocera": {
            "1.3.6.1.4.1.1347.43.5.1.1.1.1": text(printer.name),
            "1.3.6.1.4.1.1347.43.5.1.1.28.1": text(printer.serial),
        },
    }
    return {parse_oid(oid): value for oid, value in (values | own.get(printer.vendor, {})).items()}
