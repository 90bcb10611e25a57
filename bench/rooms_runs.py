"""From the click on Run to what it shows to both, and from the click on Stop to the end."""

from collections import defaultdict

from playwright.sync_api import Browser

from bench.rooms_pages import Person, create_room, present
from bench.rooms_table import Rows
from tests.live import LiveServer

PROGRAM = """\
import time

print(f"printed at {time.time_ns() // 1000}.", flush=True)
time.sleep(60)
"""
PAUSE_MS = 1000
"""Between runs, so that none pays for clearing the one before away."""


def measure(browser: Browser, server: LiveServer, *, cold: int, warm: int) -> Rows:
    """Runs a program so often as the first of a server's life, and so often as a later one."""
    rows: dict[str, list[float]] = defaultdict(list)
    room = create_room(server, PROGRAM)
    with present(browser, room) as ada, present(browser, room) as bob:
        for _ in range(cold):
            server.restart()
            for person in (ada, bob):
                person.room.expect_status("saved")
            _run("cold", ada, bob, rows)
        for _ in range(warm):
            _run("warm", ada, bob, rows)
    return rows


def _run(kind: str, clicker: Person, other: Person, rows: dict[str, list[float]]) -> None:
    since = clicker.page.evaluate("() => Date.now()")
    for person in (clicker, other):
        person.expect("output", "printed", since)
    clicker.room.run()
    shown = {"clicker's": clicker.note("output"), "other's": other.note("output")}
    clicked = clicker.clicked_at()
    rows[f"Run, {kind}: click to the program's print()"].append(shown["other's"]["found"] - clicked)
    for whose, output in shown.items():
        rows[f"Run, {kind}: click to output on the {whose} screen"].append(output["at"] - clicked)

    for person in (clicker, other):
        person.expect("end", "finished")
    clicker.room.stop()
    ends = {"clicker's": clicker.note("end"), "other's": other.note("end")}
    clicked = clicker.clicked_at()
    for whose, end in ends.items():
        rows[f"Stop: click to the end on the {whose} screen"].append(end["at"] - clicked)
    clicker.page.wait_for_timeout(PAUSE_MS)
