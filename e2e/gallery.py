"""Takes a picture of every state a page can be in, in each size and theme, to be looked at.

`python -m e2e.gallery [state...]`; they go to test-results/gallery, one folder for each state.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from e2e import gallery_debug, gallery_packages, gallery_runs, gallery_sessions
from e2e.chromium import launch_options
from e2e.gallery_rooms import MANY, Rooms, join, open_page, prepare
from e2e.room_page import RoomPage
from e2e.screenshots import SIZES, THEMES
from tests.live import LiveRoom

GALLERY = Path(__file__).parent.parent / "test-results" / "gallery"

REMOVE_ALL = """() => {
  const { workspace } = window.__codlab.room
  workspace.remove(workspace.list().map(({ id }) => id))
}"""
PREPEND = """() => {
  const { workspace } = window.__codlab.room
  for (const { id } of workspace.list()) workspace.text(id).insert(0, '# mine\\n')
}"""
Show = Callable[[Page, Rooms], None]


def main(states: Sequence[str]) -> None:
    """Takes them all, or those of some states."""
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(**launch_options())
        rooms = prepare(browser, stack)
        for size in SIZES:
            for theme in THEMES:
                for name in states or STATES:
                    with open_page(browser, size=size, theme=theme) as page:
                        STATES[name](page, rooms)
                        page.mouse.move(0, 0)
                        page.screenshot(path=GALLERY / name / f"{size}-{theme}.png")
        browser.close()


def _start(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.empty.server.url)
    expect(page.get_by_role("button", name="New room")).to_be_enabled()
    expect(page.get_by_label("Language")).to_be_enabled()


def _joining(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.many.links["editor"])
    expect(page.get_by_role("dialog")).to_be_visible()


def _empty(page: Page, rooms: Rooms) -> None:
    ada = join(page, rooms.empty)
    ada.until("() => window.__codlab?.room.state.getState().present")
    page.evaluate(REMOVE_ALL)
    ada.expect_status("saved")
    expect(page.get_by_test_id("editor-empty")).to_be_visible()


def _many(page: Page, rooms: Rooms) -> None:
    ada = join(page, rooms.many).arrived()
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
    ada = join(page, room).arrived()
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
    ada = join(page, rooms.traceback).arrived()
    page.context.set_offline(True)
    page.evaluate("() => window.__codlab.room.provider.ws.close()")
    ada.expect_status("offline")


def _refused(page: Page, rooms: Rooms) -> None:
    viewer = join(page, rooms.traceback, role="viewer").arrived()
    page.evaluate(PREPEND)
    viewer.expect_status("refused")


def _left_behind(page: Page, rooms: Rooms) -> None:
    join(page, rooms.traceback).arrived()
    page.evaluate(
        "() => window.__codlab.room.state.setState({ leftBehind: [{ path: 'main.py', text: '' }] })"
    )
    expect(page.get_by_test_id("notice")).to_contain_text("written anew")


def _viewer(page: Page, rooms: Rooms) -> None:
    join(page, rooms.traceback, role="viewer").arrived()


def _no_link(page: Page, rooms: Rooms) -> None:
    page.goto(rooms.empty.links["editor"].partition("#")[0])
    _ended(page, "no-link")


def _gone(page: Page, rooms: Rooms) -> None:
    page.goto(f"{rooms.empty.server.url}/r/nosuchroom#secret")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Join").click()
    _ended(page, "gone")


def _revoked(page: Page, rooms: Rooms) -> None:
    join(page, rooms.empty)
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
    join(page, rooms.many, role="owner").arrived()
    page.get_by_role("button", name="Share").click()


def _run_settings(page: Page, rooms: Rooms) -> None:
    join(page, rooms.many).arrived()
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
    join(page, rooms.many, role="owner").arrived()
    page.get_by_role("button", name="People in the room").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")


def _following(page: Page, rooms: Rooms) -> None:
    ada = join(page, rooms.many).arrived()
    page.get_by_test_id("person").first.focus()
    page.keyboard.press("Enter")
    expect(ada.following).to_be_visible()


def _of_runs(show: gallery_runs.Show) -> Show:
    return lambda page, rooms: show(page, rooms.runs, join)


def _of_debugging(show: gallery_debug.Show) -> Show:
    def shown(page: Page, rooms: Rooms) -> None:
        show(page, rooms.debugged, join)
        gallery_debug.settled(page)

    return shown


def _of_packages(show: gallery_packages.Show) -> Show:
    return lambda page, rooms: show(page, rooms.packages, join)


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
    **{name: _of_debugging(show) for name, show in gallery_sessions.STATES.items()},
    **{name: _of_packages(show) for name, show in gallery_packages.STATES.items()},
}


if __name__ == "__main__":
    main(sys.argv[1:])
