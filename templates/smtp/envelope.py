"""The lines of SMTP (RFC 5321 section 4.1) that hold an address, and the head of a message."""

from __future__ import annotations

from dataclasses import dataclass

ADDRESS_LIMIT = 512
PARAMETERS_LIMIT = 16
HEAD_LIMIT = 16 * 1024
"""Bytes of a message in which its header is looked for."""
FIELDS = ("from", "to", "subject")


class Syntax(ValueError):
    """A line that RFC 5321 does not have."""


class UnknownParameter(ValueError):
    """A parameter that was not offered; the text is the parameter."""


@dataclass(frozen=True)
class Path:
    """Where mail comes from or goes to."""

    address: str
    size: int | None = None
    """What SIZE announces (RFC 1870)."""

    @property
    def local_part(self) -> str:
        """What stands before the `@`, in lower case."""
        return self.address.rpartition("@")[0].lower() or self.address.lower()

    @property
    def domain(self) -> str:
        """What stands behind it, in lower case; empty for an address without."""
        return self.address.rpartition("@")[2].lower().strip("[]") if "@" in self.address else ""


def path_of(argument: str, keyword: str) -> Path:
    """Reads `FROM:<a@b> SIZE=3`; the keyword is `FROM:` or `TO:`."""
    if argument[: len(keyword)].upper() != keyword:
        raise Syntax
    rest = argument[len(keyword) :].lstrip()
    address, rest = _address(rest)
    if len(address) > ADDRESS_LIMIT:
        raise Syntax
    parameters = rest.split()
    if len(parameters) > PARAMETERS_LIMIT:
        raise Syntax
    size = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.upper() not in ("SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "NOTIFY", "ORCPT", "AUTH"):
            raise UnknownParameter(parameter)
        if name.upper() == "SIZE":
            if not (value.isascii() and value.isdigit() and len(value) <= 20):
                raise Syntax
            size = int(value)
    # A source route (`@a,@b:c@d`) is dropped, as RFC 5321 appendix F.2 wants.
    return Path(address.rpartition(":")[2] if address.startswith("@") else address, size)


def _address(text: str) -> tuple[str, str]:
    if not text.startswith("<"):
        address, _, rest = text.partition(" ")
        if not address:
            raise Syntax
        return address, rest
    address, found, rest = text[1:].partition(">")
    if not found:
        raise Syntax
    return address, rest


def header_fields(message: bytes) -> dict[str, str]:
    """From, To and Subject as they stand there, unfolded; each once."""
    found: dict[str, str] = {}
    name = ""
    for line in message[:HEAD_LIMIT].split(b"\n"):
        text = line.rstrip(b"\r").decode("utf-8", "surrogateescape")
        if not text:
            break
        if text[0] in " \t":
            if name in found:
                found[name] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if not colon or name not in FIELDS or name in found:
            name = ""
            continue
        found[name] = value.strip()
    return found
