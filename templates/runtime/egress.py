"""Closes a decky's way out, and disguises it: loads the nftables rulesets that the engine wrote."""

from __future__ import annotations

import hashlib
import re
import subprocess

NFT = "/usr/sbin/nft"
TABLE = ("inet", "decnet")
OPEN = "open"
"""Stands for the digest where the fleet asks for no rules."""

_COUNTED = re.compile(r"packets \d+ bytes \d+")


class RulesRefused(Exception):
    """The kernel did not take the rules: what nft said."""


def load(rules: str) -> str:
    """Loads the ruleset, all of it or nothing; needs CAP_NET_ADMIN. Answers the digest of what stands then."""
    if rules == "":
        return OPEN
    _nft("--file", "-", given=rules)
    return digest(_nft("list", "table", *TABLE))


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
