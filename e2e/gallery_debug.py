"""Pictures of debugging: breakpoints, stops, and who drives."""

import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from e2e.debug_page import DebugPage
from e2e.gallery_runs import second_page
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

PROGRAM = '''\
from collections import Counter

LIMIT = 3


def words(text: str) -> Counter[str]:
    """Counts the words of a text, whatever their case."""
    counts: Counter[str] = Counter()
    for word in text.lower().split():
        counts[word] += 1
    return counts


def main() -> None:
    text = "the quick fox and the lazy dog and the bird"
    for word, count in words(text).most_common(LIMIT):
        print(f"{word:>8} {count}")
    print(LIMIT / (count - 1))


main()
'''
MARK = """([program, places, watches]) => {
  const { debug, room } = window.__codlab
  const [{ id }] = room.workspace.list()
  const you = room.session.participant.id
  debug.breakpoints.clear()
  const text = room.workspace.text(id)
  if (text.toString() !== program) {
    text.delete(0, text.length)
    text.insert(0, program)
  }
  for (const { line, ...settings } of places) debug.breakpoints.add(id, line, you, settings)
  for (const { id } of debug.watches.list()) debug.watches.remove(id)
  for (const expression of watches) debug.watches.add(expression, you)
}"""
STOP = """async () => {
  const { debug, room } = window.__codlab
  if (debug.session) await debug.stop()
}"""
ASK = "() => window.__codlab.room.commands.send('control.request', { what: 'debug' })"
OVER = "() => window.__codlab.debug.session === null"

Join = Callable[..., RoomPage]
Show = Callable[[Page, LiveRoom, Join], None]


@contextmanager
def prepared() -> Generator[LiveRoom]:
    """A room with a program to be debugged."""
    with tempfile.TemporaryDirectory() as data_dir, LiveServer(Path(data_dir)) as server:
        yield server.create_room(title="Word count", files=[{"path": "main.py", "text": PROGRAM}])


def breakpoints(page: Page, room: LiveRoom, join: Join) -> None:
    """Breakpoints of all kinds, and one that is being edited."""
    ada = marked(
        page,
        room,
        join,
        {"line": 9},
        {"line": 10, "condition": "counts[word] > 1"},
        {"line": 11, "enabled": False},
        {"line": 16, "logMessage": "{word}: {count}"},
    )
    if not is_narrow(page) and not page.get_by_test_id("debug-panel").is_visible():
        ada.open_panel()
    ada.person.put_cursor(10, 1)
    page.keyboard.press("Shift+F9")
    expect(page.get_by_test_id("breakpoint-editor")).to_be_visible()


def driving(page: Page, room: LiveRoom, join: Join) -> None:
    """The driver at a stop, with watches and a console; another asks for control."""
    ada = at_stop(page, room, join)
    grace = DebugPage(join(second_page(page, room), room, name="Grace Hopper"))
    grace.expect_stopped(10)
    show_panel(page)
    ada.evaluate("sorted(counts)")
    ada.expect_console("[]")
    ada.evaluate("count")
    ada.expect_console("not defined")
    grace.page.evaluate(ASK)
    expect(page.get_by_test_id("control-prompt-debug")).to_be_visible()
    ada.variable("word").press("Enter")
    expect(page.get_by_test_id("variable-field")).to_be_visible()


def stopped_code(page: Page, room: LiveRoom, join: Join) -> None:
    """The code at a stop after some steps: what has changed is marked."""
    ada = at_stop(page, room, join)
    for stop, move in ((2, "Continue"), (3, "Step over")):
        ada.press(move)
        ada.expect_stop(stop)
    if not is_narrow(page):
        ada.variable("counts").press("ArrowRight")


def looking_on(page: Page, room: LiveRoom, join: Join) -> None:
    """Somebody else drives; this page looks at another frame, and the text has been changed."""
    grace = at_stop(second_page(page, room), room, join, name="Grace Hopper")
    edith = DebugPage(join(page, room))
    edith.expect_stopped(10)
    grace.person.type_at(5, 1, "# A word is what stands between spaces.\n")
    grace.person.expect_status("saved")
    edith.expect_stopped(11)
    show_panel(page)
    edith.tree("Call stack").get_by_role("treeitem").filter(has_text="main").nth(1).click()
    expect(page.locator(".frame-line")).to_have_count(1)
    page.evaluate(
        "() => { const { workspace } = window.__codlab.room;"
        " const [{ id }] = workspace.list(); workspace.text(id).delete(36, 40) }"
    )


def exception(page: Page, room: LiveRoom, join: Join) -> None:
    """An exception nobody catches."""
    ada = marked(page, room, join)
    ada.page.keyboard.press("F5")
    ada.expect_stopped(18)
    expect(page.locator(".stop-words").first).to_be_attached()


def running(page: Page, room: LiveRoom, join: Join) -> None:
    """A program that runs, with the last minute of its session near."""
    ada = at_stop(page, room, join)
    page.evaluate(
        "() => window.__codlab.room.state.setState(({ debug }) => ({ debug: { ...debug,"
        " session: { ...debug.session, state: 'running', deadline: Date.now() + 48500 } } }))"
    )
    expect(page.get_by_test_id("debug-state")).to_have_attribute("data-state", "running")
    show_panel(ada.page)


def ended(page: Page, room: LiveRoom, join: Join) -> None:
    """After a session."""
    ada = at_stop(page, room, join)
    ada.press("Stop")
    ada.expect_ended()
    show_panel(page)


def marked(
    page: Page,
    room: LiveRoom,
    join: Join,
    *places: object,
    name: str = "Ada",
    program: str = PROGRAM,
    watches: Sequence[str] = ("word.upper()", "len(counts)", "count"),
) -> DebugPage:
    """Somebody in the room, with a program in it that has breakpoints, and no session."""
    ada = DebugPage(join(page, room, name=name).arrived())
    ada.person.until("() => window.__codlab.room.state.getState().present")
    page.evaluate(STOP)
    ada.person.until(OVER)
    page.evaluate(MARK, [program, list(places), list(watches)])
    ada.person.expect_status("saved")
    return ada


def at_stop(page: Page, room: LiveRoom, join: Join, *, name: str = "Ada") -> DebugPage:
    """Somebody whose program has come to its first breakpoint."""
    ada = marked(page, room, join, {"line": 10}, name=name)
    ada.page.keyboard.press("F5")
    ada.expect_stop(1)
    settled(page)
    return ada


def settled(page: Page) -> None:
    """Waits until nothing of a stop is being read any more."""
    expect(page.get_by_text("Reading…")).to_have_count(0)


def is_narrow(page: Page) -> bool:
    """Whether one pane is shown at a time."""
    return page.get_by_test_id("pane-debug").is_visible()


def show_panel(page: Page) -> None:
    """Brings the debugger to the front."""
    if is_narrow(page):
        page.get_by_test_id("pane-debug").click()


STATES: dict[str, Show] = {
    "breakpoints": breakpoints,
    "driving": driving,
    "stopped-code": stopped_code,
    "looking-on": looking_on,
    "exception": exception,
    "running": running,
    "ended": ended,
}
