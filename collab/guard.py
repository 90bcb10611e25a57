"""Decides whether a parsed update may enter a document: complete, in place, between characters.

pycrdt keeps an update that rests on missing content out of its state, or shows it where yjs shows
nothing. An edit between the two halves of a character (yjs counts UTF-16 units) makes yjs replace
both by U+FFFD, while yrs keeps the character. Neighbours
in two lists, or content where its like can't be, are read by each in its own way, and differently
in another order of arrival. All end in text that differs for ever, so none gets in.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from collab.causal_order import in_causal_order
from collab.continuation import Continuation
from collab.encoded import read_document
from collab.errors import PoisonedUpdate, UpdateGap
from collab.places import COLLECTED, Kind, Place, Places, kind_of
from collab.structs import Block, Content, Id, ParsedUpdate, Section

_VALUES = {Content.DELETED, Content.BINARY, Content.ANY, Content.DOC, Content.TYPE}
_WRITING = {Content.DELETED, Content.STRING, Content.EMBED, Content.FORMAT, Content.TYPE}
_FITTING = {
    Kind.COLLECTED: frozenset(Content),
    Kind.ENTRY: _VALUES,
    Kind.ARRAY: _VALUES,
    Kind.MAP: frozenset[Content](),
    Kind.TEXT: _WRITING,
    Kind.XML: {Content.DELETED, Content.TYPE},
    Kind.ROOT: _VALUES | _WRITING,
}


class Source(Protocol):
    """The document as it is."""

    def encoded(self) -> bytes:
        """All of it, as one update."""

    def is_collected(self, unit: Id) -> bool:
        """Whether a unit is in a type that was deleted, and collected with it."""


class Guard:
    """Follows one document; every update that was applied must be reported to `advance`.

    What it must know of the document besides is read from `source` by `index`, or by the first
    check. That takes some microseconds for each item.
    """

    def __init__(self, clocks: Mapping[int, int], source: Source) -> None:
        self.clocks = dict(clocks)
        self._source = source
        self._places: Places | None = None
        self._unread: list[ParsedUpdate] | None = None
        """What was applied since `index` began to read; None: it did not."""
        self._placed: ParsedUpdate | None = None
        """What `_places` holds as an attempt."""
        self._low_surrogates: set[Id] = set()

    @property
    def is_ready(self) -> bool:
        """Whether it knows the document; else the next check takes long."""
        return self._places is not None

    def index(self) -> Iterator[None]:
        """Gets to know the document as it is when this begins, a small step at a time.

        What is applied meanwhile is brought in at the end.
        """
        unread = self._unread = []
        places = Places()
        yield from self._read(places)
        yield from places.settle()
        for update in unread:
            self._keep(update, places)
        self._places, self._unread = places, None

    def new_clients(self, update: ParsedUpdate) -> set[int]:
        """The client ids under which the update brings content that is not here yet."""
        known = self.clocks
        return {
            section.client
            for section in update.sections
            if section.end > known.get(section.client, 0)
        }

    def check_repeats(self, update: ParsedUpdate) -> None:
        """Lets an update be cut where what is here ends.

        Raises:
            PoisonedUpdate: that is within a character.
        """
        for section in update.sections:
            have = self.clocks.get(section.client, 0)
            if any(have in block.low_surrogates for block in section.blocks):
                raise PoisonedUpdate("known content that ends within a character")

    def check(self, update: ParsedUpdate) -> list[tuple[Id, Id]]:
        """Lets an update pass that repeats nothing.

        Returns pairs of neighbours for which only the document itself can tell that the first
        comes before the second, as it must.

        Raises:
            UpdateGap: it rests on content that is not here.
            PoisonedUpdate: it contradicts itself or the document, or splits a character.
        """
        places = self._known()
        if self._is_typing(update, places):
            return []
        ends = {section.client: section.end for section in update.sections}
        for section in update.sections:
            have = self.clocks.get(section.client, 0)
            if section.start != have:
                raise UpdateGap(f"starts at clock {section.start}, have {have}")
            self._check_section(section, ends)
        for client, clock, length in update.deletions:
            if clock + length > max(self.clocks.get(client, 0), ends.get(client, 0)):
                raise UpdateGap("deletes content that is not here")
        fresh = _low_surrogates(update)
        if self._low_surrogates or fresh:
            self._check_characters(update, fresh)
        return self._place(update, places) if update.sections else []

    def advance(self, update: ParsedUpdate) -> None:
        """Records an update that has been applied."""
        if self._unread is not None:
            self._unread.append(update)
        if self._places is not None and update.sections:
            self._keep(update, self._places)
        for section in update.sections:
            if section.end > self.clocks.get(section.client, 0):
                self.clocks[section.client] = section.end
            for block in section.blocks:
                if block.low_surrogates:
                    self._low_surrogates.update(
                        (section.client, clock) for clock in block.low_surrogates
                    )

    def lets_on(self, typing: Continuation) -> bool:
        """Whether typing may go on: its client wrote nothing since, and nothing is in between."""
        return (
            self._placed is None
            and self._places is not None
            and self.clocks.get(typing.client) == typing.clock
        )

    def advance_typing(self, typing: Continuation, length: int) -> None:
        """Records typing that went on, as `lets_on` allowed."""
        self._known().extend(typing.client, length)
        typing.clock += length
        self.clocks[typing.client] = typing.clock

    def _keep(self, update: ParsedUpdate, places: Places) -> None:
        if self._placed is not update:
            self._place(update, places)
        places.keep()
        self._placed = None

    def _known(self) -> Places:
        while self._places is None:
            deque(self.index(), maxlen=0)
        return self._places

    def _read(self, places: Places) -> Iterator[None]:
        for client, block in read_document(self._source.encoded()):
            places.load(client, block)
            for clock in block.low_surrogates:
                self._low_surrogates.add((client, clock))
            yield

    def _is_typing(self, update: ParsedUpdate, places: Places) -> bool:
        """Whether a client just goes on where it wrote last, which was found sound then."""
        if update.deletions or len(update.sections) != 1:
            return False
        (section,) = update.sections
        if len(section.blocks) != 1:
            return False
        if self._placed is not None:
            places.forget()
        if not places.is_continued(section.client, section.blocks[0]):
            return False
        places.put(section.client, section.blocks[0], None)
        self._placed = update
        return True

    def _check_section(self, section: Section, ends: dict[int, int]) -> None:
        for block in section.blocks:
            for unit in (block.left, block.right, block.parent):
                if isinstance(unit, tuple):
                    self._check_unit(unit, (section.client, block.clock), ends)

    def _check_unit(self, unit: Id, block: Id, ends: dict[int, int]) -> None:
        client, clock = unit
        if clock >= max(self.clocks.get(client, 0), ends.get(client, 0)):
            raise UpdateGap(f"rests on clock {clock} of client {client}, which is not here")
        if client == block[0] and clock >= block[1]:
            raise PoisonedUpdate("content that rests on itself")

    def _place(self, update: ParsedUpdate, places: Places) -> list[tuple[Id, Id]]:
        """Finds the place of each block and holds it to it; returns what `check` does."""
        places.forget()
        self._placed = update
        doubts: list[tuple[Id, Id]] = []
        for client, block in in_causal_order(update.sections):
            if places.is_continued(client, block):
                place = None
            elif block.content is Content.GC:
                place = COLLECTED
            else:
                place = self._place_of(block, places)
                if place != COLLECTED:
                    doubts += _doubts(block, places)
            places.put(client, block, place)
        return doubts

    def _place_of(self, block: Block, places: Places) -> Place:
        """The place of a block, which it must fit."""
        units = [unit for unit in (block.left, block.right) if unit is not None]
        if block.parent is not None:
            place = places.inside(block.parent, block.key)
        else:
            found = {places.place(unit) for unit in units}
            place = self._merge(units, places) if len(found) > 1 else found.pop()
        kind = kind_of(place)
        if block.content not in _FITTING[kind]:
            raise PoisonedUpdate(f"content {block.content.name} in a list of kind {kind.name}")
        if kind is Kind.ENTRY and block.right is not None:
            raise PoisonedUpdate("a map's value before another")
        return place

    def _merge(self, units: list[Id], places: Places) -> Place:
        """The place between units that are noted as being in two; they may be collected by now."""
        living = [unit for unit in units if places.place(unit) != COLLECTED]
        if len(living) == len(units) or not all(map(self._source.is_collected, living)):
            raise PoisonedUpdate("content in two lists at once")
        return COLLECTED

    def _check_characters(self, update: ParsedUpdate, fresh: set[Id]) -> None:
        known = self._low_surrogates

        def is_low(client: int, clock: int) -> bool:
            return (client, clock) in known or (client, clock) in fresh

        for section in update.sections:
            if any(_is_within_character(block, is_low) for block in section.blocks):
                raise PoisonedUpdate("text is put into the middle of a character")
        for client, clock, length in update.deletions:
            if is_low(client, clock) or is_low(client, clock + length):
                raise PoisonedUpdate("half of a character is deleted")


def _doubts(block: Block, places: Places) -> list[tuple[Id, Id]]:
    """What must be in this order besides, for the neighbours of a block to have been neighbours.

    Whoever puts something between two units knows what these were put between: so none of that is
    between them. Mostly one was put right beside the other, and nothing is left to ask.

    Raises:
        PoisonedUpdate: they can't have been neighbours.
    """
    left, right = block.left, block.right
    before = places.left_of(right) if right else None
    after = places.right_of(left) if left else None
    if left is None or right is None:
        if before is not None or after is not None:
            raise PoisonedUpdate("content at an end that was none")
        return []
    if before == left or after == right:
        return []
    doubts = [(left, right)]
    if before is not None:
        doubts.append((before, left))
    if after is not None:
        doubts.append((right, after))
    return doubts


def _low_surrogates(update: ParsedUpdate) -> set[Id]:
    return {
        (section.client, clock)
        for section in update.sections
        for block in section.blocks
        for clock in block.low_surrogates
    }


def _is_within_character(block: Block, is_low: Callable[[int, int], bool]) -> bool:
    left, right = block.left, block.right
    return (left is not None and is_low(left[0], left[1] + 1)) or (
        right is not None and is_low(*right)
    )
