"""Access tokens run out all the time, and nobody in a room notices."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import PATIENCE_MS, RoomPage
from tests.live import LiveRoom, LiveServer

START = "print('still here')\n"


@pytest.fixture(scope="module")
def hasty_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """A server whose tokens live for ten seconds."""
    settings = {"CODLAB_ACCESS_TOKEN_SECONDS": "10"}
    with LiveServer(tmp_path_factory.mktemp("hasty"), settings=settings) as server:
        yield server


@pytest.fixture
def room(hasty_server: LiveServer) -> LiveRoom:
    return hasty_server.create_room(files=[{"path": "main.py", "text": START}])


def test_a_token_is_renewed_on_the_open_socket_before_it_expires(
    room: LiveRoom, open_page: Callable[..., Page]
) -> None:
    page = open_page(room.links["editor"])
    with page.expect_websocket() as opening:
        ada = RoomPage.join(page, name="Ada")
    socket = opening.value
    for _ in range(4):  # every five seconds: the last is far beyond the first token's life
        socket.wait_for_event("framereceived", is_renewal, timeout=PATIENCE_MS)
    assert not socket.is_closed()
    ada.type_at(1, 1, "# 20 s later\n")
    ada.expect_status("saved")


def is_renewal(frame: str | bytes) -> bool:
    return isinstance(frame, bytes) and b'"expires_in"' in frame


def test_a_tab_that_slept_through_its_tokens_life_comes_back_when_it_wakes(
    room: LiveRoom, open_page: Callable[..., Page]
) -> None:
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    bob = RoomPage.join(open_page(room.links["editor"]), name="Bob")
    expect(bob.others).to_have_count(1)
    tab = ada.page.context.new_cdp_session(ada.page)
    tab.send("Debugger.enable")
    tab.send("Debugger.pause")
    expect(bob.others).to_have_count(0)  # the server has closed Ada's socket
    tab.send("Debugger.resume")
    expect(bob.others).to_have_count(1)
    ada.type_at(1, 1, "# awake\n")
    bob.expect_text("# awake\n" + START)
    ada.expect_status("saved")


def test_a_page_whose_renewal_failed_comes_back_as_soon_as_it_can(
    room: LiveRoom, open_page: Callable[..., Page]
) -> None:
    page = open_page(room.links["editor"])
    ada = RoomPage.join(page, name="Ada")
    page.route("**/api/auth/refresh", lambda route: route.abort("connectionrefused"))
    ada.expect_status("offline")  # closed by the server: 4401
    ada.type_at(1, 1, "# meanwhile\n")
    page.unroute("**/api/auth/refresh")
    ada.expect_status("saved")
    bob = RoomPage.join(open_page(room.links["editor"]), name="Bob")
    bob.expect_text("# meanwhile\n" + START)
