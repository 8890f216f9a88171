"""Forms with files (RFC 7578) as they come in: files become uploads, the rest fields, both bounded."""

from __future__ import annotations

import re

from decnet_http import text_of
from decnet_sessions import Session
from decnet_uploads import Upload

PARTS_LIMIT = 16
FILES_LIMIT = 2
"""Files of one form: each may keep a MiB of memory."""
HEAD_LIMIT = 4096
FIELD_LIMIT = 4096

_BOUNDARY = re.compile(r'boundary=(?:"([ -!#-~]{1,70})"|([!-~]{1,70}))', re.IGNORECASE)
_PARAMETER = re.compile(rb'; ?(name|filename)="([^"\r\n]{0,255})"', re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """The boundary that the header names."""
    match = _BOUNDARY.search(content_type)
    return (match[1] or match[2]).rstrip(";").encode() if match else None


class Multipart:
    """Takes the body in parts of any size."""

    def __init__(self, boundary: bytes) -> None:
        self.fields: dict[str, str] = {}
        self._mark = b"\r\n--" + boundary
        # The first boundary may stand at the very beginning.
        self._held = b"\r\n"
        self._parts = -1
        self._head: bytes | None = b""
        self._files: list[Upload] = []
        self._file: Upload | None = None
        self._name = ""
        self._value = bytearray()

    def write(self, data: bytes) -> None:
        """The next bytes."""
        self._held += data
        while (at := self._held.find(self._mark)) >= 0:
            self._content(self._held[:at])
            self._close()
            self._held = self._held[at + len(self._mark) :]
            self._parts += 1
            self._head = b""
        # A boundary may begin here and end in the next bytes.
        ready = len(self._held) - len(self._mark)
        if ready > 0:
            self._content(self._held[:ready])
            self._held = self._held[ready:]

    def finish(self, session: Session) -> None:
        """All has come."""
        self._content(self._held)
        self._held = b""
        self._close()
        for file in self._files:
            file.finish(session)

    def _content(self, data: bytes) -> None:
        if self._parts < 0 or self._parts >= PARTS_LIMIT:
            return
        if self._head is not None:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                self._head = self._head[:HEAD_LIMIT]
                return
            self._open(head)
        if self._file is not None:
            self._file.write(data)
        else:
            self._value += data[: max(FIELD_LIMIT - len(self._value), 0)]

    def _open(self, head: bytes) -> None:
        self._head = None
        found = {match[1].lower(): match[2] for match in _PARAMETER.finditer(head)}
        self._name = text_of(found.get(b"name", b""))
        if b"filename" in found and len(self._files) < FILES_LIMIT:
            self._file = Upload(text_of(found[b"filename"]))
            self._files.append(self._file)

    def _close(self) -> None:
        if self._name and self._file is None and self._head is None:
            self.fields[self._name.lower()] = text_of(bytes(self._value))
        self._file = None
        self._name = ""
        self._value.clear()
