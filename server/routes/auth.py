"""Staying in a room: a new access token for a refresh cookie, and leaving for good."""

from starlette.responses import Response

from server import schemas
from server.auth.refresh import Ended, Stay
from server.errors import Unauthenticated, problem_response
from server.models import RoomRecord
from server.operations import Operation, address_of, no_content, parse
from server.rooms import records
from server.rooms.changes import SIGNED_OUT
from server.routes.admission import (
    COOKIE_PREFIX,
    admit,
    cookie_name,
    forget_cookie,
    reply_with_cookie,
)
from server.state import Request


async def refresh(request: Request) -> Response:
    """Exchange the refresh cookie for an access token and the next refresh cookie."""
    wanted = await parse(request, schemas.RefreshRequest)
    stay, room = await _continue(request, wanted.room)
    if isinstance(stay, Ended) or room is None:
        return _refuse(request, wanted.room, stay)
    return reply_with_cookie(request, admit(request, room, stay), stay)


async def log_out(request: Request) -> Response:
    """End this browser's stay, in one room or in all; its access tokens end with it."""
    wanted = await parse(request, schemas.RefreshRequest)
    held = _held(request, wanted.room)
    async with request.state["database"].write() as session:
        ended = [await request.state["refresh_tokens"].end(session, held[name]) for name in held]
    for participant in filter(None, ended):
        request.state["changes"].eject(participant.room_id, [participant.id], SIGNED_OUT)
    response = no_content()
    for name in held:
        forget_cookie(request, response, name)
    return response


async def _continue(
    request: Request, room_id: str | None
) -> tuple[Stay | Ended, RoomRecord | None]:
    refresh_tokens = request.state["refresh_tokens"]
    async with request.state["database"].write() as session:
        token = await refresh_tokens.newest(session, _held(request, room_id).values())
        stay = Ended() if token is None else await refresh_tokens.rotate(session, token)
        if isinstance(stay, Ended):
            return stay, None
        return stay, await records.get(session, stay.participant.room_id)


def _refuse(request: Request, room_id: str | None, stay: Stay | Ended) -> Response:
    """Says no, and has the browser forget the cookies that it was said to."""
    if isinstance(stay, Ended) and stay.reused_by is not None:
        thief_or_owner = stay.reused_by
        request.state["changes"].eject(thief_or_owner.room_id, [thief_or_owner.id], SIGNED_OUT)
    request.state["limits"].misses.take(address_of(request))
    response = problem_response(
        Unauthenticated("This browser has no access to renew. Open the room by its link again.")
    )
    if room_id is not None:
        forget_cookie(request, response, cookie_name(room_id))
    return response


def _held(request: Request, room_id: str | None) -> dict[str, str]:
    """The refresh cookies that the browser sent, by name: of one room or of all."""
    if room_id is not None:
        name = cookie_name(room_id)
        return {name: request.cookies[name]} if name in request.cookies else {}
    return {n: value for n, value in request.cookies.items() if n.startswith(COOKIE_PREFIX)}


OPERATIONS = [
    Operation(
        "POST", "/api/auth/refresh", refresh, takes=schemas.RefreshRequest, gives=schemas.Joined
    ),
    Operation("POST", "/api/auth/logout", log_out, takes=schemas.RefreshRequest, status=204),
]
