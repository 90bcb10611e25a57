"""On which line a character is that a yjs relative position names.

pycrdt resolves such a position wrongly as soon as the text has a character of more than one byte:
it adds units of UTF-16 to bytes. So a mark is put right behind the character, by an update as any
editor would send it, in a copy of the document; where the mark shows, there it is. That holds for a
character that was deleted, too: it shows where it was. What was collected with its file has no
place.
"""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from pycrdt import Doc, Map, Text

from collab.encoded import read_document
from collab.loading import load
from collab.ranges import are_within
from collab.structs import Content, Id
from collab.update import parse_state_vector, parse_update
from collab.varint import block as as_block
from collab.varint import varuint

HAS_LEFT = 0x80


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, counted from 1."""

    file: str
    number: int


def lines_of(document: bytes, anchors: Collection[Id]) -> dict[Id, Line]:
    """Find the lines of characters.

    Args:
        document: all of it, as one update.
        anchors: characters; those that are not in it are left out of the answer.
    """
    if not anchors:
        return {}
    doc = load([document])
    clocks = parse_state_vector(doc.get_state())
    known = [anchor for anchor in anchors if anchor[1] < clocks.get(anchor[0], 0)]
    deleted = parse_update(doc.get_update(doc.get_state())).deletions
    low_surrogates = {
        (client, clock)
        for client, block in read_document(document)
        for clock in block.low_surrogates
    }
    marks = {anchor: f"\x01{secrets.token_hex(8)}\x01" for anchor in known}
    free = (client for client in count() if client not in clocks)  # the lowest stay closest
    for (anchor, mark), client in zip(marks.items(), free, strict=False):
        doc.apply_update(_insertion(client, _last_unit(anchor, low_surrogates), mark))
    found: dict[Id, Line] = {}
    for file, text in _texts(doc):
        for anchor, mark in marks.items():
            at = text.find(mark)
            if at >= 0:
                before = text[:at]
                is_break = before.endswith("\n") and not are_within([(*anchor, 1)], deleted)
                found[anchor] = Line(file, before.count("\n") + 1 - is_break)
    return found


def _last_unit(character: Id, low_surrogates: Collection[Id]) -> Id:
    """The unit behind which nothing of a character is left: some have two."""
    second = (character[0], character[1] + 1)
    return second if second in low_surrogates else character


def _insertion(client: int, left: Id, text: str) -> bytes:
    """An update by which a client puts text right behind a unit."""
    section = varuint(1) + varuint(1) + varuint(client) + varuint(0)
    place = bytes([HAS_LEFT | Content.STRING]) + varuint(left[0]) + varuint(left[1])
    nothing_deleted = varuint(0)
    return section + place + as_block(text.encode()) + nothing_deleted


def _texts(doc: Doc[Any]) -> Iterator[tuple[str, str]]:
    files: Map[Any] = doc.get("files", type=Map)
    for file in files.keys():  # noqa: SIM118 - its iterator is mistyped
        entry = files.get(file)
        text = entry.get("text") if isinstance(entry, Map) else None
        if isinstance(text, Text):
            yield file, str(text)
