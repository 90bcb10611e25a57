"""The text that a program was started from, and where the breakpoints of today's text lie in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from collab import breakpoints as marked
from collab.anchors import Line, lines_of
from collab.document import Document
from collab.errors import CommandError
from collab.structs import Id
from executor.breakpoints import Breakpoint, FunctionBreakpoint, Verification

MAX_TRIED = 10  # lines after one that may be a comment
CHANGED = "the text has changed since the program was started"


@dataclass(frozen=True, slots=True)
class Placed:
    """Breakpoints on the lines that run, those on functions, and those that have no line."""

    breakpoints: tuple[Breakpoint, ...] = ()
    functions: tuple[FunctionBreakpoint, ...] = ()
    unplaced: tuple[Verification, ...] = ()


@dataclass(slots=True)
class _File:
    path: str
    text: str
    lines_by_text: dict[str, dict[int, int]] = field(default_factory=dict)


class RunningText:
    """A document as it was when a program was started.

    A breakpoint sticks to a character, which has an identity. One that was there at the start shows
    the line by itself, however the text was changed since. One that was typed later has a line only
    if the line it is on now was there at the start.
    """

    def __init__(self, document: Document) -> None:
        self._document = document.encoded()
        self._files = {file.id: _File(file.path, file.text) for file in document.files()}
        self._lines: dict[Id, Line | None] = {}

    @property
    def encoded(self) -> bytes:
        """The document, as one update."""
        return self._document

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of its files."""
        return tuple(file.path for file in self._files.values())

    def lines_from(self, path: str, line: int) -> tuple[int, ...]:
        """The lines, from this one on, that may have code: the first that are not blank.

        Raises:
            CommandError: ``invalid``: there is no such line, or none is left.
        """
        texts = [file.text for file in self._files.values() if file.path == path]
        if not texts:
            raise CommandError("invalid", f"there is no file {path} in what runs")
        lines = texts[0].split("\n")
        if line > len(lines):
            words = f"{path} has {len(lines)} lines in what runs: there is no line {line}"
            raise CommandError("invalid", words)
        full = [number for number, text in enumerate(lines, 1) if number >= line and text.strip()]
        if not full:
            raise CommandError("invalid", f"there is no code on line {line} of {path}, or after it")
        return tuple(full[:MAX_TRIED])

    def place(self, document: Document) -> Placed:
        """Places the breakpoints of the document as it is now."""
        wanted = [each for each in document.breakpoints() if each.is_enabled]
        self._find([each.anchor for each in wanted if each.anchor is not None], document)
        texts = {file.id: file.text for file in document.files()}
        placed: list[Breakpoint] = []
        unplaced: list[Verification] = []
        for each in wanted:
            if each.file not in self._files and each.file not in texts:
                continue  # its file is gone
            if (line := self._line(each, texts)) is None:
                unplaced.append(Verification(each.id, verified=False, message=CHANGED))
            else:
                placed.append(self._breakpoint(each, line))
        return Placed(tuple(placed), _functions(document), tuple(unplaced))

    def _breakpoint(self, each: marked.Breakpoint, line: int) -> Breakpoint:
        return Breakpoint(
            each.id,
            self._files[each.file].path,
            line,
            each.condition,
            each.hit_condition,
            each.log_message,
        )

    def _line(self, each: marked.Breakpoint, texts: dict[str, str]) -> int | None:
        file = self._files.get(each.file)
        if file is None:
            return None
        if each.anchor is None:
            last = texts.get(each.file, file.text).count("\n") + 1
            return self._line_then(file, texts.get(each.file, file.text), last)
        line = self._lines.get(each.anchor)
        return line.number if line is not None and line.file == each.file else None

    def _find(self, anchors: Sequence[Id], document: Document) -> None:
        """Learns the lines of anchors that are new."""
        fresh = [anchor for anchor in anchors if anchor not in self._lines]
        then = lines_of(self._document, fresh)
        later = [anchor for anchor in fresh if anchor not in then]
        now = document.lines_of(later)
        texts = {file.id: file.text for file in document.files()} if later else {}
        for anchor in fresh:
            self._lines[anchor] = then.get(anchor) or self._then(now.get(anchor), texts)

    def _then(self, line: Line | None, texts: dict[str, str]) -> Line | None:
        """The line at the start that a line of now was."""
        if line is None or line.file not in self._files:
            return None
        number = self._line_then(self._files[line.file], texts[line.file], line.number)
        return None if number is None else Line(line.file, number)

    def _line_then(self, file: _File, text: str, number: int) -> int | None:
        if text == file.text:
            return number
        if text not in file.lines_by_text:
            file.lines_by_text = {text: _same_lines(text, file.text)}
        return file.lines_by_text[text].get(number)


def _functions(document: Document) -> tuple[FunctionBreakpoint, ...]:
    return tuple(
        FunctionBreakpoint(each.id, each.function, each.condition, each.hit_condition)
        for each in document.function_breakpoints()
        if each.is_enabled
    )


def _same_lines(now: str, then: str) -> dict[int, int]:
    """For the lines of now that were there then: which they were.

    Those are the lines at both ends, lines that are there only once, and what goes on beside these
    as it did. This takes time by the length of the text alone, however often its lines are alike.
    """
    lines_now, lines_then = now.split("\n"), then.split("\n")
    places_now, places_then = _places_of_single(lines_now), _places_of_single(lines_then)
    first, last = (-1, -1), (len(lines_now), len(lines_then))
    singles = [
        (place, places_then[line]) for line, place in places_now.items() if line in places_then
    ]
    found = dict(singles)
    taken = set(found.values())
    for step, starts in ((1, [first, *singles]), (-1, [last, *singles])):
        for at, was in starts:
            at, was = at + step, was + step  # noqa: PLW2901
            while (
                0 <= at < len(lines_now)
                and 0 <= was < len(lines_then)
                and lines_now[at] == lines_then[was]
                and at not in found
                and was not in taken
            ):
                found[at] = was
                taken.add(was)
                at, was = at + step, was + step  # noqa: PLW2901
    return {at + 1: was + 1 for at, was in found.items()}


def _places_of_single(lines: list[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: place for place, line in enumerate(lines) if counts[line] == 1}
