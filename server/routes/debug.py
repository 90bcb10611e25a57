"""Debugging a room's text, for programs without a socket: the same commands by the same names."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from server.auth.identity import Identity
from server.auth.permissions import Action
from server.debug.commands import LOOKS, MODELS
from server.operations import Operation, parse, reply
from server.state import Request

_DEBUG = "/api/rooms/{room_id}/debug"
Answer = Mapping[str, Any]


async def read_session(request: Request, identity: Identity) -> Response:
    """The room's debug session as it stands, with all that was looked at; null without one."""
    async with request.state["hub"].using(identity.room_id) as room:
        session = request.state["stage"].debugged(room)
    return reply(session, kind=Answer | None)


def _carry_out(
    name: str, model: type[BaseModel]
) -> Callable[[Request, Identity], Awaitable[Response]]:
    async def handler(request: Request, identity: Identity) -> Response:
        command = await parse(request, model)
        async with request.state["hub"].using(identity.room_id) as room:
            answer = await request.state["stage"].debug(room, identity, name, command)
        return reply(answer, kind=Answer)

    handler.__name__ = f"debug_{name}"
    handler.__doc__ = model.__doc__
    return handler


OPERATIONS = [
    Operation("GET", _DEBUG, read_session, Action.VIEW, gives=Answer | None),
    *(
        Operation(
            "POST",
            f"{_DEBUG}/{name}",
            _carry_out(name, model),
            Action.VIEW if name in LOOKS else Action.DEBUG,
            model,
            Answer,
        )
        for name, model in MODELS.items()
    ),
]
