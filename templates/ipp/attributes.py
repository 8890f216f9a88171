"""What the printer says of itself, and of its jobs (RFC 8011 sections 5.3 and 5.4, PWG 5100)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decnet_printers import Printer
from decnet_uptime import uptime_of
from encoding import (
    BOOLEAN,
    CHARSET,
    DATE_TIME,
    ENUM,
    INTEGER,
    KEYWORD,
    LANGUAGE,
    MIME,
    NAME,
    NO_VALUE,
    OCTETS,
    RANGE,
    RESOLUTION,
    TEXT,
    URI,
    Attribute,
    attribute,
    collection,
)
from jobs import COMPLETED, PENDING, Job

if TYPE_CHECKING:
    from decnet_identity import Identity

PLACES = ("", "2nd floor", "Reception", "Copy room", "Accounting", "Room 114", "Warehouse office")
MEDIA = (
    "iso_a4_210x297mm",
    "iso_a5_148x210mm",
    "iso_a6_105x148mm",
    "na_letter_8.5x11in",
    "na_legal_8.5x14in",
    "na_executive_7.25x10.5in",
    "na_number-10_4.125x9.5in",
    "iso_dl_110x220mm",
)
SIDES = ("bottom", "left", "right", "top")
A4 = collection(
    "media-size", attribute("x-dimension", INTEGER, 21_000), attribute("y-dimension", INTEGER, 29_700)
)


def place_of(identity: Identity) -> str:
    """Where the printer stands."""
    return identity.choose("ipp/place", PLACES)


@dataclass(frozen=True)
class Queue:
    """What is printed to."""

    printer: Printer
    name: str
    path: str
    make_and_model: str
    host: str
    operations: tuple[int, ...]
    versions: tuple[str, ...]
    identity: Identity

    @property
    def uri(self) -> str:
        """Its address."""
        return f"ipp://{self.host}:631{self.path}"


def printer_attributes(queue: Queue) -> list[Attribute]:
    """All of the printer's attributes."""
    return [*_description(queue), *_state(queue), *_supplies(queue), *_template()]


def _description(queue: Queue) -> list[Attribute]:
    printer, model = queue.printer, queue.printer.model
    return [
        attribute("printer-uri-supported", URI, queue.uri),
        attribute("uri-security-supported", KEYWORD, "none"),
        attribute("uri-authentication-supported", KEYWORD, "requesting-user-name"),
        attribute("printer-name", NAME, queue.name),
        attribute("printer-location", TEXT, place_of(queue.identity)),
        attribute("printer-info", TEXT, queue.make_and_model),
        attribute("printer-more-info", URI, f"http://{queue.host}/"),
        attribute("printer-make-and-model", TEXT, queue.make_and_model),
        attribute("printer-device-id", TEXT, printer.device_id),
        attribute("printer-uuid", URI, f"urn:uuid:{printer.uuid}"),
        attribute("printer-dns-sd-name", NAME, f"{queue.make_and_model} @ {queue.identity.hostname}"),
        attribute("printer-firmware-name", NAME, model.firmware or "cups"),
        attribute("printer-firmware-string-version", TEXT, model.firmware),
        attribute("ipp-versions-supported", KEYWORD, *queue.versions),
        attribute("operations-supported", ENUM, *queue.operations),
        attribute("charset-configured", CHARSET, "utf-8"),
        attribute("charset-supported", CHARSET, "us-ascii", "utf-8"),
        attribute("natural-language-configured", LANGUAGE, "en"),
        attribute("generated-natural-language-supported", LANGUAGE, "en"),
        attribute("document-format-default", MIME, "application/octet-stream"),
        attribute("document-format-supported", MIME, *model.formats),
        attribute("pdl-override-supported", KEYWORD, "attempted"),
        attribute("compression-supported", KEYWORD, "none", "gzip"),
        attribute("multiple-document-jobs-supported", BOOLEAN, False),
        attribute("multiple-operation-time-out", INTEGER, 120),
        attribute("color-supported", BOOLEAN, False),
        attribute("pages-per-minute", INTEGER, model.pages_per_minute),
    ]


def _state(queue: Queue) -> list[Attribute]:
    up = uptime_of(queue.identity)
    return [
        attribute("printer-state", ENUM, 3),
        attribute("printer-state-reasons", KEYWORD, "none"),
        attribute("printer-state-message", TEXT, ""),
        attribute("printer-is-accepting-jobs", BOOLEAN, True),
        attribute("queued-job-count", INTEGER, 0),
        attribute("printer-up-time", INTEGER, max(up, 1)),
        attribute("printer-current-time", DATE_TIME, _date_time(int(time.time()))),
        attribute("printer-impressions-completed", INTEGER, queue.printer.page_count),
    ]


def _supplies(queue: Queue) -> list[Attribute]:
    model, level = queue.printer.model, queue.printer.toner_percent
    if model.vendor == "CUPS":
        return []
    waste = (("Waste Toner Box", "none", "waste-toner", 0, 95, 0),) if model.waste else ()
    rows = ((model.toner, "#000000", "toner-cartridge", 2, 100, level), *waste)
    names = (
        "marker-names",
        "marker-colors",
        "marker-types",
        "marker-low-levels",
        "marker-high-levels",
        "marker-levels",
    )
    tags = (NAME, NAME, KEYWORD, INTEGER, INTEGER, INTEGER)
    return [
        *(
            attribute(name, tag, *(row[at] for row in rows))
            for at, (name, tag) in enumerate(zip(names, tags, strict=True))
        ),
        attribute(
            "printer-supply",
            OCTETS,
            f"type=tonerCartridge;maxcapacity=100;level={level};class=supplyThatIsConsumed;unit=percent;"
            "colorantname=black;",
        ),
        attribute("printer-supply-description", TEXT, model.toner),
    ]


def _template() -> list[Attribute]:
    return [
        attribute("copies-default", INTEGER, 1),
        attribute("copies-supported", RANGE, (1, 999)),
        attribute("finishings-default", ENUM, 3),
        attribute("finishings-supported", ENUM, 3),
        collection(
            "media-col-default", A4, *(attribute(f"media-{side}-margin", INTEGER, 423) for side in SIDES)
        ),
        attribute("media-col-supported", KEYWORD, "media-size", *(f"media-{side}-margin" for side in SIDES)),
        attribute("media-default", KEYWORD, MEDIA[0]),
        attribute("media-ready", KEYWORD, MEDIA[0]),
        attribute("media-supported", KEYWORD, *MEDIA),
        attribute("orientation-requested-default", ENUM, 3),
        attribute("orientation-requested-supported", ENUM, 3, 4, 5, 6),
        attribute("output-bin-default", KEYWORD, "face-down"),
        attribute("output-bin-supported", KEYWORD, "face-down"),
        attribute("print-color-mode-default", KEYWORD, "monochrome"),
        attribute("print-color-mode-supported", KEYWORD, "auto", "monochrome"),
        attribute("print-quality-default", ENUM, 4),
        attribute("print-quality-supported", ENUM, 3, 4, 5),
        attribute("printer-resolution-default", RESOLUTION, 600),
        attribute("printer-resolution-supported", RESOLUTION, 600),
        attribute("sides-default", KEYWORD, "one-sided"),
        attribute("sides-supported", KEYWORD, "one-sided", "two-sided-long-edge", "two-sided-short-edge"),
        attribute("job-hold-until-supported", KEYWORD, "no-hold"),
        attribute("job-priority-default", INTEGER, 50),
        attribute("job-priority-supported", INTEGER, 100),
        attribute("page-ranges-supported", BOOLEAN, True),
        attribute("which-jobs-supported", KEYWORD, "completed", "not-completed"),
    ]


def job_attributes(job: Job, queue: Queue) -> list[Attribute]:
    """All attributes of a job."""
    reasons = {PENDING: "job-incoming", COMPLETED: "job-completed-successfully"}
    booted = int(time.time()) - uptime_of(queue.identity)
    times = [("time-at-creation", "date-time-at-creation", job.created)]
    times += [(f"time-at-{what}", f"date-time-at-{what}", job.ended) for what in ("processing", "completed")]
    stamps = []
    for short, long, moment in times:
        if moment is None:
            stamps += [Attribute(short, NO_VALUE, (b"",)), Attribute(long, NO_VALUE, (b"",))]
        else:
            stamps += [
                attribute(short, INTEGER, moment - booted),
                attribute(long, DATE_TIME, _date_time(moment)),
            ]
    return [
        attribute("job-uri", URI, f"{queue.uri}/{job.number}"),
        attribute("job-id", INTEGER, job.number),
        attribute("job-state", ENUM, job.state),
        attribute("job-state-reasons", KEYWORD, reasons.get(job.state, "job-canceled-by-user")),
        attribute("job-state-message", TEXT, ""),
        attribute("job-printer-uri", URI, queue.uri),
        attribute("job-name", NAME, job.name),
        attribute("job-originating-user-name", NAME, job.user),
        attribute("job-k-octets", INTEGER, job.size),
        attribute("job-impressions-completed", INTEGER, job.pages),
        attribute("job-media-sheets-completed", INTEGER, job.pages),
        attribute("job-printer-up-time", INTEGER, max(uptime_of(queue.identity), 1)),
        *stamps,
    ]


def _date_time(moment: int) -> bytes:
    """DateAndTime of RFC 2579, in UTC."""
    at = time.gmtime(moment)
    return at.tm_year.to_bytes(2, "big") + bytes((*at[1:6], 0, ord("+"), 0, 0))
