"""A room's debug session under any order of commands, edits, arrivals and departures.

The adapter is a fake; everything of ours is real. Clients know only what they are sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from collab.document import Document
from collab.errors import CommandError
from collab.participant import Participant, Role
from collab.room import Room
from executor.debug_clock import DebugLimits
from executor.language_files import load_catalogue
from executor.run import RunLimits, RunRequest, SourceFile, TerminalSize
from executor.runner import Runner
from executor.service import DebugRequest
from server.control.rules import Control, Controlled
from server.debug.commands import parse_debug_command
from server.debug.room_debug import RoomDebug
from server.models import RunRecord
from server.runs.live_run import LiveRun
from server.runs.room_runs import RoomRuns, RunParts
from tests.executor.fake_sandbox import FakeSandboxes

PYTHON = load_catalogue().resolve("python")
LINES = "one\nprint a\nwait\nfour\nraise\nprint b\nseven\n"
PEOPLE = [
    Participant("ada", "Ada", Role.OWNER, "#000000"),
    Participant("bob", "Bob", Role.EDITOR, "#000000"),
    Participant("cleo", "Cleo", Role.EDITOR, "#000000"),
]


class FakeRoom:
    """What a session needs of a room; tells what is published to clients."""

    def __init__(self) -> None:
        self.id = "room"
        self.doc: Doc[Any] = Doc()
        files: Map[Any] = self.doc.get("files", type=Map)
        files["f"] = Map({"path": "main.py", "text": Text(LINES)})
        self.clients: list[Client] = []
        self.events: list[dict[str, Any]] = []
        self.has_ended = asyncio.Event()
        self._has_news = asyncio.Event()

    @property
    def document(self) -> Document:
        return Document([self.doc.get_update()])

    def publish(self, type_: str, **body: Any) -> None:
        event = {"type": type_, **body}
        self.events.append(event)
        self._has_news.set()
        for client in self.clients:
            client.take(event)
        if type_ == "debug.ended":
            self.has_ended.set()

    async def told(self, type_: str) -> dict[str, Any]:
        """The first event of a type, once there is one."""
        while not (found := [event for event in self.events if event["type"] == type_]):
            self._has_news.clear()
            await self._has_news.wait()
        return found[0]

    def send_output(self, run: int, stream: int, offset: int, data: bytes) -> None: ...

    def mark(self, line: int, *, is_there: bool) -> None:
        """Sets or removes the breakpoint of a line."""
        breakpoints: Map[Any] = self.doc.get("breakpoints", type=Map)
        if not is_there:
            breakpoints.pop(f"b{line}", None)
            return
        text = self.doc.get("files", type=Map)["f"]["text"]
        at = sum(len(each) + 1 for each in str(text).split("\n")[: line - 1])
        anchor = text.sticky_index(at).to_json()
        breakpoints[f"b{line}"] = Map({"file": "f", "anchor": anchor, "enabled": True})


class FakeRuns:
    """Runs of that room."""

    def __init__(self, room: FakeRoom, runner: Runner) -> None:
        self.room = room
        self.runner = runner
        self.count = 0

    def submit(self, by: Participant, request: RunRequest, debug: DebugRequest) -> LiveRun:
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
    stops: list[int] = field(default_factory=list)

    @classmethod
    def joining(cls, snapshot: Mapping[str, Any] | None) -> "Client":
        if snapshot is None:
            return cls(None)
        stop, line = snapshot.get("stop"), snapshot.get("line")
        return cls(snapshot["state"], snapshot["run"], stop, line)

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
                assert self.state in {"running", "stopped"}
                assert not self.stops or event["stop"] == self.stops[-1] + 1
                self.stops.append(event["stop"])
                self.state, self.stop, self.line = "stopped", event["stop"], event["line"]
            case "debug.continued":
                assert (self.state, self.stop) == ("stopped", event["stop"])
                self.state, self.stop, self.line = "running", None, None
            case "debug.variables" | "debug.scopes" | "debug.evaluated":
                assert self.stop == event["stop"], "a look at another stop"
            case "debug.ended":
                assert self.run == event["run"]
                self.state = self.run = self.stop = self.line = None
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
async def table() -> AsyncGenerator[Table]:
    room, sandboxes = FakeRoom(), FakeSandboxes({})
    async with (
        asyncio.TaskGroup() as tasks,
        Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=9) as runner,
    ):
        control = Control(lambda: 0, lambda: True, lambda _: None)
        runs = cast("RoomRuns", FakeRuns(room, runner))
        policy = type("Policy", (), {"debug": DebugLimits()})()
        parts = RunParts(runner, cast("Any", None), cast("Any", None), policy, tasks)
        source = SourceFile("main.py", LINES.encode())

        def choose(by: Participant, _: object) -> RunRequest:
            terminal = TerminalSize(80, 24)
            return RunRequest("room", PYTHON, (source,), "main.py", terminal=terminal, by=by.id)

        debug = RoomDebug(cast("Room", room), runs, control, choose, parts)
        yield Table(room, debug, control, sandboxes)


ACTIONS = st.one_of(
    st.tuples(st.just("start"), st.booleans()),
    st.tuples(st.sampled_from(["go", "next"]), st.integers(-1, 1)),
    st.tuples(st.just("run_to"), st.integers(1, 8)),
    st.tuples(st.sampled_from(["pause", "end", "restart", "join", "leave", "type"]), st.just(0)),
    st.tuples(st.sampled_from(["mark", "unmark"]), st.integers(1, 7)),
    st.tuples(st.sampled_from(["evaluate", "look", "change", "choose"]), st.integers(-1, 0)),
)
TURNS = st.sampled_from([0, 1, 2, 5, 60])
"""Of the event loop, before the next thing is done; in the last all comes to rest."""
Script = list[tuple[int, tuple[str, int], int]]


class Hand:
    """One thing that somebody does, by what there is to see then; each method is an action."""

    def __init__(self, at: Table, who: int, value: int) -> None:
        seen = at.debug.as_json() or {}
        self.at, self.who, self.value = at, who, value
        self.now = cast("int", seen.get("stop") or 1)
        self.stop = max(1, self.now + value)
        self.frame = cast("int", seen.get("frameId") or 1)

    async def command(self, command: str, **fields: Any) -> None:
        await self.at.command(self.who, command, **fields)

    async def start(self) -> None:
        await self.command("start", exceptions=["raised"] if self.value else [])

    async def go(self) -> None:
        await self.command("continue", stop=self.stop)

    async def next(self) -> None:
        await self.command("next", stop=self.stop)

    async def run_to(self) -> None:
        await self.command("runToCursor", stop=self.now, file="main.py", line=self.value)

    async def pause(self) -> None:
        await self.command("pause")

    async def end(self) -> None:
        await self.command("stop")

    async def restart(self) -> None:
        await self.command("restart")

    async def join(self) -> None:
        self.at.room.clients.append(Client.joining(self.at.debug.as_json()))

    async def leave(self) -> None:
        self.at.control.leave(PEOPLE[self.who].id)

    async def type(self) -> None:
        if self.at.debug.handle is not None:
            self.at.debug.handle.write(b"\r")

    async def mark(self) -> None:
        self.at.room.mark(self.value, is_there=True)
        self.at.debug.edited()

    async def unmark(self) -> None:
        self.at.room.mark(self.value, is_there=False)
        self.at.debug.edited()

    async def evaluate(self) -> None:
        fields = {"expression": "x", "frameId": self.frame, "context": "watch"}
        await self.command("evaluate", stop=self.stop, **fields)

    async def look(self) -> None:
        await self.command("scopes", stop=self.stop, frameId=self.frame)
        await self.command("variables", stop=self.stop, variablesReference=max(1, self.frame))

    async def change(self) -> None:
        fields = {"variablesReference": max(1, self.frame), "name": "x", "value": "9"}
        await self.command("setVariable", stop=self.stop, **fields)

    async def choose(self) -> None:
        await self.command("exceptions", filters=["raised"])


async def play(script: Script) -> None:
    async with table() as at:
        await Hand(at, 0, 0).join()
        doing: list[asyncio.Task[None]] = []
        for line in (1, 2, 4):
            at.room.mark(line, is_there=True)
        for who, (action, value), turns in script:
            doing.append(asyncio.create_task(getattr(Hand(at, who, value), action)()))
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.gather(*doing)
        for client in at.room.clients:
            snapshot = Client.joining(at.debug.as_json())
            assert (client.state, client.run) == (snapshot.state, snapshot.run)
            assert (client.stop, client.line) == (snapshot.stop, snapshot.line)
        check_steps(at)
        assert at.refusals <= {"conflict", "forbidden", "invalid"}
        at.room.has_ended.clear()
        if at.debug.as_json() is not None:
            await at.command(0, "stop")
            await at.room.has_ended.wait()
        assert all(client.state is None for client in at.room.clients)
        assert at.control.holder(Controlled.DEBUG) is None


def check_steps(at: Table) -> None:
    """Each stop is left once, and by whom it was told that it is."""
    left = [
        (event["by"], event["stop"])
        for event in at.room.events
        if event["type"] == "debug.continued"
    ]
    by_run: dict[object, list[object]] = {}
    for event in at.room.events:
        if event["type"] == "debug.continued":
            by_run.setdefault(event["run"], []).append(event["stop"])
    assert all(len(stops) == len(set(stops)) for stops in by_run.values())
    assert len(at.steps) <= len(left)
    assert set(at.steps) <= set(left)


@settings(max_examples=150)
@given(script=st.lists(st.tuples(st.integers(0, 2), ACTIONS, TURNS), max_size=40))
def test_all_see_the_same_whatever_happens_in_whatever_order(script: Script) -> None:
    asyncio.run(asyncio.wait_for(play([(0, ("start", 1), 60), *script]), 30))
