"""What a Yjs update holds, as far as a server must know it (yjs, src/structs)."""

from dataclasses import dataclass

MAX_CLOCK = 2**31 - 1  # yrs keeps clocks in 32 bits; past that they wrap and the document is lost

Id = tuple[int, int]
"""A client id and a clock: the name of one unit of content."""


@dataclass(slots=True)
class Block:
    """A run of content by one client, and the units that it rests on."""

    clock: int
    length: int
    left: Id | None = None
    """The unit that it was put after."""
    right: Id | None = None
    """The unit that it was put before."""
    parent: Id | None = None
    """The shared type that it is in, where neither neighbour tells."""
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
