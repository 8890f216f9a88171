"""Read Device Identification (Modbus Application Protocol 1.1b3 section 6.21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frames import ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, ILLEGAL_VALUE

if TYPE_CHECKING:
    from decnet_controllers import Controller

MEI = 14
BASIC, REGULAR, EXTENDED, SINGLE = 1, 2, 3, 4
CONFORMITY = 0x81
"""Basic identification, by stream and one by one."""


def objects_of(controller: Controller) -> list[str]:
    """Vendor, product code and revision."""
    mark = "V" if controller.model.vendor == "Siemens" else "v"
    parts = controller.firmware if mark == "V" else controller.firmware[:2]
    revision = mark + ".".join(str(part) for part in parts)
    return [controller.model.vendor, controller.model.order.strip(), revision]


def identification(controller: Controller, data: bytes) -> bytes | int:
    """The data of the response, or the code of an exception."""
    if data[:1] != bytes([MEI]):
        return ILLEGAL_FUNCTION
    if len(data) != 3 or data[1] not in {BASIC, REGULAR, EXTENDED, SINGLE}:
        return ILLEGAL_VALUE
    code, first = data[1], data[2]
    found = list(enumerate(objects_of(controller)))
    if code == SINGLE:
        if first >= len(found):
            return ILLEGAL_ADDRESS
        chosen = [found[first]]
    else:
        # An object that there is not begins it anew.
        chosen = found[first:] or found
    head = bytes([MEI, code, CONFORMITY, 0, 0, len(chosen)])
    return head + b"".join(bytes([number, len(text)]) + text.encode() for number, text in chosen)
