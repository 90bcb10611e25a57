"""Rooms as stored: what people see of them. Their documents are collab's."""

from collections.abc import Sequence

from sqlalchemy import delete, select
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


async def newest(session: AsyncSession, limit: int) -> Sequence[RoomRecord]:
    """The rooms created last, the newest first."""
    found = await session.scalars(
        select(RoomRecord).order_by(RoomRecord.created_at.desc()).limit(limit)
    )
    return found.all()


async def remove(session: AsyncSession, room_id: str) -> None:
    """Deletes a room with its links, participants and runs."""
    await session.execute(delete(RoomRecord).where(RoomRecord.id == room_id))
