"""The printer that a decky is, as SNMP, PJL, IPP and its web pages tell of it alike."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_printer_models import MODELS, QUEUE, Model

if TYPE_CHECKING:
    from decnet_identity import Identity

LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"


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
