"""Who may call what: the whole matrix of operations and roles, made from the operations' table."""

from collections.abc import AsyncGenerator

import pytest

from collab.participant import Role
from server.auth.permissions import ALLOWED, Action, may, permissions_of, weaker
from server.operations import Operation
from server.routes.table import OPERATIONS
from tests.server.house import House, RoomUnderTest, running, settings_for

FOR_MEMBERS = [operation for operation in OPERATIONS if operation.action is not None]
OPEN = {"create_room", "join_room", "refresh", "log_out"} | {
    "list_runtimes", "healthz", "readyz", "metrics"
}  # fmt: skip


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    """A server that does not mind so many wrong tokens from one address."""
    settings = settings_for(tmp_path_factory.mktemp("house"), misses_per_minute=1000)
    async with running(settings) as house:
        yield house


def test_only_these_operations_are_open_to_all() -> None:
    assert {one.handler.__name__ for one in OPERATIONS if one.action is None} == OPEN


def test_each_role_may_what_the_weaker_one_may_and_more() -> None:
    assert ALLOWED[Role.VIEWER] < ALLOWED[Role.EDITOR] < ALLOWED[Role.OWNER] == set(Action)
    assert weaker(Role.OWNER, Role.VIEWER) is Role.VIEWER
    assert weaker(Role.EDITOR, Role.OWNER) is Role.EDITOR


def test_what_is_not_in_the_table_is_denied() -> None:
    assert not may("admin", Action.VIEW)  # type: ignore[arg-type]
    told = ("edit", "run", "debug", "install", "manage")
    assert permissions_of(Role.VIEWER) == dict.fromkeys(told, False)


def path_of(operation: Operation, room_id: str) -> str:
    placeholders = {
        "participant_id": "none",
        "link_id": "none",
        "path": "none",
        "number": "7",
        "artefact_id": "none",
    }
    path = operation.path.replace("{path:path}", "{path}").replace("{number:int}", "{number}")
    return path.format(room_id=room_id, **placeholders)


@pytest.mark.parametrize("operation", FOR_MEMBERS, ids=lambda one: one.handler.__name__)
async def test_an_operation_is_refused_to_whom_it_is_not_for(
    house: House, room: RoomUnderTest, operation: Operation
) -> None:
    assert operation.action is not None
    path, other = path_of(operation, room.id), await house.create_room()
    for role in (Role.VIEWER, Role.EDITOR):
        if may(role, operation.action):
            continue
        member = await house.join(room, role)
        answer = await house.client.request(operation.method, path, headers=member.headers)
        assert answer.status_code == 403
    for headers in ({}, other.owner.headers, {"Authorization": "Basic QWRh"}):
        answer = await house.client.request(operation.method, path, headers=headers)
        assert answer.status_code == 404
    bad = {"Authorization": "Bearer nonsense"}
    assert (await house.client.request(operation.method, path, headers=bad)).status_code == 401
