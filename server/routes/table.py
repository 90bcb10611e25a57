"""All operations of the HTTP API."""

from server.operations import Operation
from server.routes import (
    artefacts,
    auth,
    control,
    debug,
    files,
    health,
    links,
    packages,
    participants,
    rooms,
    runs,
    runtimes,
)

OPERATIONS: tuple[Operation, ...] = (
    *rooms.OPERATIONS,
    *auth.OPERATIONS,
    *participants.OPERATIONS,
    *links.OPERATIONS,
    *files.OPERATIONS,
    *runtimes.OPERATIONS,
    *runs.OPERATIONS,
    *artefacts.OPERATIONS,
    *control.OPERATIONS,
    *debug.OPERATIONS,
    *packages.OPERATIONS,
    *health.OPERATIONS,
)
