"""Decides whether a parsed update may enter a document: complete, and cut between characters.

pycrdt keeps an update that rests on missing content out of its state, or shows it where yjs shows
nothing. An edit between the two halves of a character (yjs counts UTF-16 units) makes yjs replace
both by U+FFFD, while yrs keeps the character. Both end in text that differs for ever, so neither
gets in.
"""

from collections.abc import Callable, Mapping

from collab.errors import PoisonedUpdate, UpdateGap
from collab.structs import Block, Id, ParsedUpdate, Section


class Guard:
    """Follows one document; every update that was applied must be reported to `advance`."""

    def __init__(self, clocks: Mapping[int, int]) -> None:
        self.clocks = dict(clocks)
        self._low_surrogates: set[Id] = set()

    def new_clients(self, update: ParsedUpdate) -> set[int]:
        """The client ids under which the update brings content that is not here yet."""
        known = self.clocks
        return {
            section.client
            for section in update.sections
            if section.end > known.get(section.client, 0)
        }

    def check(self, update: ParsedUpdate) -> None:
        """Lets an update pass.

        Raises:
            UpdateGap: it rests on content that is not here.
            PoisonedUpdate: it contradicts itself, or splits a character.
        """
        ends = {section.client: section.end for section in update.sections}
        for section in update.sections:
            have = self.clocks.get(section.client, 0)
            if section.start > have:
                raise UpdateGap(f"starts at clock {section.start}, have {have}")
            self._check_section(section, have, ends)
        for client, clock, length in update.deletions:
            if clock + length > max(self.clocks.get(client, 0), ends.get(client, 0)):
                raise UpdateGap("deletes content that is not here")
        fresh = _low_surrogates(update)
        if self._low_surrogates or fresh:
            self._check_characters(update, fresh)

    def advance(self, update: ParsedUpdate) -> None:
        """Records an update that has been applied."""
        for section in update.sections:
            if section.end > self.clocks.get(section.client, 0):
                self.clocks[section.client] = section.end
        self._low_surrogates.update(_low_surrogates(update))

    def remember(self, update: ParsedUpdate) -> None:
        """Records the characters of a document that was loaded with the clocks of this guard."""
        self._low_surrogates.update(_low_surrogates(update))

    def _check_section(self, section: Section, have: int, ends: dict[int, int]) -> None:
        for block in section.blocks:
            if block.clock + block.length <= have:
                continue  # known already; yrs passes over it
            for unit in (block.left, block.right, block.parent):
                if unit is not None:
                    self._check_unit(unit, (section.client, block.clock), ends)

    def _check_unit(self, unit: Id, block: Id, ends: dict[int, int]) -> None:
        client, clock = unit
        if clock >= max(self.clocks.get(client, 0), ends.get(client, 0)):
            raise UpdateGap(f"rests on clock {clock} of client {client}, which is not here")
        if client == block[0] and clock >= block[1]:
            raise PoisonedUpdate("content that rests on itself")

    def _check_characters(self, update: ParsedUpdate, fresh: set[Id]) -> None:
        known = self._low_surrogates

        def is_low(client: int, clock: int) -> bool:
            return (client, clock) in known or (client, clock) in fresh

        for section in update.sections:
            have = self.clocks.get(section.client, 0)
            for block in section.blocks:
                if block.clock + block.length > have and _is_within_character(block, is_low):
                    raise PoisonedUpdate("text is put into the middle of a character")
        for client, clock, length in update.deletions:
            if is_low(client, clock) or is_low(client, clock + length):
                raise PoisonedUpdate("half of a character is deleted")


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
