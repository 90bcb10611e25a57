"""Two people debug a program, from its start to its end, in languages with other debuggers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from e2e.debug_page import DebugPage
from e2e.room_page import RoomPage
from tests.executor import debug_programs as programs
from tests.executor.debug_programs import DebugProgram
from tests.live import LiveServer


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is to show of a language's program.

    Attributes:
        inside: how the frame of `add` is called.
        part: a name within `p`, and what it is.
        errors: what is said at the stops at which the program fails.
        sigil: how the names of variables begin.
    """

    program: DebugProgram
    inside: str
    part: tuple[str, str]
    errors: tuple[str, ...]
    sigil: str = ""

    def name(self, name: str) -> str:
        """A variable's name, as the language writes it."""
        return self.sigil + name


SHOWN: Mapping[str, Shown] = {
    "c": Shown(programs.C, "add", ("x", "1"), ("SIGABRT",)),
    "cpp": Shown(programs.CPP, "add", ("x", "1"), ("exception", "SIGABRT")),
    "node": Shown(programs.JAVASCRIPT, "add", ("x", "1"), ("Error: boom",)),
    "php": Shown(programs.PHP, "add", ("x", "1"), ("Exception: boom",), sigil="$"),
    "typescript": Shown(programs.TYPESCRIPT, "add", ("x", "1"), ("Error: boom",)),
}


@pytest.mark.parametrize("language", SHOWN)
def test_a_session_of_two_from_start_to_end(
    server: LiveServer, open_page: Callable[..., Page], language: str
) -> None:
    shown = SHOWN[language]
    program = shown.program
    files = [{"path": program.path, "text": program.text}]
    room = server.create_room(runtime=language, files=files)
    ada, bob = (
        DebugPage(RoomPage.join(open_page(room.links["editor"]), name=name))
        for name in ("Ada", "Bob")
    )
    inside = program.line(programs.INSIDE)
    ada.click_gutter(inside)
    bob.expect_breakpoints((program.path, inside))
    ada.page.keyboard.press("F5")
    _expect_both(shown, inside, 1, ada, bob)
    expect(bob.tree("Call stack").get_by_role("treeitem").first).to_contain_text(shown.inside)
    ada.press_breakpoint_key(inside)
    ada.expect_told_breakpoints(0)
    _look_and_change(shown, ada, bob)
    _run_to_the_end(shown, ada, bob)


def _look_and_change(shown: Shown, ada: DebugPage, bob: DebugPage) -> None:
    bob.expect_variable(shown.name("b"), "0")
    bob.evaluate(shown.program.expression)
    ada.expect_console_answer(shown.program.expression, "0")
    ada.press("Step out")
    ada.expect_stop(2)
    total, p = shown.name("total"), shown.name("p")
    field = bob.expect_offers(total[:-2], total)
    field.press("Tab")
    expect(field).to_have_value(total)
    field.press("Enter")
    ada.expect_console_answer(total, "0")
    for person in (ada, bob):
        person.variable(p).click()
        person.expect_variable(*shown.part)
    bob.set_variable(total, "40")
    ada.expect_variable(total, "40")


def _run_to_the_end(shown: Shown, ada: DebugPage, bob: DebugPage) -> None:
    greeting = shown.program.line(programs.GREETING)
    ada.run_to_cursor(greeting)
    ada.person.expect_terminal("total")
    bob.person.type_into_terminal("Bob\n")
    _expect_both(shown, greeting, 3, ada, bob)
    for stop, error in enumerate(shown.errors, 4):
        ada.press("Continue")
        ada.expect_stop(stop)
        bob.expect_stop(stop)
        expect(bob.page.get_by_test_id("debug-exception")).to_contain_text(error)
    bob.person.expect_terminal("Hello Bob")
    ada.press("Continue")
    for person in (ada, bob):
        person.person.expect_outcome(shown.program.outcome)
        person.expect_ended()


def _expect_both(shown: Shown, line: int, stop: int, *people: DebugPage) -> None:
    for person in people:
        person.expect_stopped(line, stop=stop, path=shown.program.path)
        person.expect_line_highlighted(line)
