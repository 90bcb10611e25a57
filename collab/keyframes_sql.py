"""Which snapshots stay as keyframes, and what is forgotten, inside the transactions of `store_sql`.

The snapshots of a room are locked first: on PostgreSQL a compaction and a forgetting that met would
each remove the keyframe that the other one relies on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collab.keyframes import Spacing
from collab.store import Snapshot
from collab.store_tables import events, segments, snapshots

SEGMENTS_AT_ONCE = 64  # forgotten in one transaction; on SQLite all other writers wait for it


@dataclass(frozen=True, slots=True)
class Stored:
    """A snapshot, without its data."""

    seq: int
    at: int
    size: int


async def lock(connection: AsyncConnection, room_id: str) -> list[Stored]:
    """The room's snapshots, the newest first; nobody else removes one until the commit."""
    found = await connection.execute(
        select(snapshots.c.seq, snapshots.c.at, func.length(snapshots.c.data))
        .where(snapshots.c.room_id == room_id)
        .order_by(snapshots.c.seq.desc())
        .with_for_update()
    )
    return [Stored(*row) for row in found]


async def drop_spare(
    connection: AsyncConnection, stored: Sequence[Stored], new: Snapshot, spacing: Spacing
) -> None:
    """Removes the snapshot before a new one, unless history needs it as a keyframe.

    It stays where history begins, and where the stretch from the keyframe before it to the new one
    would be too long.
    """
    earlier = [snapshot for snapshot in stored if snapshot.seq < new.seq]
    if not earlier:
        return
    start = earlier[1].seq if len(earlier) > 1 else 0
    stretch = (
        await connection.execute(
            select(
                func.min(segments.c.first_seq).label("first_seq"),
                func.min(segments.c.first_at).label("first_at"),
                func.sum(func.length(segments.c.data)).label("size"),
            ).where(segments.c.room_id == new.room_id, segments.c.last_seq > start)
        )
    ).one()
    since = earlier[1].at if len(earlier) > 1 else stretch.first_at
    if stretch.first_seq != start + 1 or spacing.is_exceeded(
        earlier[0].size, stretch.size, new.at - since
    ):
        return
    await connection.execute(
        delete(snapshots).where(
            snapshots.c.room_id == new.room_id, snapshots.c.seq == earlier[0].seq
        )
    )


async def find_overdue(connection: AsyncConnection, before: int) -> str | None:
    """A room with history that ended before a time and can be forgotten."""
    room_id: str | None = await connection.scalar(
        select(segments.c.room_id).join(snapshots, _ends_at_keyframe(before)).limit(1)
    )
    return room_id


async def forget(connection: AsyncConnection, room_id: str, before: int) -> None:
    """Removes the oldest of a room's history that ended before a time, and events as old."""
    await lock(connection, room_id)
    of_room = segments.c.room_id == room_id
    cut = (
        select(func.max(segments.c.last_seq))
        .join(snapshots, _ends_at_keyframe(before))
        .where(of_room)
        .scalar_subquery()
    )
    oldest = (
        select(segments.c.last_seq)
        .where(of_room, segments.c.last_seq <= cut)
        .order_by(segments.c.last_seq)
        .limit(SEGMENTS_AT_ONCE)
        .subquery()
    )
    through = await connection.scalar(select(func.max(oldest.c.last_seq)))
    if through is None:
        return
    last_event = select(func.max(events.c.seq)).where(events.c.room_id == room_id).scalar_subquery()
    for table, gone in (
        (segments, segments.c.last_seq <= through),
        (snapshots, snapshots.c.seq < through),
        (events, and_(events.c.at < before, events.c.seq < last_event)),
    ):
        await connection.execute(delete(table).where(table.c.room_id == room_id, gone))


def _ends_at_keyframe(before: int) -> ColumnElement[bool]:
    """Joins the segments that ended before a time with the keyframes that they lead up to."""
    return and_(
        segments.c.last_at < before,
        snapshots.c.room_id == segments.c.room_id,
        snapshots.c.seq == segments.c.last_seq,
    )
