"""One person's browser in a room: what they do, and what they see."""

import json
import re
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

# Real typing, real debounces, two shared cores: generous, as nothing here measures speed.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


class RoomPage:
    """The room as its page shows it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def create(cls, page: Page, *, name: str, title: str) -> Self:
        """Makes a room on the start page."""
        page.get_by_label("Title").fill(title)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="New room").click()
        return cls(page).arrived()

    @classmethod
    def join(cls, page: Page, *, name: str) -> Self:
        """Types a name into the dialogue that a share link opens."""
        dialog = page.get_by_role("dialog", name="Join the room")
        dialog.get_by_label("Your name").fill(name)
        dialog.get_by_role("button", name="Join").click()
        return cls(page).arrived()

    def arrived(self) -> Self:
        """Returns once the document is on the screen."""
        self.expect_status("saved")
        self.until("() => window.__codlab?.editorText() !== undefined")
        return self

    def reload(self) -> Self:
        """Loads the page anew."""
        self.page.reload()
        return self.arrived()

    def link(self, role: str) -> str:
        """The share link of a role, as the share menu offers it."""
        self.page.get_by_role("button", name="Share").click()
        row = self.page.get_by_test_id(f"link-{role}")
        expect(row).to_have_attribute("data-url", re.compile("/r/.+#.+"))
        url = row.get_attribute("data-url")
        self.page.keyboard.press("Escape")
        assert url is not None
        return url

    @property
    def participant_id(self) -> str:
        """Who this person is to the server."""
        return str(self.page.evaluate("() => window.__codlab.room.session.participant.id"))

    def type_at(self, line: int, column: int, text: str) -> None:
        """Types on the real keyboard at a place in the file in front."""
        self.put_cursor(line, column)
        self.page.keyboard.type(text)

    def put_cursor(self, line: int, column: int) -> None:
        """Moves the own cursor, and the focus with it."""
        self.page.evaluate(
            "([lineNumber, column]) => { const { editor } = window.__codlab;"
            " editor.focus(); editor.setPosition({ lineNumber, column }) }",
            [line, column],
        )

    def replace_all(self, text: str) -> None:
        """Replaces the text of the file in front, as a paste does."""
        self.page.evaluate("() => window.__codlab.editor.focus()")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.expect_text(text)

    @property
    def text(self) -> str:
        """The text on the screen."""
        return str(self.page.evaluate("() => window.__codlab.editorText()"))

    def expect_text(self, text: str) -> None:
        """Waits until the file in front reads like this."""
        self.until("text => window.__codlab?.editorText() === text", text)

    def expect_file(self, path: str, text: str) -> None:
        """Waits until the document has this file with this text."""
        self.until("([path, text]) => window.__codlab.text(path) === text", [path, text])

    def expect_status(self, *statuses: str) -> None:
        """Waits until the indicator shows one of these."""
        pattern = re.compile(f"^({'|'.join(statuses)})$")
        expect(self.page.get_by_test_id("save-status")).to_have_attribute("data-saved", pattern)

    def expect_terminal(self, text: str) -> None:
        """Waits until the terminal shows this."""
        self.until("text => window.__codlab.terminalText().includes(text)", text)

    @property
    def terminal(self) -> str:
        """The terminal's lines."""
        return str(self.page.evaluate("() => window.__codlab.terminalText()"))

    def until(self, condition: str, argument: object = None) -> None:
        """Waits until a function in the page returns something true."""
        self.page.wait_for_function(condition, arg=argument, timeout=PATIENCE_MS)

    def expect_outcome(self, outcome: str) -> None:
        """Waits until the run that is shown has ended like this."""
        status = self.page.get_by_test_id("run-status")
        expect(status).to_have_attribute("data-outcome", outcome)

    def file(self, path: str) -> Locator:
        """A file in the list."""
        return self.page.locator(f'[data-testid="file"][data-path="{path}"]')

    def tab(self, path: str) -> Locator:
        """An open file's tab."""
        return self.page.locator(f'[data-testid="tab"][data-path="{path}"]')

    def create_file(self, path: str) -> None:
        """Makes a file; it is in front then."""
        self.page.get_by_role("button", name="New file").click()
        self._name_file(path)
        self.expect_text("")

    def open_file(self, path: str) -> None:
        """Brings a file to the front."""
        self.file(path).click()
        expect(self.tab(path)).to_have_attribute("aria-current", "true")

    def rename_file(self, path: str, new_path: str) -> None:
        """Renames a file in the list, by its key."""
        self.file(path).press("F2")
        self._name_file(new_path)

    def delete_file(self, path: str) -> None:
        """Deletes a file in the list, by its key."""
        self.file(path).press("Delete")
        expect(self.file(path)).to_have_count(0)

    def _name_file(self, path: str) -> None:
        name = self.page.get_by_label("File name")
        name.fill(path)
        name.press("Enter")
        expect(self.tab(path)).to_be_visible()

    def run(self) -> None:
        """Presses Run."""
        self.page.get_by_role("button", name="Run", exact=True).click()

    def stop(self) -> None:
        """Presses Stop."""
        self.page.get_by_role("button", name="Stop", exact=True).click()

    def stop_if_running(self) -> None:
        """Stops what runs, and waits until one can run again."""
        if any(run["state"] != "finished" for run in self.runs):
            self.stop()
        expect(self.page.get_by_role("button", name="Run", exact=True)).to_be_enabled()

    def choose_run(self, number: int) -> None:
        """Shows an earlier run."""
        self.page.get_by_test_id("run-picker").click()
        self.page.locator(f'[data-testid="run-item"][data-run="{number}"]').click()
        self.expect_run(number)

    def expect_run(self, number: int, *, state: str = "finished") -> None:
        """Waits until this run is shown, and has come this far."""
        status = self.page.get_by_test_id("run-status")
        expect(status).to_have_attribute("data-run", str(number))
        expect(status).to_have_attribute("data-state", state)

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The room's runs, as the server has told this page."""
        runs: list[dict[str, Any]] = self.page.evaluate(
            "() => window.__codlab.room.state.getState().runs"
        )
        return runs

    def type_into_terminal(self, text: str) -> None:
        """Types on the real keyboard into the terminal."""
        self.page.locator(".xterm-helper-textarea").focus()
        self.page.keyboard.type(text)

    @property
    def others(self) -> Locator:
        """The other people in the header."""
        return self.page.get_by_test_id("person")

    @property
    def following(self) -> Locator:
        """What says whom this person follows."""
        return self.page.get_by_test_id("follow-pill")

    def expect_line_in_view(self, line: int) -> None:
        """Waits until the editor shows this line."""
        self.until(
            "line => window.__codlab.editor.getVisibleRanges().some("
            "range => range.startLineNumber <= line && line <= range.endLineNumber)",
            line,
        )

    def remote_label(self) -> str:
        """The name at the remote cursor that is shown, once one is."""
        # Monaco draws the cursor anew at any time, and a detached element has no style.
        content = self.page.wait_for_function(
            """() => {
              const cursor = document.querySelector('.rc-head')
              const content = cursor && getComputedStyle(cursor, '::after').content
              return content && content !== 'none' && content
            }"""
        )
        return str(json.loads(content.json_value()))
