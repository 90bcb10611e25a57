"""The people of a room: who they are, what they may, and API tokens for their programs."""

from starlette.responses import Response

from server import schemas
from server.auth import participants
from server.auth.identity import Identity
from server.auth.permissions import Action, weaker
from server.auth.tokens import Claims, TokenUse
from server.clock import milliseconds
from server.errors import Forbidden, Invalid
from server.models import ParticipantRecord
from server.operations import Operation, no_content, parse, reply
from server.state import Request

_DAY_SECONDS = 24 * 3600
_PATH = "/api/rooms/{room_id}/participants"


async def list_participants(request: Request, identity: Identity) -> Response:
    """Everybody who has joined, and who of them is here now."""
    async with request.state["database"].read() as session:
        records = await participants.of_room(session, identity.room_id)
    listed = [_listed(request, record) for record in records]
    return reply(listed, kind=list[schemas.ListedParticipant])


async def update_participant(request: Request, identity: Identity) -> Response:
    """Change a participant's role (owners only) or name (your own, or as an owner)."""
    wanted = await parse(request, schemas.ParticipantUpdate)
    participant_id = request.path_params["participant_id"]
    if participant_id != identity.participant_id or wanted.role is not None:
        identity.require(Action.MANAGE)
    record = await request.state["changes"].change_participant(
        identity.room_id, participant_id, role=wanted.role, name=wanted.name
    )
    return reply(_listed(request, record))


async def remove_participant(request: Request, identity: Identity) -> Response:
    """Remove a participant: their sockets close and their tokens are refused."""
    await request.state["changes"].remove_participant(
        identity.room_id, request.path_params["participant_id"]
    )
    return no_content()


async def create_api_token(request: Request, identity: Identity) -> Response:
    """Make a token for a program that acts as you; it ends when your own access does."""
    wanted = await parse(request, schemas.ApiTokenCreation)
    longest = request.state["settings"].api_token_days * _DAY_SECONDS
    lifetime = longest if wanted.expires_in is None else wanted.expires_in
    if lifetime > longest:
        raise Invalid(f"An API token lives at most {longest} s here.")
    role = wanted.role or identity.role
    if weaker(role, identity.role) is not role:
        raise Forbidden(f"A room's {identity.role.value} can't make a token of an {role.value}.")
    claims = Claims(
        participant_id=identity.participant_id,
        room_id=identity.room_id,
        role=role,
        use=TokenUse.API,
        expires_at=milliseconds() // 1000 + lifetime,
    )
    token = schemas.ApiToken(
        token=request.state["tokens"].issue(claims), expires_at=claims.expires_at * 1000
    )
    return reply(token, status=201)


def _listed(request: Request, record: ParticipantRecord) -> schemas.ListedParticipant:
    room = request.state["hub"].live(record.room_id)
    present = {} if room is None else {one.id for one in room.online}
    shown = participants.as_participant(record).as_json()
    return schemas.ListedParticipant.model_validate(shown | {"online": record.id in present})


OPERATIONS = [
    Operation("GET", _PATH, list_participants, Action.VIEW, gives=list[schemas.ListedParticipant]),
    Operation(
        "PATCH",
        _PATH + "/{participant_id}",
        update_participant,
        Action.VIEW,
        takes=schemas.ParticipantUpdate,
        gives=schemas.ListedParticipant,
    ),
    Operation("DELETE", _PATH + "/{participant_id}", remove_participant, Action.MANAGE, status=204),
    Operation(
        "POST",
        "/api/rooms/{room_id}/tokens",
        create_api_token,
        Action.VIEW,
        takes=schemas.ApiTokenCreation,
        gives=schemas.ApiToken,
        status=201,
    ),
]
