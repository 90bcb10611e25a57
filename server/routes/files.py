"""The workspace of a room without a browser: files one by one, or all in an archive."""

from starlette.responses import PlainTextResponse, Response

from collab.files import File
from server import schemas
from server.auth.identity import Identity
from server.auth.permissions import Action
from server.errors import Conflict, Invalid, NotFound
from server.operations import Operation, no_content, parse_text, reply
from server.rooms.archive import pack, unpack
from server.state import Request
from server.texts import workspace_path

_FILES = "/api/rooms/{room_id}/files"
_ARCHIVE = "/api/rooms/{room_id}/archive"


async def list_files(request: Request, identity: Identity) -> Response:
    """The files of the workspace, sorted by path."""
    async with request.state["hub"].using(identity.room_id) as room:
        files = room.document.files()
    return reply([shown(file) for file in files], kind=list[schemas.File])


async def read_file(request: Request, identity: Identity) -> Response:
    """The text of a file, as it is at this moment."""
    path = _path(request)
    async with request.state["hub"].using(identity.room_id) as room:
        texts = {file.path: file.text for file in room.document.files()}
    if path not in texts:
        raise NotFound("This room has no such file.")
    return PlainTextResponse(texts[path], headers={"Cache-Control": "no-store"})


async def write_file(request: Request, identity: Identity) -> Response:
    """Make a file read as sent, by the smallest edits to it; it is saved when this answers."""
    path, text = _path(request), await parse_text(request)
    async with request.state["hub"].using(identity.room_id) as room:
        known = {file.path for file in room.document.files()}
        check_count(request, known | {path})
        with room.edit(identity.participant_id) as document:
            file = document.write_file(path, text)
        await room.durable()
    return reply(shown(file), status=200 if path in known else 201)


async def delete_file(request: Request, identity: Identity) -> Response:
    """Delete a file."""
    path = _path(request)
    async with request.state["hub"].using(identity.room_id) as room:
        with room.edit(identity.participant_id) as document:
            existed = document.delete_file(path)
        await room.durable()
    if not existed:
        raise NotFound("This room has no such file.")
    return no_content()


async def download_archive(request: Request, identity: Identity) -> Response:
    """The workspace as a zip archive."""
    async with request.state["hub"].using(identity.room_id) as room:
        files = [(file.path, file.text) for file in room.document.files()]
    return Response(
        await pack(files, request.state["settings"].archive_bytes),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{identity.room_id}.zip"',
            "Cache-Control": "no-store",
        },
    )


async def upload_archive(request: Request, identity: Identity) -> Response:
    """Write the files of a zip archive into the workspace; others stay as they are."""
    texts = await unpack(await request.body(), request.state["settings"])
    async with request.state["hub"].using(identity.room_id) as room:
        check_count(request, {file.path for file in room.document.files()} | texts.keys())
        with room.edit(identity.participant_id) as document:
            written = [document.write_file(path, text) for path, text in texts.items()]
        await room.durable()
    return reply(schemas.FileList(files=[shown(file) for file in written]))


def _path(request: Request) -> str:
    try:
        return workspace_path(request.path_params["path"])
    except ValueError as error:
        told = schemas.FieldError(field="path", message=str(error))
        raise Invalid(f"This is no path of a workspace: {error}.", [told]) from None


def check_count(request: Request, paths: set[str]) -> None:
    """Refuses more files than a room may have. Raises `Conflict`."""
    limit = request.state["settings"].room_files
    if len(paths) > limit:
        raise Conflict(f"A room holds at most {limit} files here.")


def shown(file: File) -> schemas.File:
    """A file as callers see it."""
    return schemas.File(id=file.id, path=file.path, size=len(file.text.encode()))


OPERATIONS = [
    Operation("GET", _FILES, list_files, Action.VIEW, gives=list[schemas.File]),
    Operation("GET", _FILES + "/{path:path}", read_file, Action.VIEW, gives="text/plain"),
    Operation(
        "PUT",
        _FILES + "/{path:path}",
        write_file,
        Action.EDIT,
        takes="text/plain",
        gives=schemas.File,
        other_statuses={201: "The file is new."},
        max_body=lambda settings: settings.file_bytes,
    ),
    Operation("DELETE", _FILES + "/{path:path}", delete_file, Action.EDIT, status=204),
    Operation("GET", _ARCHIVE, download_archive, Action.VIEW, gives="application/zip"),
    Operation(
        "PUT",
        _ARCHIVE,
        upload_archive,
        Action.EDIT,
        takes="application/zip",
        gives=schemas.FileList,
        max_body=lambda settings: settings.archive_bytes,
    ),
]
