"""From a key to the other's screen."""

import random
from itertools import cycle, islice
from typing import Any

from playwright.sync_api import Browser

from bench.rooms_pages import SOURCE, Person, create_room, present
from bench.rooms_table import Rows
from tests.live import LiveServer

WARM_UP_KEYS = 20
PAUSE_MS = (60, 180)
WORDS = "what is typed here is seen there "
COMMENT = 20
"""A column in a comment, where no suggestions open; in the middle of the file's first screen."""
LINE = 11


def measure(browser: Browser, server: LiveServer, presses: int) -> Rows:
    """One types at the pace of people, and the other looks on."""
    room = create_room(server)
    with present(browser, room) as typist, present(browser, room) as reader:
        reader.room.put_cursor(3, 1)
        typist.room.put_cursor(LINE, COMMENT)
        for person in (typist, reader):
            person.expect("edits", "changes")
        _type(typist, WARM_UP_KEYS + presses)
        reader.room.expect_text(typist.room.text)
        keys = typist.note("keys")[-presses:]
        first = len(SOURCE) + WARM_UP_KEYS + 1
        own, others = _edits(typist), _edits(reader)
    return {
        "key to own screen": _delays(keys, own, first, "screen"),
        "key to the other's model": _delays(keys, others, first, "model"),
        "key to the other's screen": _delays(keys, others, first, "screen"),
    }


def _type(person: Person, presses: int) -> None:
    rng = random.Random(presses)
    for key in islice(cycle(WORDS), presses):
        person.page.keyboard.press("Space" if key == " " else key)
        person.page.wait_for_timeout(rng.uniform(*PAUSE_MS))


def _edits(person: Person) -> list[dict[str, Any]]:
    edits: list[dict[str, Any]] = person.page.evaluate("() => Promise.all(window.__bench.edits)")
    return edits


def _delays(keys: list[float], edits: list[dict[str, Any]], first: int, where: str) -> list[float]:
    """From each key to the first edit with which the text was as long as that key made it."""
    return [
        next(edit[where] for edit in edits if edit["length"] >= length) - key
        for length, key in enumerate(keys, first)
    ]
