"""The order in which the blocks of one update can be put into a document."""

from collections.abc import Iterator, Mapping

from collab.errors import PoisonedUpdate
from collab.structs import Block, Section


def in_causal_order(sections: list[Section]) -> Iterator[tuple[int, Block]]:
    """The blocks of an update, each after those that it rests on.

    Raises:
        PoisonedUpdate: some rest on each other.
    """
    done = {section.client: section.start for section in sections}
    fresh = {section.client: section.blocks[::-1] for section in sections}
    for first in fresh:
        waiting = {first: None}
        while waiting:
            client = next(reversed(waiting))
            if not fresh[client]:
                waiting.popitem()
                continue
            block = fresh[client][-1]
            missing = _missing(block, client, done)
            if missing is None:
                yield client, fresh[client].pop()
                done[client] = block.clock + block.length
                if len(waiting) > 1:
                    waiting.popitem()
            elif missing in waiting:
                raise PoisonedUpdate("contents that rest on each other")
            else:
                waiting[missing] = None


def _missing(block: Block, client: int, done: Mapping[int, int]) -> int | None:
    """The client in the same update whose content must come before a block."""
    for unit in (block.left, block.right, block.parent):
        if (
            isinstance(unit, tuple)
            and unit[0] != client
            and unit[1] >= done.get(unit[0], unit[1] + 1)
        ):
            return unit[0]
    return None
