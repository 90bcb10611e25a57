"""What a Yjs update holds, as far as a server must know it (yjs, src/structs)."""

from dataclasses import dataclass
from enum import IntEnum

MAX_CLOCK = 2**31 - 1  # yrs keeps clocks in 32 bits; past that they wrap and the document is lost

Id = tuple[int, int]
"""A client id and a clock: the name of one unit of content."""


class Content(IntEnum):
    """The low five bits of a block's first byte (yjs, src/structs/Content*.js)."""

    GC = 0
    DELETED = 1
    JSON = 2
    BINARY = 3
    STRING = 4
    EMBED = 5
    FORMAT = 6
    TYPE = 7
    ANY = 8
    DOC = 9
    SKIP = 10


class Shared(IntEnum):
    """The shared types (yjs, src/structs/ContentType.js, typeRefs)."""

    ARRAY = 0
    MAP = 1
    TEXT = 2
    XML_ELEMENT = 3
    XML_FRAGMENT = 4
    XML_TEXT = 6


@dataclass(slots=True)
class Block:
    """A run of content by one client, and the units that it rests on."""

    clock: int
    length: int
    content: Content
    left: Id | None = None
    """The unit that it was put after."""
    right: Id | None = None
    """The unit that it was put before."""
    parent: Id | str | None = None
    """The shared type that it is in, where no neighbour tells: a unit, or the name of a root."""
    key: str | None = None
    """Of the entry of `parent` that it is."""
    shared: Shared | None = None
    """What type it is, if it is one."""
    low_surrogates: tuple[int, ...] = ()
    """The clocks that are the second half of a character outside the basic plane."""


@dataclass(slots=True)
class Section:
    """All blocks of one client, from clock `start` up to but without `end`."""

    client: int
    start: int
    end: int
    blocks: list[Block]


@dataclass(slots=True)
class ParsedUpdate:
    """What an update holds: inserted sections, and deleted ranges (client, clock, length)."""

    sections: list[Section]
    deletions: list[tuple[int, int, int]]
