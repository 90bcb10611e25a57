"""The past of rooms, as it is kept: who changed what when, and the document as it was.

A position is the number of an update (`UpdateRow.seq`), and means the state right after it. What is
durable counts, whether the room is open or not.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from collab.document import Document
from collab.store import UpdateRow


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a room's history is kept."""

    oldest: int
    """The first position; what comes after it is kept whole. 0: nothing was forgotten."""
    oldest_at: int
    """Milliseconds since the epoch, as `newest_at`."""
    newest: int
    newest_at: int


class History(Protocol):
    """Reads the past of rooms; every method raises `RoomNotFound` where nothing is stored."""

    async def span(self, room_id: str) -> Span:
        """From where to where a room's history is kept."""

    async def updates(self, room_id: str, after: int) -> list[UpdateRow]:
        """The next updates after a position, in order: a few thousand; none at the end.

        Raises:
            PositionForgotten: some of them are not kept any more.
        """

    async def position_at(self, room_id: str, at: int) -> int:
        """The position of a time (milliseconds): its last update. A time to come has the newest.

        Raises:
            PositionForgotten: history begins later.
        """

    async def past(self, room_id: str, position: int) -> list[bytes]:
        """The updates that make the document of a position, in order, from the nearest keyframe.

        Raises:
            PositionForgotten: history begins later.
            PositionAhead: history has not come that far.
        """

    async def stored_bytes(self, room_ids: Sequence[str]) -> Mapping[str, int]:
        """What the documents of these rooms and their history take, compressed as they are."""


async def document_at(history: History, room_id: str, position: int) -> Document:
    """The document as it was right after an update; made in a thread. Raises as `History.past`."""
    return await asyncio.to_thread(Document, await history.past(room_id, position))
