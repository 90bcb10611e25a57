"""Breakpoints belong to the room, and go with their lines."""

import pytest
from playwright.sync_api import expect

from e2e.debug_page import Enter
from tests.live import LiveRoom, LiveServer

PROGRAM = "def double(x):\n    y = x * 2\n    return y\n\n\nprint(double(21))\n"


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": PROGRAM}])


def test_breakpoints_are_the_rooms_and_move_with_anybodys_edits(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.click_gutter(6)
    for person in (ada, bob):
        person.expect_breakpoints(("main.py", 2), ("main.py", 6))
        expect(person.marks).to_have_count(2)

    bob.person.type_at(1, 1, "import sys\n")
    ada.person.expect_text(f"import sys\n{PROGRAM}")
    ada.person.type_at(7, 1, "# before\n")
    for person in (ada, bob):
        person.expect_breakpoints(("main.py", 3), ("main.py", 8))
    ada.click_gutter(3)
    bob.expect_breakpoints(("main.py", 8))


def test_breakpoints_survive_reload_and_rename_and_come_back_with_what_was_deleted(
    enter: Enter,
) -> None:
    ada = enter("Ada")
    ada.press_breakpoint_key(3)
    ada.person.put_cursor(2, 1)
    ada.page.keyboard.press("Control+Shift+K")
    ada.expect_breakpoints(("main.py", 2))
    ada.page.keyboard.press("Control+Z")
    ada.expect_breakpoints(("main.py", 3))
    ada.person.rename_file("main.py", "app.py")
    ada.expect_breakpoints(("app.py", 3))
    ada.person.expect_status("saved")
    ada.person.reload()
    ada.expect_breakpoints(("app.py", 3))
    ada.person.delete_file("app.py")
    ada.expect_breakpoints()
    ada.page.get_by_role("button", name="Undo").click()
    ada.expect_breakpoints(("app.py", 3))


def test_a_breakpoint_gets_a_condition_by_keyboard_and_a_message_by_mouse(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.person.put_cursor(2, 1)
    ada.page.keyboard.press("Shift+F9")
    editor = ada.page.get_by_role("dialog", name="Breakpoint on line 2")
    expect(editor.get_by_label("Stop only if")).to_be_focused()
    editor.get_by_label("Stop only if").fill("x > 3")
    ada.page.keyboard.press("Enter")
    expect(editor).to_have_count(0)
    expect(ada.page.get_by_role("textbox", name="Code")).to_be_focused()
    expect(bob.page.locator(".bp-conditional")).to_have_count(1)

    bob.page.mouse.click(*bob.gutter(2), button="right")
    editor = bob.page.get_by_role("dialog", name="Breakpoint on line 2")
    expect(editor.get_by_label("Stop only if")).to_have_value("x > 3")
    editor.get_by_label("Write instead of stopping").fill("x is {x}")
    editor.get_by_label("Enabled").uncheck()
    editor.get_by_role("button", name="Save").click()
    expect(ada.page.locator(".bp-log.bp-off")).to_have_count(1)

    ada.open_panel()
    line = ada.page.get_by_test_id("breakpoint")
    expect(line).to_contain_text("main.py:2")
    expect(line).to_contain_text("x is {x}")
    line.get_by_role(
        "checkbox"
    ).click()  # not `check`, which wants to see it before the document has
    expect(line.get_by_role("checkbox")).to_be_checked()
    expect(bob.page.locator(".bp-off")).to_have_count(0)


def test_a_viewer_sees_breakpoints_and_sets_none(enter: Enter) -> None:
    ada, vera = enter("Ada"), enter("Vera", "viewer")
    ada.press_breakpoint_key(2)
    expect(vera.marks).to_have_count(1)
    vera.click_gutter(3)
    expect(vera.page.get_by_test_id("toast")).to_have_text("Viewers cannot set breakpoints.")
    vera.click_gutter(2)
    vera.expect_breakpoints(("main.py", 2))
    vera.open_panel()
    expect(vera.page.get_by_test_id("breakpoint").get_by_role("checkbox")).to_be_disabled()


def test_debug_says_why_it_cannot_be_pressed(enter: Enter) -> None:
    vera = enter("Vera", "viewer")
    button = vera.page.get_by_role("button", name="Debug", exact=True)
    expect(button).to_have_attribute("aria-disabled", "true")
    button.hover()
    expect(vera.page.get_by_role("tooltip")).to_have_text("Viewers cannot debug")
