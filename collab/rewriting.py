"""Writes a document anew from what it shows: no trace of what was deleted, or of who wrote it."""

from collections.abc import Iterator
from typing import Any

from pycrdt import Array, Doc, Map, Text

from collab.errors import NotRenewable

ROOTS = ("files", "settings")  # the maps that this server knows (docs/protocol.md)


def write_anew(doc: Doc[Any]) -> bytes:
    """A document with the same content under one fresh client id, as an update.

    Raises:
        NotRenewable: it has content that can't be carried over; nothing is left out unasked.
    """
    if foreign := set(doc.keys()).difference(ROOTS):
        raise NotRenewable(f"it holds what another program put there: {', '.join(sorted(foreign))}")
    fresh: Doc[Any] = Doc()
    with doc.transaction(), fresh.transaction():
        for root in ROOTS:
            target: Map[Any] = fresh.get(root, type=Map)
            for key, value in _items(doc.get(root, type=Map), root):
                target[key] = value
    return fresh.get_update()


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
