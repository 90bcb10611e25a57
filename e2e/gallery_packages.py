"""Pictures of packages: none, some, being installed, refused; and a program that lacks one."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Join = Callable[..., RoomPage]
LACKING = "print('counting')\n\nimport numpy as np\n\nprint(np.arange(12).reshape(3, 4))\n"
CHANGE = """change => {
  const { state } = window.__codlab.room
  state.setState(({ packages }) => ({ packages: { ...packages, ...change } }))
}"""


@dataclass(frozen=True, slots=True)
class PackageRooms:
    """What the pictures are taken of."""

    none: LiveRoom
    some: LiveRoom
    ruby: LiveRoom


Show = Callable[[Page, PackageRooms, Join], None]


@contextmanager
def prepared() -> Generator[PackageRooms]:
    """Rooms with packages and without."""
    with tempfile.TemporaryDirectory() as data_dir, LiveServer(Path(data_dir)) as server:
        files = [{"path": "main.py", "text": LACKING}]
        none, some = (server.create_room(title="Arrays", files=files) for _ in range(2))
        yield PackageRooms(none, some, server.create_room(title="Gems", runtime="ruby"))


def _opened(page: Page, room: LiveRoom, join: Join) -> RoomPage:
    ada = join(page, room).arrived()
    button = page.get_by_test_id("packages-button")
    if button.is_visible():
        button.click()
    else:
        page.get_by_test_id("run-settings").click()
        page.get_by_role("button", name="Packages").click()
    expect(page.get_by_test_id("packages-dialog")).to_be_visible()
    return ada


def none(page: Page, rooms: PackageRooms, join: Join) -> None:
    """The dialog of a room that has none."""
    _opened(page, rooms.none, join)
    expect(page.get_by_test_id("packages-nothing")).to_be_visible()


def some(page: Page, rooms: PackageRooms, join: Join) -> None:
    """What is installed."""
    _opened(page, rooms.some, join)
    change = page.get_by_test_id("packages-change")
    if page.get_by_test_id("package").count() == 0:
        page.get_by_test_id("packages-field").fill("requests>=2.31 six python-slugify")
        page.keyboard.press("Enter")
    expect(page.get_by_test_id("package")).to_have_count(3)
    expect(change).to_have_attribute("data-state", "ready")
    page.get_by_text("that these need").click()


def going(page: Page, rooms: PackageRooms, join: Join) -> None:
    """A change under way; the state is put there, to be looked at for as long as it takes."""
    some(page, rooms, join)
    fields = {"state": "downloading", "percent": 62, "received_bytes": 18_400_000}
    what = {"line": "3 of 6: pandas-2.3.1-cp313-manylinux_2_17_x86_64.whl (12.1 MB)"}
    who = {"by_name": "Grace Hopper", "by": "grace", "requirements": ["pandas>=2", "matplotlib"]}
    page.evaluate(CHANGE, fields | what | who)
    expect(page.get_by_role("progressbar")).to_be_visible()


def failed(page: Page, rooms: PackageRooms, join: Join) -> None:
    """Why one was not installed."""
    some(page, rooms, join)
    error = "no version of numpy fits numpy==99; the newest for this Python are 2.5.3, 2.5.4, 2.5.5"
    page.evaluate(CHANGE, {"state": "failed", "error": error, "requirements": ["numpy==99"]})
    expect(page.get_by_test_id("packages-error")).to_be_visible()


def elsewhere(page: Page, rooms: PackageRooms, join: Join) -> None:
    """A language for which there is nothing that installs packages."""
    join(page, rooms.ruby).arrived()
    page.evaluate("() => window.__codlab.view.setState({ packages: true })")
    expect(page.get_by_test_id("packages-dialog")).to_be_visible()


def lacking(page: Page, rooms: PackageRooms, join: Join) -> None:
    """A program that lacks a module."""
    ada = join(page, rooms.none).arrived()
    if not ada.runs:
        ada.run()
    ada.expect_run(1)
    pane = page.get_by_test_id("pane-output")
    if pane.is_visible():
        pane.click()
    expect(page.get_by_test_id("missing-module")).to_be_visible()


def coming(page: Page, rooms: PackageRooms, join: Join) -> None:
    """The same while it is being installed."""
    lacking(page, rooms, join)
    page.evaluate(CHANGE, {"state": "downloading", "percent": 45, "requirements": ["numpy"]})
    expect(page.get_by_role("progressbar")).to_be_visible()


STATES: dict[str, Show] = {
    "packages-none": none,
    "packages": some,
    "packages-going": going,
    "packages-failed": failed,
    "packages-elsewhere": elsewhere,
    "module-lacking": lacking,
    "module-coming": coming,
}
