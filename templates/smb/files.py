"""Requests that open, read, write and close files and pipes ([MS-SMB2] section 3.3.5)."""

from __future__ import annotations

import struct
from collections.abc import Callable

import info
import status
from decnet_sessions import Session
from decnet_streams import Malformed
from decnet_uploads import Upload
from dialects import MOST_BYTES
from login import Account, Rank
from opens import PATH_LIMIT, Open, Opens, Pipe
from shares import Share
from smb2 import HEAD_BYTES, Reply, Request, failure

WRITES = 0x50010116
"""Write, append, write attributes, delete, all, write all ([MS-SMB2] section 2.2.13.1)."""
OPEN, CREATE, OPEN_OR_CREATE = 1, 2, 3
ONLY_FOLDER, ONLY_FILE, DELETE_ON_CLOSE = 0x1, 0x40, 0x1000
OPENED, CREATED = 1, 2


class Files:
    """Of one connection, in whatever tree."""

    def __init__(self, session: Session, opens: Opens, pipes: Callable[[Account, str], Pipe | int]) -> None:
        self._session = session
        self._opens = opens
        self._pipes = pipes

    def close_all(self) -> None:
        """The end of the connection: what was uploaded is kept."""
        for one in self._opens.drain():
            self._finish(one)

    def create(self, request: Request, account: Account, share: Share) -> Reply:
        """Opens."""
        _, _, _, _, _, access, _, _, disposition, options, offset, length, _, _ = request.fields(
            "BBIQQIIIIIHHII", 57
        )
        if length > PATH_LIMIT:
            raise Malformed(f"a path of {length} bytes")
        path = request.text(offset, length).strip("\\")
        found = self._open(account, share, path, (access, disposition, options))
        self._session.event(
            "request", method="create", share=share.name, path=path, accepted=isinstance(found, Open)
        )
        if not isinstance(found, Open):
            return failure(found)
        identifier = self._opens.add(found)
        if identifier is None:
            return failure(status.INSUFFICIENT_RESOURCES)
        node = found.shown
        body = struct.pack("<HBBI", 89, 0, 0, CREATED if found.upload else OPENED) + info.times(node)
        body += struct.pack("<QQII", info.allocated(node), node.size, info.attributes(node), 0)
        return Reply(status.SUCCESS, body + identifier + bytes(8))

    def _open(self, account: Account, share: Share, path: str, wish: tuple[int, int, int]) -> Open | int:
        access, disposition, options = wish
        if share.root is None:
            pipe = self._pipes(account, path)
            return Open(share, path, pipe=pipe) if isinstance(pipe, Pipe) else pipe
        if ".." in path.split("\\") or "/" in path:
            return status.OBJECT_PATH_NOT_FOUND
        folder, _, name = path.rpartition("\\")
        node = share.root.find(path)
        if node is None and any(
            name.lower() == one.name.lower() for one in self._opens.left_in(share, folder)
        ):
            return status.ACCESS_DENIED
        if node is None:
            return self._create(account, share, path, disposition, options)
        if disposition == CREATE:
            return status.OBJECT_NAME_COLLISION
        if access & WRITES or options & DELETE_ON_CLOSE or disposition not in (OPEN, OPEN_OR_CREATE):
            return status.ACCESS_DENIED
        if node.is_folder and options & ONLY_FILE:
            return status.FILE_IS_A_DIRECTORY
        if not node.is_folder and options & ONLY_FOLDER:
            return status.NOT_A_DIRECTORY
        return Open(share, path, node)

    @staticmethod
    def _create(account: Account, share: Share, path: str, disposition: int, options: int) -> Open | int:
        above = share.root.find(path.rpartition("\\")[0])
        if above is None or not above.is_folder:
            return status.OBJECT_PATH_NOT_FOUND
        if disposition in (OPEN, 4):
            return status.OBJECT_NAME_NOT_FOUND
        if account.rank is not Rank.USER or options & ONLY_FOLDER:
            return status.ACCESS_DENIED
        return Open(share, path, upload=Upload(path))

    def close(self, request: Request) -> Reply:
        """Closes; an upload is complete."""
        flags, _, identifier = request.fields("HI16s", 24)
        one = self._opens.remove(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        self._finish(one)
        node = one.shown
        told = info.times(node) + struct.pack("<QQI", info.allocated(node), node.size, info.attributes(node))
        return Reply(
            status.SUCCESS, struct.pack("<HHI", 60, flags & 1, 0) + (told if flags & 1 else bytes(52))
        )

    def _finish(self, one: Open) -> None:
        if one.upload is not None:
            one.upload.finish(self._session, share=one.share.name)
            self._opens.leave(one, one.upload)

    def read(self, request: Request) -> Reply:
        """A part of a file, or the next message of a pipe."""
        _, _, length, offset, identifier, *_ = request.fields("BBIQ16sIIIHH", 49)
        one = self._opens.get(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        room = min(length, MOST_BYTES)
        code = status.SUCCESS
        if one.pipe is not None:
            data, is_cut = one.pipe.read(room)
            code = status.BUFFER_OVERFLOW if is_cut else code
            if not data:
                return failure(status.PIPE_EMPTY)
        elif one.node is None:
            return failure(status.ACCESS_DENIED)
        elif one.node.is_folder:
            return failure(status.INVALID_DEVICE_REQUEST)
        else:
            data = (one.node.content or b"")[offset : offset + room]
            if not one.was_read:
                one.was_read = True
                self._session.event(
                    "request", method="read", share=one.share.name, path=one.path, size=one.node.size
                )
            if not data:
                return failure(status.END_OF_FILE)
        return Reply(code, struct.pack("<HBBIII", 17, HEAD_BYTES + 16, 0, len(data), 0, 0) + data)

    def write(self, request: Request) -> Reply:
        """More of an upload, or of what is said to a pipe."""
        start, length, offset, identifier, *_ = request.fields("HIQ16sIIHHI", 49)
        if length > MOST_BYTES:
            return failure(status.INVALID_PARAMETER)
        data = request.buffer(start, length)
        one = self._opens.get(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        if one.pipe is not None:
            one.pipe.write(data)
        elif one.upload is None:
            return failure(status.ACCESS_DENIED)
        elif offset != one.upload.size:
            # Clients write from the beginning to the end; holes could make a file of any size.
            return failure(status.DISK_FULL)
        else:
            one.upload.write(data)
        return Reply(status.SUCCESS, struct.pack("<HHIIHH", 17, 0, length, 0, 0, 0))

    def transceive(self, identifier: bytes, data: bytes, room: int) -> tuple[int, bytes]:
        """Says something to a pipe and reads what it answers (FSCTL_PIPE_TRANSCEIVE)."""
        one = self._opens.get(identifier)
        if one is None or one.pipe is None:
            return status.INVALID_HANDLE, b""
        one.pipe.write(data)
        answer, is_cut = one.pipe.read(min(room, MOST_BYTES))
        return status.BUFFER_OVERFLOW if is_cut else status.SUCCESS, answer
