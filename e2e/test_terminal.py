"""One terminal for the whole room: all see the same screen, in the same size."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer
from tests.server.runs.test_terminals import full_screen

Enter = Callable[..., RoomPage]
# A cell that was erased in a colour and one with a blank in that colour look the same.
SCREEN = """() => {
  const lines = window.__codlab.terminalText().split('\\n').map((line) => line.trimEnd())
  const text = lines.join('\\n').trimEnd()
  return text.includes('waiting for a key') && text
}"""


TOLD_ITS_SIZE = """() => {
  const { cols, rows } = window.__codlab.room.state.getState().runs.at(-1)
  return window.__codlab.terminalText().includes(`size ${cols} x ${rows}`)
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One whose programs have the time that people take."""
    settings = {"CODLAB_RUN_WALL_SECONDS": "120"}
    with LiveServer(tmp_path_factory.mktemp("server"), settings=settings) as server:
        yield server


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str, **options: object) -> RoomPage:
        return RoomPage.join(open_page(room.links["editor"], **options), name=name)

    return enter


def screen_of(person: RoomPage) -> str:
    return str(person.page.wait_for_function(SCREEN).json_value())


def run_in_its_size(person: RoomPage) -> None:
    """Runs the program, as large as the page has it."""
    person.page.get_by_test_id("terminal").wait_for(state="attached")
    person.run()


def test_a_late_joiner_sees_a_full_screen_program_as_it_stands(
    server: LiveServer, enter: Enter
) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": full_screen(3000)}])
    ada = enter(room, "Ada")
    run_in_its_size(ada)
    first = screen_of(ada)
    assert "drawn once 日本" in first
    # Less would fit onto this one's page.
    late = enter(room, "Late", viewport={"width": 1000, "height": 500})
    assert screen_of(late) == first
    ada.reload()
    assert screen_of(ada) == first

    ada.page.set_viewport_size({"width": 900, "height": 800})
    for person in (ada, late):
        person.until(TOLD_ITS_SIZE)
    assert screen_of(late) == screen_of(ada)

    late.type_into_terminal("q")
    for person in (ada, late):
        person.expect_outcome("exited(0)")
        person.expect_terminal("after")
        assert person.terminal.startswith("before")
        assert "drawn once" not in person.terminal


def test_who_takes_the_keyboard_brings_the_size_of_their_page(
    server: LiveServer, enter: Enter
) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": full_screen(10)}])
    ada = enter(room, "Ada")
    bob = enter(room, "Bob", viewport={"width": 900, "height": 700})
    run_in_its_size(ada)
    for person in (ada, bob):
        screen_of(person)
    before = ada.runs[-1]["cols"]
    bob.page.get_by_role("button", name="Take the keyboard").click()
    ada.until("before => window.__codlab.room.state.getState().runs.at(-1).cols < before", before)
    for person in (ada, bob):
        person.until(TOLD_ITS_SIZE)
    assert screen_of(ada) == screen_of(bob)
    bob.type_into_terminal("q")
    ada.expect_outcome("exited(0)")


def test_a_program_that_asks_its_terminal_is_answered_once(
    server: LiveServer, enter: Enter
) -> None:
    program = """\
import os, select, sys, termios, tty

kept = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b'\\x1b[6n')
answers = b''
while select.select([0], [], [], 2 if answers else None)[0]:
    answers += os.read(0, 100)
termios.tcsetattr(0, termios.TCSANOW, kept)
print('answers:', answers.count(b'R'))
input()
"""
    room = server.create_room(files=[{"path": "main.py", "text": program}])
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    for person in (ada, bob):
        person.expect_terminal("answers: 1")
    late = enter(room, "Late")
    late.expect_terminal("answers: 1")
    ada.reload()
    ada.expect_terminal("answers: 1")
    ada.type_into_terminal("done\n")
    for person in (ada, bob, late):
        person.expect_outcome("exited(0)")
        assert "R" not in person.terminal


SIZE = "import os\nprint('size', *os.get_terminal_size())\n"


def test_the_first_program_has_the_size_of_the_page_from_its_start(
    server: LiveServer, enter: Enter
) -> None:
    ada = enter(server.create_room(files=[{"path": "main.py", "text": SIZE}]), "Ada")
    terminal = ada.page.get_by_test_id("terminal")
    terminal.wait_for(state="attached")
    expect(terminal).to_be_hidden()
    expect(ada.page.get_by_test_id("output-empty")).to_be_visible()
    ada.run()
    ada.expect_outcome("exited(0)")
    size = ada.page.evaluate("window.__codlab.room.state.getState().runs.at(-1)")
    assert size["cols"] > 80
    ada.expect_terminal(f"size {size['cols']} {size['rows']}")
