"""Rooms as stored: what people see of them. Their documents are collab's."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import RoomGone
from server.models import RoomRecord


async def get(session: AsyncSession, room_id: str) -> RoomRecord:
    """One room.

    Raises:
        RoomGone: if there is none of that id.
    """
    room = await session.get(RoomRecord, room_id)
    if room is None:
        raise RoomGone
    return room


_ROOM = select(RoomRecord.__table__).where(RoomRecord.id == bindparam("room"))


def find(connection: Connection, room_id: str) -> RoomRecord:
    """As `get`, for a transaction in one go; the record is the caller's."""
    found = connection.execute(_ROOM, {"room": room_id}).mappings().one_or_none()
    if found is None:
        raise RoomGone
    return RoomRecord(**found)


async def newest(session: AsyncSession, limit: int) -> Sequence[RoomRecord]:
    """The rooms created last, the newest first."""
    found = await session.scalars(
        select(RoomRecord).order_by(RoomRecord.created_at.desc()).limit(limit)
    )
    return found.all()


async def remove(session: AsyncSession, room_id: str) -> None:
    """Deletes a room with its links, participants and runs."""
    await session.execute(delete(RoomRecord).where(RoomRecord.id == room_id))
