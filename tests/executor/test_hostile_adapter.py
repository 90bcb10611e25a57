"""A debug session whose adapter, or a program in its name, says what no adapter says."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from executor.adapter import MAX_ASKED
from executor.breakpoints import Breakpoint
from executor.debug_session import MAX_EVENTS
from executor.inspection import MAX_CHARACTERS, Inspection
from executor.languages import Runtime
from executor.run import RunLimits
from executor.runner import Runner
from executor.stops import MAX_NAME, MAX_THREADS
from executor.surroundings import MAX_REASON, STACK_LEVELS
from tests.executor.debugging import Debugged, debugged
from tests.executor.fake_sandbox import FakeSandboxes

WAITING = {"main.py": "one\nwait\nthree"}


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    return FakeSandboxes({})


@pytest.fixture
async def one(sandboxes: FakeSandboxes, python: Runtime) -> AsyncGenerator[Debugged]:
    async with Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=2) as runner:
        one = debugged(runner, python, WAITING)
        await one.seen.until(lambda: one.seen.is_running)
        yield one


@pytest.mark.parametrize("answer", [[7], [None], 7, "no", [{"line": {}, "message": []}]])
async def test_an_answer_about_breakpoints_that_is_none_verifies_none(
    one: Debugged, sandboxes: FakeSandboxes, answer: object
) -> None:
    sandboxes.opened[0].debugged.answers["setBreakpoints"] = {"breakpoints": answer}
    await one.session.set_breakpoints([Breakpoint("b", "main.py", 3)])
    assert not any(each.verified for each in one.seen.breakpoints.values())
    one.handle.write(b"\r")
    assert await one.seen.outcome() == "exited(0)"


async def test_stops_without_end_end_the_session(one: Debugged, sandboxes: FakeSandboxes) -> None:
    for _ in range(MAX_EVENTS + 100):
        sandboxes.opened[0].debugged.tell("stopped", {"reason": "pause", "threadId": 7})
    assert (await one.seen.outcome()).startswith("the debugger failed")


async def test_a_room_is_not_told_of_stops_faster_than_people_step(
    one: Debugged, sandboxes: FakeSandboxes
) -> None:
    adapter = sandboxes.opened[0].debugged
    await one.session.pause(None)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for _ in range(100):
        adapter.tell("stopped", {"reason": "pause", "threadId": 7})
    await one.seen.at(101)
    assert loop.time() - begin > 0.5


async def test_questions_without_end_end_the_session(
    one: Debugged, sandboxes: FakeSandboxes
) -> None:
    for _ in range(MAX_ASKED + 1):
        sandboxes.opened[0].debugged.ask("runInTerminal", {"args": []})
    assert (await one.seen.outcome()).startswith("the debugger failed")


async def test_programs_that_are_begun_at_once_are_all_answered_for(
    one: Debugged, sandboxes: FakeSandboxes
) -> None:
    adapter = sandboxes.opened[0].debugged
    for _ in range(3):
        adapter.ask("runInTerminal", {"args": ["x"]})
    adapter.tell("exited", {"exitCode": 3})
    adapter.tell("terminated", {})
    async with asyncio.timeout(20):
        assert await one.seen.outcome() == "exited(3)"


async def test_breakpoints_that_change_without_end_end_the_session(
    one: Debugged, sandboxes: FakeSandboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("executor.debug_breakpoints.MAX_UPDATES", 10)
    for line in range(20_000):
        sandboxes.opened[0].debugged.tell("breakpoint", {"breakpoint": {"id": 1, "line": line}})
    assert (await one.seen.outcome()).startswith("the debugger failed")


async def test_an_exit_code_that_no_process_has_is_not_believed(
    one: Debugged, sandboxes: FakeSandboxes
) -> None:
    adapter = sandboxes.opened[0].debugged
    adapter.tell("exited", {"exitCode": 1 << 40})
    adapter.tell("terminated", {})
    assert await one.seen.outcome() == "exited(0)"


async def test_a_stop_has_bounds(one: Debugged, sandboxes: FakeSandboxes) -> None:
    adapter = sandboxes.opened[0].debugged
    frame = {"id": 1, "name": "f" * 5000, "line": 1, "column": 1}
    adapter.answers = {
        "stackTrace": {"stackFrames": [frame] * 500},
        "threads": {"threads": [{"id": 7, "name": "t" * 5000}] * 500},
    }
    adapter.tell("stopped", {"reason": "pause", "threadId": 7, "text": "x" * 100_000})
    stop = await one.seen.at(1)
    assert (len(stop.frames), len(stop.threads)) == (STACK_LEVELS, MAX_THREADS)
    assert (len(stop.frames[0].name), len(str(stop.threads[0]["name"]))) == (MAX_NAME, MAX_NAME)
    assert len(stop.text) == MAX_REASON


@pytest.mark.parametrize("frames", [[7], [{"id": "x"}], [{"line": 1}], [None]])
async def test_a_stack_that_is_none_is_no_stop(
    one: Debugged, sandboxes: FakeSandboxes, frames: list[object]
) -> None:
    adapter = sandboxes.opened[0].debugged
    adapter.answers["stackTrace"] = {"stackFrames": frames}
    adapter.tell("stopped", {"reason": "pause", "threadId": 7})
    one.handle.write(b"\r")
    assert await one.seen.outcome() == "exited(0)"
    assert one.seen.stops == []


def test_answers_are_kept_only_up_to_their_bound() -> None:
    inspection = Inspection()
    for reference in (1, 2, 3, 4, 5):
        body = {"variables": "x" * (MAX_CHARACTERS // 4)}
        inspection.keep("variables", {"variablesReference": reference}, body)
    known = [
        reference
        for reference in (1, 2, 3, 4, 5)
        if inspection.known("variables", {"variablesReference": reference}) is not None
    ]
    assert known == [3, 4, 5]
