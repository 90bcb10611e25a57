"""Share links: list, make, revoke."""

from starlette.responses import Response

from collab.participant import Role
from server import schemas
from server.auth import links
from server.auth.identity import Identity
from server.auth.links import LinkTerms
from server.auth.permissions import Action
from server.clock import milliseconds
from server.models import LinkRecord
from server.operations import Operation, no_content, parse, reply
from server.routes.admission import link_url
from server.state import Request

_PATH = "/api/rooms/{room_id}/links"


async def list_links(request: Request, identity: Identity) -> Response:
    """The room's links, without their secrets: those are shown once, when a link is made."""
    async with request.state["database"].read() as session:
        found = await links.of_room(session, identity.room_id)
    return reply([_shown(link) for link in found], kind=list[schemas.Link])


async def create_link(request: Request, identity: Identity) -> Response:
    """Make a link that grants a role, perhaps for a time or a number of uses."""
    wanted = await parse(request, schemas.LinkCreation)
    now = milliseconds()
    terms = LinkTerms(
        wanted.role,
        expires_at=None if wanted.expires_in is None else now + wanted.expires_in * 1000,
        max_uses=wanted.max_uses,
    )
    async with request.state["database"].write() as session:
        link, secret = links.create(session, identity.room_id, terms, now)
    url = link_url(request, identity.room_id, secret)
    return reply(schemas.LinkCreated(**dict(_shown(link)), url=url), status=201)


async def revoke_link(request: Request, identity: Identity) -> Response:
    """Revoke a link: who came by it is out at once, and their tokens are refused."""
    await request.state["changes"].revoke_link(identity.room_id, request.path_params["link_id"])
    return no_content()


def _shown(link: LinkRecord) -> schemas.Link:
    return schemas.Link(
        id=link.id,
        role=Role(link.role),
        created_at=link.created_at,
        expires_at=link.expires_at,
        max_uses=link.max_uses,
        uses=link.uses,
        revoked=link.revoked_at is not None,
    )


OPERATIONS = [
    Operation("GET", _PATH, list_links, Action.MANAGE, gives=list[schemas.Link]),
    Operation(
        "POST",
        _PATH,
        create_link,
        Action.MANAGE,
        takes=schemas.LinkCreation,
        gives=schemas.LinkCreated,
        status=201,
    ),
    Operation("DELETE", _PATH + "/{link_id}", revoke_link, Action.MANAGE, status=204),
]
