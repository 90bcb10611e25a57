"""The people of a room, as stored."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from collab.participant import Participant, Role
from server.errors import Conflict, NotFound
from server.ids import short_id
from server.models import ParticipantRecord, RefreshTokenRecord, values_of

# Told apart on white and on dark, also by people who see red and green alike (after Okabe and Ito).
COLORS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7b61c4", "#b8860b",
    "#c2304b", "#1f8a9e", "#5a7d1e", "#a0522d", "#4a6fd4", "#b5489a",
)  # fmt: skip


def as_participant(record: ParticipantRecord) -> Participant:
    """The record in collab's terms."""
    return Participant(record.id, record.name, Role(record.role), record.color)


_COUNT = select(func.count()).where(ParticipantRecord.room_id == bindparam("of_room"))

_INSERT = insert(ParticipantRecord)


def add(connection: Connection, participant: ParticipantRecord) -> None:
    """Stores a new participant, with an id and the colour that the fewest others have."""
    before = connection.execute(_COUNT, {"of_room": participant.room_id}).scalar_one()
    participant.id = short_id()
    participant.color = COLORS[before % len(COLORS)]
    connection.execute(_INSERT, values_of(participant))


async def of_room(session: AsyncSession, room_id: str) -> Sequence[ParticipantRecord]:
    """Everybody who has joined a room and was not removed, in the order they came."""
    found = await session.scalars(
        select(ParticipantRecord)
        .where(ParticipantRecord.room_id == room_id, ParticipantRecord.revoked_at.is_(None))
        .order_by(ParticipantRecord.created_at, ParticipantRecord.id)
    )
    return found.all()


async def names(session: AsyncSession, room_id: str) -> dict[str, str]:
    """What everybody who ever joined a room is called, by id; those who were removed too."""
    found = await session.execute(
        select(ParticipantRecord.id, ParticipantRecord.name).where(
            ParticipantRecord.room_id == room_id
        )
    )
    return {row.id: row.name for row in found}


async def of_link(session: AsyncSession, link_id: str) -> Sequence[str]:
    """The ids of those who came by a link and were not removed."""
    found = await session.scalars(
        select(ParticipantRecord.id).where(
            ParticipantRecord.link_id == link_id, ParticipantRecord.revoked_at.is_(None)
        )
    )
    return found.all()


async def get(session: AsyncSession, room_id: str, participant_id: str) -> ParticipantRecord:
    """One participant of a room.

    Raises:
        NotFound: if there is none of that id, or they were removed.
    """
    found = await session.get(ParticipantRecord, participant_id)
    if found is None or found.room_id != room_id or found.revoked_at is not None:
        raise NotFound("This room has no such participant.")
    return found


async def change_role(session: AsyncSession, participant: ParticipantRecord, role: Role) -> None:
    """Gives a participant another role.

    Raises:
        Conflict: if the room would be left without an owner.
    """
    participant.role = role.value
    await _require_owner(session, participant.room_id)


async def remove(session: AsyncSession, room_id: str, ids: Sequence[str], now: int) -> None:
    """Takes participants' access away, for good.

    Raises:
        Conflict: if the room would be left without an owner.
    """
    await session.execute(
        update(ParticipantRecord).where(ParticipantRecord.id.in_(ids)).values(revoked_at=now)
    )
    await session.execute(
        update(RefreshTokenRecord)
        .where(RefreshTokenRecord.participant_id.in_(ids))
        .values(revoked_at=now)
    )
    await _require_owner(session, room_id)


async def _require_owner(session: AsyncSession, room_id: str) -> None:
    owners = await session.scalar(
        select(func.count()).where(
            ParticipantRecord.room_id == room_id,
            ParticipantRecord.role == Role.OWNER.value,
            ParticipantRecord.revoked_at.is_(None),
        )
    )
    if not owners:
        raise Conflict("A room needs an owner: make another participant one first.")
