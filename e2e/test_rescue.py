"""What somebody typed and the room did not take is not lost without a word."""

from collections.abc import Callable

import httpx2
import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

START = "first = 1\nsecond = 2\n"


@pytest.fixture
def room(own_server: LiveServer) -> LiveRoom:
    return own_server.create_room(files=[{"path": "main.py", "text": START}])


@pytest.fixture
def ada(room: LiveRoom, open_page: Callable[..., Page]) -> RoomPage:
    """Somebody who is offline, with a server that is not."""
    permissions = ["clipboard-read", "clipboard-write"]
    ada = RoomPage.join(open_page(room.links["editor"], permissions=permissions), name="Ada")
    ada.page.context.set_offline(True)
    room.server.restart()
    ada.expect_status("offline")
    return ada


def participants_of(room: LiveRoom) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"{room.server.url}/api/rooms/{room.id}/participants",
        headers={"Authorization": f"Bearer {room.owner.access_token}"},
    )


def type_a_line(ada: RoomPage) -> str:
    ada.type_at(1, 1, "# typed on a train\n")
    return "# typed on a train\n" + START


def delete_a_line(ada: RoomPage) -> str:
    ada.put_cursor(1, 1)
    ada.page.keyboard.press("Shift+ArrowDown")
    ada.page.keyboard.press("Delete")
    return "second = 2\n"


@pytest.mark.parametrize("edit", [type_a_line, delete_a_line])
def test_who_is_made_a_viewer_while_offline_can_take_the_changes_along(
    room: LiveRoom, ada: RoomPage, edit: Callable[[RoomPage], str]
) -> None:
    text = edit(ada)
    with participants_of(room) as participants:
        participants.patch(f"/{ada.participant_id}", json={"role": "viewer"}).raise_for_status()
    ada.page.context.set_offline(False)

    notice = ada.page.get_by_role("alert").filter(has_text="Your changes were not accepted")
    expect(notice).to_contain_text("What you typed in main.py is still in this tab")
    ada.expect_status("refused")
    ada.expect_text(text)
    assert violations(ada.page) == []
    notice.get_by_role("button", name="Copy my text").click()
    expect(notice.get_by_role("button", name="Copied")).to_be_visible()
    assert ada.page.evaluate("() => navigator.clipboard.readText()") == text

    notice.get_by_role("button", name="Show the room").click()
    ada.expect_text(START)
    expect(notice).to_have_count(0)


def test_who_is_made_an_editor_again_loses_nothing(room: LiveRoom, ada: RoomPage) -> None:
    text = type_a_line(ada)
    with participants_of(room) as participants:
        participants.patch(f"/{ada.participant_id}", json={"role": "viewer"}).raise_for_status()
        ada.page.context.set_offline(False)
        ada.expect_status("refused")
        participants.patch(f"/{ada.participant_id}", json={"role": "editor"}).raise_for_status()
    ada.expect_status("saved")
    ada.expect_text(text)


def test_who_is_removed_while_offline_can_take_the_changes_along(
    room: LiveRoom, ada: RoomPage
) -> None:
    text = type_a_line(ada)
    with participants_of(room) as participants:
        participants.delete(f"/{ada.participant_id}").raise_for_status()
    ada.page.context.set_offline(False)
    expect(ada.page.get_by_test_id("state-page")).to_have_attribute("data-kind", "revoked")
    rescue = ada.page.get_by_test_id("rescue")
    expect(rescue).to_contain_text("Your last changes in main.py did not reach the room")
    rescue.get_by_role("button", name="Copy my text").click()
    expect(rescue.get_by_role("button", name="Copied")).to_be_visible()
    assert ada.page.evaluate("() => navigator.clipboard.readText()") == text
