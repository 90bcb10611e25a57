"""People in real browsers, whose pages note the time of what happens in them (rooms_probe.js)."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from e2e.room_page import PATIENCE_MS, RoomPage
from tests.live import LiveRoom, LiveServer

PROBE = Path(__file__).with_name("rooms_probe.js")
LINES = 300
NAME = "Grace Hopper"
KEY_MS = 100
"""Between the keys of a name: the editor loads while somebody types it."""

SOURCE = "".join(
    f"def step_{line}(x):  # what it is for\n    return x + {line}\n" for line in range(LINES // 2)
)


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.room = RoomPage(page)

    def note(self, name: str) -> Any:
        """What the page has noted under a name; waits for it where it is yet to come."""
        return self.page.evaluate(
            """([name, patience]) => Promise.race([
                window.__bench[name],
                new Promise((_, reject) => setTimeout(() => {
                    reject(new Error(`no ${name} in ${patience} ms: ${document.body.innerText}`))
                }, patience)),
            ])""",
            [name, PATIENCE_MS],
        )

    def expect(self, name: str, event: str, *arguments: object) -> None:
        """Has the page watch for an event from now on, to be asked for by `note`."""
        self.page.evaluate(
            "([name, event, given]) => { window.__bench[name] = window.__bench[event](...given) }",
            [name, event, arguments],
        )

    def clicked_at(self) -> float:
        """When the last click was."""
        return float(self.note("clicks")[-1])


@contextmanager
def arriving(browser: Browser, room: LiveRoom) -> Generator[Person]:
    """A browser without any memory in which somebody follows the editors' link."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(path=PROBE)
    page = context.new_page()
    page.goto(room.links["editor"])
    yield Person(page)
    context.close()


def introduce(person: Person) -> None:
    """Types a name into the dialogue, and joins."""
    person.note("asked")
    person.page.get_by_label("Your name").focus()
    person.page.keyboard.type(NAME, delay=KEY_MS)
    person.page.get_by_role("button", name="Join").click()
    person.note("usable")


@contextmanager
def present(browser: Browser, room: LiveRoom) -> Generator[Person]:
    """Somebody in the room, with all of it on the screen."""
    with arriving(browser, room) as person:
        introduce(person)
        person.room.arrived()
        yield person


def create_room(server: LiveServer, source: str = SOURCE) -> LiveRoom:
    """A room with one file."""
    return server.create_room(title="Bench", files=[{"path": "main.py", "text": source}])
