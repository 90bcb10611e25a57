"""Where a debugged program stands still, as its room is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from executor.dap import Body

ROOM_PREFIX = "/room/"
MAX_NAME = 1000  # characters of a frame's name, or a thread's; C++ has long ones
MAX_THREADS = 200  # that a room is told of


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a stack.

    Attributes:
        file: its path in the workspace; None for a file that is not the room's.
        path: the debugger's own for it, if there is one.
        line: counted from 1; 0 if it has none.
    """

    id: int
    name: str
    file: str | None
    path: str
    line: int
    column: int
    hint: str

    def as_json(self) -> dict[str, object]:
        """Return the frame as clients see it."""
        told: dict[str, object] = {
            "id": self.id,
            "name": self.name,
            "file": self.file,
            "line": self.line,
            "column": self.column,
        }
        return told | ({"presentationHint": self.hint} if self.hint else {})


@dataclass(frozen=True, slots=True)
class Stop:
    """The state of a program that stands still.

    Attributes:
        number: 1, 2, … in its session.
        reason: as DAP has it: `step`, `breakpoint`, `exception`, `pause`, `entry` …
        threads: each with `id` and `name`.
        breakpoints: the ids of those that it stands at.
        total_frames: how deep the stack is, where the adapter says so.
    """

    number: int
    reason: str
    description: str
    text: str
    thread_id: int
    frames: tuple[Frame, ...]
    threads: tuple[Mapping[str, object], ...]
    total_frames: int | None = None
    breakpoints: tuple[str, ...] = ()

    @property
    def top(self) -> Frame | None:
        """The innermost frame that is in a file of the room, else the innermost."""
        own = (frame for frame in self.frames if frame.file is not None)
        return next(own, self.frames[0] if self.frames else None)


@dataclass(frozen=True, slots=True)
class StopSign:
    """What an adapter says of a stop before it is looked at."""

    body: Body = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return one of its texts."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    @property
    def reason(self) -> str:
        """Why it stands still."""
        return self.text("reason")[:MAX_NAME] or "pause"

    @property
    def hit_ids(self) -> list[object]:
        """The adapter's numbers of the breakpoints that it stands at."""
        ids = self.body.get("hitBreakpointIds")
        return ids if isinstance(ids, list) else []

    @property
    def thread_id(self) -> int | None:
        """The thread that this is about."""
        value = self.body.get("threadId")
        return value if isinstance(value, int) else None


def frames_of(body: Body, files: Sequence[str]) -> tuple[Frame, ...]:
    """Read the frames of a `stackTrace`; `files` are the paths of the workspace."""
    frames = body.get("stackFrames")
    return tuple(_frame(frame, files) for frame in frames) if isinstance(frames, list) else ()


def threads_of(body: Body) -> tuple[Mapping[str, object], ...]:
    """Read the threads of a `threads` answer."""
    threads = body.get("threads")
    if not isinstance(threads, list):
        return ()
    return tuple(
        {"id": int(thread["id"]), "name": str(thread.get("name", ""))[:MAX_NAME]}
        for thread in threads[:MAX_THREADS]
    )


def first_thread(body: Body) -> int:
    """Return the first thread of a `threads` answer."""
    return next((int(str(thread["id"])) for thread in threads_of(body)), 1)


def total_frames(body: Body) -> int | None:
    """Return how deep a stack is, where a `stackTrace` answer says so."""
    total = body.get("totalFrames")
    return total if isinstance(total, int) else None


def workspace_path(path: str, files: Sequence[str]) -> str | None:
    """Return the workspace's path of a file that the debugger names; None if it is not its."""
    inner = path.removeprefix(ROOM_PREFIX).removeprefix("./")
    return inner if inner in files else None


def _frame(frame: Mapping[str, Any], files: Sequence[str]) -> Frame:
    source = frame.get("source")
    path = str(source.get("path") or "") if isinstance(source, dict) else ""
    return Frame(
        id=int(frame["id"]),
        name=str(frame.get("name", ""))[:MAX_NAME],
        file=workspace_path(path, files),
        path=path,
        line=int(frame.get("line") or 0),
        column=int(frame.get("column") or 0),
        hint=str(frame.get("presentationHint") or "")[:MAX_NAME],
    )
