"""What the log of a real server tells of sockets: opened and closed, once each."""

import asyncio
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from collab.errors import CloseCode
from tests.live import LiveRoom, LiveServer
from tests.socket_client import joined, opened

ABNORMAL = 1006


@pytest.fixture
def room(live_server: LiveServer) -> LiveRoom:
    return live_server.create_room()


@pytest.fixture
def own_server(tmp_path: Path) -> Generator[LiveServer]:
    with LiveServer(tmp_path) as server:
        yield server


async def lines_of(room: LiveRoom, count: int) -> list[dict[str, Any]]:
    return await asyncio.to_thread(room.server.logged, count, "SOCKET", room.id)


def assert_opened_and_closed(lines: list[dict[str, Any]], room: LiveRoom, code: int) -> None:
    start, end = lines
    assert start["message"] == f"SOCKET opened /collab/{room.id}"
    assert end["message"] == f"SOCKET closed /collab/{room.id}"
    assert end["code"] == code
    assert start["request_id"] == end["request_id"]
    assert end["ms"] >= start["ms"]


@pytest.mark.parametrize("code", [1000, 1001, 4999])
async def test_a_client_that_leaves_is_logged_with_its_own_code(room: LiveRoom, code: int) -> None:
    async with joined(room, room.owner) as client:
        await client.connection.close(code)
    assert_opened_and_closed(await lines_of(room, 2), room, code)


async def test_a_client_that_vanishes_is_logged_as_such(room: LiveRoom) -> None:
    async with joined(room, room.owner) as client:
        client.connection.transport.abort()
        assert_opened_and_closed(await lines_of(room, 2), room, ABNORMAL)


async def test_what_the_server_closes_is_logged_with_the_code_that_the_client_saw(
    room: LiveRoom,
) -> None:
    async with joined(room, room.owner) as client:
        await client.connection.send("text")
        assert await client.close_code() == CloseCode.BAD_FRAME
    assert_opened_and_closed(await lines_of(room, 2), room, CloseCode.BAD_FRAME)


async def test_a_socket_that_is_not_let_in_is_logged_the_same_way(room: LiveRoom) -> None:
    async with opened(room, "nonsense") as client:
        assert await client.close_code() == CloseCode.UNAUTHORISED
    assert_opened_and_closed(await lines_of(room, 2), room, CloseCode.UNAUTHORISED)


async def test_a_socket_that_never_opens_is_one_line(room: LiveRoom) -> None:
    with pytest.raises(InvalidStatus):
        async with opened(room, room.owner.access_token, origin="https://evil.example"):
            pass
    (line,) = await lines_of(room, 1)
    assert line["message"] == f"SOCKET refused /collab/{room.id}"
    assert line["status"] == 403


async def test_a_page_that_is_refused_is_no_error_of_the_server(own_server: LiveServer) -> None:
    room = own_server.create_room()
    with pytest.raises(InvalidStatus):
        async with opened(room, room.owner.access_token, origin="https://evil.example"):
            pass
    async with joined(room, room.owner):
        await lines_of(room, 2)
    assert own_server.logged(0, '"level": "error"') == []


async def test_a_restart_is_logged_for_each_socket(own_server: LiveServer) -> None:
    room = own_server.create_room()
    async with joined(room, room.owner), joined(room, room.join("Bob")):
        await asyncio.to_thread(own_server.stop)
    ends = [line for line in await lines_of(room, 4) if "closed" in line["message"]]
    assert [line["code"] for line in ends] == [CloseCode.RESTARTING] * 2
