"""The API's description is true, whole and well-formed."""

import re
from typing import Any

from starlette.routing import Route

from server.app import create_app
from server.openapi import describe
from server.routes.table import OPERATIONS
from tests.server.house import House, settings_for

PAGES = {"/", "/r/{room_id}", "/assets/{path:path}", "/{name:str}", "/api/openapi.json"}


async def test_the_description_is_served(house: House) -> None:
    answer = await house.client.get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == describe(OPERATIONS)


def test_every_route_is_described(tmp_path_factory: Any) -> None:
    app = create_app(settings_for(tmp_path_factory.mktemp("routes")))
    routes = {route.path for route in app.routes if isinstance(route, Route)}
    assert routes - PAGES == {operation.path for operation in OPERATIONS}


def test_every_reference_leads_to_a_schema() -> None:
    document = describe(OPERATIONS)
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(document)))
    assert references
    assert references <= document["components"]["schemas"].keys()


def test_operations_are_named_once_and_say_what_they_do() -> None:
    document = describe(OPERATIONS)
    described = [one for path in document["paths"].values() for one in path.values()]
    assert len(described) == len(OPERATIONS)
    assert len({one["operationId"] for one in described}) == len(OPERATIONS)
    for one in described:
        assert one["summary"].endswith(".")
        assert "default" in one["responses"]


def test_an_operation_of_each_kind() -> None:
    paths = describe(OPERATIONS)["paths"]
    created = paths["/api/rooms"]["post"]
    assert "security" not in created
    body = created["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/RoomCreation"}
    assert "201" in created["responses"]

    put = paths["/api/rooms/{room_id}/files/{path}"]["put"]
    assert put["security"] == [{"bearer": []}]
    assert put["requestBody"]["content"] == {"text/plain": {}}
    assert {"200", "201"} <= put["responses"].keys()
    assert {parameter["name"] for parameter in put["parameters"]} == {"room_id", "path"}

    runs = paths["/api/rooms/{room_id}/runs"]["get"]
    listed = runs["responses"]["200"]["content"]["application/json"]["schema"]
    assert listed == {"type": "array", "items": {"$ref": "#/components/schemas/Run"}}
    assert {parameter["name"] for parameter in runs["parameters"]} == {"room_id", "before", "limit"}
