"""The connection is lost and comes back; the server stops, or dies, and starts again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveServer

START = "print('before')\n"


def test_edits_made_while_the_server_was_away_merge(
    own_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = own_server.create_room(files=[{"path": "main.py", "text": START}])
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    bob = RoomPage.join(open_page(room.links["editor"]), name="Bob")

    own_server.stop()
    for person in (ada, bob):
        person.expect_status("offline")
        expect(person.page.get_by_test_id("notice")).to_contain_text("Offline")
    ada.type_at(1, 1, "# ada, offline\n")
    bob.type_at(2, 1, "# bob, offline\n")
    own_server.start()

    merged = "# ada, offline\n" + START + "# bob, offline\n"
    for person in (ada, bob):
        person.expect_text(merged)
        person.expect_status("saved")


def test_the_editor_needs_no_server_for_its_work_once_somebody_is_in(
    own_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = own_server.create_room(files=[{"path": "main.py", "text": START}])
    page = open_page(room.links["editor"])
    worker = page.workers[0] if page.workers else page.wait_for_event("worker")
    worker.evaluate("() => self.name")  # answers once its script is loaded
    ada = RoomPage.join(page, name="Ada")
    own_server.stop()
    ada.expect_status("offline")
    ada.type_at(2, 1, "pri")
    page.keyboard.press("Control+Space")
    expect(page.locator(".suggest-widget")).to_contain_text("print")


def test_who_comes_to_a_full_room_is_told_so_and_gets_in_when_somebody_leaves(
    tmp_path_factory: pytest.TempPathFactory, open_page: Callable[..., Page]
) -> None:
    settings = {"CODLAB_ROOM_SESSIONS": "1"}
    with LiveServer(tmp_path_factory.mktemp("full"), settings=settings) as server:
        room = server.create_room(files=[{"path": "main.py", "text": START}])
        ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
        page = open_page(room.links["editor"])
        page.get_by_label("Your name").fill("Bob")
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_test_id("notice")).to_contain_text("this room is full")
        ada.page.close()
        RoomPage(page).arrived().expect_text(START)
        expect(page.get_by_test_id("notice")).to_have_count(0)


def test_the_indicator_says_saved_only_when_the_server_has_answered(
    own_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = own_server.create_room(files=[{"path": "main.py", "text": START}])
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    with own_server.frozen():
        ada.type_at(1, 1, "# not there yet\n")
        ada.expect_status("saving", "late")
        assert "# not there yet" in ada.text
    ada.expect_status("saved")


def test_what_was_shown_as_saved_outlives_a_killed_server_and_all_browsers(
    own_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = own_server.create_room(files=[{"path": "main.py", "text": START}])
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    ada.type_at(1, 1, "# kept\n")
    ada.expect_status("saved")
    own_server.kill()
    ada.page.context.close()

    own_server.start()
    bob = RoomPage.join(open_page(room.links["editor"]), name="Bob")
    bob.expect_text("# kept\n" + START)


def test_what_could_not_be_loaded_without_a_server_is_tried_again(
    own_server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = own_server.create_room(files=[{"path": "main.py", "text": START}])
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    own_server.stop()
    ada.expect_status("offline")
    ada.type_at(2, 1, "# ada, offline\n")
    ada.page.get_by_role("button", name="Open the debugger").click()
    lacking = ada.page.get_by_test_id("lacking-part")
    expect(lacking).to_contain_text("could not be loaded")
    ada.expect_text(START + "# ada, offline\n")
    own_server.start()
    ada.expect_status("saved")
    lacking.get_by_role("button", name="Try again").click()
    expect(ada.page.get_by_test_id("debug-panel")).to_contain_text("Breakpoints")
