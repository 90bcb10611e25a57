"""Several people debug one program, in a real container, each in a browser of their own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.debug_page import DebugPage, Enter
from e2e.debug_programs import SUM
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": SUM}])


def test_two_people_debug_a_python_program_together(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.page.keyboard.press("F5")
    for person in (ada, bob):
        person.expect_stopped(2, stop=1)
        person.expect_line_highlighted(2)
        person.expect_variable("number", "3")
        person.expect_driver("Ada")
    expect(bob.page.locator(".inline-value").first).to_contain_text("total = 0")
    assert violations(ada.page) == []

    ada.press("Step over")
    for person in (ada, bob):
        person.expect_stopped(3, stop=2)
        person.expect_variable("added", "3")
    ada.press("Continue")
    bob.expect_stopped(2, stop=3)
    bob.expect_variable("number", "4")
    expect(bob.variable("number").get_by_test_id("variable-value")).to_have_attribute(
        "data-changed", "true"
    )
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints()
    ada.expect_told_breakpoints(0)
    ada.press("Continue")
    ada.person.expect_terminal("Who?")
    bob.person.type_into_terminal("Bob\n")
    ada.person.expect_terminal("Bob: 12")
    for person in (ada, bob):
        person.expect_ended()
        person.person.expect_outcome("exited(0)")


def test_edits_of_others_move_breakpoints_and_the_place_where_it_stands(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(8)
    bob.expect_breakpoints(("main.py", 8))
    ada.start()
    bob.expect_stopped(8, stop=1)
    bob.person.type_at(1, 1, "# one\n# two")
    bob.page.keyboard.press("Escape")
    for person in (ada, bob):
        person.expect_breakpoints(("main.py", 9))
        person.expect_stopped(9, stop=1)
        person.expect_line_highlighted(9)
        expect(person.page.locator(".not-what-runs").first).to_be_attached()
    ada.press("Continue")
    bob.expect_stopped(9, stop=2)
    expect(bob.page.get_by_test_id("debug-inexact")).to_have_count(0)


def test_a_third_joins_at_a_stop_and_sees_the_whole_state(enter: Enter) -> None:
    ada = enter("Ada")
    ada.press_breakpoint_key(3)
    ada.start()
    ada.expect_stopped(3, stop=1)
    ada.page.get_by_test_id("add-watch").click()
    ada.page.get_by_test_id("watch-field").fill("added * 10")
    ada.page.keyboard.press("Enter")
    expect(ada.tree("Watches")).to_contain_text("30")
    ada.evaluate("total + 100")
    ada.expect_console("100")

    for late in (enter("Carol"), enter("Vera", "viewer")):
        late.expect_stopped(3, stop=1)
        late.expect_line_highlighted(3)
        late.expect_breakpoints(("main.py", 3))
        rows = late.tree("Call stack").get_by_role("treeitem")
        expect(rows.first).to_contain_text("add")
        late.expect_variable("added", "3")
        late.expect_console("total + 100")
        expect(late.tree("Watches")).to_contain_text("added * 10")
        late.expect_driver("Ada")
    assert late.page.get_by_test_id("console-field").count() == 0

    ada.person.reload()
    ada.expect_stopped(3, stop=1)
    ada.expect_variable("added", "3")
    expect(ada.page.get_by_test_id("debug-inexact")).to_have_count(0)


def test_variables_are_set_and_exceptions_stop_the_program_for_all(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    program = "amount = 3\nshares = 0\nprint(amount / shares)\n"
    room = server.create_room(files=[{"path": "main.py", "text": program}])
    ada, bob = (
        DebugPage(RoomPage.join(open_page(room.links["editor"]), name=name))
        for name in ("Ada", "Bob")
    )
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    bob.expect_variable("amount", "3")
    bob.variable("amount").press("Enter")
    bob.page.get_by_role("textbox", name="Value of amount").fill("42")
    bob.page.keyboard.press("Enter")
    for person in (ada, bob):
        person.expect_variable("amount", "42")
        person.expect_console("amount = 42")
    ada.press("Continue")
    for person in (ada, bob):
        person.expect_stopped(3, stop=2)
        expect(person.page.get_by_test_id("debug-status")).to_contain_text("ZeroDivisionError")
        expect(person.page.locator(".stop-words").first).to_contain_text("ZeroDivisionError")
    ada.press("Stop")
    bob.expect_ended()


C_PROGRAM = """\
#include <stdio.h>

static int square(int number) {
    int result = number * number;
    return result;
}

int main(void) {
    int sum = 0;
    for (int number = 1; number < 4; number++) {
        sum += square(number);
    }
    printf("sum %d\\n", sum);
    return 0;
}
"""


def test_two_people_debug_a_c_program_together(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    files = [{"path": "main.c", "text": C_PROGRAM}]
    room = server.create_room(runtime="c", files=files)
    ada, bob = (
        DebugPage(RoomPage.join(open_page(room.links["editor"]), name=name))
        for name in ("Ada", "Bob")
    )
    ada.press_breakpoint_key(5)
    bob.expect_breakpoints(("main.c", 5))
    ada.start()
    for person in (ada, bob):
        person.expect_stopped(5, stop=1, path="main.c")
        person.expect_line_highlighted(5)
        person.expect_variable("result", "1")
        rows = person.tree("Call stack").get_by_role("treeitem")
        expect(rows.first).to_contain_text("square")
    bob.person.type_at(1, 1, "// squares\n")
    ada.expect_breakpoints(("main.c", 6))
    ada.press("Continue")
    bob.expect_stopped(6, stop=2, path="main.c")
    bob.expect_variable("number", "2")
    ada.press("Step out")
    bob.expect_stopped(12, stop=3, path="main.c")
    bob.expect_variable("sum", "1")
    ada.press_breakpoint_key(6)
    ada.expect_told_breakpoints(0)
    ada.press("Continue")
    bob.person.expect_terminal("sum 14")
    bob.expect_ended()


def test_a_function_to_stop_at_is_named_in_the_panel_by_keyboard(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    for person in (ada, bob):
        person.open_panel()
    ada.page.get_by_role("button", name="Add a function breakpoint").press("Enter")
    field = ada.page.get_by_role("textbox", name="Function to stop at")
    expect(field).to_be_focused()
    ada.page.keyboard.type("add")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("button", name="Add a function breakpoint")).to_be_focused()
    expect(bob.function("add")).to_be_visible()
    assert violations(ada.page) == []

    bob.function("add").get_by_role("button", name="Edit the breakpoint").press("Enter")
    editor = bob.page.get_by_role("dialog", name="Breakpoint at the function add")
    expect(editor.get_by_label("Function")).to_be_focused()
    editor.get_by_label("Stop only if").fill("number > 3")
    bob.page.keyboard.press("Enter")
    expect(editor).to_have_count(0)
    expect(bob.function("add").get_by_role("button", name="Edit the breakpoint")).to_be_focused()
    expect(ada.function("add")).to_contain_text("number > 3")

    ada.start()
    bob.expect_stop(1)
    bob.expect_variable("number", "4")
    ada.function("add").get_by_role("checkbox").press("Space")
    expect(bob.function("add").get_by_role("checkbox")).not_to_be_checked()
    bob.expect_told_breakpoints(0)
    ada.press("Continue")
    bob.person.expect_terminal("Who?")
    ada.press("Stop")
    bob.expect_ended()
    ada.function("add").get_by_role("button", name="Remove the breakpoint").press("Enter")
    expect(bob.function("add")).to_have_count(0)
