"""Takes the pictures: the README's two, and one of each size and theme to look at.

`make screenshots`; they go to docs/images and test-results/screenshots.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from e2e.chromium import launch_options
from e2e.debug_page import DebugPage
from e2e.room_page import RoomPage
from tests.live import LiveServer

ROOT = Path(__file__).parent.parent
FOR_THE_README = ROOT / "docs" / "images"
TO_LOOK_AT = ROOT / "test-results" / "screenshots"

DESKTOP = ViewportSize(width=1440, height=900)
SIZES = {
    "desktop": DESKTOP,
    "laptop": ViewportSize(width=1024, height=768),
    "phone": ViewportSize(width=390, height=844),
}
HIGHLIGHTED = """() => {
  const tokens = [...document.querySelectorAll('.view-line [class^=mtk]')]
  return new Set(tokens.map((token) => token.className)).size > 3
}"""
Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")

MAIN = '''\
from collections import Counter

from report import table


def words(text: str) -> Counter[str]:
    """Counts the words of a text, whatever their case."""
    return Counter(text.lower().split())


text = input("A sentence, please: ")
for line in table(words(text)):
    print(line)
'''
REPORT = r'''from collections import Counter
from collections.abc import Iterator

GREEN, PLAIN = "\x1b[32m", "\x1b[0m"


def table(counts: Counter[str]) -> Iterator[str]:
    """One bar for each word, the most frequent first."""
    for word, count in counts.most_common():
        yield f"{word:>8} {GREEN}{'█' * count * 4}{PLAIN} {count}"
'''
REPORT_YIELDS = 10
SENTENCE = "the quick fox and the lazy dog and the bird\n"
WATCH = """expressions => {
  const { debug, room } = window.__codlab
  for (const one of expressions) debug.watches.add(one, room.session.participant.id)
}"""
FILES = [
    {"path": "main.py", "text": MAIN},
    {"path": "report.py", "text": REPORT},
]


def main() -> None:
    """Takes them all."""
    FOR_THE_README.mkdir(parents=True, exist_ok=True)
    TO_LOOK_AT.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data_dir,
        LiveServer(Path(data_dir)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        _take_all(browser, server)
        browser.close()


def _take_all(browser: Browser, server: LiveServer) -> None:
    room = server.create_room(title="Word count", files=FILES)

    def open_page(url: str, size: ViewportSize, theme: Theme = "dark") -> Page:
        context = browser.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce", device_scale_factor=2
        )
        page = context.new_page()
        page.goto(url)
        return page

    def enter(name: str, size: ViewportSize, theme: Theme = "dark") -> RoomPage:
        person = RoomPage.join(open_page(room.links["editor"], size, theme), name=name)
        person.until(HIGHLIGHTED)
        return person

    grace, alan = enter("Grace", DESKTOP), enter("Alan", DESKTOP)
    _work_together(grace, alan)
    mary = enter("Mary", DESKTOP)
    mary.expect_terminal("bird")
    mary.put_cursor(13, 1)
    _wake_labels(grace, alan)
    expect(mary.page.locator(".rc-head.rc-awake")).to_have_count(2)
    mary.page.screenshot(path=FOR_THE_README / "room.png")
    mary.page.context.close()
    _debug_together(grace, alan)
    grace.page.screenshot(path=FOR_THE_README / "debug.png")

    for size, viewport in SIZES.items():
        for theme in THEMES:
            visitor = enter("Edsger", viewport, theme)
            _look(visitor.page, f"room-{size}-{theme}")
            visitor.page.context.close()
            start = open_page(server.url, viewport, theme)
            expect(start.get_by_role("button", name="New room")).to_be_enabled()
            _look(start, f"start-{size}-{theme}")
            start.context.close()


def _look(page: Page, name: str) -> None:
    page.screenshot(path=TO_LOOK_AT / f"{name}.png")


def _work_together(grace: RoomPage, alan: RoomPage) -> None:
    alan.run()
    grace.expect_terminal("A sentence, please:")
    grace.type_into_terminal(SENTENCE)
    alan.expect_outcome("exited(0)")


def _debug_together(grace: RoomPage, alan: RoomPage) -> None:
    """Has one drive, and the other point at a line."""
    grace.open_file("report.py")
    driver = DebugPage(grace)
    driver.press_breakpoint_key(REPORT_YIELDS)
    driver.start()
    grace.expect_run(2, state="running")
    grace.expect_terminal("A sentence, please:")
    grace.type_into_terminal(SENTENCE)
    for stop in range(1, 4):
        driver.expect_stop(stop)
        driver.press("Continue")
    driver.expect_stop(4)
    grace.page.evaluate(WATCH, ["word.upper()", "len(counts)"])
    driver.evaluate("counts.total()")
    driver.expect_console("10")
    expect(driver.tree("Watches")).to_contain_text("FOX")
    DebugPage(alan).expect_stopped(REPORT_YIELDS, path="report.py")
    alan.put_cursor(4, 1)
    alan.page.keyboard.press("Shift+End")
    expect(grace.page.locator(".rc-head.rc-awake")).to_have_count(1)
    grace.page.mouse.move(0, 0)


def _wake_labels(grace: RoomPage, alan: RoomPage) -> None:
    """Has both move, as names fade from cursors that rest."""
    moves: list[Callable[[], None]] = [
        lambda: grace.put_cursor(8, 31),
        lambda: alan.put_cursor(11, 1),
        lambda: alan.page.keyboard.press("Shift+End"),
    ]
    for move in moves:
        move()


if __name__ == "__main__":
    main()
