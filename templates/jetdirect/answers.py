"""What the printer answers to the commands of PJL, and what of it changes while a client is connected.

PJL Technical Reference Manual (HP 5021-0380): chapter 7 for INFO and ECHO, chapter 9 for files. An answer
begins with the command and ends with a form feed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from command import Command
from decnet_printers import Printer, printer_of
from files import NOT_FOUND, Tree, place_of, tree_of

if TYPE_CHECKING:
    from decnet_identity import Identity

READY = 10001
FILE_SHOWN = 4096
LIST_SHOWN = 64
VARIABLES = {
    "COPIES": ("1", "2 RANGE", ("1", "999")),
    "PAPER": ("A4", "4 ENUMERATED", ("A4", "LETTER", "LEGAL", "A5")),
    "ORIENTATION": ("PORTRAIT", "2 ENUMERATED", ("PORTRAIT", "LANDSCAPE")),
    "RESOLUTION": ("600", "2 ENUMERATED", ("600", "1200")),
    "DUPLEX": ("OFF", "2 ENUMERATED", ("OFF", "ON")),
    "PERSONALITY": ("AUTO", "4 ENUMERATED", ("AUTO", "PCL", "POSTSCRIPT", "PDF")),
    "TIMEOUT": ("300", "2 RANGE", ("5", "300")),
    "LPARM:PCL PTSIZE": ("12.00", "2 RANGE", ("4.00", "999.75")),
    "PASSWORD": ("DISABLED", "1 ENUMERATED", ("DISABLED",)),
    "DISKLOCK": ("OFF", "2 ENUMERATED", ("OFF", "ON")),
}
"""Value, kind, and what else it may be."""
HELD_LIMIT = 32
"""Variables that one client may set."""


class Printing:
    """One client's view of the printer."""

    def __init__(self, identity: Identity, ready: str) -> None:
        self._printer: Printer = printer_of(identity)
        self._files: Tree = tree_of(identity)
        self._memory = identity.choose("jetdirect/memory", (134_217_728, 268_435_456, 536_870_912))
        self._free = identity.number("jetdirect/free", 800_000, 1_700_000)
        self._display = ready
        self._held: dict[str, str] = {}
        self._verbs: dict[str, Callable[[Command], str | bytes | None]] = {
            "ECHO": lambda _: "",
            "INFO": self._info,
            "INQUIRE": self._inquire,
            "DINQUIRE": self._inquire,
            "SET": self._set,
            "DEFAULT": self._set,
            "RDYMSG": self._say,
            "FSDIRLIST": self._list,
            "FSQUERY": self._query,
            "FSUPLOAD": self._read,
        }

    def answer(self, command: Command) -> bytes:
        """What goes back; nothing for most."""
        verb = self._verbs.get(command.verb)
        found = None if verb is None else verb(command)
        if found is None:
            return b""
        head = f"@PJL {command.line}\r\n".encode("utf-8", "surrogateescape")
        if isinstance(found, bytes):
            return found + b"\f"
        return head + found.encode("utf-8", "surrogateescape") + b"\f"

    def escapes(self, command: Command) -> bool:
        """Whether a name leads out of the volume."""
        return place_of(self._files, command.text("NAME")).escapes

    def _info(self, command: Command) -> str | None:
        what = command.words[0] if command.words else ""
        printer = self._printer
        found = {
            "ID": f'"{printer.pjl_id}"',
            "STATUS": f'CODE={READY}\r\nDISPLAY="{self._display}"\r\nONLINE=TRUE',
            "PAGECOUNT": f"PAGECOUNT={printer.page_count}",
            "MEMORY": f"TOTAL={self._memory}\r\nLARGEST={self._memory // 8}",
            "FILESYS": (
                "[1 TABLE]\r\nVOLUME\tTOTAL SIZE\tFREE SPACE\tLOCATION\tLABEL\tSTATUS\r\n"
                f"0:\t1755136\t{self._free}\tRAM\t?\tREAD-WRITE"
            ),
            "CONFIG": (
                "IN TRAYS [2 ENUMERATED]\r\n\tINTRAY1 MP\r\n\tINTRAY2 PC\r\nDUPLEX\r\n"
                f"LANGUAGES [3 ENUMERATED]\r\n\tPCL\r\n\tPDF\r\n\tPOSTSCRIPT\r\nMEMORY={self._memory}"
            ),
            "PRODINFO": (
                f"ProductName = {printer.name}\r\nSerialNumber = {printer.serial}\r\n"
                f"FormatterNumber = {printer.model.number}\r\nFirmwareDateCode = {printer.firmware}"
            ),
            "VARIABLES": "\r\n".join(self._variables()),
            "USTATUS": "DEVICE=OFF [3 ENUMERATED]\r\n\tOFF\r\n\tON\r\n\tVERBOSE",
        }.get(what)
        return None if found is None else f"{found}\r\n"

    def _variables(self) -> list[str]:
        lines: list[str] = []
        for name, (value, kind, choices) in VARIABLES.items():
            lines.append(f"{name}={self._held.get(name, value)} [{kind}]")
            lines += [f"\t{choice}" for choice in choices]
        return lines

    def _inquire(self, command: Command) -> str:
        name = " ".join(command.words) or next(iter(command.options), "")
        known = VARIABLES.get(name)
        return f"{self._held.get(name, known[0])}\r\n" if known else '"?"\r\n'

    def _set(self, command: Command) -> None:
        for name, value in command.options.items():
            if len(self._held) < HELD_LIMIT:
                self._held[name] = value

    def _say(self, command: Command) -> None:
        self._display = command.text("DISPLAY") or self._display

    def _list(self, command: Command) -> str | bytes:
        name = command.text("NAME")
        entry = max(command.number("ENTRY", 1), 1)
        found = place_of(self._files, name).found
        if found is None or isinstance(found, bytes):
            return _failed("FSDIRLIST", name)
        rows = [". TYPE=DIR", ".. TYPE=DIR", *(f"{key} {_kind(value)}" for key, value in found.items())]
        shown = rows[entry - 1 :][: min(command.number("COUNT", LIST_SHOWN), LIST_SHOWN)]
        head = f'@PJL FSDIRLIST NAME="{name}" ENTRY={entry}\r\n'
        return (head + "".join(f"{row}\r\n" for row in shown)).encode("utf-8", "surrogateescape")

    def _query(self, command: Command) -> bytes:
        name = command.text("NAME")
        found = place_of(self._files, name).found
        if found is None:
            return _failed("FSQUERY", name)
        return f'@PJL FSQUERY NAME="{name}" {_kind(found)}\r\n'.encode("utf-8", "surrogateescape")

    def _read(self, command: Command) -> bytes:
        name = command.text("NAME")
        found = place_of(self._files, name).found
        if not isinstance(found, bytes):
            return _failed("FSUPLOAD", name)
        start = command.number("OFFSET")
        part = found[start : start + min(command.number("SIZE", FILE_SHOWN), FILE_SHOWN)]
        head = f'@PJL FSUPLOAD FORMAT:BINARY NAME="{name}" OFFSET={start} SIZE={len(part)}\r\n'
        return head.encode("utf-8", "surrogateescape") + part


def _kind(entry: Tree | bytes) -> str:
    return f"TYPE=FILE SIZE={len(entry)}" if isinstance(entry, bytes) else "TYPE=DIR"


def _failed(verb: str, name: str) -> bytes:
    return f'@PJL {verb} NAME="{name}" FILEERROR={NOT_FOUND}\r\n'.encode("utf-8", "surrogateescape")
