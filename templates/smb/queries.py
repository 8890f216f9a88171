"""Requests that list folders, and ask or change facts about what is open ([MS-SMB2] section 3.3.5)."""

from __future__ import annotations

import struct

import info
import status
from decnet_sessions import Session
from decnet_streams import Malformed
from dialects import MOST_BYTES
from directory import CLASSES, listing, take
from opens import PATH_LIMIT, Opens
from shares import LAST_DAY
from smb2 import HEAD_BYTES, Reply, Request, failure

RESTART, SINGLE, REOPEN = 0x01, 0x02, 0x10
ALTERNATE_NAME = 21
CHANGES = {10: "rename", 11: "link", 13: "delete"}
"""Classes that a client sets to change a file ([MS-FSCC] section 2.4)."""


class Queries:
    """Of one connection, in whatever tree."""

    def __init__(self, session: Session, opens: Opens) -> None:
        self._session = session
        self._opens = opens

    def query_directory(self, request: Request) -> Reply:
        """The next names in a folder."""
        kind, flags, _, identifier, offset, length, room = request.fields("BBI16sHHI", 33)
        one = self._opens.get(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        if one.node is None or not one.node.is_folder:
            return failure(status.INVALID_PARAMETER)
        if kind not in CLASSES:
            return failure(status.INVALID_INFO_CLASS)
        if length > PATH_LIMIT:
            raise Malformed(f"a pattern of {length} bytes")
        is_first = one.waiting is None or bool(flags & (RESTART | REOPEN))
        if is_first:
            pattern = request.text(offset, length)
            one.waiting = listing(one.node, self._opens.left_in(one.share, one.path), pattern)
            self._session.event(
                "request", method="query-directory", share=one.share.name, path=one.path, pattern=pattern
            )
        if not one.waiting:
            return failure(status.NO_SUCH_FILE if is_first else status.NO_MORE_FILES)
        made = take(kind, one.waiting, min(room, MOST_BYTES), single=bool(flags & SINGLE))
        if not made:
            return failure(status.BUFFER_OVERFLOW)
        return _told(made)

    def query_info(self, request: Request) -> Reply:
        """Facts about a file, a volume or who may do what."""
        subject, kind, room, _, _, _, _, _, identifier = request.fields("BBIHHIII16s", 41)
        one = self._opens.get(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        if subject == info.SECURITY:
            made: bytes | None = info.security()
        elif subject == info.VOLUME:
            made = info.of_volume(kind, one.share, LAST_DAY)
        elif subject == info.FILE and kind == ALTERNATE_NAME:
            return failure(status.OBJECT_NAME_NOT_FOUND)
        elif subject == info.FILE:
            made = info.of_file(kind, one.shown, one.path)
        else:
            return failure(status.NOT_SUPPORTED)
        if made is None:
            return failure(status.INVALID_INFO_CLASS)
        if len(made) > room:
            return failure(status.BUFFER_TOO_SMALL)
        return _told(made)

    def set_info(self, request: Request) -> Reply:
        """Renames, deletes and the like: noted, and refused but for times and sizes of an upload."""
        subject, kind, _, _, _, _, identifier = request.fields("BBIHHI16s", 33)
        one = self._opens.get(identifier)
        if one is None:
            return failure(status.FILE_CLOSED)
        if subject == info.FILE and kind in CHANGES:
            self._session.event(
                "request", method=CHANGES[kind], share=one.share.name, path=one.path, accepted=False
            )
        elif subject == info.FILE and one.upload is not None:
            return Reply(status.SUCCESS, struct.pack("<H", 2))
        return failure(status.ACCESS_DENIED)


def _told(made: bytes) -> Reply:
    return Reply(status.SUCCESS, struct.pack("<HHI", 9, HEAD_BYTES + 8, len(made)) + made)
