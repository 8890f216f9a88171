"""Usernames and passwords in HTTP requests, in whichever of the usual places."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from decnet_http import Request, text_of

USERNAME_FIELDS = (
    "username",
    "user",
    "login",
    "email",
    "log",
    "uname",
    "userid",
    "account",
    "j_username",
    "usernamefld",
    "luci_username",
    "arg01_username",
    "domainusername",
)
PASSWORD_FIELDS = (
    "password",
    "pass",
    "passwd",
    "pwd",
    "psd",
    "j_password",
    "passwordfld",
    "luci_password",
    "arg02_password",
    "userpass",
    "token",
)
FIELDS_LIMIT = 100
_ELEMENT = re.compile(r"<(?:\w{1,20}:)?(userName|username|password)(?: [^<>]{0,200})?>([^<]{0,1024})</")

Pair = tuple[str, str]


def basic_credentials(header: str) -> Pair | None:
    """Username and password of a Basic Authorization header (RFC 7617)."""
    encoded = _token(header, "basic")
    if encoded is None:
        return None
    try:
        plain = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    username, colon, password = text_of(plain).partition(":")
    return (username, password) if colon else None


def bearer_token(header: str) -> str | None:
    """The token of a Bearer Authorization header (RFC 6750)."""
    return _token(header, "bearer")


def _token(header: str, scheme: str) -> str | None:
    given, _, value = header.partition(" ")
    return value.strip() if given.lower() == scheme and value.strip() else None


def fields_of(request: Request) -> dict[str, str]:
    """The fields of a posted form, of a flat JSON object, or of XML; names in lower case."""
    kind, body = request.content_type, request.body
    if kind == "application/x-www-form-urlencoded":
        return _decoded(text_of(body))
    if kind.endswith("/json"):
        return _members(body)
    if kind.endswith(("/xml", "+xml")):
        return {name.lower(): value for name, value in _ELEMENT.findall(text_of(body))}
    return {}


def query_fields(request: Request) -> dict[str, str]:
    """The fields of the target's query, names in lower case."""
    return _decoded(request.query)


def pair_in(fields: Mapping[str, str]) -> Pair | None:
    """Username and password, whatever the usual names of their fields."""
    username = next((fields[name] for name in USERNAME_FIELDS if name in fields), None)
    password = next((fields[name] for name in PASSWORD_FIELDS if name in fields), None)
    return None if password is None else (username or "", password)


def _decoded(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=FIELDS_LIMIT)
    except ValueError:
        return {}
    return {name.lower(): value for name, value in pairs}


def _members(body: bytes) -> dict[str, str]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(parsed, dict):
        return {}
    inner = next((value for value in parsed.values() if isinstance(value, dict)), {})
    return {
        name.lower(): value for name, value in (*inner.items(), *parsed.items()) if isinstance(value, str)
    }
