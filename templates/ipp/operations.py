"""The operations of IPP (RFC 8011 section 4) on the decky's printer."""

from __future__ import annotations

from attributes import Queue, job_attributes, printer_attributes
from encoding import CHARSET, JOB, LANGUAGE, OPERATION, PRINTER, TEXT, Attribute, Message, attribute, encode
from jobs import Job, Jobs

OPERATIONS = {
    0x0002: "Print-Job",
    0x0003: "Print-URI",
    0x0004: "Validate-Job",
    0x0005: "Create-Job",
    0x0006: "Send-Document",
    0x0007: "Send-URI",
    0x0008: "Cancel-Job",
    0x0009: "Get-Job-Attributes",
    0x000A: "Get-Jobs",
    0x000B: "Get-Printer-Attributes",
    0x0010: "Pause-Printer",
    0x0011: "Resume-Printer",
    0x0012: "Purge-Jobs",
    0x0013: "Set-Printer-Attributes",
    0x0039: "Cancel-My-Jobs",
    0x003B: "Close-Job",
    0x003C: "Identify-Printer",
    0x4001: "CUPS-Get-Default",
    0x4002: "CUPS-Get-Printers",
    0x4003: "CUPS-Add-Modify-Printer",
    0x4004: "CUPS-Delete-Printer",
    0x4005: "CUPS-Get-Classes",
    0x4009: "CUPS-Accept-Jobs",
    0x400B: "CUPS-Get-Devices",
    0x400C: "CUPS-Get-PPDs",
    0x400D: "CUPS-Move-Job",
    0x400F: "CUPS-Get-PPD",
}
SUPPORTED = (2, 4, 5, 6, 8, 9, 0xA, 0xB, 0x39, 0x3B, 0x3C)
CUPS_SUPPORTED = (*SUPPORTED, 0x4001, 0x4002, 0x4005)
ADMINISTRATIVE = frozenset({0x10, 0x11, 0x12, 0x13, 0x4003, 0x4004, 0x4009, 0x400D})

OK = 0x0000
BAD_REQUEST, NOT_AUTHORIZED, NOT_POSSIBLE, NOT_FOUND = 0x0400, 0x0403, 0x0404, 0x0406
NOT_SUPPORTED, BAD_VERSION = 0x0501, 0x0503
STATUS = {
    OK: "successful-ok",
    BAD_REQUEST: "client-error-bad-request",
    NOT_AUTHORIZED: "client-error-not-authorized",
    NOT_POSSIBLE: "client-error-not-possible",
    NOT_FOUND: "client-error-not-found",
    NOT_SUPPORTED: "server-error-operation-not-supported",
    BAD_VERSION: "server-error-version-not-supported",
}
JOB_DEFAULT = frozenset({"job-uri", "job-id"})
GROUPS = {"all", "printer-description", "job-description", "job-template"}

Groups = list[tuple[int, list[Attribute]]]


def name_of(operation: int) -> str:
    """The operation's name, or its number."""
    return OPERATIONS.get(operation, f"0x{operation:04x}")


class Operations:
    """Answers requests. Documents go elsewhere: here only their size is known."""

    def __init__(self, queue: Queue, jobs: Jobs) -> None:
        self.queue = queue
        self.jobs = jobs

    def answer(self, message: Message, size: int) -> bytes:
        """The answer to a request whose document has so many bytes."""
        status, groups = self._perform(message, size)
        head = [
            attribute("attributes-charset", CHARSET, "utf-8"),
            attribute("attributes-natural-language", LANGUAGE, "en"),
        ]
        if status != OK:
            head.append(attribute("status-message", TEXT, STATUS[status]))
        version = min(max(message.version, (1, 0)), (2, 0))
        return encode(version, status, message.request_id, [(OPERATION, head), *groups])

    def _perform(self, message: Message, size: int) -> tuple[int, Groups]:
        operation = message.operation
        if message.version[0] not in {1, 2}:
            return BAD_VERSION, []
        if not _begins_well(message):
            return BAD_REQUEST, []
        if operation in ADMINISTRATIVE:
            return NOT_AUTHORIZED, []
        if operation not in self.queue.operations:
            return NOT_SUPPORTED, []
        if operation in {0x000B, 0x4001, 0x4002, 0x4005}:
            wanted = set(message.values("requested-attributes")) or {"all"}
            shown = _chosen(printer_attributes(self.queue), wanted)
            return OK, [] if operation == 0x4005 else [(PRINTER, shown)]
        if operation in {0x0004, 0x0039, 0x003C}:
            return OK, []
        if operation == 0x000A:
            return OK, self._list(message)
        if operation in {0x0002, 0x0005}:
            job = self._create(message)
            if operation == 0x0002:
                self.jobs.complete(job, size)
            return OK, [(JOB, self._told(job, None))]
        return self._with_job(message, size)

    def _with_job(self, message: Message, size: int) -> tuple[int, Groups]:
        job = self.jobs.find(self._number(message))
        if job is None:
            return NOT_FOUND, []
        if message.operation == 0x0009:
            return OK, [(JOB, self._told(job, set(message.values("requested-attributes")) or {"all"}))]
        if message.operation == 0x0008:
            return (OK if self.jobs.cancel(job) else NOT_POSSIBLE), []
        if message.operation == 0x0006:
            if not message.values("last-document"):
                return BAD_REQUEST, []
            if job.ended is not None:
                return NOT_POSSIBLE, []
            self.jobs.complete(job, size)
        return OK, [(JOB, self._told(job, None))]

    def _create(self, message: Message) -> Job:
        name = message.text("job-name") or message.text("document-name") or "Untitled"
        return self.jobs.create(name, message.text("requesting-user-name") or "anonymous")

    def _list(self, message: Message) -> Groups:
        which = message.text("which-jobs") or "not-completed"
        wanted = set(message.values("requested-attributes")) or JOB_DEFAULT
        listed = self.jobs.listed(which, message.integer("limit"))
        return [(JOB, self._told(job, wanted)) for job in listed]

    def _told(self, job: Job, wanted: set[str] | frozenset[str] | None) -> list[Attribute]:
        answered = {"job-uri", "job-id", "job-state", "job-state-reasons", "job-state-message"}
        return _chosen(job_attributes(job, self.queue), answered if wanted is None else wanted)

    def _number(self, message: Message) -> int | None:
        number = message.integer("job-id")
        if number is None:
            last = message.text("job-uri").rpartition("/")[2]
            return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else None
        return number


def _begins_well(message: Message) -> bool:
    """Charset and language come first, then whose request it is (RFC 8011 section 4.1.4 and 4.1.5)."""
    if message.request_id < 1 or not message.groups or message.groups[0][0] != OPERATION:
        return False
    names = list(message.groups[0][1])
    if names[:2] != ["attributes-charset", "attributes-natural-language"]:
        return False
    return bool(set(names) & {"printer-uri", "job-uri"}) or message.operation >= 0x4000


def _chosen(attributes: list[Attribute], wanted: set[str] | frozenset[str]) -> list[Attribute]:
    if wanted & GROUPS:
        return attributes
    return [one for one in attributes if one.name in wanted]
