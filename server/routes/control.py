"""Who types into a room's runs, and who drives its debugger, for programs without a socket."""

from starlette.responses import Response

from server.auth.identity import Identity
from server.auth.permissions import Action
from server.control.messages import (
    Control,
    ControlCommand,
    ControlGive,
    ControlRequest,
    ControlTake,
    OneControl,
)
from server.operations import Operation, parse, reply
from server.state import Request

_CONTROL = "/api/rooms/{room_id}/control"


async def take_control(request: Request, identity: Identity) -> Response:
    """Take the keyboard or the debugger; from another only after a pause, or as an owner."""
    return await _reply(request, identity, await parse(request, ControlTake))


async def give_control(request: Request, identity: Identity) -> Response:
    """Hand the keyboard or the debugger over, or back to all."""
    return await _reply(request, identity, await parse(request, ControlGive))


async def request_control(request: Request, identity: Identity) -> Response:
    """Ask the holder of the keyboard or the debugger for it, or no longer."""
    return await _reply(request, identity, await parse(request, ControlRequest))


async def _reply(request: Request, identity: Identity, command: ControlCommand) -> Response:
    async with request.state["hub"].using(identity.room_id) as room:
        control = await request.state["stage"].control(room, identity, command)
    return reply(OneControl(control=Control.model_validate(control)))


OPERATIONS = [
    Operation(
        "POST",
        _CONTROL + "/take",
        take_control,
        Action.RUN,
        takes=ControlTake,
        gives=OneControl,
    ),
    Operation(
        "POST",
        _CONTROL + "/give",
        give_control,
        Action.RUN,
        takes=ControlGive,
        gives=OneControl,
    ),
    Operation(
        "POST",
        _CONTROL + "/request",
        request_control,
        Action.RUN,
        takes=ControlRequest,
        gives=OneControl,
    ),
]
