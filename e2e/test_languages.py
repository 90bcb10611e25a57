"""A room in another language than the usual one: chosen, begun with its template, run."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveServer


def test_a_room_of_a_language_begins_with_its_template_and_runs_it(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    page = open_page(server.url)
    page.get_by_role("button", name="Language: Python 3.13").click()
    page.keyboard.type("lua 5.1")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Language: Lua 5.1")).to_be_focused()
    ada = RoomPage.create(page, name="Ada", title="Moon")
    ada.until("() => window.__codlab.editor.getModel().getLanguageId() === 'lua'")
    assert 'io.write("What is your name? ")' in str(
        page.evaluate("() => window.__codlab.editorText()")
    )
    ada.run()
    ada.expect_terminal("What is your name?")
    ada.type_into_terminal("Ada\n")
    ada.expect_terminal("Hello, Ada!")
    ada.expect_outcome("exited(0)")


def test_a_change_of_language_is_everybodys(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = server.create_room(files=[{"path": "main.lua", "text": "print(_VERSION)\n"}])
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    bob = RoomPage.join(open_page(room.links["editor"]), name="Bob")
    ada.page.get_by_role("button", name="Run settings").click()
    ada.page.get_by_test_id("run-runtime").click()
    ada.page.get_by_role("combobox", name="Search languages").fill("lua 5.4")
    ada.page.get_by_role("option", name=re.compile("Lua 5.4 (ready|built on first run)")).click()
    expect(bob.page.get_by_role("button", name="Run settings: Lua 5.4")).to_be_visible()
    bob.run()
    ada.expect_terminal("Lua 5.4")
    ada.expect_outcome("exited(0)")
