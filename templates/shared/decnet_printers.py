"""The printer that a decky is, as SNMP, PJL, IPP and its web pages tell of it alike.

Sources: a recorded Get-Printer-Attributes of an HP LaserJet Pro M404dn and of a Kyocera ECOSYS M2040dn (whose
firmware the M2540dn shares), firmware names as HP's advisories have them, sysDescr in the form of HP's Pro
series (`SN:…,FN:…,SVCID:…,PID:…`) and Kyocera's one, sysObjectID of their enterprise numbers 11 and 1347.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Model:
    """What all printers of one model have in common."""

    vendor: str
    mfg: str
    """MFG of the IEEE 1284 device id."""
    name: str
    """As on its front and in PJL's INFO ID."""
    mdl: str
    """MDL of the IEEE 1284 device id, and IPP's printer-make-and-model: HP names a series."""
    number: str
    """Product number."""
    firmware: str
    built: str
    """Of the firmware, as HP's Server header has it."""
    languages: str
    """CMD of the IEEE 1284 device id."""
    sys_object_id: str
    serial_prefixes: tuple[str, ...]
    toner: str
    waste: bool
    """Has a box for waste toner that is counted."""
    toner_pages: int
    """Yield of a cartridge."""
    pages_per_minute: int
    formats: tuple[str, ...]
    """document-format-supported."""


@dataclass(frozen=True)
class Printer:
    """The decky's own one."""

    model: Model
    serial: str
    page_count: int
    toner_percent: int
    uuid: str
    """Without `urn:uuid:`."""
    sys_descr: str
    device_id: str
    """IEEE 1284 device id."""

    @property
    def vendor(self) -> str:
        """Who made it."""
        return self.model.vendor

    @property
    def name(self) -> str:
        """Its model."""
        return self.model.name

    @property
    def firmware(self) -> str:
        """Version of its firmware."""
        return self.model.firmware

    @property
    def sys_object_id(self) -> str:
        """SNMP's."""
        return self.model.sys_object_id

    @property
    def pjl_id(self) -> str:
        """What `@PJL INFO ID` answers, without the quotation marks."""
        return self.model.name

    @property
    def mfg(self) -> str:
        """MFG of the device id."""
        return self.model.mfg

    @property
    def mdl(self) -> str:
        """MDL of the device id."""
        return self.model.mdl


_HP_LANGUAGES = "PCL5c,PCLXL,POSTSCRIPT,PDF,PJL,Automatic,JPEG,AppleRaster,PWGRaster,PCLM,802.3,DESKJET,DYN"
_HP_FORMATS = (
    "application/vnd.hp-PCL",
    "application/vnd.hp-PCLXL",
    "application/postscript",
    "application/pdf",
    "image/jpeg",
    "image/urf",
    "image/pwg-raster",
    "application/PCLm",
    "application/octet-stream",
)
_KYOCERA_FORMATS = (
    "application/octet-stream",
    "application/pdf",
    "image/tiff",
    "image/jpeg",
    "image/urf",
    "application/postscript",
    "application/vnd.hp-PCL",
    "application/vnd.hp-PCLXL",
    "application/vnd.xpsdocument",
    "image/pwg-raster",
)
_CUPS_FORMATS = (
    "application/octet-stream",
    "application/pdf",
    "application/postscript",
    "image/jpeg",
    "image/png",
    "image/pwg-raster",
    "image/urf",
    "text/plain",
)

MODELS: dict[str, Model] = {
    "hp-m404dn": Model(
        "HP",
        "HP",
        "HP LaserJet Pro M404dn",
        "HP LaserJet Pro M404-M405",
        "W1A53A",
        "MOGAMIXXXN002.2445A.00",
        "Thu Nov 07, 2024 11:49:11AM",
        _HP_LANGUAGES,
        "1.3.6.1.4.1.11.2.3.9.1",
        ("PHB", "PHC", "PHD", "VNB", "BRB"),
        "Black Cartridge HP CF259A",
        False,
        3000,
        38,
        _HP_FORMATS,
    ),
    "hp-m428fdw": Model(
        "HP",
        "HP",
        "HP LaserJet MFP M428fdw",
        "HP LaserJet Pro M428f-M429f",
        "W1A30A",
        "TETONXXXXN002.2512A.00",
        "Wed Mar 19, 2025 03:20:48PM",
        _HP_LANGUAGES,
        "1.3.6.1.4.1.11.2.3.9.1",
        ("PHC", "VNC", "CNB", "CNC", "BRC"),
        "Black Cartridge HP CF259A",
        False,
        3000,
        38,
        _HP_FORMATS,
    ),
    "kyocera-m2540dn": Model(
        "Kyocera",
        "Kyocera",
        "ECOSYS M2540dn",
        "ECOSYS M2540dn",
        "1102SH3NL0",
        "2S0_2000.001.828",
        "",
        "PCLXL,PostScript Emulation,PCL5E,PJL",
        "1.3.6.1.4.1.1347.41",
        ("VR7", "VR8", "VR9", "VRA"),
        "TK-1170",
        True,
        7200,
        40,
        _KYOCERA_FORMATS,
    ),
}

QUEUE = Model(
    "CUPS",
    "Generic",
    "Generic PostScript Printer",
    "Generic PostScript Printer",
    "",
    "",
    "",
    "PS,PDF",
    "1.3.6.1.4.1.8072.3.2.10",
    ("Q",),
    "Black",
    False,
    5000,
    30,
    _CUPS_FORMATS,
)
"""A queue of CUPS, for what is no printer itself."""


def is_printer(distro: str) -> bool:
    """Whether the distro of a decky is the firmware of a printer."""
    return distro in MODELS


def printer_of(identity: Identity, model: Model | None = None) -> Printer:
    """The decky's printer, of the model of its distro unless given; a queue of CUPS for what is none."""
    model = model or MODELS.get(identity.distro, QUEUE)
    serial = _serial(identity, model)
    return Printer(
        model=model,
        serial=serial,
        page_count=identity.number("printer/pages", 4_000, 180_000),
        toner_percent=identity.number("printer/toner", 9, 96),
        uuid=str(uuid.UUID(bytes=identity.derive("printer/uuid", 16), version=4)),
        sys_descr=_sys_descr(identity, model, serial),
        device_id=_device_id(model, serial),
    )


def _serial(identity: Identity, model: Model) -> str:
    """Ten characters, as HP (`PHDBH22417`) and Kyocera (`VCF9192281`) have them."""
    prefix = identity.choose("printer/plant", model.serial_prefixes)
    if model.vendor == "HP":
        prefix += identity.choose("printer/line", LETTERS) + identity.choose("printer/shift", LETTERS)
    digits = 10 - len(prefix)
    return prefix + f"{identity.number('printer/serial', 1, 10**digits - 1):0{digits}d}"


def _sys_descr(identity: Identity, model: Model, serial: str) -> str:
    if model.vendor == "HP":
        formatter = "".join(identity.choose(f"printer/fn/{at}", LETTERS + "0123456789") for at in range(7))
        service = identity.number("printer/svcid", 30_000, 32_400)
        return f"HP ETHERNET MULTI-ENVIRONMENT,SN:{serial},FN:{formatter},SVCID:{service},PID:{model.name}"
    if model.vendor == "Kyocera":
        return "KYOCERA Document Solutions Printing System"
    return f"Linux {identity.hostname}"


def _device_id(model: Model, serial: str) -> str:
    if model.vendor == "HP":
        return (
            f"MFG:HP;MDL:{model.mdl};CMD:{model.languages};CLS:PRINTER;DES:{model.number};CID:HPLJPDLV1;"
            f"LEDMDIS:USB#FF#04#01;MCT:PR;MCL:DI;MCV:5.0;SN:{serial};"
        )
    if model.vendor == "Kyocera":
        return (
            f"ID:{model.name};MFG:Kyocera;CMD:{model.languages};MDL:{model.mdl};CLS:PRINTER;"
            f"DES:Kyocera {model.name};SER:{serial};"
        )
    return f"MFG:{model.mfg};MDL:{model.mdl};CMD:{model.languages};CLS:PRINTER;"
