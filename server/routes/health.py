"""For those who operate the server: is it alive, can it work, how does it do."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from executor.errors import ExecutorError
from server import schemas
from server.metrics import CONTENT_TYPE
from server.operations import Operation, reply
from server.state import Request

logger = logging.getLogger(__name__)

ENGINE_SECONDS = 3.0  # whoever asks gives up soon, and then takes the whole server for gone


async def healthz(_request: Request) -> Response:
    """Whether the process answers; it asks nothing else, so a database outage restarts nobody."""
    return reply(schemas.Health(status="ok"))


async def readyz(request: Request) -> Response:
    """Whether the server can serve rooms; without an engine it can, but for runs."""
    parts = {"database": await _database(request), "engine": await _engine(request)}
    if parts["database"] != "ok":
        return reply(schemas.Health(status="unavailable", parts=parts), status=503)
    status: schemas.HealthStatus = "ok" if parts["engine"] == "ok" else "degraded"
    return reply(schemas.Health(status=status, parts=parts))


async def metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(request.state["metrics"].text(), headers={"Content-Type": CONTENT_TYPE})


async def _database(request: Request) -> str:
    try:
        await request.state["database"].ping()
    except (SQLAlchemyError, OSError):
        logger.exception("the database does not answer")
        return "does not answer"
    return "ok"


async def _engine(request: Request) -> str:
    try:
        async with asyncio.timeout(ENGINE_SECONDS):
            await request.state["engine"].version()
    except ExecutorError as error:
        return str(error)
    except TimeoutError:
        return "does not answer"
    return "ok"


OPERATIONS = [
    Operation("GET", "/healthz", healthz, gives=schemas.Health),
    Operation(
        "GET",
        "/readyz",
        readyz,
        gives=schemas.Health,
        other_statuses={503: "The server can't serve rooms now."},
    ),
    Operation("GET", "/metrics", metrics, gives="text/plain"),
]
