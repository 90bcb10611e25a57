"""Pictures of runs: what they run, and who types into them."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Join = Callable[..., RoomPage]
ECHO = "for line in iter(lambda: input('> '), 'end'):\n    print('you said', line)\n"
READER = "import sys\n\nfor line in sys.stdin:\n    print(sum(map(int, line.split())))\n"
NAMED = """() => {
  const { configurations } = window.__codlab.room.workspace
  if (configurations.list().length > 0) return
  const tests = configurations.add('Tests', null)
  configurations.set(tests, 'entry', 'tests.py')
  configurations.set(tests, 'args', ['-v', '--durations=5', 'two words'])
  configurations.set(tests, 'env', { CODLAB_MODE: 'test', LC_ALL: 'C.UTF-8' })
  configurations.set(tests, 'stdin', 'numbers.txt')
  configurations.choose(tests)
  configurations.add('Benchmark of everything there is', null)
}"""


@dataclass(frozen=True, slots=True)
class RunRooms:
    """What the pictures are taken of."""

    named: LiveRoom
    typed: LiveRoom
    piped: LiveRoom


Show = Callable[[Page, RunRooms, Join], None]


@contextmanager
def prepared() -> Generator[RunRooms]:
    """Rooms in which programs go on for as long as pictures are taken."""
    settings = {"CODLAB_RUN_WALL_SECONDS": "600"}
    with (
        tempfile.TemporaryDirectory() as data_dir,
        LiveServer(Path(data_dir), settings=settings) as server,
    ):
        files = {"main.py": ECHO, "tests.py": "", "numbers.txt": "1 2\n", "reader.py": READER}
        listed = [{"path": path, "text": text} for path, text in files.items()]
        yield RunRooms(*(server.create_room(title="Runs", files=listed) for _ in range(3)))


def named(page: Page, rooms: RunRooms, join: Join) -> None:
    """The run settings, with several configurations."""
    _with_names(page, rooms, join)
    page.get_by_test_id("run-settings").click()
    expect(page.get_by_test_id("run-settings-panel")).to_be_visible()


def switch(page: Page, rooms: RunRooms, join: Join) -> None:
    """Which configuration Run uses."""
    _with_names(page, rooms, join)
    page.get_by_test_id("run-configuration").click()


def _with_names(page: Page, rooms: RunRooms, join: Join) -> None:
    join(page, rooms.named).arrived()
    page.evaluate(NAMED)


def piped(page: Page, rooms: RunRooms, join: Join) -> None:
    """A program without a terminal, which waits for a line of input."""
    ada = join(page, rooms.piped).arrived()
    page.evaluate(
        "() => { const { configurations } = window.__codlab.room.workspace;"
        " configurations.set(null, 'entry', 'reader.py'); configurations.set(null, 'tty', false) }"
    )
    ada.stop_if_running()
    ada.run()
    line = page.get_by_test_id("input-line")
    line.get_by_label("Input").fill("40 2")
    page.keyboard.press("Enter")
    ada.expect_terminal("42")


def held(page: Page, rooms: RunRooms, join: Join) -> None:
    """Another types; one's own keys are answered by a hint."""
    ada, _grace = _two_at_a_program(page, rooms, join, holder="Grace Hopper")
    ada.type_into_terminal("x")
    expect(page.get_by_test_id("refused-keys")).to_be_visible()


def asked(page: Page, rooms: RunRooms, join: Join) -> None:
    """One types, and another asks for the keyboard."""
    _ada, grace = _two_at_a_program(page, rooms, join, holder="Ada")
    grace.page.get_by_test_id("control-request").click()
    expect(page.get_by_test_id("control-prompt-stdin")).to_be_visible()


def _two_at_a_program(
    page: Page, rooms: RunRooms, join: Join, *, holder: str
) -> tuple[RoomPage, RoomPage]:
    ada = join(page, rooms.typed).arrived()
    ada.stop_if_running()
    ada.run()
    grace = join(second_page(page, rooms.typed), rooms.typed, name="Grace Hopper")
    for person in (ada, grace):
        person.expect_terminal(">")
    ada.type_into_terminal("hello\n")
    taker = ada if holder == "Ada" else grace
    taker.page.get_by_role("button", name="Take the keyboard").click()
    for person in (ada, grace):
        chip = person.page.get_by_test_id("control-stdin")
        expect(chip).to_have_attribute("data-holder", holder)
    return ada, grace


def second_page(page: Page, room: LiveRoom) -> Page:
    """Another person's, the only one beside this in the room."""
    browser = page.context.browser
    assert browser is not None
    for context in browser.contexts:
        if context != page.context and any(room.id in one.url for one in context.pages):
            context.close()
    return browser.new_context(reduced_motion="reduce").new_page()


STATES = {"configurations": named, "switch": switch, "piped": piped, "held": held, "asked": asked}
