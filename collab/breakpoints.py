"""Breakpoints and watches in a room's document; what is of a foreign shape is passed over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pycrdt import Array, Doc, Map

from collab.structs import Id
from collab.varint import MAX_SAFE_INTEGER

MAX_BREAKPOINTS = 1000  # that are read of one document
MAX_WATCHES = 200
MAX_TEXT = 4000  # of a condition, a log message, an expression; longer ones are cut


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One breakpoint.

    Attributes:
        file: the id of its file.
        anchor: the character that it sticks to; None for the end of the file.
    """

    id: str
    file: str
    anchor: Id | None
    condition: str = ""
    hit_condition: str = ""
    log_message: str = ""
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class FunctionBreakpoint:
    """A function to stop at, by its name."""

    id: str
    function: str
    condition: str = ""
    hit_condition: str = ""
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """An expression that the room watches."""

    id: str
    expression: str


def read_breakpoints(doc: Doc[Any]) -> list[Breakpoint]:
    """A document's breakpoints on lines, sorted by id."""
    found = (_breakpoint(id_, entry) for id_, entry in _entries(doc))
    return [breakpoint_ for breakpoint_ in found if breakpoint_ is not None]


def read_function_breakpoints(doc: Doc[Any]) -> list[FunctionBreakpoint]:
    """A document's breakpoints on functions, sorted by id."""
    found = (_function_breakpoint(id_, entry) for id_, entry in _entries(doc))
    return [breakpoint_ for breakpoint_ in found if breakpoint_ is not None]


def read_watches(doc: Doc[Any]) -> list[Watch]:
    """What a document's room watches, in its order."""
    root: Array[Any] = doc.get("watches", type=Array)
    found = (_watch(entry) for entry in islice(root, MAX_WATCHES))
    return [watch for watch in found if watch is not None]


def _entries(doc: Doc[Any]) -> list[tuple[str, Map[Any]]]:
    root: Map[Any] = doc.get("breakpoints", type=Map)
    ids = sorted(root.keys())[:MAX_BREAKPOINTS]
    found = ((id_, root.get(id_)) for id_ in ids)
    return [(id_, entry) for id_, entry in found if isinstance(entry, Map)]


def _breakpoint(id_: str, entry: Map[Any]) -> Breakpoint | None:
    """Read one; None if it has no place."""
    get = entry.get
    file, anchor = get("file"), _anchor(get("anchor"))
    if not isinstance(file, str) or anchor is None:
        return None
    item = anchor.get("item")
    character = _id(item)
    if item is not None and character is None:
        return None
    return Breakpoint(
        id=id_,
        file=file,
        anchor=character,
        condition=_text(get("condition")),
        hit_condition=_text(get("hitCondition")),
        log_message=_text(get("logMessage")),
        is_enabled=get("enabled") is not False,
    )


def _function_breakpoint(id_: str, entry: Map[Any]) -> FunctionBreakpoint | None:
    """Read one; None if it has no function, or is on a line."""
    get = entry.get
    function = _text(get("function"))
    if not function or isinstance(get("file"), str):
        return None
    return FunctionBreakpoint(
        id=id_,
        function=function,
        condition=_text(get("condition")),
        hit_condition=_text(get("hitCondition")),
        is_enabled=get("enabled") is not False,
    )


def _watch(entry: object) -> Watch | None:
    """Read one; None if there is nothing to watch."""
    if not isinstance(entry, Mapping):
        return None
    id_, expression = entry.get("id"), _text(entry.get("expression"))
    return Watch(id_, expression) if isinstance(id_, str) and expression else None


def _anchor(value: object) -> Mapping[Any, Any] | None:
    """A relative position in JSON form: as the object, or as text that some clients make of it."""
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, Mapping) else None


def _id(item: object) -> Id | None:
    if not isinstance(item, Mapping):
        return None
    client, clock = _whole(item.get("client")), _whole(item.get("clock"))
    return None if client is None or clock is None else (client, clock)


def _whole(value: object) -> int | None:
    """A number that is whole: yjs stores it as a float where it has more than 31 bits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MAX_SAFE_INTEGER and value == int(value) else None


def _text(value: object) -> str:
    return value.strip()[:MAX_TEXT] if isinstance(value, str) else ""
