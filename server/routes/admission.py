"""How people come into rooms: by creating one, by a share link, or by coming back."""

from typing import Literal, TypedDict

from sqlalchemy import Connection
from starlette.responses import Response

from collab.participant import Role
from executor.errors import UnknownRuntime
from executor.languages import Runtime
from server import schemas
from server.auth import participants
from server.auth.refresh import RefreshTokens, Stay
from server.auth.tokens import Claims, TokenUse
from server.clock import milliseconds
from server.errors import Invalid
from server.models import ParticipantRecord, RoomRecord
from server.operations import reply
from server.rooms.founding import Plan, record_room, write_document
from server.state import Request

COOKIE_PREFIX = "codlab_refresh_"
COOKIE_PATH = "/api/auth"
_DAY_SECONDS = 24 * 3600


class _CookieAttributes(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["strict"]
    secure: bool


def resolve_runtime(request: Request, id_or_language: str) -> Runtime:
    """The runtime that a caller means.

    Raises:
        Invalid: naming those that there are.
    """
    try:
        return request.state["catalogue"].resolve(id_or_language)
    except UnknownRuntime as error:
        raise Invalid(
            str(error), [schemas.FieldError(field="runtime", message=str(error))]
        ) from None


def base_url(request: Request) -> str:
    """The address that browsers reach this server by, without a slash at its end."""
    return request.state["settings"].public_url or str(request.base_url).rstrip("/")


def link_url(request: Request, room_id: str, secret: str) -> str:
    """A share link; its secret stands in the fragment, which browsers send to nobody."""
    return f"{base_url(request)}/r/{room_id}#{secret}"


async def found_room(
    request: Request, wanted: schemas.RoomCreation
) -> tuple[RoomRecord, Stay, schemas.ShareLinks]:
    """Makes a room with its first document, its links and its creator as owner."""
    files = None if wanted.files is None else [(file.path, file.text) for file in wanted.files]
    plan = Plan(wanted.title, resolve_runtime(request, wanted.runtime), files)
    room_id = await write_document(request.state["hub"], plan, request.state["settings"])
    async with request.state["database"].write() as session:
        founded = await record_room(session, room_id, plan)
        host = ParticipantRecord(
            room_id=room_id,
            name=wanted.name,
            role=Role.OWNER.value,
            created_at=founded.room.created_at,
        )
        connection = await session.connection()
        stay = await connection.run_sync(settle, request.state["refresh_tokens"], host)
    urls = {
        role.value: link_url(request, room_id, secret) for role, secret in founded.secrets.items()
    }
    return founded.room, stay, schemas.ShareLinks(**urls)


def settle(
    connection: Connection, refresh_tokens: RefreshTokens, newcomer: ParticipantRecord
) -> Stay:
    """Stores a new participant and the beginning of their stay."""
    participants.add(connection, newcomer)
    return refresh_tokens.start(connection, newcomer)


def admit(request: Request, room: RoomRecord, stay: Stay) -> schemas.Joined:
    """Access for a participant: a token, and who they are."""
    settings, participant = request.state["settings"], stay.participant
    expires_in = settings.access_token_seconds
    claims = Claims(
        participant_id=participant.id,
        room_id=room.id,
        role=Role(participant.role),
        use=TokenUse.ACCESS,
        expires_at=milliseconds() // 1000 + expires_in,
        stay=stay.family,
    )
    return schemas.Joined(
        access_token=request.state["tokens"].issue(claims),
        expires_in=expires_in,
        participant=schemas.Participant.model_validate(participant, from_attributes=True),
        room=schemas.Room.model_validate(room, from_attributes=True),
    )


def reply_with_cookie(
    request: Request, answer: schemas.Joined, stay: Stay, status: int = 200
) -> Response:
    """The answer, with the refresh token where scripts can't read it."""
    response = reply(answer, status)
    response.set_cookie(
        cookie_name(answer.room.id),
        stay.token,
        max_age=request.state["settings"].refresh_token_days * _DAY_SECONDS,
        **_cookie_attributes(request),
    )
    return response


def forget_cookie(request: Request, response: Response, name: str) -> None:
    """Has the browser drop a refresh cookie."""
    response.delete_cookie(name, **_cookie_attributes(request))


def cookie_name(room_id: str) -> str:
    """A cookie per room: one browser may be in several, as different people."""
    return COOKIE_PREFIX + room_id


def _cookie_attributes(request: Request) -> _CookieAttributes:
    return {
        "path": COOKIE_PATH,
        "httponly": True,
        "samesite": "strict",
        "secure": base_url(request).startswith("https:"),
    }
