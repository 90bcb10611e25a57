"""Pictures of debugging out of the ordinary: languages, threads, late joiners, failures."""

from playwright.sync_api import Page, expect

from e2e.debug_page import DebugPage
from e2e.gallery_debug import Join, Show, at_stop, marked, show_panel
from e2e.gallery_runs import second_page
from tests.live import LiveRoom

THREADS = """\
import threading
import time

done = threading.Event()


def fetch(number: int) -> None:
    size = number * 1024
    while not done.is_set():
        time.sleep(size / 1_000_000)


workers = [threading.Thread(target=fetch, args=(n,), name=f"fetch-{n}") for n in range(1, 4)]
for worker in workers:
    worker.start()
print("all are waiting")
done.set()
"""
VALUES = """\
from dataclasses import dataclass, field


@dataclass
class Order:
    customer: str
    items: dict[str, float]
    tags: list[str] = field(default_factory=list)


numbers = [n * n for n in range(1000)]
orders = [
    Order("Ada Lovelace", {"tea": 3.5, "a cake with a very long name indeed": 12.75}, ["new"]),
    Order("Grace Hopper", {"coffee": 2.25}),
]
letter = "Dear all,\\n\\nthis has several lines.\\nYours\\n" * 3
nested = {"a": {"b": {"c": {"d": [1, (2, 3), {"e": None}]}}}}
print(len(numbers))
"""
CURSES = """\
import curses


def draw(screen: "curses.window", row: int, score: int) -> None:
    screen.addstr(row, 4, f"score {score:>6}", curses.A_BOLD)
    screen.refresh()


def main(screen: "curses.window") -> None:
    curses.curs_set(0)
    screen.border()
    score = 0
    for row in range(2, 6):
        score += row * 100
        draw(screen, row, score)


curses.wrapper(main)
"""
FUNCTIONS = """you => {
  const { functions } = window.__codlab.debug
  for (const { id } of functions.list()) functions.remove(id)
  for (const name of ['main', 'words', 'no_such_function']) functions.add(name, you)
  const [first] = functions.list()
  functions.change(first.id, { condition: 'LIMIT > 2' })
}"""
CRASH = """\
#include <iostream>
#include <string>
#include <vector>

struct Order {
    std::string customer;
    std::vector<int> prices;
};

int total(const Order *order) {
    int sum = 0;
    for (int price : order->prices) {
        sum += price;
    }
    return sum;
}

int main() {
    Order first{"Ada", {3, 4, 5}};
    std::cout << first.customer << ": " << total(&first) << std::endl;
    const Order *missing = nullptr;
    std::cout << total(missing) << std::endl;
}
"""
BROKEN = "int main(void) {\n    return total;\n}\n"
JAVASCRIPT = """\
const prices = new Map([['tea', 3.5], ['cake', 4.25]])

function total(basket) {
  return basket.reduce((sum, name) => sum + prices.get(name), 0)
}

setTimeout(() => console.log(total(['tea', 'cake', 'tea'])), 10)
"""
YOU = "() => window.__codlab.room.session.participant.id"
PAUSED = """() => window.__codlab.room.state.setState(({ control }) => ({
  control: { ...control, acted_at: { ...control.acted_at, debug: 1 } },
}))"""


_made: dict[tuple[str, str], LiveRoom] = {}


def _own(room: LiveRoom, runtime: str, path: str, text: str) -> LiveRoom:
    """A room in another language, beside the one that is debugged."""
    if (room.id, path) not in _made:
        files = [{"path": path, "text": text}]
        _made[room.id, path] = room.server.create_room(
            title="Other languages", runtime=runtime, files=files
        )
    return _made[room.id, path]


def threads(page: Page, room: LiveRoom, join: Join) -> None:
    """Several threads; this page looks at another than the one that stopped."""
    ada = marked(page, room, join, {"line": 17}, program=THREADS, watches=["size"])
    page.keyboard.press("F5")
    ada.expect_stop(1)
    show_panel(page)
    stack = ada.tree("Call stack").get_by_role("treeitem")
    stack.filter(has_text="fetch-2").click()
    stack.filter(has_text="fetch").filter(has_text="main.py:").click()
    expect(page.locator(".frame-line, .debug-row[aria-selected=true]").first).to_be_attached()
    ada.expect_variable("size", "2048")


def values(page: Page, room: LiveRoom, join: Join) -> None:
    """Large and nested values, opened."""
    watches = ["nested['a']['b']", "letter", "max(numbers)"]
    ada = marked(page, room, join, {"line": 18}, program=VALUES, watches=watches)
    page.keyboard.press("F5")
    ada.expect_stop(1)
    show_panel(page)
    for name in ("nested", "'a'", "'b'", "orders"):
        ada.variable(name).click()
    for name in ("0", "items"):
        ada.variable(name).click()
    expect(ada.variable("'tea'")).to_be_visible()
    ada.evaluate("orders[0]")
    ada.expect_console("Ada Lovelace")


def late(page: Page, room: LiveRoom, join: Join) -> None:
    """Who joins at a stop as a viewer, some time after the driver's last step."""
    grace = at_stop(second_page(page, room), room, join, name="Grace Hopper")
    grace.evaluate("len(text)")
    grace.expect_console("43")
    vera = DebugPage(join(page, room, name="Vera", role="viewer"))
    vera.expect_stopped(10)
    show_panel(page)
    vera.expect_console("43")


def claim(page: Page, room: LiveRoom, join: Join) -> None:
    """A driver who has paused: one may ask, or take over."""
    at_stop(second_page(page, room), room, join, name="Grace Hopper")
    ada = DebugPage(join(page, room))
    ada.expect_stopped(10)
    page.evaluate(PAUSED)
    show_panel(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("button", name="Asked", pressed=True)).to_be_visible()
    page.get_by_role("button", name="Take over").hover()


def functions(page: Page, room: LiveRoom, join: Join) -> None:
    """Functions to stop at; one is none of the program's."""
    ada = marked(page, room, join, {"line": 16, "logMessage": "{word}: {count}"})
    page.evaluate(FUNCTIONS, page.evaluate(YOU))
    page.keyboard.press("F5")
    ada.expect_stop(1)
    show_panel(page)
    ada.function("words").scroll_into_view_if_needed()


def screen(page: Page, room: LiveRoom, join: Join) -> None:
    """A full-screen program that stands in the middle of drawing."""
    ada = marked(page, room, join, {"line": 6}, program=CURSES, watches=["score // 100"])
    page.keyboard.press("F5")
    for stop in (1, 2, 3):
        ada.expect_stop(stop)
        ada.press("Continue") if stop < 3 else None
    ada.person.expect_terminal("score    500")


def failed(page: Page, room: LiveRoom, join: Join) -> None:
    """After a session whose program failed."""
    ada = marked(page, room, join)
    page.keyboard.press("F5")
    ada.expect_stop(1)
    ada.press("Continue")
    ada.expect_ended()
    ada.person.expect_outcome("exited(1)")
    show_panel(page)


def not_compiled(page: Page, room: LiveRoom, join: Join) -> None:
    """A program that does not compile, and so can't be debugged."""
    ada = DebugPage(join(page, _own(room, "c", "main.c", BROKEN)).arrived())
    page.keyboard.press("F5")
    ada.person.until("() => window.__codlab.room.state.getState().debug.ended !== null")
    ada.person.expect_terminal("undeclared")
    show_panel(page)


def crash(page: Page, room: LiveRoom, join: Join) -> None:
    """C++, stopped by a signal."""
    _started(page, _own(room, "cpp", "main.cpp", CRASH), join).expect_stop(1)
    expect(page.get_by_test_id("debug-exception").first).to_be_attached()


def javascript(page: Page, room: LiveRoom, join: Join) -> None:
    """JavaScript on Node: most of the stack is Node's own."""
    own = _own(room, "node", "main.js", JAVASCRIPT)
    ada = DebugPage(join(page, own).arrived())
    if not page.evaluate("() => window.__codlab.debug.breakpoints.list().length"):
        ada.press_breakpoint_key(4)
    _started(page, own, join, ada).expect_stop(1)
    show_panel(page)


def _started(page: Page, room: LiveRoom, join: Join, ada: DebugPage | None = None) -> DebugPage:
    ada = ada or DebugPage(join(page, room).arrived())
    ada.person.until("() => window.__codlab.room.state.getState().present")
    page.evaluate(
        "async () => { if (window.__codlab.debug.session) await window.__codlab.debug.stop() }"
    )
    ada.person.until("() => window.__codlab.debug.session === null")
    page.keyboard.press("F5")
    return ada


STATES: dict[str, Show] = {
    "threads": threads,
    "values": values,
    "late": late,
    "claim": claim,
    "functions": functions,
    "screen": screen,
    "failed": failed,
    "not-compiled": not_compiled,
    "crash": crash,
    "javascript": javascript,
}
