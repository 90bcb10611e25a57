"""One person's debugger in a room: what they do with it, and what they see."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from e2e.room_page import RoomPage

BREAKPOINTS = """() => {
  const { debug, room } = window.__codlab
  return debug.breakpoints.list().map(({ file, line }) => [room.workspace.path(file), line])
}"""


class DebugPage:
    """The debugger as a person's page shows it."""

    def __init__(self, person: RoomPage) -> None:
        self.person = person
        self.page = person.page

    def press_breakpoint_key(self, line: int) -> None:
        """Sets or removes a breakpoint by F9 in a line."""
        self.person.put_cursor(line, 1)
        self.page.keyboard.press("F9")

    def gutter(self, line: int) -> tuple[float, float]:
        """Where in the window one clicks for a breakpoint in a line."""
        place = self.page.evaluate(
            """line => {
              const { editor } = window.__codlab
              const { left, top } = editor.getDomNode().getBoundingClientRect()
              const within = editor.getScrolledVisiblePosition({ lineNumber: line, column: 1 })
              const { glyphMarginLeft, glyphMarginWidth } = editor.getLayoutInfo()
              const x = left + glyphMarginLeft + glyphMarginWidth / 2
              return [x, top + within.top + within.height / 2]
            }""",
            line,
        )
        return (place[0], place[1])

    def click_gutter(self, line: int) -> None:
        """Sets or removes a breakpoint by a click beside a line's number."""
        self.page.mouse.click(*self.gutter(line))

    def expect_breakpoints(self, *places: tuple[str, int]) -> None:
        """Waits until the room's breakpoints are in these files and lines."""
        self.person.until(
            f"places => JSON.stringify(({BREAKPOINTS})()) === JSON.stringify(places)",
            [list(place) for place in places],
        )

    def expect_told_breakpoints(self, count: int) -> None:
        """Waits until the program's debugger has so many breakpoints."""
        self.person.until(
            "count => window.__codlab.debug.session?.breakpoints.length === count", count
        )

    @property
    def marks(self) -> Locator:
        """The breakpoints that are drawn beside the lines' numbers."""
        return self.page.locator(".bp")

    def function(self, name: str) -> Locator:
        """The row of a function that the program stops at."""
        return self.page.locator(f'[data-testid="function-breakpoint"][data-function="{name}"]')

    def open_panel(self) -> None:
        """Opens the panel beside the editor."""
        self.page.get_by_role("button", name="Open the debugger").click()
        expect(self.page.get_by_test_id("debug-panel")).to_be_visible()

    def start(self) -> None:
        """Presses Debug."""
        self.page.get_by_role("button", name="Debug", exact=True).click()

    def press(self, label: str) -> None:
        """Presses a button of the debugger's toolbar."""
        toolbar = self.page.get_by_role("toolbar", name="Debugger")
        button = toolbar.get_by_role("button", name=label, exact=True)
        expect(button).to_have_attribute("aria-disabled", "false")
        button.click()

    def expect_stopped(self, line: int, *, stop: int | None = None, path: str = "main.py") -> None:
        """Waits until the program is shown as standing in a line of the text as it is now."""
        state = self.page.get_by_test_id("debug-state")
        expect(state).to_have_attribute("data-state", "stopped")
        if stop is not None:
            expect(state).to_have_attribute("data-stop", str(stop))
        words = re.compile(f"^Stopped at {re.escape(path)} line {line},")
        expect(self.page.get_by_test_id("debug-status")).to_have_text(words)

    def expect_stop(self, stop: int) -> None:
        """Waits until the program stands still for this time."""
        self.person.until(
            "stop => { const { session } = window.__codlab.debug;"
            " return session?.state === 'stopped' && session.stop.stop === stop }",
            stop,
        )

    def expect_line_highlighted(self, line: int) -> None:
        """Waits until the editor shows this line as the one where the program stands."""
        self.person.until(
            """line => {
              const { editor } = window.__codlab
              return editor.getModel().getAllDecorations().some(({ range, options }) =>
                options.className === 'stop-line' && range.startLineNumber === line)
            }""",
            line,
        )
        self.person.expect_line_in_view(line)

    def expect_driver(self, name: str) -> None:
        """Waits until the panel says that this person drives."""
        chip = self.page.get_by_test_id("control-debug")
        expect(chip).to_have_attribute("data-holder", name)

    def expect_ended(self) -> None:
        """Waits until there is no session any more."""
        state = self.page.get_by_test_id("debug-state")
        expect(state).to_have_attribute("data-state", "none")

    def point_at(self, line: int, column: int) -> None:
        """Holds the mouse over a place in the text."""
        place = self.page.evaluate(
            """([lineNumber, column]) => {
              const { editor } = window.__codlab
              const { left, top } = editor.getDomNode().getBoundingClientRect()
              const within = editor.getScrolledVisiblePosition({ lineNumber, column })
              return [left + within.left + 2, top + within.top + within.height / 2]
            }""",
            [line, column],
        )
        self.page.mouse.move(place[0] - 30, place[1])
        self.page.mouse.move(place[0], place[1], steps=4)

    def run_to_cursor(self, line: int) -> None:
        """Lets the program go on up to a line, by the editor's palette."""
        self.person.put_cursor(line, 1)
        self.run_action("Run to Cursor")

    def run_action(self, label: str) -> None:
        """Does something by the editor's palette."""
        self.page.keyboard.press("F1")
        palette = self.page.locator(".quick-input-widget")
        expect(palette.get_by_role("textbox")).to_be_focused()
        self.page.keyboard.type(label)
        expect(palette.get_by_role("option").first).to_contain_text(label)
        self.page.keyboard.press("Enter")

    def tree(self, name: str) -> Locator:
        """One of the panel's trees: Call stack, Variables, Watches."""
        return self.page.get_by_role("tree", name=name)

    def variable(self, name: str) -> Locator:
        """A variable's row, by its name."""
        rows = self.tree("Variables").get_by_role("treeitem")
        return rows.filter(has=self.page.locator(f'.debug-name:text-is("{name}")'))

    def expect_variable(self, name: str, value: str) -> None:
        """Waits until a variable is shown with this value."""
        shown = self.variable(name).get_by_test_id("variable-value")
        expect(shown).to_have_attribute("title", re.compile(f"^(.*: )?{re.escape(value)}$"))

    def set_variable(self, name: str, value: str) -> None:
        """Types another value in place of a variable's own, by keyboard."""
        self.variable(name).press("Enter")
        self.page.get_by_role("textbox", name=f"Value of {name}").fill(value)
        self.page.keyboard.press("Enter")

    def expect_offers(self, typed: str, *offers: str) -> Locator:
        """Waits until the console offers these, and no others, for what is typed there."""
        field = self.page.get_by_test_id("console-field")
        field.fill("")
        field.press_sequentially(typed)
        expect(self.page.get_by_role("listbox").get_by_role("option")).to_have_text(list(offers))
        return field

    def evaluate(self, expression: str) -> None:
        """Types an expression into the console."""
        field = self.page.get_by_test_id("console-field")
        field.fill(expression)
        field.press("Enter")

    def expect_console_answer(self, expression: str, answer: str) -> None:
        """Waits until the console's last entry is this."""
        entry = self.page.get_by_test_id("console-entry").last
        expect(entry).to_contain_text(expression)
        expect(entry).to_contain_text(answer)

    def expect_console(self, text: str) -> None:
        """Waits until the console shows this."""
        expect(self.page.get_by_test_id("debug-console")).to_contain_text(text)


Enter = Callable[..., DebugPage]
"""Has somebody enter a room by a name, as an editor or in another role."""
