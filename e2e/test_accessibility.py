"""Everybody can use it: by names and roles, by keyboard, in both themes."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveServer

Theme = Literal["dark", "light"]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_pages_break_no_accessibility_rule(
    server: LiveServer, open_page: Callable[..., Page], theme: Theme
) -> None:
    room = server.create_room(title="For all", files=[{"path": "main.py", "text": "print(1)\n"}])
    start = open_page(server.url, color_scheme=theme)
    expect(start.get_by_role("button", name="New room")).to_be_enabled()
    assert violations(start) == []
    start.get_by_role("button", name="Language").click()
    expect(start.get_by_role("listbox", name="Languages")).to_be_visible()
    assert violations(start) == []

    page = open_page(room.links["editor"], color_scheme=theme)
    expect(page.get_by_role("dialog", name="Join the room")).to_be_visible()
    assert violations(page) == []

    ada = RoomPage.join(page, name="Ada")
    ada.run()
    ada.expect_outcome("exited(0)")
    assert violations(page) == []
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_test_id("share-menu")).to_be_visible()
    assert violations(page) == []


def test_a_room_is_made_and_a_program_written_and_run_by_keyboard_alone(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    page = open_page(server.url)
    page.get_by_label("Title").focus()
    page.keyboard.type("Keys only")
    page.keyboard.press("Enter")
    ada = RoomPage(page).arrived()
    expect(page.get_by_role("textbox", name="Code")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("print('by keyboard')\n")
    page.keyboard.press("Control+Enter")
    ada.expect_terminal("by keyboard")
    ada.expect_outcome("exited(0)")
