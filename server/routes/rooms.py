"""Rooms: create, join, read, change, delete."""

from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from server import schemas
from server.auth import links
from server.auth.identity import Identity
from server.auth.permissions import Action
from server.auth.refresh import Stay
from server.clock import milliseconds
from server.errors import RoomGone
from server.models import ParticipantRecord, RoomRecord
from server.operations import Operation, address_of, no_content, parse, reply
from server.rooms import records
from server.rooms.renewal import renew
from server.routes.admission import admit, found_room, reply_with_cookie, resolve_runtime, settle
from server.state import Request


async def create_room(request: Request) -> Response:
    """Make a room and become its owner. No account is needed."""
    request.state["limits"].rooms.take(address_of(request))
    room, stay, urls = await found_room(request, await parse(request, schemas.RoomCreation))
    created = schemas.RoomCreated(**dict(admit(request, room, stay)), links=urls)
    return reply_with_cookie(request, created, stay, status=201)


async def join_room(request: Request) -> Response:
    """Exchange a share link's secret for access to its room."""
    address, limits = address_of(request), request.state["limits"]
    limits.joins.take(address)
    wanted = await parse(request, schemas.JoinRequest)
    room_id, refresh_tokens = request.path_params["room_id"], request.state["refresh_tokens"]

    def join(connection: Connection) -> tuple[RoomRecord, Stay]:
        now = milliseconds()
        grant = links.redeem(connection, room_id, wanted.secret, now)
        guest = ParticipantRecord(
            room_id=room_id,
            link_id=grant.link_id,
            name=wanted.name,
            role=grant.role.value,
            created_at=now,
        )
        return records.find(connection, room_id), settle(connection, refresh_tokens, guest)

    try:
        room, stay = await request.state["database"].transact(join)
    except RoomGone:
        limits.misses.take(address)
        raise
    return reply_with_cookie(request, admit(request, room, stay), stay)


async def read_room(request: Request, identity: Identity) -> Response:
    """The room's title and runtime."""
    room = await request.state["database"].look_up(partial(records.find, room_id=identity.room_id))
    return reply(schemas.Room.model_validate(room))


async def update_room(request: Request, identity: Identity) -> Response:
    """Change the room's title or its runtime, for everybody."""
    wanted = await parse(request, schemas.RoomUpdate)
    runtime = wanted.runtime and resolve_runtime(request, wanted.runtime).id
    changes = request.state["changes"]
    return reply(await changes.change_room(identity.room_id, title=wanted.title, runtime=runtime))


async def delete_room(request: Request, identity: Identity) -> Response:
    """Delete the room with all that is in it; everybody is out at once."""
    await request.state["hub"].erase(identity.room_id)
    request.state["stage"].erased(identity.room_id)
    async with request.state["database"].write() as session:
        await records.remove(session, identity.room_id)
    request.state["package_sweep"].soon()
    return no_content()


async def renew_room(request: Request, identity: Identity) -> Response:
    """Write the room's document anew from what it shows, without what was deleted from it.

    Whoever is in the room joins it afresh. A room with content of other programs is refused (409).
    """
    return reply(await renew(request.state["hub"], identity.room_id))


OPERATIONS = [
    Operation(
        "POST",
        "/api/rooms",
        create_room,
        takes=schemas.RoomCreation,
        gives=schemas.RoomCreated,
        status=201,
        max_body=lambda settings: 2 * settings.archive_bytes,  # as JSON, with escapes
    ),
    Operation(
        "POST",
        "/api/rooms/{room_id}/join",
        join_room,
        takes=schemas.JoinRequest,
        gives=schemas.Joined,
    ),
    Operation("GET", "/api/rooms/{room_id}", read_room, Action.VIEW, gives=schemas.Room),
    Operation(
        "PATCH",
        "/api/rooms/{room_id}",
        update_room,
        Action.CONFIGURE,
        takes=schemas.RoomUpdate,
        gives=schemas.Room,
    ),
    Operation(
        "POST",
        "/api/rooms/{room_id}/renew",
        renew_room,
        Action.MANAGE,
        gives=schemas.Renewal,
    ),
    Operation("DELETE", "/api/rooms/{room_id}", delete_room, Action.MANAGE, status=204),
]
