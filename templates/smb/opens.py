"""What a client has open: files and folders of the bait, uploads, named pipes."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass

from decnet_dcerpc import HEAD_BYTES, NotRpc, head_of
from decnet_rpc_server import RpcServer
from decnet_streams import Malformed
from decnet_uploads import Upload
from directory import Named
from shares import LAST_DAY, Node, Share

OPENS_LIMIT = 128
"""Of one connection."""
LEFT_LIMIT = 32
"""Uploaded files that one connection still sees."""
PIPE_LIMIT = 128 * 1024
"""Bytes that wait in a pipe to be read."""
PATH_LIMIT = 1024
"""Bytes of a path, or of a pattern."""
LAST = b"\xff" * 16
"""What a compound has opened just before ([MS-SMB2] section 3.3.5.2.7.2)."""
_PIPE_NODE = Node("", 0, LAST_DAY, b"")


class Pipe:
    """A named pipe with a DCE/RPC server behind it."""

    def __init__(self, server: RpcServer) -> None:
        self._server = server
        self._in = bytearray()
        self._out: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Takes what the client says; a message may come in parts."""
        self._in += data
        try:
            while len(self._in) >= HEAD_BYTES:
                length = head_of(bytes(self._in[:HEAD_BYTES])).length
                if len(self._in) < length:
                    return
                message = bytes(self._in[:length])
                del self._in[:length]
                self._out += self._server.receive(message)
                if sum(map(len, self._out)) > PIPE_LIMIT:
                    raise Malformed("answers of a pipe that nobody reads")
        except NotRpc as error:
            raise Malformed(f"DCE/RPC: {error}", bytes(self._in)) from None

    def read(self, room: int) -> tuple[bytes, bool]:
        """The next message, or as much of it as there is room for, and whether some of it is left."""
        if not self._out:
            return b"", False
        message = self._out.pop(0)
        if len(message) <= room:
            return message, False
        self._out.insert(0, message[room:])
        return message[:room], True


@dataclass
class Open:
    """One handle."""

    share: Share
    path: str
    node: Node | None = None
    upload: Upload | None = None
    pipe: Pipe | None = None
    waiting: list[Named] | None = None
    """Entries of the folder that were not listed yet."""
    was_read: bool = False

    @property
    def shown(self) -> Node:
        """What its facts are those of."""
        if self.upload is not None:
            return Node("", 0, time.time(), b"", (), self.upload.size)
        return self.node or _PIPE_NODE


class Opens:
    """The handles of one connection, by the identifiers that the client has of them."""

    def __init__(self) -> None:
        self._open: dict[bytes, Open] = {}
        self._count = 0
        self._last = LAST
        self.left: list[tuple[str, str, Node]] = []
        """What this client has uploaded: name of the share, path of the folder, file."""

    def begin(self) -> None:
        """A new compound, which has opened nothing yet."""
        self._last = LAST

    def add(self, one: Open) -> bytes | None:
        """Its identifier, a persistent and a volatile half; None where there are too many."""
        if len(self._open) >= OPENS_LIMIT:
            return None
        self._count += 1
        self._last = struct.pack("<QQ", self._count, self._count << 32 | 0xFFFFFFFF)
        self._open[self._last] = one
        return self._last

    def get(self, identifier: bytes) -> Open | None:
        """By its identifier."""
        return self._open.get(self._known(identifier))

    def remove(self, identifier: bytes) -> Open | None:
        """Takes it out."""
        return self._open.pop(self._known(identifier), None)

    def drain(self) -> list[Open]:
        """Takes all out."""
        found = list(self._open.values())
        self._open.clear()
        return found

    def leave(self, one: Open, upload: Upload) -> None:
        """Remembers a file that was uploaded, so that the client sees it."""
        folder, _, name = one.path.rpartition("\\")
        node = Node(name, 0x200000 + self._count, time.time(), b"", (), upload.size)
        self.left = [*self.left[-LEFT_LIMIT + 1 :], (one.share.name, folder.lower(), node)]

    def left_in(self, share: Share, folder: str) -> list[Node]:
        """What was uploaded to a folder."""
        return [node for name, where, node in self.left if (name, where) == (share.name, folder.lower())]

    def _known(self, identifier: bytes) -> bytes:
        return self._last if identifier == LAST else identifier
