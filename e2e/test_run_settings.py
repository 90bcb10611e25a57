"""What Run runs is the room's: chosen by one, used by all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Enter = Callable[[LiveRoom, str], RoomPage]
SHOW = """\
import os, sys
print(sys.argv[1:], os.environ.get("MODE"), sys.stdin.isatty())
print("input:", sys.stdin.read() if not sys.stdin.isatty() else "typed")
"""


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str) -> RoomPage:
        return RoomPage.join(open_page(room.links["editor"]), name=name)

    return enter


def room_with(server: LiveServer, **files: str) -> LiveRoom:
    listed = [{"path": path.replace("_", "."), "text": text} for path, text in files.items()]
    return server.create_room(files=listed)


def settings_of(person: RoomPage) -> Locator:
    person.page.get_by_test_id("run-settings").click()
    return person.page.get_by_role("dialog", name="Run settings")


def test_a_configuration_is_made_by_one_and_run_by_another(
    server: LiveServer, enter: Enter
) -> None:
    room = room_with(server, main_py="print('the default')\n", show_py=SHOW, in_txt="1 2 3")
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    dialog = settings_of(ada)
    dialog.get_by_role("button", name="New configuration").click()
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    ada.page.keyboard.type("Checks")
    dialog.get_by_label("Entry file").select_option("show.py")
    dialog.get_by_label("Arguments").fill("-v 'two words'")
    dialog.get_by_label("Input").select_option("in.txt")
    dialog.get_by_role("button", name="Add a variable").click()
    dialog.get_by_label("Name of variable 1").fill("MODE")
    dialog.get_by_label("Value of MODE").fill("test")
    dialog.get_by_role("button", name="Use for Run").click()
    assert violations(ada.page) == []
    ada.page.keyboard.press("Escape")

    expect(bob.page.get_by_test_id("run-configuration")).to_have_text("Checks")
    bob.run()
    for person in (ada, bob):
        person.expect_terminal("['-v', 'two words'] test False")
        person.expect_terminal("input: 1 2 3")

    bob.page.get_by_test_id("run-configuration").press("Enter")
    bob.page.get_by_role("menuitemradio", name="Default").click()
    expect(ada.page.get_by_test_id("run-configuration")).to_have_text("Default")
    ada.run()
    bob.expect_run(2)
    bob.expect_terminal("the default")


def test_configurations_are_walked_by_the_keyboard(server: LiveServer, enter: Enter) -> None:
    ada = enter(room_with(server, main_py=""), "Ada")
    dialog = settings_of(ada)
    for name in ("One", "Two"):
        dialog.get_by_role("button", name="New configuration").click()
        dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_role("tab", name="Two").focus()
    ada.page.keyboard.press("ArrowUp")
    expect(dialog.get_by_role("tab", name="One")).to_have_attribute("aria-selected", "true")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("One")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_role("tab", name="One")).to_have_count(0)
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name="Undo").click()
    expect(settings_of(ada).get_by_role("tab")).to_have_text(["Default", "One", "Two"])


def test_a_program_on_pipes_gets_its_input_line_by_line(server: LiveServer, enter: Enter) -> None:
    program = "import sys\nfor line in sys.stdin: print(sum(map(int, line.split())), flush=True)\n"
    room = room_with(server, main_py=program)
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    terminal = settings_of(ada).get_by_label("Run in a terminal")
    terminal.click()
    expect(terminal).not_to_be_checked()
    ada.page.keyboard.press("Escape")
    ada.run()
    line = bob.page.get_by_test_id("input-line")
    line.get_by_label("Input").fill("1 2")
    bob.page.keyboard.press("Enter")
    for person in (ada, bob):
        person.expect_terminal("3")
    assert violations(bob.page) == []
    expect(line.get_by_label("Input")).to_have_value("")
    line.get_by_role("button", name="End input").click()
    for person in (ada, bob):
        person.expect_outcome("exited(0)")
        expect(person.page.get_by_test_id("input-line")).to_have_count(0)
