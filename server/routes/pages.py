"""The front end: one page, and its files, which were compressed when they were built."""

import mimetypes
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from server.errors import plain_problem
from server.state import Request

STATIC = Path(__file__).parent.parent / "static"
# The encodings that the build writes beside each file, the better one first.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
# The name of a file under assets/ holds a hash of its content.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"

NOT_BUILT = """<!doctype html>
<html lang="en">
<title>CodLabStudio: the front end is not built</title>
<h1>The front end is not built</h1>
<p>The server runs, but its pages are missing. In the project's directory, run</p>
<pre>make run</pre>
<p>which builds them and starts the server. The HTTP API works meanwhile.</p>
</html>
"""


def page_routes(directory: Path = STATIC) -> list[BaseRoute]:
    """The routes of the front end that was built into this directory."""

    async def page(request: Request) -> Response:
        found = await to_thread.run_sync(find, directory, "index.html", _accepted(request))
        return found.answer(request, REVALIDATED) if found else HTMLResponse(NOT_BUILT, 503)

    def file(cache_control: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            path = request.url.path.lstrip("/")
            found = await to_thread.run_sync(find, directory, path, _accepted(request))
            return found.answer(request, cache_control) if found else plain_problem(404)

        return endpoint

    return [
        Route("/", page, name="start"),
        Route("/r/{room_id}", page, name="room"),
        Route("/assets/{path:path}", file(IMMUTABLE), name="asset"),
        Route("/{name:str}", file(REVALIDATED), name="root_file"),
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the front end, in one of its encodings."""

    path: Path
    stat: os.stat_result
    media_type: str
    encoding: str | None

    def answer(self, request: Request, cache_control: str) -> Response:
        """The file; or that it is still the one that the browser has."""
        headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        if self.encoding is not None:
            headers["Content-Encoding"] = self.encoding
        response = FileResponse(
            self.path, headers=headers, media_type=self.media_type, stat_result=self.stat
        )
        tag = response.headers["ETag"]
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers | {"ETag": tag})
        return response


def find(directory: Path, path: str, accepted: frozenset[str]) -> Found | None:
    """The file at a path below the directory, in the best accepted encoding. Blocks."""
    root = directory.resolve()
    try:
        plain = (root / path).resolve()
        if not plain.is_relative_to(root) or not plain.is_file():
            return None
    except (OSError, ValueError):  # names that no file can have
        return None
    media_type = mimetypes.guess_type(plain.name)[0] or "application/octet-stream"
    for encoding, suffix in ENCODINGS:
        packed = plain.with_name(plain.name + suffix)
        if encoding in accepted and packed.is_file():
            return Found(packed, packed.stat(), media_type, encoding)
    return Found(plain, plain.stat(), media_type, None)


def _accepted(request: Request) -> frozenset[str]:
    """The encodings that the browser takes."""
    offers = (
        offer.partition(";") for offer in request.headers.get("accept-encoding", "").split(",")
    )
    return frozenset(
        name.strip().lower() for name, _, weight in offers if weight.replace(" ", "") != "q=0"
    )
