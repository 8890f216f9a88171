"""The print jobs of a decky: those that were there before, and those that attackers send."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

JOBS_LIMIT = 100
PENDING, CANCELED, COMPLETED = 3, 7, 9

_DOCUMENTS = (
    "Payroll_{year}-{month:02d}.pdf",
    "Invoice {number}.pdf",
    "Contract_draft_v{small}.docx",
    "Budget {year} Q{quarter}.xlsx",
    "Meeting notes",
    "Delivery note {number}",
    "Employee list.xlsx",
    "Badge request form.pdf",
    "VPN setup guide.pdf",
    "Offer {number}.docx",
)
_USERS = ("jsmith", "mbrown", "a.keller", "reception", "s.moreau", "accounting", "t.novak", "hr", "lwilson")


@dataclass
class Job:
    """One job."""

    number: int
    name: str
    user: str
    state: int
    created: int
    """In seconds of the Unix clock, as the following ones."""
    ended: int | None
    pages: int
    size: int = 0


class Jobs:
    """All jobs, bounded: the oldest go first."""

    def __init__(self, identity: Identity) -> None:
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._next = identity.number("ipp/job", 40, 4000)
        count = identity.number("ipp/jobs", 4, 9)
        documents = identity.sample("ipp/documents", _DOCUMENTS, count)
        # Over the last week, by a clock that does not begin anew with the container.
        base = int(time.time()) // 604_800 * 604_800
        for at, document in enumerate(documents):
            created = base - identity.number(f"ipp/age/{at}", 600, 9000) - (count - at) * 40_000
            name = document.format(
                year=time.gmtime(created).tm_year,
                month=time.gmtime(created).tm_mon,
                quarter=identity.number(f"ipp/quarter/{at}", 1, 4),
                small=identity.number(f"ipp/version/{at}", 1, 6),
                number=identity.number(f"ipp/number/{at}", 10_000, 99_999),
            )
            user = identity.choose(f"ipp/user/{at}", _USERS)
            pages = identity.number(f"ipp/pages/{at}", 1, 24)
            self._add(Job(self._take(), name, user, COMPLETED, created, created + 20, pages, pages * 31))

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _add(self, job: Job) -> Job:
        self._jobs[job.number] = job
        while len(self._jobs) > JOBS_LIMIT:
            self._jobs.popitem(last=False)
        return job

    def create(self, name: str, user: str) -> Job:
        """A job that waits for its document."""
        return self._add(Job(self._take(), name[:255], user[:255], PENDING, int(time.time()), None, 0))

    def complete(self, job: Job, size: int) -> None:
        """Its document has come, and is printed."""
        job.state, job.ended, job.size = COMPLETED, int(time.time()), job.size + size // 1024
        job.pages = max(1, job.size // 40)

    def cancel(self, job: Job) -> bool:
        """Whether it could still be cancelled."""
        if job.state != PENDING:
            return False
        job.state, job.ended = CANCELED, int(time.time())
        return True

    def find(self, number: int | None) -> Job | None:
        """By its number."""
        return self._jobs.get(number) if number is not None else None

    def listed(self, which: str, limit: int | None) -> list[Job]:
        """`completed` or `not-completed`, newest first."""
        wanted = [
            job for job in reversed(self._jobs.values()) if (job.ended is not None) == (which == "completed")
        ]
        return wanted if limit is None or limit < 1 else wanted[:limit]
