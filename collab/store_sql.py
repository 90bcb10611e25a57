"""`Store` on SQLAlchemy: SQLite (embedded) and PostgreSQL by the same statements."""

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from collab import keyframes_sql as keyframes
from collab.generation import FIRST, Generation
from collab.keyframes import Spacing
from collab.segment import encode_segment
from collab.snapshot import PackedSnapshot, pack_snapshot, unpack_snapshot
from collab.store import EventRow, RenewalRow, Row, Snapshot, StoredRoom, UpdateRow
from collab.store_tables import events, for_reading, generations, segments, snapshots, updates
from collab.update import parse_state_vector

Values = dict[str, Any]


class SqlStore:
    """See `collab.store.Store`; the caller owns the engine and its migrations."""

    def __init__(self, engine: AsyncEngine, spacing: Spacing | None = None) -> None:
        self._engine = engine
        self._reading = for_reading(engine)
        self._spacing = spacing or Spacing()

    async def load(self, room_id: str) -> StoredRoom | None:
        """See `Store.load`."""
        async with self._reading.connect() as connection:
            first_seq, generation = await _generation(connection, room_id)
            snapshot = (
                await connection.execute(
                    select(snapshots)
                    .where(snapshots.c.room_id == room_id, snapshots.c.seq >= first_seq)
                    .order_by(snapshots.c.seq.desc())
                    .limit(1)
                )
            ).one_or_none()
            rows = (
                await connection.execute(
                    select(updates.c.seq, updates.c.data)
                    .where(updates.c.room_id == room_id, updates.c.seq >= first_seq)
                    .order_by(updates.c.seq)
                )
            ).all()
            last_event = await connection.scalar(
                select(func.max(events.c.seq)).where(events.c.room_id == room_id)
            )
        if snapshot is None and not rows:
            return None
        covered, stored = 0, []
        if snapshot is not None:
            state = await asyncio.to_thread(unpack_snapshot, snapshot.data, snapshot.sha256)
            covered, stored = snapshot.seq, [state]
        stored += [row.data for row in rows if row.seq > covered]
        return StoredRoom(stored, rows[-1].seq if rows else covered, last_event or 0, generation)

    async def append(self, rows: Sequence[Row]) -> None:
        """See `Store.append`."""
        changed = [row for row in rows if not isinstance(row, EventRow)]
        renewed = [row for row in changed if isinstance(row, RenewalRow)]
        happened = [row for row in rows if isinstance(row, EventRow)]
        async with self._engine.begin() as connection:
            await _append(connection, updates, changed)
            await _append(connection, generations, renewed)
            await _append(connection, events, happened)

    async def compact(self, snapshot: Snapshot) -> None:
        """See `Store.compact`."""
        covered = (updates.c.room_id == snapshot.room_id) & (updates.c.seq <= snapshot.seq)
        # What takes time comes before the transaction: the rows that it moves never change.
        rows = await self._read(covered)
        segment = await asyncio.to_thread(_segments, rows)
        packed = await asyncio.to_thread(pack_snapshot, snapshot.data)
        row = _snapshot_row(snapshot, packed)
        async with self._engine.begin() as connection:
            earlier = await keyframes.lock(connection, snapshot.room_id)
            await _insert(connection, segments, segment)
            moved = await connection.execute(delete(updates).where(covered))
            if moved.rowcount != len(rows):
                raise RuntimeError(f"room {snapshot.room_id} is being compacted by somebody else")
            await keyframes.drop_spare(connection, earlier, snapshot, self._spacing)
            await _insert(connection, snapshots, [row])

    async def uncompacted(self, before: int) -> list[str]:
        """See `Store.uncompacted`."""
        found = select(updates.c.room_id).where(updates.c.at < before, updates.c.seq > 1).distinct()
        async with self._reading.connect() as connection:
            return list(await connection.scalars(found))

    async def forget(self, before: int) -> bool:
        """See `Store.forget`."""
        async with self._reading.connect() as connection:
            room_id = await keyframes.find_overdue(connection, before)
        if room_id is None:
            return False
        async with self._engine.begin() as connection:
            await keyframes.forget(connection, room_id, before)
        return True

    async def erase(self, room_id: str) -> None:
        """See `Store.erase`."""
        async with self._engine.begin() as connection:
            for table in (updates, snapshots, generations, segments, events):
                await connection.execute(delete(table).where(table.c.room_id == room_id))

    async def _read(self, condition: ColumnElement[bool]) -> list[UpdateRow]:
        async with self._reading.connect() as connection:
            found = await connection.execute(
                select(updates).where(condition).order_by(updates.c.seq)
            )
            return [UpdateRow(row.room_id, row.seq, row.at, row.by, row.data) for row in found]


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[Values]) -> None:
    """Adds rows; those that are there already are passed over."""
    if rows:
        await connection.execute(_insertion(connection.dialect, table), rows)


async def _append(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """What `_insert` does, at a fraction of the cost: rows go to the driver as they are."""
    if rows:
        statement, values = _prepared(connection.dialect, table)
        await connection.exec_driver_sql(statement, [*map(values, rows)])


@lru_cache(maxsize=16)
def _prepared(dialect: Dialect, table: Table) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    """An insertion as text, and what takes its parameters from a row."""
    compiled = _insertion(dialect, table).compile(dialect=dialect)
    return str(compiled), attrgetter(*compiled.positiontup or ())


def _insertion(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


async def _generation(connection: AsyncConnection, room_id: str) -> tuple[int, Generation]:
    """The seq that a room's document begins with, and its generation."""
    found = await connection.execute(
        select(generations).where(generations.c.room_id == room_id).order_by(generations.c.seq)
    )
    first_seq, name, retired = 0, FIRST, set[int]()
    for row in found:
        first_seq, name = row.seq, row.generation
        retired.update(parse_state_vector(row.retired))
    return first_seq, Generation(name, frozenset(retired))


def _snapshot_row(snapshot: Snapshot, packed: PackedSnapshot) -> Values:
    return {
        "room_id": snapshot.room_id,
        "seq": snapshot.seq,
        "at": snapshot.at,
        "data": packed.data,
        "sha256": packed.sha256,
    }


def _segments(rows: Sequence[UpdateRow]) -> list[Values]:
    """The updates as one row of history, if there are any."""
    if not rows:
        return []
    first, last = rows[0], rows[-1]
    return [
        {
            "room_id": first.room_id,
            "first_seq": first.seq,
            "last_seq": last.seq,
            "first_at": first.at,
            "last_at": last.at,
            "count": len(rows),
            "data": encode_segment(rows),
        }
    ]
