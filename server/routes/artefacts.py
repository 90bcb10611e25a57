"""Files that programs wrote: listed, read, put into the room's own files, dropped."""

from urllib.parse import quote

from starlette.responses import Response

from server import schemas
from server.auth.identity import Identity
from server.auth.permissions import Action
from server.errors import Conflict, Invalid
from server.models import RunArtefactRecord
from server.operations import Operation, no_content, reply
from server.routes.files import check_count, shown
from server.routes.runs import run_number
from server.runs import messages
from server.runs.media_types import text_of
from server.state import Request

_ARTEFACTS = "/api/rooms/{room_id}/runs/{number:int}/artefacts"
_ARTEFACT = _ARTEFACTS + "/{artefact_id}"


async def list_artefacts(request: Request, identity: Identity) -> Response:
    """The files that a run's program wrote, by path; they go with the run's output."""
    number, runs = run_number(request), request.state["runs"]
    await runs.get(identity.room_id, number)
    found = await runs.artefacts(identity.room_id, number)
    artefacts = [messages.Artefact.model_validate(artefact) for artefact in found]
    return reply(artefacts, kind=list[messages.Artefact])


async def read_artefact(request: Request, identity: Identity) -> Response:
    """The content of one, as a download: no browser is to show or run it as a page."""
    found = await _artefact(request, identity)
    name = quote(found.path.rpartition("/")[2])
    headers = {
        "Cache-Control": "private, max-age=3600, immutable",
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.data, media_type=found.media_type, headers=headers)


async def keep_artefact(request: Request, identity: Identity) -> Response:
    """Put a text among the room's files, under its path, in place of what was there."""
    found = await _artefact(request, identity)
    text = _text(request, found)
    async with request.state["hub"].using(identity.room_id) as room:
        known = {file.path for file in room.document.files()}
        check_count(request, known | {found.path})
        with room.edit(identity.participant_id) as document:
            file = document.write_file(found.path, text)
        await room.durable()
        await request.state["stage"].artefacts(room).mark_kept(found.number, found.id)
    return reply(shown(file), status=200 if found.path in known else 201)


async def drop_artefact(request: Request, identity: Identity) -> Response:
    """Remove one for everybody."""
    number, artefact_id = run_number(request), request.path_params["artefact_id"]
    async with request.state["hub"].using(identity.room_id) as room:
        await request.state["stage"].artefacts(room).drop(number, artefact_id)
    return no_content()


async def _artefact(request: Request, identity: Identity) -> RunArtefactRecord:
    number, artefact_id = run_number(request), request.path_params["artefact_id"]
    return await request.state["runs"].artefact(identity.room_id, number, artefact_id)


def _text(request: Request, found: RunArtefactRecord) -> str:
    text = text_of(found.data)
    if text is None:
        raise Conflict("Only text can be one of a room's files; download this one.")
    limit = request.state["settings"].file_bytes
    if found.size > limit:
        raise Invalid(f"A file of a room has at most {limit} bytes here; download this one.")
    return text


OPERATIONS = [
    Operation("GET", _ARTEFACTS, list_artefacts, Action.VIEW, gives=list[messages.Artefact]),
    Operation("GET", _ARTEFACT, read_artefact, Action.VIEW, gives="*/*"),
    Operation(
        "POST",
        _ARTEFACT + "/keep",
        keep_artefact,
        Action.EDIT,
        gives=schemas.File,
        other_statuses={201: "The file is new."},
    ),
    Operation("DELETE", _ARTEFACT, drop_artefact, Action.EDIT, status=204),
]
