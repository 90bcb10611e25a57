"""Stops at the beginning of programs whose debugger has nothing to show there."""

from dataclasses import replace

from executor.languages import Runtime
from executor.run import RunLimits
from executor.runner import Runner
from tests.executor.debugging import debugged
from tests.executor.fake_sandbox import FakeSandboxes

CALLS = {"main.py": "one\ndef main\nprint hello\ndef main"}


def beginning_with(function: str, runtime: Runtime) -> Runtime:
    assert runtime.debugging is not None
    debugger = replace(runtime.debugging.debugger, entry=function)
    return replace(runtime, debugging=replace(runtime.debugging, debugger=debugger))


async def test_it_is_the_function_that_the_program_begins_with(python: Runtime) -> None:
    sandboxes = FakeSandboxes({})
    async with Runner(sandboxes, RunLimits(), concurrent_runs=1, queued_runs=1) as runner:
        one = debugged(runner, beginning_with("main", python), CALLS, stop_on_entry=True)
        stop = await one.seen.at(1)
        assert (stop.frames[0].line, stop.breakpoints) == (2, ())
        assert sandboxes.opened[0].debugged.functions == []
        await one.go_on()
        assert await one.seen.outcome() == "exited(0)"
        assert len(one.seen.stops) == 1


async def test_it_is_left_alone_when_nobody_wants_to_stop_there(python: Runtime) -> None:
    sandboxes = FakeSandboxes({})
    async with Runner(sandboxes, RunLimits(), concurrent_runs=1, queued_runs=1) as runner:
        one = debugged(runner, beginning_with("main", python), CALLS)
        assert await one.seen.outcome() == "exited(0)"
        assert "setFunctionBreakpoints" not in sandboxes.opened[0].debugged.asked
