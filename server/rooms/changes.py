"""Changes to a room and its people: stored first, then told to those who are in it."""

from collections.abc import Sequence

from collab.errors import CloseCode
from collab.hub import Hub
from collab.participant import Role
from server import schemas
from server.auth import links, participants
from server.clock import milliseconds
from server.db import Database
from server.models import ParticipantRecord
from server.rooms import records

REMOVED = "you were removed from this room"
LINK_REVOKED = "the link you came by was revoked"
SIGNED_OUT = "this browser was signed out"


class Changes:
    """One implementation behind two doors: the HTTP routes and the room's commands."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub

    async def change_room(
        self, room_id: str, *, title: str | None = None, runtime: str | None = None
    ) -> schemas.Room:
        """Gives a room another title or runtime; None leaves it as it is.

        Raises:
            RoomGone: if there is no such room.
        """
        async with self._database.write() as session:
            record = await records.get(session, room_id)
            record.title = record.title if title is None else title
            record.runtime = record.runtime if runtime is None else runtime
        changed = schemas.Room.model_validate(record)
        if (room := self._hub.live(room_id)) is not None:
            room.describe(changed.model_dump())
        return changed

    async def change_participant(
        self, room_id: str, participant_id: str, *, role: Role | None, name: str | None
    ) -> ParticipantRecord:
        """Gives a participant another role or name, which holds from their next frame on.

        Raises:
            NotFound: if the room has no such participant.
            Conflict: if the room would be left without an owner.
        """
        async with self._database.write() as session:
            record = await participants.get(session, room_id, participant_id)
            record.name = record.name if name is None else name
            if role is not None:
                await participants.change_role(session, record, role)
        if (room := self._hub.live(room_id)) is not None:
            room.grant(participants.as_participant(record))
        return record

    async def remove_participant(self, room_id: str, participant_id: str) -> None:
        """Takes a participant's access away and ends their sockets.

        Raises:
            NotFound: if the room has no such participant.
            Conflict: if the room would be left without an owner.
        """
        async with self._database.write() as session:
            await participants.get(session, room_id, participant_id)
            await participants.remove(session, room_id, [participant_id], milliseconds())
        self.eject(room_id, [participant_id], REMOVED)

    async def revoke_link(self, room_id: str, link_id: str) -> None:
        """Ends a link, the access of all who came by it, and their sockets.

        Raises:
            NotFound: if the room has no such link.
            Conflict: if the room would be left without an owner.
        """
        async with self._database.write() as session:
            ids = await links.revoke(session, room_id, link_id, milliseconds())
        self.eject(room_id, ids, LINK_REVOKED)

    def eject(self, room_id: str, participant_ids: Sequence[str], reason: str) -> None:
        """Ends participants' sockets for good."""
        if (room := self._hub.live(room_id)) is not None:
            for participant_id in participant_ids:
                room.eject(participant_id, CloseCode.REVOKED, reason)
