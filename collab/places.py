"""Where the units of a document are: in which list, and between which others they were put.

A list is the sequence of one shared type, or the values that one key of a map has had. Kept per run
of units that follow each other, in arrays: 29 bytes for each run, and a run is what yjs keeps as
one item at most.
"""

import secrets
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from enum import IntEnum

from collab.errors import PoisonedUpdate
from collab.structs import Block, Content, Id, Shared


class Kind(IntEnum):
    """What kind of list it is, which decides what may be in it."""

    COLLECTED = 0
    """None any more: its type was deleted."""
    ENTRY = 1
    ARRAY = 2
    MAP = 3
    TEXT = 4
    XML = 5
    ROOT = 6
    """The sequence of a root type that only its application knows."""


Place = int
"""One list; its lowest bits are its `Kind`."""

COLLECTED: Place = 0
ROOTS = {
    "files": Kind.MAP,
    "settings": Kind.MAP,
    "configurations": Kind.MAP,
    "breakpoints": Kind.MAP,
    "watches": Kind.ARRAY,
}
_SEQUENCES = {
    Shared.ARRAY: Kind.ARRAY,
    Shared.MAP: Kind.MAP,
    Shared.TEXT: Kind.TEXT,
    Shared.XML_ELEMENT: Kind.XML,
    Shared.XML_FRAGMENT: Kind.XML,
    Shared.XML_TEXT: Kind.TEXT,
}
_KIND_MASK, _WORD = 7, 2**64 - 1
_UNRESOLVED: Place = _WORD
_NOBODY = _WORD
_SALT = secrets.randbits(60)  # nobody can make two lists that look like one
_TYPE = 16  # added to a shared type, it tells it from other content


def kind_of(place: Place) -> Kind:
    """Of a list."""
    return Kind(place & _KIND_MASK)


class _Runs:
    """The runs of one client, in order of their clocks; `end` is where the last one ends."""

    __slots__ = ("clocks", "contents", "end", "lefts", "places", "rights")

    def __init__(self) -> None:
        self.end = 0
        self.clocks = array("I")
        self.contents = bytearray()
        self.places = array("Q")
        self.lefts = array("Q")
        self.rights = array("Q")

    def truncate(self, count: int, end: int) -> None:
        for column in (self.clocks, self.contents, self.places, self.lefts, self.rights):
            del column[count:]
        self.end = end


class Places:
    """Follows one document. What is put counts as an attempt until `keep`; `forget` undoes it.

    What is in the document already is given to `load` before, and then arranged by `settle`.
    """

    def __init__(self) -> None:
        self._runs: dict[int, _Runs] = {}
        self._numbers: dict[int, int] = {}
        self._clients: list[int] = []
        self._attempt: dict[int, tuple[int, int]] = {}
        self._known_clients = 0
        self._within_units: list[tuple[_Runs, int, Id, str | None]] = []
        """Runs that were loaded, and the shared type and key where they are."""

    def load(self, client: int, block: Block) -> None:
        """Takes the next block of a client from the encoded document."""
        place: Place | None = _UNRESOLVED
        if block.content is Content.GC:
            place = COLLECTED
        elif self.is_continued(client, block):
            place = None
        elif isinstance(block.parent, str):
            place = self.inside(block.parent, block.key)
        self.put(client, block, place)
        if isinstance(block.parent, tuple):
            runs = self._runs[client]
            self._within_units.append((runs, len(runs.places) - 1, block.parent, block.key))

    def settle(self) -> Iterator[None]:
        """Finds the places of what was loaded, a small step at a time."""
        for runs, index, parent, key in self._within_units:
            runs.places[index] = self.inside(parent, key)
            yield
        self._within_units.clear()
        for runs in self._runs.values():
            for index, place in enumerate(runs.places):
                if place == _UNRESOLVED:
                    yield from self._resolve(runs, index)
        self.keep()

    def keep(self) -> None:
        """What was put is part of the document."""
        self._attempt.clear()
        self._known_clients = len(self._clients)

    def forget(self) -> None:
        """What was put since the last `keep` never came to be."""
        for client, (count, end) in self._attempt.items():
            if count:
                self._runs[client].truncate(count, end)
            else:
                del self._runs[client]
        for client in self._clients[self._known_clients :]:
            del self._numbers[client]
        del self._clients[self._known_clients :]
        self._attempt.clear()

    def is_continued(self, client: int, block: Block) -> bool:
        """Whether a block just goes on with the last run of its client, as typing does."""
        runs = self._runs.get(client)
        return (
            runs is not None
            and runs.end == block.clock
            and block.left == (client, block.clock - 1)
            and runs.contents[-1] == block.content
            and block.shared is None
            and runs.rights[-1] == self._pack(block.right)
        )

    def put(self, client: int, block: Block, place: Place | None) -> None:
        """Notes the next block of a client; None: it is continued, and in the list it was in."""
        runs = self._runs.get(client)
        if runs is None:
            runs = self._runs[client] = _Runs()
        if client not in self._attempt:
            self._attempt[client] = len(runs.clocks), runs.end
        if place is not None:
            runs.clocks.append(block.clock)
            runs.contents.append(_content(block))
            runs.places.append(place)
            runs.lefts.append(self._pack(block.left))
            runs.rights.append(self._pack(block.right))
        runs.end = block.clock + block.length

    def extend(self, client: int, length: int) -> None:
        """Notes that a client goes on with its last run; that counts as kept."""
        self._runs[client].end += length

    def place(self, unit: Id) -> Place:
        """The list that a unit is in."""
        runs, index = self._find(unit)
        return runs.places[index]

    def inside(self, parent: Id | str, key: str | None) -> Place:
        """The list of a shared type, or of a key in it.

        Raises:
            PoisonedUpdate: the parent is no shared type.
        """
        if isinstance(parent, str):
            kind = ROOTS.get(parent, Kind.ROOT)
        else:
            runs, index = self._find(parent)
            content = runs.contents[index]
            if content in (Content.GC, Content.DELETED):
                return COLLECTED
            if content < _TYPE:
                raise PoisonedUpdate("content in what is no shared type")
            kind = _SEQUENCES[Shared(content - _TYPE)]
        if key is not None:
            kind = Kind.ENTRY
        return hash((_SALT, parent, key)) & (_WORD - _KIND_MASK) | kind

    def left_of(self, unit: Id) -> Id | None:
        """What a unit was put after."""
        client, clock = unit
        runs, index = self._find(unit)
        if runs.clocks[index] < clock:
            return client, clock - 1
        left = runs.lefts[index]
        return None if left == _NOBODY else self._unit(left)

    def right_of(self, unit: Id) -> Id | None:
        """What a unit was put before."""
        runs, index = self._find(unit)
        right = runs.rights[index]
        return None if right == _NOBODY else self._unit(right)

    def _resolve(self, runs: _Runs, index: int) -> Iterator[None]:
        """Finds the place of a run, which a neighbour tells, and of all on the way there."""
        first = runs, index
        while (place := runs.places[index]) == _UNRESOLVED:
            runs, index = self._neighbour(runs, index)
            yield
        runs, index = first
        while runs.places[index] == _UNRESOLVED:
            runs.places[index] = place
            runs, index = self._neighbour(runs, index)
            yield

    def _neighbour(self, runs: _Runs, index: int) -> tuple[_Runs, int]:
        left = runs.lefts[index]
        return self._find(self._unit(left if left != _NOBODY else runs.rights[index]))

    def _find(self, unit: Id) -> tuple[_Runs, int]:
        client, clock = unit
        runs = self._runs[client]
        index = len(runs.clocks) - 1
        if clock < runs.clocks[index]:
            index = bisect_right(runs.clocks, clock) - 1
        return runs, index

    def _pack(self, unit: Id | None) -> int:
        if unit is None:
            return _NOBODY
        client, clock = unit
        number = self._numbers.get(client)
        if number is None:
            number = self._numbers[client] = len(self._clients)
            self._clients.append(client)
        return number << 32 | clock

    def _unit(self, packed: int) -> Id:
        return self._clients[packed >> 32], packed & 0xFFFFFFFF


def _content(block: Block) -> int:
    return block.content if block.shared is None else _TYPE + block.shared
