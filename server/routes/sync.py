"""The room socket: who may come in, and a session for whoever may."""

import asyncio

from starlette.responses import Response
from starlette.websockets import WebSocket

from collab.errors import CloseCode, OutdatedCopy, RoomNotFound, RoomUnavailable
from collab.protocol import SUBPROTOCOL
from collab.room import Room
from collab.session import Session
from server.auth.identity import Door, Identity
from server.errors import AccessRevoked, RoomGone, Unauthenticated, plain_problem
from server.state import State
from server.web.connection import Connection
from server.web.origins import is_allowed_origin
from server.web.ws_protocol import splice

BEARER_PREFIX = "codlab.bearer."


async def sync(websocket: WebSocket[State]) -> None:
    """`GET /collab/{room_id}`: see docs/protocol.md.

    A refused socket is accepted and closed with a code, since browsers hide an HTTP status from
    their page; nothing that it sends is read. A foreign page gets no socket at all.
    """
    if not is_allowed_origin(websocket, websocket.state["settings"]):
        return await websocket.send_denial_response(_foreign_origin())
    offered = websocket.scope["subprotocols"]
    wants_events = SUBPROTOCOL in offered
    admitted = await _admit_in_time(websocket, offered)
    await websocket.accept(SUBPROTOCOL if wants_events else None)
    connection = splice(websocket)
    if isinstance(admitted, Exception):
        return connection.close(_code_of(admitted), str(admitted))
    return _begin(websocket, connection, admitted, wants_events=wants_events)


async def _admit_in_time(
    websocket: WebSocket[State], offered: list[str]
) -> tuple[Identity, Room] | Exception:
    """As `_admit`, but it does not wait for ever for a database that does not answer.

    Not even for the end of what asked it: that can take as long.
    """
    admission = asyncio.create_task(_admit(websocket, offered))
    await asyncio.wait({admission}, timeout=websocket.state["settings"].handshake_seconds)
    if admission.done():
        return admission.result()
    admission.cancel()
    return RoomUnavailable("the server is too busy to let you in; try again")


async def _admit(
    websocket: WebSocket[State], offered: list[str]
) -> tuple[Identity, Room] | Exception:
    """Who is calling and their room; or why they can't come in."""
    try:
        identity = await _authenticate(websocket, offered)
        room = await websocket.state["hub"].open(identity.room_id)
    except _REFUSALS as refusal:
        return refusal
    if len(room.sessions) >= websocket.state["settings"].room_sessions:
        return RoomUnavailable("this room is full; try again when somebody has left")
    if websocket.query_params.get("generation", room.generation.id) != room.generation.id:
        return OutdatedCopy()
    return identity, room


async def _authenticate(websocket: WebSocket[State], offered: list[str]) -> Identity:
    token, door = _token(websocket, offered)
    identity = await websocket.state["authenticator"].authenticate(token, door)
    if identity.room_id != websocket.path_params["room_id"]:
        raise RoomGone
    return identity


def _token(websocket: WebSocket[State], offered: list[str]) -> tuple[str, Door]:
    for protocol in offered:
        if protocol.startswith(BEARER_PREFIX):
            return protocol.removeprefix(BEARER_PREFIX), Door.SUBPROTOCOL
    scheme, _, token = websocket.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), Door.HEADER
    if (token := websocket.query_params.get("token", "")) != "":
        return token, Door.QUERY
    raise Unauthenticated("An access token is needed, as subprotocol or Authorization header.")


def _begin(
    websocket: WebSocket[State],
    connection: Connection,
    admitted: tuple[Identity, Room],
    *,
    wants_events: bool,
) -> None:
    identity, room = admitted
    session = Session(
        connection,
        room,
        identity.participant,
        wants_events=wants_events,
        max_waiting_bytes=websocket.state["settings"].outbox_bytes,
    )
    session.expire_at(identity.expires_at)
    metrics = websocket.state["metrics"]
    metrics.sockets.inc()
    session.on_end = metrics.socket_closed
    session.begin()


def _foreign_origin() -> Response:
    return plain_problem(403, "This page may not connect here; see CODLAB_ALLOWED_ORIGINS.")


_REFUSALS = (Unauthenticated, RoomGone, RoomNotFound, RoomUnavailable)

_CODES: dict[type[Exception], CloseCode] = {
    AccessRevoked: CloseCode.REVOKED,
    Unauthenticated: CloseCode.UNAUTHORISED,
    RoomGone: CloseCode.ROOM_GONE,
    RoomNotFound: CloseCode.ROOM_GONE,
    RoomUnavailable: CloseCode.TRY_AGAIN,
    OutdatedCopy: CloseCode.OUTDATED_COPY,
}


def _code_of(error: Exception) -> CloseCode:
    return next(code for kind, code in _CODES.items() if isinstance(error, kind))
