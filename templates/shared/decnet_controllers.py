"""The programmable controller that a decky is, as S7, Modbus, SNMP and its web pages tell of it alike.

Sources: order numbers and releases of Siemens' and Schneider Electric's catalogues; the form of sysDescr and
of Siemens' serial numbers (`S C-X4U421302009`: four characters, four digits and the year) as recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

LETTERS = "BCDEFGHJKMNPRSTUVX"


@dataclass(frozen=True)
class Model:
    """What all controllers of one model have in common."""

    vendor: str
    name: str
    """Module type."""
    order: str
    """Order number (MLFB), 20 characters at Siemens; Schneider's reference."""
    hardware: tuple[int, ...]
    """Versions of the hardware that are around."""
    firmware: tuple[tuple[int, int, int], ...]
    station: str
    """Name of the station, as the engineering tool makes it."""
    sys_object_id: str


MODELS: dict[str, Model] = {
    "siemens-s7-1200": Model(
        "Siemens",
        "CPU 1214C DC/DC/DC",
        "6ES7 214-1AG40-0XB0 ",
        (1, 2, 3, 4, 5),
        ((4, 1, 3), (4, 2, 1), (4, 2, 3), (4, 4, 0)),
        "S7-1200 station_{number}",
        "0.0",
    ),
    "siemens-s7-300": Model(
        "Siemens",
        "CPU 315-2 PN/DP",
        "6ES7 315-2EH14-0AB0 ",
        (4, 5, 6, 7),
        ((3, 2, 8), (3, 2, 10), (3, 2, 11), (3, 2, 12)),
        "SIMATIC 300({number})",
        "0.0",
    ),
    "schneider-m340": Model(
        "Schneider Electric",
        "Modicon M340",
        "BMX P34 2020",
        (2, 3, 4),
        ((2, 5, 0), (2, 6, 0), (2, 7, 0), (2, 9, 0)),
        "M340_{number}",
        "1.3.6.1.4.1.3833.1.7.255.18",
    ),
}

PLANTS = ("Line", "Mixer", "Boiler", "Packer", "Conveyor", "Pump house", "Furnace", "Filling")
"""What a controller is for, as its plant identification has it."""


@dataclass(frozen=True)
class Controller:
    """The decky's own one."""

    model: Model
    hardware: int
    firmware: tuple[int, int, int]
    serial: str
    station: str
    plant: str

    @property
    def version(self) -> str:
        """Of its firmware, with dots; Schneider Electric writes 2.7 as 2.70."""
        if self.model.vendor != "Siemens":
            return "{}.{}{}".format(*self.firmware)
        return ".".join(str(part) for part in self.firmware)

    @property
    def sys_descr(self) -> str:
        """SNMP's."""
        if self.model.vendor != "Siemens":
            return f"{self.model.vendor}, {self.model.order}, Ethernet and Modbus TCP processor"
        name = (
            "CPU-1200" if self.model.name.startswith("CPU 12") else self.model.name.replace("CPU ", "CPU", 1)
        )
        # Both CPUs write it a little differently.
        mark = "FW: V." if name == "CPU-1200" else "FW: V"
        order = self.model.order.strip() if name == "CPU-1200" else self.model.order
        return (
            f"Siemens, SIMATIC S7, {name}, {order}, HW: {self.hardware}, {mark}{self.version}, {self.serial}"
        )


def is_controller(distro: str) -> bool:
    """Whether the distro of a decky is the firmware of a controller."""
    return distro in MODELS


def controller_of(identity: Identity) -> Controller:
    """The decky's controller; an S7-300 for what is none."""
    model = MODELS.get(identity.distro, MODELS["siemens-s7-300"])
    plant = identity.choose("controller/plant", PLANTS)
    return Controller(
        model=model,
        hardware=identity.choose("controller/hardware", model.hardware),
        firmware=identity.choose("controller/firmware", model.firmware),
        serial=_serial(identity, model),
        station=model.station.format(number=identity.number("controller/station", 1, 3)),
        plant=f"{plant} {identity.number('controller/plant/number', 1, 12)}",
    )


def _serial(identity: Identity, model: Model) -> str:
    year = identity.number("controller/year", 2013, 2021)
    digits = identity.number("controller/serial", 0, 9999)
    if model.vendor != "Siemens":
        return f"21{year % 100:02d}{identity.number('controller/week', 1, 52):02d}{digits:05d}"
    places = [LETTERS, "0123456789", LETTERS, "0123456789"]
    batch = "".join(identity.choose(f"controller/batch/{at}", place) for at, place in enumerate(places))
    return f"S C-{batch}{digits:04d}{year}"
