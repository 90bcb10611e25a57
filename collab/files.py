"""The workspace in a room's document: its files, as the shared types that hold them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pycrdt import Map, Text


@dataclass(frozen=True, slots=True)
class File:
    """One file of a room's workspace as it is now."""

    id: str
    path: str
    text: str


def read_files(map_: Map[object]) -> list[File]:
    """The workspace, sorted by path; entries of a foreign shape are passed over."""
    found = []
    for file_id, entry in entries(map_):
        path, text = path_and_text(entry)
        if path is not None and text is not None:
            found.append(File(file_id, path, str(text)))
    return sorted(found, key=lambda file: (file.path.encode(), file.id))


def text_hash(files: Sequence[File]) -> str:
    """See `Document.text_hash`; `files` as `Document.files` sorts them."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.path.encode() + b"\0" + file.text.encode() + b"\0")
    return digest.hexdigest()


def path_and_text(entry: object) -> tuple[str | None, Text | None]:
    """Of one entry of ``files``; None for what is not there, or of a foreign shape."""
    if not isinstance(entry, Map):
        return None, None
    path, text = get(entry, "path"), get(entry, "text")
    return path if isinstance(path, str) else None, text if isinstance(text, Text) else None


def plain(map_: Map[object]) -> dict[str, object]:
    """Its values; shared types are passed over."""
    return {
        key: value
        for key, value in entries(map_)
        if value is None or isinstance(value, str | int | float | bool | list | dict)
    }


def entries(map_: Map[object]) -> list[tuple[str, object]]:
    """Its keys with their values, as `get`."""
    return [(key, get(map_, key)) for key in map_.keys()]  # noqa: SIM118 - its iterator is mistyped


def get(map_: Map[object], key: str) -> object:
    """A map's value; None also where something stands that is no value, which a foreigner wrote."""
    try:
        return map_[key]
    except KeyError:
        return None
