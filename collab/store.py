"""What a room needs of durable storage, and the shape of what it keeps there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from collab.generation import Generation


class UpdateRow(NamedTuple):
    """One accepted Yjs update, v1, exactly as it came."""

    room_id: str
    seq: int
    """1, 2, … per room, in apply order."""
    at: int
    """Milliseconds since the epoch."""
    by: str | None
    """Participant id; None: the server itself."""
    data: bytes


class EventRow(NamedTuple):
    """One event of the room's log."""

    room_id: str
    seq: int
    at: int
    type: str
    body: str
    """The whole event as JSON text."""


class RenewalRow(NamedTuple):
    """A document written anew: what came before this row is history, and no part of it any more."""

    room_id: str
    seq: int
    """In the order of updates, of which this is the new document's first."""
    at: int
    by: str | None
    generation: str
    """What the new document is called; see `collab.generation`."""
    retired: bytes
    """The state vector of the document before it."""
    data: bytes
    """The new document as one update."""


Row = UpdateRow | RenewalRow | EventRow


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document's whole state as one update, standing for all updates up to `seq`."""

    room_id: str
    seq: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """All that is needed to open a room; `updates` are those after the snapshot, in order."""

    updates: list[bytes]
    update_seq: int
    event_seq: int
    generation: Generation = field(default_factory=Generation)


class Store(Protocol):
    """Durable storage of rooms' documents and event logs."""

    async def load(self, room_id: str) -> StoredRoom | None:
        """Reads a room's newest snapshot (as the first of `updates`) and what came after it.

        After a renewal that is the document since then, with the client ids of all before it.
        Returns None when nothing is stored under that id. A failure is raised, never an empty room.
        """

    async def append(self, rows: Sequence[Row]) -> None:
        """Stores rows, all or none, durably on return.

        Rows stored already are passed over: a call whose answer was lost may be repeated.
        """

    async def compact(self, snapshot: Snapshot) -> None:
        """Replaces the updates that a snapshot covers by it, in one transaction.

        They move into one compressed segment of the room's history. The snapshot before it goes,
        or stays as a keyframe: every position of what is kept can be replayed from one.
        """

    async def uncompacted(self, before: int) -> list[str]:
        """The rooms with updates older than that which are not compacted; times in milliseconds.

        A first update alone doesn't count: it is the document of a room that nobody entered yet.
        """

    async def forget(self, before: int) -> bool:
        """Removes history that ended before a time, up to a keyframe; whether there was any.

        Takes a bounded piece of one room in a transaction: call it until nothing is left. What is
        needed to load a room stays, and what is kept can be replayed.
        """

    async def erase(self, room_id: str) -> None:
        """Removes everything that is stored of a room."""
