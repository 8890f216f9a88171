"""RFC 5424 lines about whoever touches a decoy, one event a line, on standard output.

Standard library only: the base container of every decky uses it too.

A field's value comes from an attacker. It is written in two layers:

1. What is not printable becomes visible. Bytes are read as UTF-8; every byte that is no
   valid UTF-8, and every byte of a character that `str.isprintable` refuses (control
   characters, line separators, terminal escapes, bidirectional overrides), is written as
   `\\xNN`. A backslash stays as it is unless it would read as such an escape, then it is
   written `\\x5c`. So `\\xNN` always stands for one byte, and the bytes can be had back.
2. RFC 5424 section 6.3.3: `"`, `\\` and `]` get a backslash in front.

A value that is longer than its bound is cut, and the parameter `cut` names it with its
length in bytes: `cut="password:4096"`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from datetime import datetime, timezone

FACILITY = 16
"""local0."""

SD_ID = "decnet@32473"
"""32473 is the enterprise number for documentation (RFC 5612)."""

FIELD_LIMIT = 1024
"""Bytes of one value, before escapes."""

LINE_LIMIT = 15_000
"""Bytes of one line: Docker's json-file driver splits what is longer than 16 KiB."""

_MARK_ROOM = 1500
"""Bytes of a line kept free for `cut` and the message."""

ALERT, ERROR, WARNING, NOTICE, INFO = 1, 3, 4, 5, 6

EVENTS: dict[str, tuple[int, str]] = {
    "start": (INFO, "listening"),
    "announce": (INFO, "address announced"),
    "connect": (NOTICE, "connection"),
    "auth": (WARNING, "login tried"),
    "command": (WARNING, "command"),
    "request": (NOTICE, "request"),
    "upload": (WARNING, "upload"),
    "disconnect": (INFO, "connection ended"),
    "malformed": (NOTICE, "malformed message"),
    "egress-denied": (ALERT, "the decky calls out"),
    "undisguised": (WARNING, "the network stack shows what it is"),
    "fault": (ERROR, "fault of the decoy itself"),
}
"""Every event there is: its severity, and the words of its message."""

Value = str | bytes | int | float | bool | None

_ESCAPE_LOOKALIKE = re.compile(r"\\(?=x[0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_RFC_SPECIAL = re.compile(r'(["\\\]])')
_NAME = re.compile(r"[!#-<>-\\^-~]{1,32}")
_NOT_HEADER = re.compile(r"[^!-~]")


def visible(data: bytes) -> str:
    """The bytes as printable text, from which `restore` makes them again."""
    text = data.decode("utf-8", "surrogateescape")
    text = _ESCAPE_LOOKALIKE.sub(r"\\x5c", text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _hexadecimal(char) for char in text)


def restore(text: str) -> bytes:
    """The bytes that `visible` was given."""
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), text.encode("utf-8"))


def _hexadecimal(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def _to_bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"true" if value else b"false"
    text = str(value)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _parameter(name: str, data: bytes, limit: int, room: int) -> tuple[bytes, bool]:
    """` name="value"` of at most `room` bytes, and whether the value had to be cut."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a parameter by RFC 5424: {name!r}")
    kept = data[:limit]
    room -= len(name) + 4
    while True:
        escaped = _RFC_SPECIAL.sub(r"\\\1", visible(kept)).encode("utf-8")
        if len(escaped) <= room or not kept:
            break
        kept = kept[: min(len(kept) - 1, len(kept) * max(room, 0) // len(escaped))]
    return b' %s="%s"' % (name.encode("ascii"), escaped), len(kept) < len(data)


def _structured_data(fields: dict[str, Value], room: int) -> bytes:
    parts = [b"[" + SD_ID.encode("ascii")]
    cuts = []
    for name, value in fields.items():
        if value is None:
            continue
        data = _to_bytes(value)
        part, cut = _parameter(name, data, FIELD_LIMIT, room)
        if cut:
            cuts.append(f"{name}:{len(data)}")
        room -= len(part)
        parts.append(part)
    if cuts:
        parts.append(_parameter("cut", " ".join(cuts).encode("ascii"), FIELD_LIMIT, FIELD_LIMIT)[0])
    parts.append(b"]")
    return b"".join(parts)


def _header(text: str, limit: int) -> str:
    return _NOT_HEADER.sub("_", text)[:limit] or "-"


def _write_to_stdout(line: bytes) -> None:
    while line:
        line = line[os.write(1, line) :]


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Logger:
    """Writes the events of one service of one decky. `write` gets whole lines, one a call."""

    def __init__(
        self,
        *,
        decky: str,
        service: str,
        hostname: str,
        write: Callable[[bytes], None] = _write_to_stdout,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._marks: dict[str, Value] = {"decky": decky, "service": service}
        self._origin = f"{_header(hostname, 255)} {_header(service, 48)} {os.getpid()}"
        self._write = write
        self._now = now
        self._lock = threading.Lock()

    def event(self, name: str, /, **fields: Value) -> None:
        """Writes one event of `EVENTS`. A field that is None is left out."""
        severity, text = EVENTS[name]
        moment = self._now().isoformat(timespec="microseconds").replace("+00:00", "Z")
        head = f"<{FACILITY * 8 + severity}>1 {moment} {self._origin} {name} ".encode("ascii")
        room = LINE_LIMIT - len(head) - _MARK_ROOM
        data = _structured_data({**self._marks, **fields}, room)
        source = fields.get("src_ip")
        message = text if source is None else f"{text} from {visible(_to_bytes(source)[:64])}"
        with self._lock:
            self._write(head + data + b" " + message.encode("utf-8") + b"\n")
