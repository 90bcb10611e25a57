"""Share links: a secret that lets whoever knows it into a room with a role."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from collab.participant import Role
from server.auth import participants
from server.auth.keys import fingerprint
from server.errors import NotFound, RoomGone
from server.ids import link_secret, short_id
from server.models import LinkRecord


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """What a link grants, and until when."""

    role: Role
    expires_at: int | None = None
    """Milliseconds since the epoch; who joined before stays."""
    max_uses: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link gave to who used it."""

    link_id: str
    role: Role


_REDEEM = (
    update(LinkRecord)
    .where(
        LinkRecord.room_id == bindparam("of_room"),
        LinkRecord.secret_hash == bindparam("hashed"),
        LinkRecord.revoked_at.is_(None),
        or_(LinkRecord.expires_at.is_(None), LinkRecord.expires_at > bindparam("now")),
        or_(LinkRecord.max_uses.is_(None), LinkRecord.uses < LinkRecord.max_uses),
    )
    .values(uses=LinkRecord.uses + 1)
    .returning(LinkRecord.id, LinkRecord.role)
)


def create(
    session: AsyncSession, room_id: str, terms: LinkTerms, now: int
) -> tuple[LinkRecord, str]:
    """A new link and its secret, which can't be read again."""
    secret = link_secret()
    link = LinkRecord(
        id=short_id(),
        room_id=room_id,
        role=terms.role.value,
        secret_hash=fingerprint(secret),
        created_at=now,
        expires_at=terms.expires_at,
        max_uses=terms.max_uses,
        uses=0,
    )
    session.add(link)
    return link, secret


def redeem(connection: Connection, room_id: str, secret: str, now: int) -> Grant:
    """Uses a link once.

    Raises:
        RoomGone: if the secret opens nothing: unknown, expired, used up and revoked look the same.
    """
    terms = {"of_room": room_id, "hashed": fingerprint(secret), "now": now}
    used = connection.execute(_REDEEM, terms).one_or_none()
    if used is None:
        raise RoomGone
    return Grant(used.id, Role(used.role))


async def of_room(session: AsyncSession, room_id: str) -> Sequence[LinkRecord]:
    """The links of a room, the oldest first, revoked ones included."""
    links = await session.scalars(
        select(LinkRecord)
        .where(LinkRecord.room_id == room_id)
        .order_by(LinkRecord.created_at, LinkRecord.id)
    )
    return links.all()


async def revoke(session: AsyncSession, room_id: str, link_id: str, now: int) -> Sequence[str]:
    """Ends a link and the access of all who came by it; returns those participants' ids.

    Raises:
        NotFound: if the room has no such link.
        Conflict: if the room would be left without an owner.
    """
    link = await session.get(LinkRecord, link_id, with_for_update=True)
    if link is None or link.room_id != room_id:
        raise NotFound("This room has no such link.")
    if link.revoked_at is not None:
        return []
    link.revoked_at = now
    ids = await participants.of_link(session, link_id)
    await participants.remove(session, room_id, ids, now)
    return ids
