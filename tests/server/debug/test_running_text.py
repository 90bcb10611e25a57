"""On which lines of the text that runs the breakpoints of today's text are."""

import time
from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from collab.document import Document
from collab.errors import CommandError
from executor.breakpoints import FunctionBreakpoint
from server.debug.running_text import CHANGED, Placed, RunningText

TEXT = "import time\n\ndef main():\n    one()\n    two()\n"


class Editor:
    """Somebody who edits one file and sets breakpoints in it."""

    def __init__(self) -> None:
        self.doc: Doc[Any] = Doc()
        self.files: Map[Any] = self.doc.get("files", type=Map)
        self.breakpoints: Map[Any] = self.doc.get("breakpoints", type=Map)
        self.create("main", "main.py", TEXT)

    def create(self, id_: str, path: str, text: str) -> None:
        self.files[id_] = Map({"path": path, "text": Text(text)})

    @property
    def text(self) -> Any:
        return self.files["main"]["text"]

    @property
    def document(self) -> Document:
        return Document([self.doc.get_update()])

    def mark(self, line: int, file: str = "main", **fields: Any) -> None:
        shared = self.files[file]["text"]
        lines = str(shared).split("\n")
        at = sum(len(each) + 1 for each in lines[: line - 1])
        at += len(lines[line - 1]) - len(lines[line - 1].lstrip())
        anchor = shared.sticky_index(at).to_json()
        entry = {"file": file, "anchor": anchor, "enabled": True, **fields}
        self.breakpoints[f"{file}-{line}"] = Map(entry)

    def edit(self, old: str, new: str) -> None:
        at = str(self.text).index(old)
        del self.text[at : at + len(old)]
        self.text.insert(at, new)


def lines(placed: Placed) -> dict[str, int]:
    return {each.id: each.line for each in placed.breakpoints}


def test_without_changes_they_are_where_they_are() -> None:
    editor = Editor()
    editor.mark(4, condition="x", hitCondition="3", logMessage="y")
    running = RunningText(editor.document)
    [placed] = running.place(editor.document).breakpoints
    assert (placed.path, placed.line) == ("main.py", 4)
    assert (placed.condition, placed.hit_condition, placed.log_message) == ("x", "3", "y")
    assert running.paths == ("main.py",)


def test_those_of_the_start_stay_however_the_text_is_changed() -> None:
    editor = Editor()
    editor.mark(4)
    editor.mark(5)
    running = RunningText(editor.document)
    editor.edit("import time\n", "# one\n# two\nimport time\n")
    editor.edit("    two()\n", "")
    assert lines(running.place(editor.document)) == {"main-4": 4, "main-5": 5}


def test_later_ones_are_on_the_line_that_was_there() -> None:
    editor = Editor()
    running = RunningText(editor.document)
    editor.edit("import time\n", "# one\n# two\nimport time\n")
    editor.edit("    one()\n", "    other()\n")
    editor.mark(7)  # two()
    editor.mark(1)  # the new comment
    editor.mark(6)  # another call now, on a line that was retyped
    placed = running.place(editor.document)
    assert lines(placed) == {"main-7": 5}
    assert {(each.id, each.verified, each.message) for each in placed.unplaced} == {
        ("main-1", False, CHANGED),
        ("main-6", False, CHANGED),
    }


def test_functions_to_stop_at_need_no_line() -> None:
    editor = Editor()
    editor.breakpoints["f"] = Map({"function": " one ", "condition": "x", "hitCondition": "3"})
    editor.breakpoints["off"] = Map({"function": "two", "enabled": False})
    editor.breakpoints["none"] = Map({"function": "  "})
    placed = RunningText(editor.document).place(editor.document)
    assert placed.functions == (FunctionBreakpoint("f", "one", "x", "3"),)
    assert (placed.breakpoints, placed.unplaced) == ((), ())


def test_a_line_that_was_retyped_as_it_was_is_the_same_line() -> None:
    editor = Editor()
    running = RunningText(editor.document)
    editor.edit("    one()\n", "")
    editor.edit("    two()\n", "    one()\n    two()\n")
    editor.mark(4)
    assert lines(running.place(editor.document)) == {"main-4": 4}


def test_a_file_that_was_renamed_has_the_path_that_runs() -> None:
    editor = Editor()
    editor.mark(4)
    running = RunningText(editor.document)
    editor.files["main"]["path"] = "other.py"
    assert [each.path for each in running.place(editor.document).breakpoints] == ["main.py"]


def test_a_file_that_is_new_has_no_lines_that_run_and_one_that_never_was_none_at_all() -> None:
    editor = Editor()
    running = RunningText(editor.document)
    editor.create("new", "new.py", "x = 1\n")
    editor.mark(1, "new")
    editor.breakpoints["gone"] = Map({"file": "gone", "anchor": {"item": None}, "enabled": True})
    editor.mark(4, enabled=False)
    placed = running.place(editor.document)
    assert placed.breakpoints == ()
    assert [each.id for each in placed.unplaced] == ["new-1"]


def test_a_long_text_of_lines_that_are_alike_takes_no_time_to_speak_of() -> None:
    editor = Editor()
    editor.edit(TEXT, "\n" * 40_000 + "end()\n")
    running = RunningText(editor.document)
    editor.edit("end()", "begin()\n\n\nend()")
    editor.mark(40_004)
    begin = time.process_time()
    assert lines(running.place(editor.document)) == {"main-40004": 40_001}
    assert time.process_time() - begin < 2


def test_a_cursor_is_on_a_line_of_what_runs() -> None:
    editor = Editor()
    text = RunningText(editor.document)
    editor.text.insert(0, "# another\n# two\n")
    assert text.lines_from("main.py", 1) == (1, 3, 4, 5)
    assert text.lines_from("main.py", 2) == (3, 4, 5)
    for path, line, words in (
        ("gone.py", 1, "there is no file gone.py in what runs"),
        ("main.py", 7, "main.py has 6 lines in what runs: there is no line 7"),
        ("main.py", 6, "there is no code on line 6 of main.py, or after it"),
    ):
        with pytest.raises(CommandError) as refused:
            text.lines_from(path, line)
        assert (refused.value.code, str(refused.value)) == ("invalid", words)
