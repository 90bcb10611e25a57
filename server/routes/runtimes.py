"""The languages on offer."""

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
    shown = [as_schema(runtime, await image_state(images, runtime)) for runtime in runtimes]
    return reply(shown, kind=list[schemas.Runtime])


async def image_state(images: Images, runtime: Runtime) -> ImageState:
    """Whether a runtime can be used at once; without an engine it is missing."""
    try:
        return await images.state(runtime)
    except EngineUnavailable:
        return ImageState.MISSING


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
            "debug": False,
            "packages": False,
            "lsp": False,
            "state": state.value,
        }
    )


OPERATIONS = [
    Operation("GET", "/api/runtimes", list_runtimes, gives=list[schemas.Runtime]),
]
