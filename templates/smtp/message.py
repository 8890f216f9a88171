"""The text of a mail as it comes in by DATA or BDAT (RFC 5321 section 4.1.1.4, RFC 3030)."""

from __future__ import annotations

from decnet_streams import Stream
from decnet_uploads import Upload
from envelope import HEAD_LIMIT, header_fields

ENDS = (b".\r\n", b".\n")
"""Postfix took the second too until 3.9: what mail smuggling lives by."""
CHUNK = 32_768
KEPT, KEPT_AT_ONCE = 256 * 1024, 8 * 1024 * 1024
"""Bytes that are kept of one mail, and of all that are on their way."""


class Room:
    """Memory for mails on their way: each gets a part of what is left, so that it never runs out."""

    def __init__(self) -> None:
        self._left = KEPT_AT_ONCE

    def take(self) -> int:
        """Bytes that one mail may keep until they are given back."""
        taken = min(KEPT, self._left // 8)
        self._left -= taken
        return taken

    def give_back(self, taken: int) -> None:
        """The mail is in, or will not come."""
        self._left += taken


class Message:
    """One mail. Its beginning is kept for its header, the rest goes to the upload."""

    def __init__(self, name: str, kept: int) -> None:
        self.kept = kept
        self.upload = Upload(name, kept)
        self._head = bytearray()

    @property
    def fields(self) -> dict[str, str]:
        """Its header's From, To and Subject."""
        return header_fields(bytes(self._head))

    def write(self, data: bytes) -> None:
        """The next part."""
        self.upload.write(data)
        if len(self._head) < HEAD_LIMIT:
            self._head += data

    async def read_data(self, stream: Stream) -> None:
        """All lines up to the dot."""
        while (line := await stream.until(b"\n")) not in ENDS:
            self.write(line[1:] if line.startswith(b".") else line)

    async def read_chunk(self, stream: Stream, size: int) -> None:
        """So many bytes."""
        while size > 0:
            part = await stream.exactly(min(size, CHUNK))
            self.write(part)
            size -= len(part)
