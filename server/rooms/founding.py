"""How a room comes to be: its first document, its links, its record."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from collab.hub import Hub
from collab.participant import Role
from executor.languages import Runtime
from server import ids
from server.auth import links
from server.auth.links import LinkTerms
from server.clock import milliseconds
from server.errors import Invalid
from server.models import RoomRecord
from server.schemas import FieldError
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """A room to be."""

    title: str
    runtime: Runtime
    files: Sequence[tuple[str, str]] | None = None
    """(path, text); None for the runtime's template."""


@dataclass(frozen=True, slots=True)
class Founded:
    """A new room, and the secrets of its links."""

    room: RoomRecord
    secrets: dict[Role, str]


async def write_document(hub: Hub, plan: Plan, settings: Settings) -> str:
    """Stores the room's first document; returns the room's id.

    This comes before the record: a room that can be found has a document, whenever power fails.

    Raises:
        Invalid: if the files are more or larger than a room may hold.
    """
    files = plan.runtime.template if plan.files is None else plan.files
    too_large = [path for path, text in files if len(text.encode()) > settings.file_bytes]
    if too_large or len(files) > settings.room_files:
        raise Invalid(
            f"A room holds at most {settings.room_files} files of"
            f" {settings.file_bytes.human_readable()} each here.",
            [FieldError(field=path, message="too large") for path in too_large],
        )
    room_id = ids.room_id()
    await hub.create(room_id, files, {})
    return room_id


async def record_room(session: AsyncSession, room_id: str, plan: Plan) -> Founded:
    """Makes the room known, with a link for each role."""
    now = milliseconds()
    room = RoomRecord(id=room_id, title=plan.title, runtime=plan.runtime.id, created_at=now)
    session.add(room)
    await session.flush()
    secrets = {role: links.create(session, room_id, LinkTerms(role), now)[1] for role in Role}
    return Founded(room, secrets)
