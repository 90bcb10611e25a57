"""A room's debug session under any order of commands, edits, arrivals and departures."""

import asyncio
import logging
import os
from collections.abc import Generator
from typing import Any, cast
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.control.rules import Controlled
from tests.server.debug.table import PEOPLE, Client, Table, table

EXAMPLES = int(os.environ.get("DEBUG_EXAMPLES", "150"))
KEPT = ["next", "continue", "pause", "evaluate", "scopes", "variables", "stackTrace", "threads",
        "setVariable", "setBreakpoints", "setExceptionBreakpoints", "initialize"]  # fmt: skip
EVENTS = [("stopped", "pause"), ("stopped", "breakpoint"), ("continued", ""), ("thread", "started")]
ALONE = ["pause", "end", "restart", "extend", "join", "leave", "type", "speak"]
ACTIONS = st.one_of(
    st.tuples(st.just("start"), st.booleans()),
    st.tuples(st.sampled_from(["go", "next"]), st.integers(-1, 1)),
    st.tuples(st.just("run_to"), st.integers(1, 9)),
    st.tuples(st.sampled_from(ALONE), st.just(0)),
    st.tuples(st.sampled_from(["mark", "mark_also", "unmark", "edit"]), st.integers(1, 7)),
    st.tuples(st.sampled_from(["evaluate", "hover", "type_in", "look", "change", "choose"]),
              st.integers(-1, 0)),
    st.tuples(st.just("watch"), st.integers(0, 2)),
    st.tuples(st.just("keep_silent"), st.integers(0, len(KEPT) - 1)),
    st.tuples(st.just("tell"), st.integers(0, len(EVENTS) - 1)),
)  # fmt: skip
LOSSES = st.tuples(st.just("crash"), st.just(0))
TURNS = st.sampled_from([0, 1, 2, 5, 60])
"""Of the event loop, before the next thing is done; in the last all comes to rest."""
Script = list[tuple[int, tuple[str, int], int]]
Scripts = st.lists(st.tuples(st.integers(0, 2), ACTIONS | LOSSES, TURNS), max_size=40)


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
        self.at.room.flush()
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

    async def watch(self) -> None:
        self.at.room.watch(*["x", "bad"][: self.value])
        self.at.debug.edited()

    async def evaluate(self) -> None:
        fields = {"expression": "x", "frameId": self.frame, "context": "watch"}
        await self.command("evaluate", stop=self.stop, **fields)

    async def look(self) -> None:
        await self.command("scopes", stop=self.stop, frameId=self.frame)
        await self.command("variables", stop=self.stop, variablesReference=max(1, self.frame))

    async def change(self) -> None:
        await self.command("scopes", stop=self.stop, frameId=self.frame)
        fields = {"variablesReference": max(1, self.frame), "name": "x", "value": "9"}
        await self.command("setVariable", stop=self.stop, **fields)

    async def hover(self) -> None:
        fields = {"expression": "x", "frameId": self.frame, "context": "hover"}
        await self.command("evaluate", stop=self.stop, **fields)

    async def type_in(self) -> None:
        await self.command("evaluate", stop=self.stop, expression="bad" if self.value else "x = 1")

    async def choose(self) -> None:
        await self.command("exceptions", filters=["unheard-of" if self.value else "raised"])

    async def extend(self) -> None:
        await asyncio.gather(*(self.command("extend") for _ in range(2)))

    async def mark_also(self) -> None:
        more = [{}, {"condition": "x"}, {"logMessage": "{x}"}, {"hitCondition": "2"}]
        self.at.room.mark(self.value, is_there=True, name="also", **more[self.value % 4])
        self.at.debug.edited()

    async def edit(self) -> None:
        self.at.room.insert("# another\n" * (self.value % 3), 4 * self.value)
        self.at.debug.edited()

    async def keep_silent(self) -> None:
        for sandbox in self.at.sandboxes.opened[-1:]:
            if sandbox.adapter is not None:
                sandbox.adapter.silent |= {KEPT[self.value]}

    async def speak(self) -> None:
        for sandbox in self.at.sandboxes.opened:
            if sandbox.adapter is not None:
                sandbox.adapter.speak()

    async def tell(self) -> None:
        """The debugger tells of something that nobody asked for, and that may not be so."""
        name, reason = EVENTS[self.value]
        for sandbox in self.at.sandboxes.opened[-1:]:
            if sandbox.adapter is not None:
                sandbox.adapter.tell(name, {"reason": reason, "threadId": 7})

    async def crash(self) -> None:
        for sandbox in self.at.sandboxes.opened[-1:]:
            if sandbox.adapter is not None:
                sandbox.adapter.crash()


async def play(script: Script, *, is_answered: bool) -> None:
    """Plays what people do; unless `is_answered`, a debugger never says what it has kept back."""
    async with table() as at:
        await Hand(at, 0, 0).join()
        doing: list[asyncio.Task[None]] = []
        for line in (1, 2, 4):
            at.room.mark(line, is_there=True)
        for who, (action, value), turns in script:
            doing.append(asyncio.create_task(getattr(Hand(at, who, value), action)()))
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.sleep(0)  # all have begun
        if is_answered:
            await Hand(at, 0, 0).speak()
            await asyncio.gather(*doing)
            check_rest(at)
        await end(at)
        await asyncio.gather(*doing)
        await end(at)
        check_steps(at)
        assert at.refusals <= {"conflict", "forbidden", "invalid"}
        assert at.control.holder(Controlled.DEBUG) is None


def check_rest(at: Table) -> None:
    """Who has followed sees what a newcomer sees."""
    at.room.flush()
    for client in at.room.clients:
        snapshot = Client.joining(at.debug.as_json())
        assert (client.state, client.run) == (snapshot.state, snapshot.run)
        assert (client.stop, client.line) == (snapshot.stop, snapshot.line)
        if "x" in client.watches and "result" in client.watches["x"]:
            assert client.watches["x"]["result"] == f"x@{client.line}"


async def end(at: Table) -> None:
    """Stops what goes on: that works at any time."""
    while at.debug.as_json() is not None:
        at.room.has_ended.clear()
        await at.command(0, "stop")
        await at.room.has_ended.wait()
    assert all(client.state is None for client in at.room.clients)


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


async def test_who_steps_is_answered_when_the_program_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.debug.view.MOMENT_SECONDS", 60)
    async with table() as at:
        for line in (1, 2):
            at.room.mark(line, is_there=True)
        await at.command(0, "start")
        await at.room.told("debug.stopped")
        for stop, (command, more) in enumerate(
            [("next", {}), ("runToCursor", {"file": "main.py", "line": 3})], start=1
        ):
            await at.command(0, command, stop=stop, **more)
            assert (at.debug.as_json() or {})["stop"] == stop + 1
        await at.command(0, "stop")
        await at.room.has_ended.wait()


@pytest.fixture(scope="module")
def errors() -> Generator[list[str]]:
    """What is logged as a defect, or as one that would have ended other rooms' tasks."""
    found: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=Scripts, is_answered=st.booleans())
def test_all_see_the_same_whatever_happens_in_whatever_order(
    errors: list[str], script: Script, *, is_answered: bool
) -> None:
    with patch("executor.questions.PATIENCE_SECONDS", 0.005):
        whole = play([(0, ("start", 1), 60), *script], is_answered=is_answered)
        asyncio.run(asyncio.wait_for(whole, 30))
    assert errors == []
