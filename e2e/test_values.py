"""Several people look into one program's values, each in a browser of their own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import violations
from e2e.debug_page import DebugPage
from e2e.room_page import RoomPage
from tests.live import LiveServer

PROGRAM = """\
class Point:
    def __init__(self, x, y):
        self.x, self.y, self.rest = x, y, {"a": [6]}


origin = Point(3, [4, 5])
story = "once upon a time " * 200
for number in range(3):
    origin.x += number
print(origin.x)
"""
Enter = Callable[..., DebugPage]


@pytest.fixture
def enter(server: LiveServer, open_page: Callable[..., Page]) -> Enter:
    room = server.create_room(files=[{"path": "main.py", "text": PROGRAM}])

    def enter(name: str, role: str = "editor") -> DebugPage:
        return DebugPage(RoomPage.join(open_page(room.links[role]), name=name))

    return enter


def stopped_together(enter: Enter) -> tuple[DebugPage, DebugPage]:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(9)
    bob.expect_breakpoints(("main.py", 9))
    ada.start()
    for person in (ada, bob):
        person.expect_stopped(9, stop=1)
    return ada, bob


def add_watch(person: DebugPage, expression: str) -> None:
    person.page.get_by_test_id("add-watch").click()
    person.page.get_by_test_id("watch-field").fill(expression)
    person.page.keyboard.press("Enter")


def row(tree: Locator, text: str) -> Locator:
    return tree.get_by_role("treeitem").filter(has_text=re.compile(text))


def test_a_value_in_the_console_is_opened_by_each_until_the_program_goes_on(enter: Enter) -> None:
    ada, bob = stopped_together(enter)
    ada.evaluate("origin")
    for person in (ada, bob):
        expect(row(person.tree("Value of origin"), "Point object")).to_be_visible()
    value = bob.tree("Value of origin")
    row(value, "Point object").press("ArrowRight")
    row(value, "^y").press("ArrowRight")
    expect(row(value, "^1")).to_contain_text("5")
    expect(ada.tree("Value of origin").get_by_role("treeitem")).to_have_count(1)
    assert violations(bob.page) == []

    ada.press("Continue")
    bob.expect_stopped(9, stop=2)
    expect(row(value, "^1")).to_contain_text("5")
    row(value, "^rest").press("ArrowRight")
    gone = row(value, "The program has moved on")
    expect(gone).to_be_visible()
    row(ada.tree("Value of origin"), "Point object").press("ArrowRight")
    row(ada.tree("Value of origin"), "^y").press("ArrowRight")
    expect(row(ada.tree("Value of origin"), "^1")).to_contain_text("5")  # what Bob has read
    gone.press("Enter")
    for person in (ada, bob):
        expect(person.tree("Value of origin")).to_have_count(2)
    ada.press("Stop")
    bob.expect_ended()
    expect(row(value.first, "^1")).to_contain_text("5")


def test_who_comes_later_and_who_may_only_look_see_what_is_watched(enter: Enter) -> None:
    ada, bob = stopped_together(enter)
    add_watch(ada, "origin.y")
    add_watch(ada, "nowhere")
    for person in (bob, enter("Carol"), enter("Vera", "viewer")):
        watches = person.tree("Watches")
        expect(row(watches, "^origin.y")).to_contain_text("[4, 5]")
        expect(row(watches, "^nowhere")).to_contain_text("not defined")
        row(watches, "^origin.y").press("ArrowRight")
        expect(row(watches, "^1")).to_contain_text("5")
    assert violations(person.page) == []
    bob.evaluate("origin.y.append(number)")
    for each in (ada, person):
        expect(row(each.tree("Watches"), "^origin.y")).to_contain_text("[4, 5, 0]")
    ada.press("Step over")
    person.expect_stopped(8, stop=2)
    expect(row(person.tree("Watches"), "^origin.y")).to_contain_text("[4, 5, 0]")
    expect(person.page.locator("[data-stale]")).to_have_count(0)
    ada.press("Stop")
    person.expect_ended()


def test_a_variable_is_watched_copied_and_shown_whole_by_keyboard(enter: Enter) -> None:
    ada, bob = stopped_together(enter)
    ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.variable("number").press("Shift+F10")
    menu = ada.page.get_by_role("menu")
    menu.get_by_role("menuitem", name="Add to watches").press("Enter")
    expect(row(bob.tree("Watches"), "^number")).to_contain_text("0")
    expect(ada.variable("number")).to_be_focused()
    ada.page.keyboard.press("Control+c")
    expect(ada.page.get_by_test_id("toast")).to_contain_text("The value is copied")
    assert ada.page.evaluate("navigator.clipboard.readText()") == "0"

    ada.page.keyboard.type("st")
    expect(ada.variable("story")).to_be_focused()
    ada.variable("story").get_by_role("button", name="Show whole").click()
    whole = ada.page.get_by_label("The whole value")
    expect(whole).to_contain_text("once upon a time " * 200)
    assert violations(ada.page) == []
    ada.page.keyboard.press("Escape")

    ada.variable("number").press("F2")
    field = ada.page.get_by_role("textbox", name="Value of number")
    field.fill("no such name")
    field.press("Enter")
    expect(ada.tree("Variables").get_by_role("alert")).to_contain_text("syntax")
    expect(field).to_have_value("no such name")
    field.fill("2")
    field.press("Enter")
    for person in (ada, bob):
        expect(row(person.tree("Watches"), "^number")).to_contain_text("2")
    ada.press("Stop")
    bob.expect_ended()


def test_names_tell_their_values_under_the_mouse_and_at_the_cursor(enter: Enter) -> None:
    ada, bob = stopped_together(enter)
    hover = bob.page.locator(".monaco-hover:not(.hidden)")
    bob.page.evaluate(
        """() => {
          const { debug } = window.__codlab
          const evaluate = debug.evaluate.bind(debug)
          window.asked = []
          debug.evaluate = (...all) => (window.asked.push(all.join(' ')), evaluate(...all))
        }"""
    )
    bob.point_at(7, 13)  # in the words of the story
    bob.point_at(8, 2)  # a word of the language
    bob.point_at(9, 13)
    expect(hover).to_contain_text("origin.x = 3")
    assert bob.page.evaluate("window.asked") == ["origin.x hover"]
    hover.get_by_role("link", name="Add to watches").click()
    expect(row(ada.tree("Watches"), r"^origin\.x")).to_contain_text("3")
    bob.page.mouse.move(0, 0)

    bob.person.put_cursor(9, 12)
    bob.page.keyboard.press("Control+k")
    bob.page.keyboard.press("Control+i")
    expect(hover).to_contain_text("origin.x = 3")
    bob.page.keyboard.press("Escape")

    bob.person.put_cursor(9, 17)
    bob.page.keyboard.press("Shift+End")
    bob.run_action("Evaluate in Debug Console")
    expect(ada.page.get_by_test_id("console-entry")).to_have_text("numberBob0")
    bob.person.put_cursor(9, 6)
    bob.run_action("Add to Watches")
    expect(row(ada.tree("Watches"), r"^origin(?!\.)")).to_contain_text("Point object")
    expect(ada.page.locator(".monaco-hover:not(.hidden)")).to_have_count(0)
    ada.press("Stop")
    bob.expect_ended()


LARGE = """\
static int big[100000];

int main(void) {
    big[99907] = 7;
    return big[0];
}
"""


def test_a_hundred_thousand_elements_are_opened_range_by_range(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = server.create_room(runtime="c", files=[{"path": "main.c", "text": LARGE}])
    ada = DebugPage(RoomPage.join(open_page(room.links["editor"]), name="Ada"))
    ada.press_breakpoint_key(5)
    ada.start()
    ada.expect_stopped(5, stop=1, path="main.c")
    ada.evaluate("big")
    value = ada.tree("Value of big")
    row(value, r"^int \[100000\]").press("ArrowRight")
    expect(value.get_by_role("treeitem")).to_have_count(11)
    row(value, r"^\[90000…99999\]").press("ArrowRight")
    expect(value.get_by_role("treeitem")).to_have_count(111)
    row(value, r"^\[99900…99999\]").press("ArrowRight")
    expect(row(value, "^999077$")).to_have_attribute("aria-posinset", "8")  # its name, its value
    expect(row(value, "^999990$")).to_have_attribute("aria-posinset", "100")
    ada.press("Stop")
    ada.expect_ended()
