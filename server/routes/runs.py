"""Runs of a room's text: start, list, read, type into, stop."""

from pydantic import Field
from starlette.responses import Response, StreamingResponse

from server import schemas
from server.auth.identity import Identity
from server.auth.permissions import Action
from server.errors import NotFound
from server.operations import Operation, parse, parse_query, reply
from server.rooms import commands
from server.runs import messages
from server.setting import MIB
from server.state import Request

_RUNS = "/api/rooms/{room_id}/runs"
_RUN = _RUNS + "/{number:int}"
_NOT_STORED = {"Cache-Control": "no-store"}


class Page(schemas.Sent):
    """Which runs to list."""

    before: int | None = Field(
        None, ge=1, le=messages.MAX_RUN_NUMBER, description="Runs below this number."
    )
    limit: int = Field(50, ge=1, le=200)


class OutputQuery(schemas.Sent):
    """How much of the output."""

    full: bool = Field(
        False, description="All that is kept, as a download; else what was shown as it came."
    )


async def start_run(request: Request, identity: Identity) -> Response:
    """Run the room's text as it is now; everybody in the room sees it."""
    start = await parse(request, messages.RunStart)
    async with request.state["hub"].using(identity.room_id) as room:
        run = await request.state["stage"].start_run(room, identity, start)
    return _reply_run(run, status=202)


async def list_runs(request: Request, identity: Identity) -> Response:
    """The newest runs, in ascending order; `before` pages to older ones."""
    page = parse_query(request, Page)
    runs = await request.state["runs"].newest(identity.room_id, page.before, page.limit)
    return reply([messages.Run.model_validate(run) for run in runs], kind=list[messages.Run])


async def read_run(request: Request, identity: Identity) -> Response:
    """One run: what ran, when, and how it ended."""
    return _reply_run(await request.state["runs"].get(identity.room_id, run_number(request)))


async def read_output(request: Request, identity: Identity) -> Response:
    """A run's output, all streams in the order they were written: as it was shown, or all of it."""
    number, runs = run_number(request), request.state["runs"]
    if not parse_query(request, OutputQuery).full:
        output = await runs.output(identity.room_id, number)
        return Response(output, media_type="text/plain", headers=_NOT_STORED)
    whole = await runs.whole_output(identity.room_id, number)
    name = {"Content-Disposition": f'attachment; filename="run-{number}.txt"'}
    return StreamingResponse(whole, media_type="text/plain", headers=_NOT_STORED | name)


async def type_input(request: Request, identity: Identity) -> Response:
    """Type into a run; who does not hold the keyboard while another does is refused."""
    sent = await parse(request, messages.RunInput)
    return await _tell(
        request,
        identity,
        commands.TypeInput(type="run.input", run=run_number(request), data=sent.data),
    )


async def end_input(request: Request, identity: Identity) -> Response:
    """End a run's input; on a terminal, ^D is typed."""
    return await _tell(
        request, identity, commands.EndInput(type="run.eof", run=run_number(request))
    )


async def resize_terminal(request: Request, identity: Identity) -> Response:
    """Give a run's terminal another size, for everybody."""
    size = await parse(request, messages.RunResize)
    number = run_number(request)
    command = commands.ResizeTerminal(type="run.resize", run=number, cols=size.cols, rows=size.rows)
    return await _tell(request, identity, command)


async def stop_run(request: Request, identity: Identity) -> Response:
    """Stop a run, with every process it has."""
    return await _tell(
        request, identity, commands.StopRun(type="run.stop", run=run_number(request))
    )


async def _tell(request: Request, identity: Identity, command: commands.ToldRun) -> Response:
    """Does what the same command on the room socket does; returns the run after it."""
    async with request.state["hub"].using(identity.room_id) as room:
        await request.state["stage"].tell_run(room, identity, command)
    return _reply_run(await request.state["runs"].get(identity.room_id, command.run), status=202)


def run_number(request: Request) -> int:
    """The number in the path. Raises `NotFound` if no run can have it."""
    number: int = request.path_params["number"]
    if not 1 <= number <= messages.MAX_RUN_NUMBER:
        raise NotFound("This room has no such run.")
    return number


def _reply_run(run: object, status: int = 200) -> Response:
    return reply(messages.OneRun(run=messages.Run.model_validate(run)), status)


OPERATIONS = [
    Operation(
        "POST",
        _RUNS,
        start_run,
        Action.RUN,
        takes=messages.RunStart,
        gives=messages.OneRun,
        status=202,
        max_body=lambda _settings: 2 * MIB,
    ),
    Operation("GET", _RUNS, list_runs, Action.VIEW, gives=list[messages.Run], query=Page),
    Operation("GET", _RUN, read_run, Action.VIEW, gives=messages.OneRun),
    Operation(
        "GET", _RUN + "/output", read_output, Action.VIEW, gives="text/plain", query=OutputQuery
    ),
    Operation(
        "POST",
        _RUN + "/input",
        type_input,
        Action.RUN,
        takes=messages.RunInput,
        gives=messages.OneRun,
        status=202,
        max_body=lambda _settings: MIB,
    ),
    Operation("POST", _RUN + "/eof", end_input, Action.RUN, gives=messages.OneRun, status=202),
    Operation(
        "POST",
        _RUN + "/resize",
        resize_terminal,
        Action.RUN,
        takes=messages.RunResize,
        gives=messages.OneRun,
        status=202,
    ),
    Operation("POST", _RUN + "/stop", stop_run, Action.RUN, gives=messages.OneRun, status=202),
]
