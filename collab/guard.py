"""Decides whether a parsed update may enter a document: no gaps, no theft of client ids.

pycrdt keeps an update that rests on missing content out of its state, or shows it where yjs shows
nothing; both lose text later. So the document only ever takes updates that are complete.
"""

from collections.abc import Mapping

from collab.errors import PoisonedUpdate, UpdateGap
from collab.structs import Id, ParsedUpdate, Section


class Guard:
    """Follows one document's clocks; every accepted update must be reported to `advance`."""

    def __init__(self, clocks: Mapping[int, int]) -> None:
        self.clocks = dict(clocks)

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
            PoisonedUpdate: it contradicts itself.
        """
        known = self.clocks
        if len(update.sections) == 1:
            ends = {update.sections[0].client: update.sections[0].end}
        else:
            ends = {section.client: section.end for section in update.sections}
        for section in update.sections:
            have = known.get(section.client, 0)
            if section.start > have:
                raise UpdateGap(f"starts at clock {section.start}, have {have}")
            self._check_references(section, have, ends)
        for client, clock, length in update.deletions:
            if clock + length > max(known.get(client, 0), ends.get(client, 0)):
                raise UpdateGap("deletes content that is not here")

    def advance(self, update: ParsedUpdate) -> None:
        """Records an update that has been applied."""
        for section in update.sections:
            if section.end > self.clocks.get(section.client, 0):
                self.clocks[section.client] = section.end

    def _check_references(self, section: Section, have: int, ends: dict[int, int]) -> None:
        for block in section.blocks:
            if block.clock + block.length <= have:
                continue  # known already; yrs passes over it
            for reference in block.references:
                self._check_reference(reference, (section.client, block.clock), ends)

    def _check_reference(self, reference: Id, block: Id, ends: dict[int, int]) -> None:
        client, clock = reference
        if clock >= max(self.clocks.get(client, 0), ends.get(client, 0)):
            raise UpdateGap(f"rests on clock {clock} of client {client}, which is not here")
        if client == block[0] and clock >= block[1]:
            raise PoisonedUpdate("content that rests on itself")
