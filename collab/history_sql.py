"""`History` on SQLAlchemy, over the tables that `collab.store_sql` writes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from collab.errors import PositionAhead, PositionForgotten, RoomNotFound
from collab.history import Span
from collab.segment import decode_segment
from collab.snapshot import DamagedSnapshot, unpack_snapshot
from collab.store import UpdateRow
from collab.store_tables import for_reading, generations, segments, snapshots, updates

PAGE_UPDATES = 5000  # of those that are in no segment yet


class SqlHistory:
    """See `collab.history.History`; the caller owns the engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = for_reading(engine)

    async def span(self, room_id: str) -> Span:
        """See `History.span`."""
        async with self._reading.connect() as connection:
            return await _span(connection, room_id)

    async def updates(self, room_id: str, after: int) -> list[UpdateRow]:
        """See `History.updates`."""
        async with self._reading.connect() as connection:
            if after < (await _span(connection, room_id)).oldest:
                raise PositionForgotten(f"update {after + 1} is not kept any more")
            packed = await connection.scalar(
                select(segments.c.data)
                .where(segments.c.room_id == room_id, segments.c.last_seq > after)
                .order_by(segments.c.last_seq)
                .limit(1)
            )
            if packed is None:
                return await _logged(connection, room_id, after, after + PAGE_UPDATES)
        rows = await asyncio.to_thread(decode_segment, room_id, packed)
        return [row for row in rows if row.seq > after]

    async def position_at(self, room_id: str, at: int) -> int:
        """See `History.position_at`."""
        async with self._reading.connect() as connection:
            span = await _span(connection, room_id)
            if at < span.oldest_at:
                raise PositionForgotten("the room's history begins later")
            logged = await connection.scalar(
                select(func.max(updates.c.seq)).where(
                    updates.c.room_id == room_id, updates.c.at <= at
                )
            )
            packed = await connection.scalar(
                select(segments.c.data)
                .where(segments.c.room_id == room_id, segments.c.first_at <= at)
                .order_by(segments.c.last_seq.desc())
                .limit(1)
            )
        if logged is not None or packed is None:
            return logged or span.oldest
        rows = await asyncio.to_thread(decode_segment, room_id, packed)
        return max(span.oldest, *(row.seq for row in rows if row.at <= at))

    async def past(self, room_id: str, position: int) -> list[bytes]:
        """See `History.past`."""
        async with self._reading.connect() as connection:
            span = await _span(connection, room_id)
            if position < max(span.oldest, 1):
                raise PositionForgotten(f"the room's history begins with update {span.oldest or 1}")
            if position > span.newest:
                raise PositionAhead(f"the room's newest update is number {span.newest}")
            first = await _first_seq(connection, room_id, position)
            keyframe = (
                await connection.execute(
                    select(snapshots)
                    .where(snapshots.c.room_id == room_id)
                    .where(snapshots.c.seq.between(first, position))
                    .order_by(snapshots.c.seq.desc())
                    .limit(1)
                )
            ).one_or_none()
            start = first - 1 if keyframe is None else keyframe.seq
            packed = await connection.scalars(
                select(segments.c.data)
                .where(
                    segments.c.room_id == room_id,
                    segments.c.last_seq > start,
                    segments.c.first_seq <= position,
                )
                .order_by(segments.c.last_seq)
            )
            logged = await _logged(connection, room_id, start, position)

        def unpack() -> list[bytes]:
            state = [] if keyframe is None else [unpack_snapshot(keyframe.data, keyframe.sha256)]
            rows = [row for data in packed for row in decode_segment(room_id, data)] + logged
            return state + [row.data for row in rows if start < row.seq <= position]

        return await asyncio.to_thread(unpack)

    async def stored_bytes(self, room_ids: Sequence[str]) -> Mapping[str, int]:
        """See `History.stored_bytes`."""
        sizes = dict.fromkeys(room_ids, 0)
        async with self._reading.connect() as connection:
            for table in (snapshots, segments, updates):
                found = await connection.execute(
                    select(table.c.room_id, func.sum(func.length(table.c.data)))
                    .where(table.c.room_id.in_(room_ids))
                    .group_by(table.c.room_id)
                )
                for room_id, size in found:
                    sizes[room_id] += int(size)
        return sizes


@dataclass(frozen=True, slots=True)
class _Extent:
    """From where to where a table's rows of a room go."""

    first: int
    last: int
    first_at: int
    last_at: int


async def _span(connection: AsyncConnection, room_id: str) -> Span:
    """Raises `RoomNotFound`."""
    keyframes = await _extent(connection, room_id, snapshots)
    packed = await _extent(connection, room_id, segments, "first_", "last_")
    logged = await _extent(connection, room_id, updates)
    begins = packed or logged
    ends = logged or packed or keyframes
    if ends is None:
        raise RoomNotFound(f"there is no room {room_id}")
    if begins is not None and begins.first == 1:
        return Span(0, begins.first_at, ends.last, ends.last_at)
    if keyframes is None:
        raise DamagedSnapshot(f"room {room_id} has no snapshot; restore it from a backup")
    return Span(keyframes.first, keyframes.first_at, ends.last, ends.last_at)


async def _first_seq(connection: AsyncConnection, room_id: str, position: int) -> int:
    """The update that the document of a position begins with, which may be written anew."""
    renewed = await connection.scalar(
        select(func.max(generations.c.seq)).where(
            generations.c.room_id == room_id, generations.c.seq <= position
        )
    )
    return renewed or 1


async def _extent(
    connection: AsyncConnection, room_id: str, table: Table, first: str = "", last: str = ""
) -> _Extent | None:
    """`first` and `last` go before the names of the columns."""
    seq, at = (first + "seq", last + "seq"), (first + "at", last + "at")
    columns = table.columns
    found = (
        await connection.execute(
            select(
                func.min(columns[seq[0]]),
                func.max(columns[seq[1]]),
                func.min(columns[at[0]]),
                func.max(columns[at[1]]),
            ).where(columns["room_id"] == room_id)
        )
    ).one()
    return None if found[0] is None else _Extent(*found)


async def _logged(
    connection: AsyncConnection, room_id: str, after: int, through: int
) -> list[UpdateRow]:
    """The updates after one position and up to another that are in no segment yet."""
    found = await connection.execute(
        select(updates)
        .where(updates.c.room_id == room_id, updates.c.seq > after, updates.c.seq <= through)
        .order_by(updates.c.seq)
    )
    return [UpdateRow(row.room_id, row.seq, row.at, row.by, row.data) for row in found]
