"""The packages of a room: install, list, remove."""

from pydantic import Field, ValidationError
from starlette.responses import Response

from server.auth.identity import Identity
from server.auth.permissions import Action
from server.errors import invalid
from server.operations import Operation, parse, parse_query, reply
from server.packages.messages import (
    PackageCommand,
    PackageInstall,
    PackageRemoval,
    Packages,
    PackageStop,
)
from server.schemas import Sent
from server.state import Request

_PACKAGES = "/api/rooms/{room_id}/packages"


class Removed(Sent):
    """Which packages to remove."""

    names: str = Field(min_length=1, max_length=10_000, description="Separated by commas.")
    manager: str | None = Field(None, max_length=32)
    runtime: str | None = Field(None, max_length=64)


async def list_packages(request: Request, identity: Identity) -> Response:
    """What is installed, with versions and hashes, and how far the latest change is."""
    async with request.state["hub"].using(identity.room_id) as room:
        return _reply(request.state["stage"].packages_of(room).as_json())


async def install_packages(request: Request, identity: Identity) -> Response:
    """Install packages for everybody's runs; the answer comes when that has begun."""
    return await _change(request, identity, await parse(request, PackageInstall))


async def remove_packages(request: Request, identity: Identity) -> Response:
    """Remove packages, and what only they needed."""
    removed = parse_query(request, Removed)
    names = [name.strip() for name in removed.names.split(",") if name.strip()]
    fields = removed.model_dump() | {"names": names}
    try:
        removal = PackageRemoval.model_validate(fields)
    except ValidationError as error:
        raise invalid(error) from None
    return await _change(request, identity, removal)


async def stop_packages(request: Request, identity: Identity) -> Response:
    """Give up what is being installed; what was there before stays."""
    return await _change(request, identity, PackageStop())


async def _change(request: Request, identity: Identity, command: PackageCommand) -> Response:
    async with request.state["hub"].using(identity.room_id) as room:
        packages = request.state["stage"].packages_of(room)
        changed = packages.command(identity.participant, command)
    return _reply(changed, status=202)


def _reply(packages: object, status: int = 200) -> Response:
    return reply(Packages.model_validate(packages), status)


OPERATIONS = [
    Operation("GET", _PACKAGES, list_packages, Action.VIEW, gives=Packages),
    Operation(
        "POST",
        _PACKAGES,
        install_packages,
        Action.INSTALL,
        takes=PackageInstall,
        gives=Packages,
        status=202,
    ),
    Operation(
        "DELETE",
        _PACKAGES,
        remove_packages,
        Action.INSTALL,
        gives=Packages,
        status=202,
        query=Removed,
    ),
    Operation(
        "POST",
        _PACKAGES + "/stop",
        stop_packages,
        Action.INSTALL,
        gives=Packages,
        status=202,
    ),
]
