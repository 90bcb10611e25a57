"""`Store` on SQLAlchemy: SQLite (embedded) and PostgreSQL by the same statements."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from collab.generation import FIRST, Generation
from collab.segment import encode_segment
from collab.store import EventRow, RenewalRow, Row, Snapshot, StoredRoom, UpdateRow
from collab.store_tables import events, generations, segments, snapshots, updates
from collab.update import parse_state_vector


class DamagedSnapshot(Exception):
    """A stored snapshot is not what was written; restore the database from a backup."""


class SqlStore:
    """See `collab.store.Store`; the caller owns the engine and its migrations."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def load(self, room_id: str) -> StoredRoom | None:
        """See `Store.load`."""
        async with self._engine.connect() as connection:
            first_seq, generation = await _generation(connection, room_id)
            snapshot = (
                await connection.execute(
                    select(snapshots).where(
                        snapshots.c.room_id == room_id, snapshots.c.seq >= first_seq
                    )
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
        covered = 0 if snapshot is None else snapshot.seq
        stored = [] if snapshot is None else [_verified(snapshot.data, snapshot.sha256)]
        stored += [row.data for row in rows if row.seq > covered]
        return StoredRoom(stored, rows[-1].seq if rows else covered, last_event or 0, generation)

    async def append(self, rows: Sequence[Row]) -> None:
        """See `Store.append`."""
        async with self._engine.begin() as connection:
            await self._insert(
                connection, updates, [r for r in rows if isinstance(r, UpdateRow | RenewalRow)]
            )
            await self._insert(
                connection, generations, [r for r in rows if isinstance(r, RenewalRow)]
            )
            await self._insert(connection, events, [r for r in rows if isinstance(r, EventRow)])

    async def compact(self, snapshot: Snapshot) -> None:
        """See `Store.compact`."""
        covered = (updates.c.room_id == snapshot.room_id) & (updates.c.seq <= snapshot.seq)
        async with self._engine.begin() as connection:
            await self._move_to_history(connection, snapshot.room_id, covered)
            await connection.execute(
                delete(snapshots).where(snapshots.c.room_id == snapshot.room_id)
            )
            await connection.execute(
                snapshots.insert().values(
                    room_id=snapshot.room_id,
                    seq=snapshot.seq,
                    at=snapshot.at,
                    data=snapshot.data,
                    sha256=hashlib.sha256(snapshot.data).digest(),
                )
            )

    async def erase(self, room_id: str) -> None:
        """See `Store.erase`."""
        async with self._engine.begin() as connection:
            for table in (updates, snapshots, generations, segments, events):
                await connection.execute(delete(table).where(table.c.room_id == room_id))

    async def _insert(self, connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        is_sqlite = connection.dialect.name == "sqlite"
        insert = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
        names = [column.name for column in table.columns]
        values: list[dict[str, Any]] = [
            {name: getattr(row, name) for name in names} for row in rows
        ]
        await connection.execute(insert.on_conflict_do_nothing(), values)

    async def _move_to_history(
        self, connection: AsyncConnection, room_id: str, covered: ColumnElement[bool]
    ) -> None:
        found = await connection.execute(select(updates).where(covered).order_by(updates.c.seq))
        rows = [UpdateRow(row.room_id, row.seq, row.at, row.by, row.data) for row in found]
        if not rows:
            return
        await connection.execute(
            segments.insert().values(
                room_id=room_id,
                first_seq=rows[0].seq,
                last_seq=rows[-1].seq,
                first_at=rows[0].at,
                last_at=rows[-1].at,
                count=len(rows),
                data=await asyncio.to_thread(encode_segment, rows),
            )
        )
        await connection.execute(delete(updates).where(covered))


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


def _verified(data: bytes, sha256: bytes) -> bytes:
    if hashlib.sha256(data).digest() != sha256:
        raise DamagedSnapshot("the snapshot's checksum is wrong; restore it from a backup")
    return data
