"""Hears when somebody changes the rules.

The kernel tells every change of an nftables table to a multicast group of its network namespace, with
the table's name (linux/netfilter/nf_tables.h). Joining needs CAP_NET_ADMIN; listening afterwards needs
nothing.
"""

from __future__ import annotations

import socket

import netlink

GROUP = 7
"""NFNLGRP_NFTABLES."""
SUBSYSTEM = 10
"""NFNL_SUBSYS_NFTABLES: the upper byte of a message's type."""
INET = 1
"""NFPROTO_INET."""
TABLE_NAME = 1
"""The attribute has this type in the messages of every kind: NFTA_TABLE_NAME, NFTA_RULE_TABLE and so on."""


def listen() -> socket.socket:
    """A socket that hears of changes from now on."""
    link = netlink.connect(groups=1 << (GROUP - 1))
    link.setblocking(False)
    return link


def concern(data: bytes, table: str) -> bool:
    """Whether one read tells of a change in this table of family inet: Docker has others beside it."""
    return any(
        kind >> 8 == SUBSYSTEM and body[:1] == bytes([INET]) and _table(body) == table.encode()
        for kind, body in netlink.messages(data)
    )


def _table(body: bytes) -> bytes:
    named = dict(netlink.attributes(body[netlink.FAMILY_HEADER :]))
    return named.get(TABLE_NAME, b"").rstrip(b"\0")
