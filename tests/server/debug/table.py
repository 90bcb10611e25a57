"""A room at a table with a fake debug adapter; everything of ours is real.

Clients know only what they are sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pycrdt import Array, Doc, Map, Text

from collab.document import Document
from collab.errors import CommandError
from collab.participant import Participant, Role
from collab.room import Room
from executor.debug_clock import DebugLimits
from executor.language_files import load_catalogue
from executor.run import RunLimits, RunRequest, SourceFile, TerminalSize
from executor.runner import Runner
from executor.service import DebugRequest
from server.control.rules import Control
from server.debug.commands import parse_debug_command
from server.debug.room_debug import RoomDebug
from server.models import RunRecord
from server.runs.keepsake import DebugKeepsake
from server.runs.live_run import LiveRun
from server.runs.room_runs import RoomRuns, RunParts
from tests.executor.fake_adapter import FakeAdapter
from tests.executor.fake_sandbox import FakeSandboxes

Holds = TypeVar("Holds")
PYTHON = load_catalogue().resolve("python")
LINES = "one\nprint a\nwait\nfour\nraise\nprint b\nseven\n"
PEOPLE = [
    Participant("ada", "Ada", Role.OWNER, "#000000"),
    Participant("bob", "Bob", Role.EDITOR, "#000000"),
    Participant("cleo", "Cleo", Role.EDITOR, "#000000"),
]


class FakeRoom:
    """What a session needs of a room; tells what is published to clients."""

    def __init__(self, lines: str) -> None:
        self.id = "room"
        self.doc: Doc[Any] = Doc()
        files: Map[Any] = self.doc.get("files", type=Map)
        files["f"] = Map({"path": "main.py", "text": Text(lines)})
        self.clients: list[Client] = []
        self.events: list[dict[str, Any]] = []
        self._unsent: list[dict[str, Any]] = []
        self.has_ended = asyncio.Event()
        self._has_news = asyncio.Event()

    @property
    def document(self) -> Document:
        return Document([self.doc.get_update()])

    def publish(self, type_: str, **body: Any) -> None:
        self.note(type_, **body)
        self.flush()

    def note(self, type_: str, **body: Any) -> None:
        event = {"type": type_, **body}
        self.events.append(event)
        self._unsent.append(event)
        self._has_news.set()
        if type_ == "debug.ended":
            self.has_ended.set()

    def flush(self) -> None:
        for event in self._unsent:
            for client in self.clients:
                client.take(event)
        self._unsent.clear()

    async def told(self, type_: str) -> dict[str, Any]:
        """The first event of a type, once there is one."""
        return (await self.until(lambda: self.all(type_)))[0]

    def all(self, type_: str) -> list[dict[str, Any]]:
        """The events of a type."""
        return [event for event in self.events if event["type"] == type_]

    async def until(self, holds: Callable[[], Holds]) -> Holds:
        """Waits until this holds something; looks at each event."""
        while not (held := holds()):
            self._has_news.clear()
            await self._has_news.wait()
        return held

    def send_output(self, run: int, stream: int, offset: int, data: bytes) -> None: ...

    def mark(self, line: int, *, is_there: bool, name: str = "b", **more: Any) -> None:
        """Sets or removes the breakpoint of a line."""
        breakpoints: Map[Any] = self.doc.get("breakpoints", type=Map)
        if not is_there:
            breakpoints.pop(f"{name}{line}", None)
            return
        text = self.doc.get("files", type=Map)["f"]["text"]
        at = sum(len(each) + 1 for each in str(text).split("\n")[: line - 1])
        anchor = text.sticky_index(at).to_json()
        fields = {"file": "f", "anchor": anchor, "enabled": True, **more}
        breakpoints[f"{name}{line}"] = Map(fields)

    def insert(self, text: str, at: int) -> None:
        """Types into the file."""
        self.doc.get("files", type=Map)["f"]["text"].insert(at, text)

    def watch(self, *expressions: str) -> None:
        """Has these watches and no others."""
        watches: Array[Any] = self.doc.get("watches", type=Array)
        watches.clear()
        watches.extend([{"id": each, "expression": each, "by": "ada"} for each in expressions])


class FakeRuns:
    """Runs of that room."""

    def __init__(self, room: FakeRoom, runner: Runner) -> None:
        self.room = room
        self.runner = runner
        self.count = 0

    def submit(
        self, by: Participant, request: RunRequest, debug: DebugRequest, kept: DebugKeepsake
    ) -> LiveRun:
        self.count += 1
        record = RunRecord(
            room_id="room", number=self.count, state="queued", runtime="python", entry="main.py",
            args=[], tty=True, by=by.id, by_name=by.name, queued_at=0, text_hash="",
            state_vector=b"", output_bytes=0, kept_bytes=0, debug=True,
        )  # fmt: skip
        run = LiveRun(cast("Room", self.room), record)
        run.queued(self.runner.submit(request, run, debug))
        return run


@dataclass
class Client:
    """Follows a session by its events, from the snapshot that it came with."""

    state: str | None
    run: int | None = None
    stop: int | None = None
    line: int | None = None
    watches: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    stops: list[int] = field(default_factory=list)

    @classmethod
    def joining(cls, snapshot: Mapping[str, Any] | None) -> "Client":
        if snapshot is None:
            return cls(None)
        stop, line = snapshot.get("stop"), snapshot.get("line")
        watches = {each["expression"]: each for each in snapshot.get("watches", [])}
        return cls(snapshot["state"], snapshot["run"], stop, line, watches)

    def take(self, event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "debug.starting":
                assert self.state is None, "one session at a time"
                self.state, self.run = "starting", event["run"]
                self.stops = []
            case "debug.started":
                assert self.state == "starting"
                self.state = "running"
            case "debug.stopped":
                assert self.state == "running", "two stops and nothing between"
                assert not self.stops or event["stop"] == self.stops[-1] + 1
                self.stops.append(event["stop"])
                self.state, self.stop, self.line = "stopped", event["stop"], event["line"]
                self.watches = {}
            case "debug.continued":
                assert (self.state, self.stop) == ("stopped", event["stop"])
                self.state, self.stop, self.line = "running", None, None
                self.watches = {}
            case "debug.variables" | "debug.scopes" | "debug.evaluated":
                assert self.stop == event["stop"], "a look at another stop"
            case "debug.watches":
                assert self.stop == event["stop"], "values of another stop"
                self.watches |= {each["expression"]: each for each in event["watches"]}
            case "debug.ended":
                assert self.run == event["run"]
                self.state = self.run = self.stop = self.line = None
                self.watches = {}
            case _:
                pass


@dataclass
class Table:
    """A room with its session, and who sits there."""

    room: FakeRoom
    debug: RoomDebug
    control: Control
    sandboxes: FakeSandboxes
    steps: list[tuple[str, int]] = field(default_factory=list)
    """Who has stepped successfully, and from where."""
    refusals: set[str] = field(default_factory=set)

    @property
    def adapter(self) -> FakeAdapter:
        """The debugger of the latest session."""
        return self.sandboxes.opened[-1].debugged

    async def command(self, who: int, command: str, **fields: Any) -> None:
        by = PEOPLE[who]
        try:
            await self.debug.command(by, command, parse_debug_command(command, fields))
        except CommandError as error:
            self.refusals.add(error.code)
        else:
            if command in {"continue", "next", "runToCursor"}:
                self.steps.append((by.id, fields["stop"]))


@asynccontextmanager
async def table(lines: str = LINES) -> AsyncGenerator[Table]:
    room, sandboxes = FakeRoom(lines), FakeSandboxes({})
    async with (
        asyncio.TaskGroup() as tasks,
        Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=9) as runner,
    ):
        control = Control(lambda: 0, lambda: True, lambda _: None)
        runs = cast("RoomRuns", FakeRuns(room, runner))
        policy = type("Policy", (), {"debug": DebugLimits()})()
        parts = RunParts(runner, cast("Any", None), cast("Any", None), policy, tasks)
        source = SourceFile("main.py", lines.encode())

        def choose(by: Participant, _: object) -> RunRequest:
            terminal = TerminalSize(80, 24)
            return RunRequest("room", PYTHON, (source,), "main.py", terminal=terminal, by=by.id)

        debug = RoomDebug(cast("Room", room), runs, control, choose, parts)
        yield Table(room, debug, control, sandboxes)
