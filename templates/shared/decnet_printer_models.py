"""Models of printers. Data.

Sources: a recorded Get-Printer-Attributes of an HP LaserJet Pro M404dn and of a Kyocera ECOSYS M2040dn (whose
firmware the M2540dn shares), firmware names as HP's advisories have them, sysDescr in the form of HP's Pro
series (`SN:…,FN:…,SVCID:…,PID:…`) and Kyocera's one, sysObjectID of their enterprise numbers 11 and 1347.
"""

from __future__ import annotations

from dataclasses import dataclass


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
