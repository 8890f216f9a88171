"""Sets of messages (RFC 3501, sequence-set), which are never spelled out: `1:4294967295` costs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from grammar import Unreadable

RANGES_LIMIT = 256


class SequenceSet:
    """Ranges of numbers; `*` stands for the greatest that there is."""

    def __init__(self, text: bytes, greatest: int) -> None:
        parts = text.split(b",")
        if len(parts) > RANGES_LIMIT:
            raise Unreadable("Invalid messageset")
        self._ranges = [_range(part, greatest) for part in parts]

    def __contains__(self, number: int) -> bool:
        return any(low <= number <= high for low, high in self._ranges)

    def is_within(self, greatest: int) -> bool:
        """Whether none of its numbers is beyond."""
        return all(high <= greatest for _, high in self._ranges)


def is_set(text: bytes) -> bool:
    """Whether a word looks like a set of numbers."""
    return text[:1].isdigit() or text[:1] == b"*"


def _range(part: bytes, greatest: int) -> tuple[int, int]:
    low, _, high = part.partition(b":")
    ends = sorted((_number(low, greatest), _number(high if b":" in part else low, greatest)))
    return ends[0], ends[1]


def _number(text: bytes, greatest: int) -> int:
    if text == b"*":
        return greatest
    if not text.isdigit() or len(text) > 10 or int(text) == 0:
        raise Unreadable("Invalid messageset")
    return int(text)


def positions(chosen: SequenceSet, uids: Sequence[int], *, by_uid: bool) -> list[int]:
    """Places, from 0 on, of the messages in the set."""
    return [place for place, uid in enumerate(uids) if (uid if by_uid else place + 1) in chosen]
