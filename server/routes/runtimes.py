"""The languages on offer."""

from starlette.responses import Response

from server import schemas
from server.operations import Operation, reply
from server.runs.runtime_builds import as_schema, image_states
from server.state import Request


async def list_runtimes(request: Request) -> Response:
    """The languages on offer, each with whether its image is ready."""
    runtimes, images = request.state["catalogue"].runtimes, request.state["images"]
    states = await image_states(images, runtimes)
    shown = [as_schema(runtime, states[runtime.id]) for runtime in runtimes]
    return reply(shown, kind=list[schemas.Runtime])


OPERATIONS = [
    Operation("GET", "/api/runtimes", list_runtimes, gives=list[schemas.Runtime]),
]
