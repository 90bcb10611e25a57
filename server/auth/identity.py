"""Who is calling: one check for the HTTP routes and the room socket alike."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, select

from collab.participant import Participant, Role
from server.auth.permissions import Action, may, weaker
from server.auth.tokens import AccessTokens, Claims, TokenUse
from server.db import Database
from server.errors import AccessRevoked, Forbidden, RoomGone, Unauthenticated
from server.models import ParticipantRecord, RefreshTokenRecord, RoomRecord

_Found = Row[str, str, str, str, str]


class Door(Enum):
    """Where in the request a token stood."""

    HEADER = auto()
    SUBPROTOCOL = auto()
    QUERY = auto()
    """In the URL, which ends up in logs and histories: only API tokens may come this way."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An authenticated participant of one room, as of the moment it was checked."""

    participant_id: str
    room_id: str
    role: Role
    """The role in force: the participant's, or the weaker one that an API token was made with."""
    name: str
    color: str
    expires_at: int
    """Seconds since the epoch; the token's end."""
    use: TokenUse

    @property
    def participant(self) -> Participant:
        """The same person in collab's terms."""
        return Participant(self.participant_id, self.name, self.role, self.color)

    def require(self, action: Action) -> None:
        """Refuses what the role does not allow.

        Raises:
            Forbidden: naming the role and the action.
        """
        if not may(self.role, action):
            raise Forbidden(f"A room's {self.role.value} may not do this ({action.value}).")


class Authenticator:
    """Turns tokens into identities, asking the database what is still in force."""

    def __init__(self, database: Database, tokens: AccessTokens) -> None:
        self._database = database
        self._tokens = tokens

    async def authenticate(self, token: str, door: Door = Door.HEADER) -> Identity:
        """The participant that a token stands for.

        Raises:
            Unauthenticated: if the token is invalid, expired, or may not come by this door.
            AccessRevoked: if the participant was removed, or the link they came by was revoked.
            RoomGone: if the room was deleted.
        """
        claims = self._tokens.verify(token)
        if door is Door.QUERY and claims.use is not TokenUse.API:
            raise Unauthenticated("Only an API token may stand in a URL.")
        participant = await self._participant(claims)
        role = Role(participant.role)
        return Identity(
            participant_id=participant.id,
            room_id=participant.room_id,
            role=weaker(role, claims.role) if claims.use is TokenUse.API else role,
            name=participant.name,
            color=participant.color,
            expires_at=claims.expires_at,
            use=claims.use,
        )

    async def _participant(self, claims: Claims) -> _Found:
        found = await self._database.look_up(partial(_find, claims))
        if found is None:
            raise RoomGone
        if found.id is None:
            raise AccessRevoked
        return found


def _find(claims: Claims, connection: Connection) -> _Found | None:
    """A row if the room exists; with its participant's columns only if nothing was revoked."""
    named = {"in_room": claims.room_id, "who": claims.participant_id}
    if claims.stay is None:
        return connection.execute(_BY_API, named).one_or_none()
    return connection.execute(_BY_STAY, named | {"stay": claims.stay}).one_or_none()


def _in_force(*conditions: ColumnElement[bool]) -> Select[str, str, str, str, str]:
    return (
        select(
            RoomRecord.id.label("room_id"),
            ParticipantRecord.id,
            ParticipantRecord.role,
            ParticipantRecord.name,
            ParticipantRecord.color,
        )
        .select_from(RoomRecord)
        .outerjoin(
            ParticipantRecord,
            and_(
                ParticipantRecord.room_id == RoomRecord.id,
                ParticipantRecord.id == bindparam("who"),
                ParticipantRecord.revoked_at.is_(None),
                *conditions,
            ),
        )
        .where(RoomRecord.id == bindparam("in_room"))
    )


_BY_API = _in_force()
_BY_STAY = _in_force(
    select(RefreshTokenRecord.family)
    .where(
        RefreshTokenRecord.family == bindparam("stay"),
        RefreshTokenRecord.participant_id == bindparam("who"),
        RefreshTokenRecord.revoked_at.is_(None),
    )
    .exists()
)
