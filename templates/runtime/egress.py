"""Closes a decky's way out, and disguises it: loads the nftables rulesets that the engine wrote."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
from typing import NamedTuple

import changes
import refusals

NFT = "/usr/sbin/nft"
TABLE = "decnet"
OPEN = "open"
"""Stands for the digest where the fleet asks for no rules."""

_COUNTED = re.compile(r"packets \d+ bytes \d+")


class RulesRefused(Exception):
    """The kernel did not take the rules: what nft said."""


class WayOut(NamedTuple):
    """What stands, and the sockets that tell what comes of it."""

    digest: str
    refusals: socket.socket | None
    changes: socket.socket | None


def close(rules: str) -> WayOut:
    """Loads the ruleset, all of it or nothing; needs CAP_NET_ADMIN."""
    if rules == "":
        return WayOut(OPEN, None, None)
    refused = refusals.listen()
    _nft("--file", "-", given=rules)
    # Not earlier, or it would hear of our own change; not later, or the listing could be of somebody else's.
    changed = changes.listen()
    return WayOut(digest(_nft("--terse", "list", "table", "inet", TABLE)), refused, changed)


def disguise(rules: str) -> None:
    """Loads the rules that make the network stack look like another's, all of them or none; needs CAP_NET_ADMIN."""
    if rules != "":
        _nft("--file", "-", given=rules)


def digest(listing: str) -> str:
    """16 hex digits that tell a table by its listing, whatever it has counted."""
    return hashlib.sha256(_COUNTED.sub("", listing).encode()).hexdigest()[:16]


def _nft(*arguments: str, given: str = "") -> str:
    done = subprocess.run([NFT, *arguments], input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RulesRefused(done.stderr.strip() or f"{NFT} ended with {done.returncode}")
    return done.stdout
