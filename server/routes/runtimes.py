"""The languages on offer."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from executor.errors import EngineUnavailable
from executor.images import Images, ImageState
from executor.languages import Runtime
from server import schemas
from server.operations import Operation, reply
from server.state import Request


async def list_runtimes(request: Request) -> Response:
    """The languages on offer, each with whether its image is ready."""
    runtimes, images = request.state["catalogue"].runtimes, request.state["images"]
    states = await image_states(images, runtimes)
    shown = [as_schema(runtime, states[runtime.id]) for runtime in runtimes]
    return reply(shown, kind=list[schemas.Runtime])


async def image_states(images: Images, runtimes: Sequence[Runtime]) -> Mapping[str, ImageState]:
    """Which runtimes can be used at once, by id; without an engine none can."""
    try:
        return await images.states(runtimes)
    except EngineUnavailable:
        return {runtime.id: ImageState.MISSING for runtime in runtimes}


def as_schema(runtime: Runtime, state: ImageState) -> schemas.Runtime:
    """A runtime as clients see it."""
    return schemas.Runtime.model_validate(
        {
            "id": runtime.id,
            "language": runtime.language,
            "name": runtime.name,
            "version": runtime.version,
            "extensions": runtime.extensions,
            "entry": runtime.entry,
            "monaco": runtime.monaco,
            "debug": runtime.debugging is not None,
            "packages": bool(runtime.packages_directory),
            "lsp": False,
            "state": state.value,
        }
    )


OPERATIONS = [
    Operation("GET", "/api/runtimes", list_runtimes, gives=list[schemas.Runtime]),
]
