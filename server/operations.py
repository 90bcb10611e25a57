"""The HTTP API's operations: routes and their description are made from the same table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from server.auth.identity import Identity
from server.auth.permissions import Action
from server.errors import Invalid, RoomGone, Unauthenticated, invalid
from server.setting import KIB
from server.settings import Settings
from server.state import Request
from server.web.middleware import BodyLimit

Model = TypeVar("Model", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Response]]
MemberHandler = Callable[[Request, Identity], Awaitable[Response]]

JSON_BODY_BYTES = 64 * KIB


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: what it does, takes and gives, and who may call it."""

    method: str
    path: str
    """In Starlette's form, such as ``/files/{path:path}``."""
    handler: Handler | MemberHandler
    action: Action | None = None
    """What the caller must be allowed to do in the room; None: open to all."""
    takes: type[BaseModel] | str | None = None
    """The model of a JSON body, or the media type of another."""
    gives: Any = None
    """The type of a JSON answer, or the media type (text) of another; None: no content."""
    status: int = 200
    other_statuses: Mapping[int, str] = field(default_factory=dict)
    """Further successful answers, with what they mean."""
    query: type[BaseModel] | None = None
    max_body: Callable[[Settings], int] = lambda _settings: JSON_BODY_BYTES
    """The longest body that is read, in bytes."""

    def route(self, settings: Settings) -> Route:
        """Where Starlette finds it."""
        endpoint = self.handler if self.action is None else _for_members(self.handler, self.action)
        return Route(
            self.path,
            endpoint,
            methods=[self.method],
            name=self.handler.__name__,
            middleware=[Middleware(BodyLimit, max_bytes=self.max_body(settings))],
        )


def _for_members(handler: Any, action: Action) -> Handler:
    async def endpoint(request: Request) -> Response:
        identity = await authenticate(request)
        if identity.room_id != request.path_params["room_id"]:
            raise RoomGone
        identity.require(action)
        response: Response = await handler(request, identity)
        return response

    return endpoint


async def authenticate(request: Request) -> Identity:
    """Who calls, by the request's ``Authorization`` header.

    Raises:
        RoomGone: if there is no token: whoever has none learns nothing about any room.
        Unauthenticated: if it is invalid, or revoked.
        RateLimited: if this address sent too many such.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise RoomGone
    try:
        return await request.state["authenticator"].authenticate(token.strip())
    except Unauthenticated:
        request.state["limits"].misses.take(address_of(request))
        raise


def address_of(request: Request) -> str:
    """The caller's IP address, as far as trusted proxies tell it."""
    return request.client.host if request.client else "unknown"


async def parse(request: Request, model: type[Model]) -> Model:
    """The request's JSON body as a model.

    Raises:
        Invalid: telling what is wrong with which field.
    """
    body = await request.body()
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise invalid(error) from None


def parse_query(request: Request, model: type[Model]) -> Model:
    """The request's query as a model.

    Raises:
        Invalid: telling what is wrong with which field.
    """
    try:
        return model.model_validate(dict(request.query_params), strict=False)  # all is text
    except ValidationError as error:
        raise invalid(error) from None


async def parse_text(request: Request) -> str:
    """The request's body as text.

    Raises:
        Invalid: if it is not UTF-8.
    """
    try:
        return (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"The content must be UTF-8: {error.reason} at byte {error.start}.") from None


def reply(content: object, status: int = 200, kind: Any = None) -> Response:
    """A JSON answer: a model, or whatever `kind` describes."""
    data = (
        content.model_dump_json().encode()
        if isinstance(content, BaseModel)
        else TypeAdapter(kind).dump_json(content)
    )
    return Response(
        data, status, media_type="application/json", headers={"Cache-Control": "no-store"}
    )


def no_content() -> Response:
    """The answer of what has nothing to tell."""
    return Response(status_code=204)
