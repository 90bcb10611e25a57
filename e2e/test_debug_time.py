"""A session's time: everybody is told of its last minute, and anybody may give it more."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, expect

from e2e.debug_page import DebugPage
from e2e.debug_programs import SUM
from e2e.room_page import RoomPage
from tests.live import LiveServer

DEADLINE = "() => window.__codlab.debug.session.deadline"


@pytest.fixture(scope="module")
def short_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One whose sessions last less than a minute."""
    settings = {"CODLAB_DEBUG_IDLE_SECONDS": "58", "CODLAB_DEBUG_SECONDS": "58"}
    with LiveServer(tmp_path_factory.mktemp("server"), settings=settings) as server:
        yield server


def test_anybody_extends_a_session_in_its_last_minute(
    short_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = short_server.create_room(files=[{"path": "main.py", "text": SUM}])
    ada, bob, vera = (
        DebugPage(RoomPage.join(open_page(room.links[role]), name=name))
        for name, role in (("Ada", "editor"), ("Bob", "editor"), ("Vera", "viewer"))
    )
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    for person in (ada, bob, vera):
        person.expect_stop(1)
        expect(person.page.get_by_role("timer")).to_contain_text("Ends in ")
    expect(vera.page.get_by_role("button", name="Extend")).to_have_count(0)
    before = ada.page.evaluate(DEADLINE)
    bob.page.get_by_role("button", name="Extend").click()
    for person in (ada, vera):
        person.person.until("before => window.__codlab.debug.session.deadline > before", before)
    ada.press("Stop")
    bob.expect_ended()
