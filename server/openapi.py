"""The HTTP API's description in OpenAPI 3.1, made from the table that its routes are made from."""

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response
from starlette.routing import Route

from server import schemas
from server.operations import Operation
from server.state import Request

PATH = "/api/openapi.json"
_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
_PARAMETER_TYPES = {"int": "integer"}
_DESCRIPTION = """Rooms in which people write and run code together.

Whoever creates a room or joins it by a share link gets an access token, to be sent as
`Authorization: Bearer …`. It lives for minutes; an API token (`POST /api/rooms/{room_id}/tokens`)
lives longer. Errors are RFC 9457 problems. Times are milliseconds since the epoch."""

Json = dict[str, Any]


def openapi_route(operations: Iterable[Operation]) -> Route:
    """Serves the description."""
    document = json.dumps(describe(tuple(operations)), ensure_ascii=False).encode()

    async def openapi(_request: Request) -> Response:
        return Response(document, media_type="application/json")

    return Route(PATH, openapi)


def describe(operations: Sequence[Operation]) -> Json:
    """The OpenAPI document of these operations."""
    taken, given, components = _schemas(operations)
    paths: Json = {}
    for operation in operations:
        name = operation.handler.__name__
        path = _PARAMETER.sub(r"{\1}", operation.path)
        described = _describe(operation) | {"responses": _responses(operation, given.get(name))}
        if operation.takes is not None:
            described["requestBody"] = {"content": _content(operation.takes, taken.get(name))}
        paths.setdefault(path, {})[operation.method.lower()] = described
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "CodLabStudio", "version": "1", "description": _DESCRIPTION},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"bearer": bearer}},
    }


def _schemas(operations: Sequence[Operation]) -> tuple[Json, Json, Json]:
    """What each operation takes and gives, by its name, and the models that these refer to."""
    wanted: list[tuple[str, Any, TypeAdapter[Any]]] = [
        ("problem", "serialization", TypeAdapter(schemas.Problem))
    ]
    for operation in operations:
        name = operation.handler.__name__
        if isinstance(operation.takes, type):
            wanted.append((name, "validation", TypeAdapter(operation.takes)))
        if operation.gives is not None and not isinstance(operation.gives, str):
            wanted.append((name, "serialization", TypeAdapter(operation.gives)))
    found, definitions = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    taken = {name: schema for (name, mode), schema in found.items() if mode == "validation"}
    given = {name: schema for (name, mode), schema in found.items() if mode == "serialization"}
    return taken, given, definitions["$defs"]


def _describe(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.handler.__name__,
        "summary": inspect.getdoc(operation.handler),
    }
    if operation.action is not None:
        described["security"] = [{"bearer": []}]
        described["description"] = f"Needs a role that may: {operation.action.value}."
    if parameters := [*_path_parameters(operation.path), *_query_parameters(operation.query)]:
        described["parameters"] = parameters
    return described


def _responses(operation: Operation, schema: Json | None) -> Json:
    content = _content(operation.gives, schema)
    successes = {operation.status: HTTPStatus(operation.status).phrase, **operation.other_statuses}
    problem = {"schema": {"$ref": _REF.format(model="Problem")}}
    return {
        str(status): {"description": meaning} | ({"content": content} if content else {})
        for status, meaning in successes.items()
    } | {
        "default": {
            "description": "A problem.",
            "content": {"application/problem+json": problem},
        }
    }


def _content(what: Any, schema: Json | None) -> Json:
    """A body by its media type: JSON of a schema, or what `what` names."""
    if schema is not None:
        return {"application/json": {"schema": schema}}
    return {what: {}} if isinstance(what, str) else {}


def _path_parameters(path: str) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": _PARAMETER_TYPES.get(kind, "string")},
        }
        for name, kind in _PARAMETER.findall(path)
    ]


def _query_parameters(model: type[BaseModel] | None) -> list[Json]:
    if model is None:
        return []
    properties: Json = model.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": one} for name, one in properties.items()]
