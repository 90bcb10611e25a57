"""Writes a document anew from what it shows: no trace of what was deleted, or of who wrote it."""

from collections.abc import Iterator
from typing import Any

from pycrdt import Array, Assoc, Doc, Map, StickyIndex, Text

from collab.anchors import lines_of
from collab.breakpoints import read_breakpoints, read_function_breakpoints
from collab.errors import NotRenewable

# The roots that this server knows (docs/protocol.md).
MAPS = ("files", "settings", "configurations")
ROOTS = (*MAPS, "watches", "breakpoints")


def write_anew(doc: Doc[Any]) -> bytes:
    """A document with the same content under one fresh client id, as an update.

    Raises:
        NotRenewable: it has content that can't be carried over; nothing is left out unasked.
    """
    if foreign := set(doc.keys()).difference(ROOTS):
        raise NotRenewable(f"it holds what another program put there: {', '.join(sorted(foreign))}")
    fresh: Doc[Any] = Doc()
    with doc.transaction(), fresh.transaction():
        for root in MAPS:
            target: Map[Any] = fresh.get(root, type=Map)
            for key, value in _items(doc.get(root, type=Map), root):
                target[key] = value
        watches: Array[Any] = fresh.get("watches", type=Array)
        watches.extend([_copy(watch, "watches") for watch in doc.get("watches", type=Array)])
    _anchor_anew(doc, fresh)
    return fresh.get_update()


def _anchor_anew(doc: Doc[Any], fresh: Doc[Any]) -> None:
    """Copies the breakpoints, each to the line where it stands; one that has none is left out.

    Those on functions stand nowhere, and are copied as they are.
    """
    found = {one.id: one for one in read_breakpoints(doc) if one.anchor is not None}
    lines = lines_of(doc.get_update(), [one.anchor for one in found.values() if one.anchor])
    source: Map[Any] = doc.get("breakpoints", type=Map)
    target: Map[Any] = fresh.get("breakpoints", type=Map)
    for function in read_function_breakpoints(doc):
        target[function.id] = Map(dict(_items(source[function.id], f"breakpoints/{function.id}")))
    for id_, one in found.items():
        line = lines.get(one.anchor) if one.anchor else None
        anchor = line and _anchor(fresh.get("files", type=Map)[line.file]["text"], line.number)
        if anchor:
            copied = dict(_items(source[id_], f"breakpoints/{id_}"))
            target[id_] = Map(copied | {"anchor": anchor})


def _anchor(text: Text, line: int) -> dict[str, Any] | None:
    """The relative position of a line's first character that is no blank, if there is one.

    The text was written in one piece, so that the ids of its UTF-16 units follow each other.
    """
    rows = str(text).split("\n")
    row = rows[line - 1]
    before = "".join(f"{one}\n" for one in rows[: line - 1]) + row[: len(row) - len(row.lstrip())]
    if len(before) >= len(str(text)):
        return None
    first: dict[str, Any] = StickyIndex.new(text, 0, Assoc.AFTER).to_json()
    item = first["item"]
    units = len(before.encode("utf-16-le")) // 2
    return first | {"item": item | {"clock": item["clock"] + units}}


def _copy(value: object, place: str) -> object:
    match value:
        case Map():
            return Map(dict(_items(value, place)))
        case Array():
            return Array([_copy(inner, place) for inner in value])
        case Text():
            return Text(_plain(value, place))
        case None | bool() | int() | float() | str() | bytes() | list() | dict():
            return value
        case _:
            raise NotRenewable(f"{place} is of a kind that this server does not know")


def _items(map_: Map[Any], place: str) -> Iterator[tuple[str, object]]:
    for key in map_.keys():  # noqa: SIM118 - its iterator is mistyped
        try:
            value = map_[key]
        except KeyError:
            raise NotRenewable(f"{place}/{key} is no value") from None
        yield key, _copy(value, f"{place}/{key}")


def _plain(text: Text, place: str) -> str:
    parts = []
    for part, marks in text.diff():
        if marks or not isinstance(part, str):
            raise NotRenewable(f"{place} is formatted, not plain text")
        parts.append(part)
    return "".join(parts)
