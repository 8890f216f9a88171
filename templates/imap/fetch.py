"""FETCH (RFC 3501 section 6.4.5): what of a message a client wants, and how it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from grammar import Node, Unreadable, parse, text_of
from message import Message, literal

MACROS = {
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"),
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"FULL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY"),
}
ITEMS_LIMIT = 32


def items_of(nodes: Sequence[Node]) -> list[bytes]:
    """The items that were asked for, macros spelled out."""
    if len(nodes) != 1:
        raise Unreadable("Invalid arguments")
    first = nodes[0]
    words = [text_of(node) for node in first] if isinstance(first, list) else [text_of(first)]
    if len(words) == 1 and words[0].upper() in MACROS:
        return list(MACROS[words[0].upper()])
    if not 0 < len(words) <= ITEMS_LIMIT:
        raise Unreadable("Invalid arguments")
    return words


def marks_seen(items: Sequence[bytes]) -> bool:
    """Whether one of the items sets \\Seen: a body that is not peeked at."""
    return any(
        item.upper().startswith(b"BODY[") or item.upper() in (b"RFC822", b"RFC822.TEXT") for item in items
    )


def fetched(message: Message, items: Sequence[bytes]) -> bytes:
    """What stands in the brackets of `* n FETCH (…)`; raises `Unreadable` for an item that does not exist."""
    return b" ".join(_item(message, item) for item in items)


def _item(message: Message, item: bytes) -> bytes:
    name = item.upper()
    if name.startswith((b"BODY[", b"BODY.PEEK[")):
        return _section(message, item)
    simple = {
        b"BODY": lambda: message.structure(extended=False),
        b"BODYSTRUCTURE": lambda: message.structure(extended=True),
        b"ENVELOPE": lambda: message.envelope,
        b"FLAGS": lambda: message.flag_list,
        b"INTERNALDATE": lambda: message.internal_date,
        b"RFC822": lambda: literal(message.raw),
        b"RFC822.HEADER": lambda: literal(message.header),
        b"RFC822.SIZE": lambda: b"%d" % len(message.raw),
        b"RFC822.TEXT": lambda: literal(message.text),
        b"UID": lambda: b"%d" % message.uid,
    }
    make = simple.get(name)
    if make is None:
        raise Unreadable("Unknown parameter: " + name[:64].decode("ascii", "replace"))
    return name + b" " + make()


def _section(message: Message, item: bytes) -> bytes:
    """`BODY[HEADER.FIELDS (FROM)]<0.100>`."""
    begin = item.index(b"[")
    section, closed, partial = item[begin + 1 :].rpartition(b"]")
    if not closed:
        raise Unreadable("BODY[] parameter is missing ']'")
    data = _part(message, section)
    label = b"BODY[" + section.upper() + b"]"
    if partial:
        offset, length = _partial(partial)
        data = data[offset : offset + length]
        label += b"<%d>" % offset
    return label + b" " + literal(data)


def _part(message: Message, section: bytes) -> bytes:
    name, *rest = parse(section, []) or [b""]
    kind = text_of(name).upper()
    if kind in (b"HEADER.FIELDS", b"HEADER.FIELDS.NOT"):
        if len(rest) != 1 or not isinstance(rest[0], list):
            raise Unreadable("Invalid BODY[..] parameter")
        names = {text_of(node).lower() for node in rest[0]}
        return message.header_without(names, only=kind == b"HEADER.FIELDS")
    parts = {
        b"": message.raw,
        b"HEADER": message.header,
        b"1.MIME": message.header,
        b"TEXT": message.text,
        b"1": message.text,
    }
    if kind in parts:
        return parts[kind]
    if kind[:1].isdigit():
        # A part that this message does not have is empty.
        return b""
    raise Unreadable("Invalid BODY[..] parameter: Unknown section")


def _partial(text: bytes) -> tuple[int, int]:
    offset, _, length = text.strip(b"<>").partition(b".")
    if not (text[:1] == b"<" and text[-1:] == b">" and offset.isdigit() and length.isdigit()):
        raise Unreadable("Invalid BODY[..] parameter: Invalid partial")
    if max(len(offset), len(length)) > 10:
        raise Unreadable("Invalid BODY[..] parameter: Invalid partial")
    return int(offset), int(length)
