"""Takes a picture of every state a page can be in, in each size and theme, to be looked at.

`python -m e2e.gallery [state...]`; they go to test-results/gallery, one folder for each state.
"""

import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from e2e import gallery_debug, gallery_packages, gallery_runs
from e2e.chromium import launch_options
from e2e.room_page import RoomPage
from e2e.screenshots import SIZES, THEMES
from tests.live import LiveRoom, LiveServer

GALLERY = Path(__file__).parent.parent / "test-results" / "gallery"

TRACEBACK = """\
def mean(numbers):
    return sum(numbers) / len(numbers)


for sample in ([3, 5, 8], [13, 21], []):
    print(f"{sample} -> {mean(sample)}")
"""
ENDLESS = "import time\n\nprint('waiting for something that never comes')\ntime.sleep(1000)\n"
PLOTS = """\
import math, struct, zlib

def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

def draw(path, height_at, width=640, height=360):
    rows = [bytearray(b"\\xff" * 3 * width) for _ in range(height)]
    for x in range(width):
        for y in range(height):
            distance = abs(y - height_at(x) * height)
            if distance < 3:
                rows[y][3 * x : 3 * x + 3] = bytes((20, 110, 200))
            elif x % 80 == 0 or y % 60 == 0:
                rows[y][3 * x : 3 * x + 3] = bytes((225, 230, 235))
    data = zlib.compress(b"".join(b"\\0" + row for row in rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", data) + chunk(b"IEND", b""))

draw("waves.png", lambda x: 0.5 + 0.4 * math.sin(x / 60))
draw("decay.png", lambda x: 0.9 - 0.8 * math.exp(-x / 150))
open("drawing.svg", "w").write(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'>"
    "<circle cx='60' cy='50' r='40' fill='teal'/>"
    "<rect x='110' y='20' width='70' height='60'/></svg>"
)
open("summary.csv", "w").writelines(f"{x},{math.sin(x / 10):.4f}\\n" for x in range(99))
open("weights.bin", "wb").write(bytes(range(256)) * 40)
open("too-large.bin", "wb").write(bytes(8_000_000))
for step in range(60_000):
    print(f"step {step:5}  loss {math.exp(-step / 9000):.6f}")
"""
DEEP = "packages/a-folder-with-quite-a-long-name/another-one-inside-it"
REMOVE_ALL = """() => {
  const { workspace } = window.__codlab.room
  workspace.remove(workspace.list().map(({ id }) => id))
}"""
PREPEND = """() => {
  const { workspace } = window.__codlab.room
  for (const { id } of workspace.list()) workspace.text(id).insert(0, '# mine\\n')
}"""
MANY = ["main.py", "README.md", "conftest.py"] + [
    f"{DEEP}/a_module_whose_name_says_everything_about_it_{number}.py" for number in range(12)
]


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the pictures are taken of."""

    empty: LiveRoom
    many: LiveRoom
    traceback: LiveRoom
    timed_out: LiveRoom
    older: LiveRoom
    full: LiveRoom
    no_engine: LiveRoom
    results: LiveRoom
    runs: gallery_runs.RunRooms
    debugged: LiveRoom
    packages: gallery_packages.PackageRooms


Show = Callable[[Page, Rooms], None]


def main(states: Sequence[str]) -> None:
    """Takes them all, or those of some states."""
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(**launch_options())
        rooms = _prepare(browser, stack)
        for size in SIZES:
            for theme in THEMES:
                for name in states or STATES:
                    with _page(browser, size=size, theme=theme) as page:
                        STATES[name](page, rooms)
                        page.mouse.move(0, 0)
                        page.screenshot(path=GALLERY / name / f"{size}-{theme}.png")
        browser.close()


@contextmanager
def _page(browser: Browser, *, size: str = "desktop", theme: str = "dark") -> Generator[Page]:
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def _prepare(browser: Browser, stack: ExitStack) -> Rooms:
    def server(**settings: str) -> LiveServer:
        data_dir = stack.enter_context(tempfile.TemporaryDirectory())
        return stack.enter_context(LiveServer(Path(data_dir), settings=settings))

    usual = server(CODLAB_RUN_WALL_SECONDS="2")

    def room(title: str, program: str, on: LiveServer = usual) -> LiveRoom:
        return on.create_room(title=title, files=[{"path": "main.py", "text": program}])

    rooms = Rooms(
        empty=room("Nothing yet", ""),
        many=usual.create_room(
            title="A room with a title that is as long as titles may be, or very nearly so",
            files=[{"path": path, "text": f"# {path}\n"} for path in MANY],
        ),
        traceback=room("Means", TRACEBACK),
        timed_out=room("Waiting", ENDLESS),
        older=room("Older", "print('what was')\n"),
        full=room("Full", "", on=server(CODLAB_ROOM_SESSIONS="1")),
        results=room("Plots", PLOTS, on=server()),
        no_engine=room("No engine", "", on=server(CODLAB_DOCKER_HOST="tcp://127.0.0.1:9")),
        runs=stack.enter_context(gallery_runs.prepared()),
        debugged=stack.enter_context(gallery_debug.prepared()),
        packages=stack.enter_context(gallery_packages.prepared()),
    )
    for ran in (
        rooms.traceback,
        rooms.timed_out,
        rooms.older,
        rooms.results,
        rooms.no_engine,
    ):
        with _page(browser) as page:
            ada = _join(page, ran)
            ada.run()
            ada.expect_run(1)
            if ran is rooms.older:
                ada.type_at(1, 1, "# changed since\n")
            ada.expect_status("saved")
    inside = stack.enter_context(_page(browser))
    _join(inside, rooms.full)
    crowd = [stack.enter_context(_page(browser)) for _ in range(4)]
    for page, name in zip(crowd, ["Grace Hopper", "Alan", "Edsger W. Dijkstra", "李"], strict=True):
        _join(page, rooms.many, name=name)
    return rooms


def _join(page: Page, room: LiveRoom, *, role: str = "editor", name: str = "Ada") -> RoomPage:
    page.goto(room.links[role])
    dialog = page.get_by_role("dialog", name="Join the room")
    dialog.get_by_label("Your name").fill(name)
    dialog.get_by_role("button", name="Join").click()
    person = RoomPage(page)
    person.expect_status("saved")
    return person


def _start(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.empty.server.url)
    expect(page.get_by_role("button", name="New room")).to_be_enabled()
    expect(page.get_by_label("Language")).to_be_enabled()


def _joining(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.many.links["editor"])
    expect(page.get_by_role("dialog")).to_be_visible()


def _empty(page: Page, rooms: Rooms) -> None:
    ada = _join(page, rooms.empty)
    ada.until("() => window.__codlab?.room.state.getState().present")
    page.evaluate(REMOVE_ALL)
    ada.expect_status("saved")
    expect(page.get_by_test_id("editor-empty")).to_be_visible()


def _many(page: Page, rooms: Rooms) -> None:
    ada = _join(page, rooms.many).arrived()
    pane = page.get_by_test_id("pane-files")
    for path in MANY[-3:]:
        if pane.is_visible():
            pane.click()
        ada.open_file(path)


def _files(page: Page, rooms: Rooms) -> None:
    _many(page, rooms)
    pane = page.get_by_test_id("pane-files")
    if pane.is_visible():
        pane.click()
    page.get_by_test_id("file").nth(8).focus()


def _ran(page: Page, room: LiveRoom) -> RoomPage:
    ada = _join(page, room).arrived()
    ada.expect_run(1)
    pane = page.get_by_test_id("pane-output")
    if pane.is_visible():
        pane.click()
    return ada


def _traceback(page: Page, rooms: Rooms) -> None:
    _ran(page, rooms.traceback).expect_terminal("ZeroDivisionError")


def _timed_out(page: Page, rooms: Rooms) -> None:
    _ran(page, rooms.timed_out).expect_terminal("never comes")


def _older(page: Page, rooms: Rooms) -> None:
    _ran(page, rooms.older).expect_terminal("what was")
    expect(page.get_by_test_id("run-stale")).to_be_visible()


def _results(page: Page, rooms: Rooms) -> None:
    ada = _ran(page, rooms.results)
    ada.expect_terminal("bytes left out")
    for picture in page.get_by_test_id("picture").all():
        page.wait_for_function("image => image.complete", arg=picture.element_handle())


def _artefact(page: Page, rooms: Rooms) -> None:
    _results(page, rooms)
    page.get_by_role("button", name="waves.png").click()
    expect(page.get_by_test_id("artefact-dialog").get_by_test_id("picture")).to_be_visible()


def _artefact_text(page: Page, rooms: Rooms) -> None:
    _results(page, rooms)
    page.get_by_role("button", name="summary.csv").click()
    expect(page.get_by_test_id("text-preview")).to_be_visible()


def _no_engine(page: Page, rooms: Rooms) -> None:
    _ran(page, rooms.no_engine)
    expect(page.get_by_test_id("run-hurdle")).to_be_visible()


def _offline(page: Page, rooms: Rooms) -> None:
    ada = _join(page, rooms.traceback).arrived()
    page.context.set_offline(True)
    page.evaluate("() => window.__codlab.room.provider.ws.close()")
    ada.expect_status("offline")


def _refused(page: Page, rooms: Rooms) -> None:
    viewer = _join(page, rooms.traceback, role="viewer").arrived()
    page.evaluate(PREPEND)
    viewer.expect_status("refused")


def _left_behind(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.traceback).arrived()
    page.evaluate(
        "() => window.__codlab.room.state.setState({ leftBehind: [{ path: 'main.py', text: '' }] })"
    )
    expect(page.get_by_test_id("notice")).to_contain_text("written anew")


def _viewer(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.traceback, role="viewer").arrived()


def _no_link(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.empty.links["editor"].partition("#")[0])
    _ended(page, "no-link")


def _gone(page: Page, rooms: Rooms) -> None:
    page.goto(f"{rooms.empty.server.url}/r/nosuchroom#secret")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Join").click()
    _ended(page, "gone")


def _revoked(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.empty)
    page.evaluate("() => window.__codlab.room.state.setState({ ended: 'revoked' })")
    _ended(page, "revoked")


def _ended(page: Page, kind: str) -> None:
    expect(page.get_by_test_id("state-page")).to_have_attribute("data-kind", kind)


def _full(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.full.links["editor"])
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_test_id("notice")).to_contain_text("full")


def _share(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.many, role="owner").arrived()
    page.get_by_role("button", name="Share").click()


def _run_settings(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.many).arrived()
    page.get_by_role("button", name="Run settings").click()


def _languages(page: Page, rooms: Rooms) -> None:
    _start(page, rooms)
    page.get_by_test_id("runtime-select").click()
    expect(page.get_by_role("listbox", name="Languages")).to_be_visible()


def _languages_found(page: Page, rooms: Rooms) -> None:
    _run_settings(page, rooms)
    page.get_by_test_id("run-runtime").click()
    page.get_by_role("combobox", name="Search languages").fill("c")
    page.keyboard.press("ArrowDown")


def _people(page: Page, rooms: Rooms) -> None:
    _join(page, rooms.many, role="owner").arrived()
    page.get_by_role("button", name="People in the room").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")


def _following(page: Page, rooms: Rooms) -> None:
    ada = _join(page, rooms.many).arrived()
    page.get_by_test_id("person").first.focus()
    page.keyboard.press("Enter")
    expect(ada.following).to_be_visible()


def _of_runs(show: gallery_runs.Show) -> Show:
    return lambda page, rooms: show(page, rooms.runs, _join)


def _of_debugging(show: gallery_debug.Show) -> Show:
    return lambda page, rooms: show(page, rooms.debugged, _join)


def _of_packages(show: gallery_packages.Show) -> Show:
    return lambda page, rooms: show(page, rooms.packages, _join)


STATES: dict[str, Show] = {
    "start": _start,
    "joining": _joining,
    "empty": _empty,
    "many": _many,
    "files": _files,
    "traceback": _traceback,
    "timed-out": _timed_out,
    "older": _older,
    "results": _results,
    "artefact": _artefact,
    "artefact-text": _artefact_text,
    "no-engine": _no_engine,
    "offline": _offline,
    "refused": _refused,
    "left-behind": _left_behind,
    "viewer": _viewer,
    "no-link": _no_link,
    "gone": _gone,
    "revoked": _revoked,
    "full": _full,
    "share": _share,
    "run-settings": _run_settings,
    "languages": _languages,
    "languages-found": _languages_found,
    "people": _people,
    "following": _following,
    **{name: _of_runs(show) for name, show in gallery_runs.STATES.items()},
    **{name: _of_debugging(show) for name, show in gallery_debug.STATES.items()},
    **{name: _of_packages(show) for name, show in gallery_packages.STATES.items()},
}


if __name__ == "__main__":
    main(sys.argv[1:])
