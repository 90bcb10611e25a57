"""A debug session with an adapter that does what the test says."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

import pytest

from executor import questions
from executor.breakpoints import Breakpoint, FunctionBreakpoint, Verification
from executor.debug_breakpoints import NO_CONDITIONS, NO_FUNCTIONS
from executor.debug_clock import DebugLimits
from executor.debug_state import DebugState
from executor.errors import (
    AdapterBroke,
    AdapterBusy,
    AdapterRefused,
    AdapterSilent,
    QueueFull,
    WrongState,
)
from executor.languages import Runtime
from executor.run import RunLimits
from executor.runner import Runner
from executor.service import Runs
from tests.executor.debugging import debugged, refused
from tests.executor.fake_adapter import CAPABILITIES
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.remote.separate import beside

TWO = [Breakpoint("b1", "main.py", 1), Breakpoint("b3", "main.py", 3)]
LINES = {"main.py": "one\nprint hello\nthree\nfour"}
CALLS = {"main.py": "one\ndef f\nprint hello\ndef g"}
LOOP = {"main.py": "one\nwait\nthree\nfour"}


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    return FakeSandboxes({})


@pytest.fixture
async def local(sandboxes: FakeSandboxes) -> AsyncGenerator[Runner]:
    async with Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=10) as runner:
        yield runner


@pytest.fixture(params=["in process", "in another"])
async def runner(local: Runner, request: pytest.FixtureRequest) -> AsyncGenerator[Runs]:
    if request.param == "in process":
        yield local
        return
    async with beside(local, RunLimits()) as runs:
        yield runs


async def test_a_program_stops_steps_and_ends(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    stop = await one.seen.at(1)
    assert (stop.reason, stop.frames[0].file, stop.frames[0].line) == ("breakpoint", "main.py", 1)
    assert [frame.as_json() for frame in stop.frames] == [
        {"id": stop.frames[0].id, "name": "main", "file": "main.py", "line": 1, "column": 1}
    ]
    assert stop.threads == ({"id": 7, "name": "main"},)
    assert (await one.step("next")).frames[0].line == 2
    assert (await one.step("continue")).frames[0].line == 3
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"
    assert one.seen.text == "hello\n"
    assert one.seen.resumed == [(1, "ada"), (2, "ada"), (3, "ada")]
    assert one.session.state is DebugState.TERMINATED


async def test_what_is_set_while_the_debugger_starts_is_not_lost(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.traits = {"silent": frozenset({"configurationDone"})}
    one = debugged(runner, python, {"main.py": "one\nwait\nthree\nraise"})
    await one.seen.until(lambda: bool(sandboxes.opened and sandboxes.opened[0].adapter))
    adapter = sandboxes.opened[0].debugged
    await adapter.until_asked("configurationDone")
    await one.session.set_breakpoints([Breakpoint("late", "main.py", 3)])
    await one.session.set_exceptions(["raised"])
    adapter.speak()
    await one.seen.until(lambda: "late" in one.seen.breakpoints)
    one.handle.write(b"\r")
    assert (await one.seen.at(1)).frames[0].line == 3
    assert (await one.step("continue")).reason == "exception"


async def test_of_two_who_step_at_once_one_is_refused(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    stop = await one.seen.at(1)

    async def step(by: str) -> str:
        try:
            await one.session.resume("next", stop.number, None, by)
        except WrongState as error:
            return str(error)
        return by

    answers = list(await asyncio.gather(step("ada"), step("bob")))
    assert answers == ["ada", "the program has moved on: it runs"]
    await one.seen.at(2)
    late = await refused(lambda: one.session.resume("next", 1, None, "bob"), WrongState)
    assert late == "the program has moved on: it is at stop 2, not 1"
    assert one.seen.resumed == [(1, "ada")]


async def test_what_one_has_looked_at_is_known_to_all(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO)
    stop = await one.seen.at(1)
    frame = stop.frames[0].id
    looks = [one.session.scopes(stop.number, frame) for _ in range(30)]
    assert len({str(answer) for answer in await asyncio.gather(*looks)}) == 1
    [sandbox] = sandboxes.opened
    assert sandbox.debugged.asked.count("scopes") == 1
    await one.session.evaluate(1, "x", frame, "watch", "Ada")
    await one.session.evaluate(1, "x", frame, "watch", "Ada")
    assert sandbox.debugged.asked.count("evaluate") == 1
    await one.session.evaluate(1, "x", frame, "repl", "Ada")
    assert (await one.local("x"))["value"] == "1"
    assert sandbox.debugged.asked.count("scopes") == 2


async def test_a_variable_that_is_set_is_seen_anew(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    before = await one.local("x")
    told = await one.session.set_variable(1, before["scope"], "x", "42", "Ada")
    assert told["value"] == "42"
    assert (await one.local("x"))["value"] == "42"


async def test_references_of_an_older_stop_are_refused(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    old = await one.seen.at(1)
    await one.step("next")
    assert "moved on" in await refused(
        lambda: one.session.scopes(old.number, old.frames[0].id), WrongState
    )


async def test_a_running_program_is_paused(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LOOP)
    await one.seen.until(lambda: one.seen.is_running)
    assert "runs" in await refused(lambda: one.session.scopes(1, 1), WrongState)
    await one.session.pause(None)
    assert (await one.seen.at(1)).reason == "pause"
    assert "does not run" in await refused(lambda: one.session.pause(None), WrongState)
    await one.go_on()
    one.handle.write(b"\r")
    assert await one.seen.outcome() == "exited(0)"


async def test_whoever_pauses_at_once_asks_the_debugger_once(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LOOP)
    await one.seen.until(lambda: one.seen.is_running)
    await asyncio.gather(*(one.session.pause(None) for _ in range(3)))
    await one.seen.at(1)
    assert sandboxes.opened[0].debugged.asked.count("pause") == 1
    await one.go_on()
    await one.session.pause(None)
    await one.seen.until(lambda: len(one.seen.stops) == 2)


async def test_a_step_that_is_refused_leaves_the_program_where_it_stands(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO)
    stop = await one.seen.at(1)
    sandboxes.opened[0].debugged.refusals["next"] = "File /opt/debugpy/adapter.py: no"
    why = await refused(lambda: one.session.resume("next", 1, None, "ada"), AdapterRefused)
    assert why == "the debugger can't do this here"
    again = await one.seen.at(2)
    assert (again.reason, again.description, again.frames[0].line) == ("pause", why, 1)
    assert again.thread_id == stop.thread_id
    sandboxes.opened[0].debugged.refusals.clear()
    assert (await one.step("next")).frames[0].line == 2


async def test_a_program_that_stops_where_it_stands_has_gone_on_before(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    """A pause that crosses a step's own stop, say: clients see the one end before the other."""
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    sandboxes.opened[0].debugged.tell("stopped", {"reason": "pause", "threadId": 7})
    again = await one.seen.at(2)
    assert (again.number, again.reason) == (2, "pause")
    assert one.seen.resumed == [(1, None)]
    assert (await one.step("next")).number == 3


async def test_a_call_for_an_expression_is_no_stop_of_the_program(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    """As gdb tells of it: the program goes on, and stops at a function call."""
    one = debugged(runner, python, LINES, TWO)
    frame = (await one.seen.at(1)).frames[0].id
    adapter = sandboxes.opened[0].debugged
    adapter.silent = frozenset({"f()"})
    asked = asyncio.create_task(one.session.evaluate(1, "f()", frame, "watch", "Ada"))
    await adapter.until_asked("evaluate")
    adapter.tell("continued", {"threadId": 7, "allThreadsContinued": True})
    adapter.tell("stopped", {"reason": "function call", "threadId": 7})
    adapter.speak()
    assert (await asked)["result"] == "f()@1"
    assert (await one.session.scopes(1, frame))["scopes"]
    assert (len(one.seen.stops), one.seen.resumed) == (1, [])
    assert (await one.step("next")).number == 2


async def test_who_looks_while_an_expression_hangs_is_told_whose_it_is(
    runner: Runs,
    sandboxes: FakeSandboxes,
    python: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(questions, "PATIENCE_SECONDS", 0.02)
    one = debugged(runner, python, LINES, TWO)
    frame = (await one.seen.at(1)).frames[0].id
    adapter = sandboxes.opened[0].debugged
    adapter.silent = frozenset({"while True:\n  pass"})
    asked = asyncio.create_task(
        one.session.evaluate(1, "while True:\n  pass", frame, "repl", "Ada")
    )
    await adapter.until_asked("evaluate")
    busy = "the debugger is busy with Ada's while True: pass; try again when it is done"
    for _ in range(2):
        assert await refused(lambda: one.session.scopes(1, frame), AdapterBusy) == busy
    assert (await one.step("next")).number == 2  # steps don't wait for it
    with pytest.raises(WrongState):
        await one.session.scopes(1, frame)
    assert (await one.session.scopes(2, one.here.frames[0].id))["scopes"]
    one.handle.stop("Ada")
    await one.seen.outcome()
    with pytest.raises(AdapterBroke):
        await asked


async def test_what_no_debugger_has_numbered_is_not_asked_for(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    session = one.session
    asked = list(sandboxes.opened[0].debugged.asked)
    for action, words in (
        (lambda: session.scopes(1, 424242), "there is no frame 424242 at this stop"),
        (lambda: session.evaluate(1, "x", 99, "repl", "Ada"), "there is no frame 99 at this stop"),
        (lambda: session.completions(1, 99, "x", 1), "there is no frame 99 at this stop"),
        (
            lambda: session.variables(1, 424242, 0, 0),
            "there is no variablesReference 424242 at this stop",
        ),
        (
            lambda: session.set_variable(1, 9, "x", "1", "Ada"),
            "there is no variablesReference 9 at this stop",
        ),
        (lambda: session.stack_trace(1, 9, 0, 1), "there is no thread 9 at this stop"),
        (lambda: session.resume("next", 1, 9, "ada"), "there is no thread 9 at this stop"),
    ):
        assert await refused(action, AdapterRefused) == words
    assert sandboxes.opened[0].debugged.asked == asked
    assert one.seen.resumed == []


@pytest.mark.parametrize("has_total", [True, False])
async def test_a_stack_is_read_in_pages_where_the_debugger_always_tells_all(
    runner: Runner, sandboxes: FakeSandboxes, python: Runtime, *, has_total: bool
) -> None:
    frames = [{"id": 10 + n, "name": f"f{n}", "line": 1, "column": 1} for n in range(4)]
    total = {"totalFrames": 4} if has_total else {}
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    sandboxes.opened[0].debugged.answers["stackTrace"] = {"stackFrames": frames, **total}
    read = one.session.stack_trace
    pages = ((0, 4, ["f0", "f1", "f2", "f3"]), (1, 2, ["f1", "f2"]), (3, 1, ["f3"]))
    for first, levels, names in pages:
        told = await read(1, 7, first, levels)
        assert [frame["name"] for frame in told["frames"]] == names
    if has_total:
        assert [frame["name"] for frame in (await read(1, 7, 2, 50))["frames"]] == ["f2", "f3"]
        assert (await read(1, 7, 9, 50))["frames"] == []


async def test_what_a_debugger_says_of_its_own_is_told_to_nobody(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO)
    frame = (await one.seen.at(1)).frames[0].id
    refusals = sandboxes.opened[0].debugged.refusals
    refusals["scopes"] = "Wrong ID sent from the client: 7"
    why = await refused(lambda: one.session.scopes(1, frame), AdapterRefused)
    assert why == "this frame can't be read"
    refusals["evaluate"] = "No more messages"
    with pytest.raises(AdapterBroke, match="the debugger has ended"):
        await one.session.evaluate(1, "x", frame, "watch", "Ada")


async def test_a_value_that_the_debugger_only_seems_to_take_is_refused(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    """As debugpy does: it answers with what the variable was."""
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    scope = (await one.local("x"))["scope"]
    adapter, session = sandboxes.opened[0].debugged, one.session
    adapter.answers["setVariable"] = {"value": "1"}
    bad = await refused(lambda: session.set_variable(1, scope, "x", "bad", "Ada"), AdapterRefused)
    assert bad == "no such name"
    no = await refused(lambda: session.set_variable(1, scope, "x", "2", "Ada"), AdapterRefused)
    assert no == "the debugger could not change it"
    adapter.answers["evaluate"] = {"result": "1"}
    assert await session.set_variable(1, scope, "x", "1", "Ada") == {"value": "1"}
    none = await refused(lambda: session.set_variable(1, scope, "y", "2", "Ada"), AdapterRefused)
    assert none == "there is no variable y here"


async def test_breakpoints_may_change_while_it_runs(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LOOP)
    await one.seen.until(lambda: one.seen.is_running)
    await one.session.set_breakpoints(
        [Breakpoint("b4", "main.py", 4), Breakpoint("far", "main.py", 99)]
    )
    found = one.seen.breakpoints
    assert (found["b4"].verified, found["far"].verified) == (True, False)
    one.handle.write(b"\r")
    assert (await one.seen.at(1)).frames[0].line == 4
    await one.session.set_breakpoints([])
    assert one.seen.breakpoints == {}


async def test_two_breakpoints_on_a_line_are_one_to_the_debugger(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    both = [Breakpoint("a", "main.py", 1, "x > 1"), Breakpoint("b", "main.py", 1)]
    one = debugged(runner, python, LINES, [*both, Breakpoint("c", "main.py", 3, "x > 1")])
    stop = await one.seen.at(1)
    assert stop.breakpoints == ("a", "b")
    adapter = sandboxes.opened[0].debugged
    assert adapter.breakpoints == {"main.py": [{"line": 1}, {"line": 3, "condition": "x > 1"}]}
    assert {id_ for id_, each in one.seen.breakpoints.items() if each.verified} == {"a", "b", "c"}
    assert (await one.step("continue")).breakpoints == ("c",)
    await one.session.set_breakpoints(both[:1])
    assert adapter.breakpoints == {"main.py": [{"line": 1, "condition": "x > 1"}]}


@pytest.mark.parametrize(
    ("values", "hit"),
    [
        ({"x > 1": "False", "y": "False"}, ("end",)),
        ({"x > 1": "True", "y": "False"}, ("a",)),
        ({"x > 1": "False", "y": "True"}, ("b",)),
        ({"x > 1": "True", "y": "True"}, ("a", "b")),
    ],
)
async def test_of_several_on_a_line_each_is_obeyed(
    runner: Runs,
    sandboxes: FakeSandboxes,
    python: Runtime,
    values: dict[str, str],
    hit: tuple[str, ...],
) -> None:
    sandboxes.traits = {"values": values}
    places = [
        Breakpoint("a", "main.py", 1, "x > 1"),
        Breakpoint("b", "main.py", 1, "y"),
        Breakpoint("c", "main.py", 1, log_message="it is {z}"),
        Breakpoint("d", "main.py", 1, hit_condition="== 2"),
        Breakpoint("end", "main.py", 4),
    ]
    one = debugged(runner, python, LINES, places)
    stop = await one.seen.at(1)
    assert one.seen.log == "it is z@1\n"
    assert stop.breakpoints == hit


async def test_a_step_ends_where_a_breakpoint_is_that_only_tells_something(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.capabilities = {**CAPABILITIES, "supportsLogPoints": False}
    log = Breakpoint("log", "main.py", 2, log_message="here")
    one = debugged(runner, python, LINES, [TWO[0], log])
    await one.seen.at(1)
    stop = await one.step("next")
    assert (stop.frames[0].line, stop.reason, stop.breakpoints) == (2, "step", ())
    assert one.seen.log == "here\n"


async def test_a_run_to_the_cursor_goes_past_what_only_tells_something(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.capabilities = {**CAPABILITIES, "supportsLogPoints": False}
    places = [
        TWO[0],
        Breakpoint("log", "main.py", 2, log_message="on the way"),
        Breakpoint("never", "main.py", 3, "x"),
        Breakpoint("there", "main.py", 3, log_message="there"),
    ]
    sandboxes.traits = {"values": {"x": "False"}}
    one = debugged(runner, python, LINES, places)
    await one.seen.at(1)
    await one.session.run_to(1, "main.py", [3], "ada")
    stop = await one.seen.at(2)
    assert (stop.frames[0].line, stop.breakpoints) == (3, ())
    assert one.seen.log == "on the way\nthere\n"


async def test_a_breakpoint_may_be_told_of_before_the_request_that_sets_it_is_answered(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    source = {"path": "/room/main.py"}
    told = {"id": 77, "verified": True, "line": 3, "source": source}
    sandboxes.opened[0].debugged.early = [told, {"id": 78, "verified": True, "source": source}]
    await one.session.run_to(1, "main.py", [3], "ada")
    assert (await one.seen.at(2)).frames[0].line == 3


async def test_a_line_that_is_none_is_not_told(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    answer = {"breakpoints": [{"verified": True, "line": 0}]}
    sandboxes.opened[0].debugged.answers["setBreakpoints"] = answer
    await one.session.set_breakpoints([Breakpoint("empty", "main.py", 2)])
    assert one.seen.breakpoints["empty"].line is None


async def test_functions_are_stopped_at_and_may_change_while_it_runs(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    functions = (FunctionBreakpoint("f", "f", "x > 1"), FunctionBreakpoint("gone", "gone"))
    one = debugged(runner, python, CALLS, functions=functions)
    stop = await one.seen.at(1)
    assert (stop.reason, stop.frames[0].name) == ("function breakpoint", "f")
    assert {name: each.verified for name, each in one.seen.breakpoints.items()} == {
        "f": True,
        "gone": False,
    }
    adapter = sandboxes.opened[0].debugged
    assert adapter.functions == [{"name": "f", "condition": "x > 1"}, {"name": "gone"}]
    await one.session.set_breakpoints([], [FunctionBreakpoint("g", "g")])
    assert adapter.functions == [{"name": "g"}]
    assert set(one.seen.breakpoints) == {"g"}
    await one.go_on()
    assert (await one.seen.at(2)).frames[0].name == "g"
    await one.session.set_breakpoints([])
    assert (adapter.functions, one.seen.breakpoints) == ([], {})
    assert adapter.asked.count("setFunctionBreakpoints") == 3


async def test_hits_of_functions_are_counted_where_the_adapter_can_not(
    sandboxes: FakeSandboxes, runner: Runs, python: Runtime
) -> None:
    sandboxes.capabilities = {**CAPABILITIES, "supportsHitConditionalBreakpoints": False}
    functions = (FunctionBreakpoint("f", "mod.f", hit_condition="2"), FunctionBreakpoint("g", "g"))
    text = "\n".join(["def mod.f", "def g", "def mod.f", "def mod.f"])
    one = debugged(runner, python, {"main.py": text}, functions=functions)
    assert (await one.seen.at(1)).frames[0].line == 2
    await one.go_on()
    assert (await one.seen.at(2)).frames[0].line == 3
    assert sandboxes.opened[0].debugged.functions == [{"name": "mod.f"}, {"name": "g"}]


async def test_a_debugger_without_functions_says_so(
    sandboxes: FakeSandboxes, runner: Runs, python: Runtime
) -> None:
    sandboxes.capabilities = {**CAPABILITIES, "supportsFunctionBreakpoints": False}
    functions = (FunctionBreakpoint("f", "f"),)
    one = debugged(runner, python, CALLS, [Breakpoint("b", "main.py", 3)], functions=functions)
    assert (await one.seen.at(1)).frames[0].line == 3
    assert one.seen.breakpoints["f"] == Verification("f", verified=False, message=NO_FUNCTIONS)
    assert "setFunctionBreakpoints" not in sandboxes.opened[0].debugged.asked


async def test_a_condition_is_refused_where_the_debugger_would_not_heed_it(
    local: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    assert python.debugging is not None
    debugger = replace(python.debugging.debugger, without=frozenset({"functionConditions"}))
    heedless = replace(python, debugging=replace(python.debugging, debugger=debugger))
    functions = (FunctionBreakpoint("f", "f", "x > 1"), FunctionBreakpoint("g", "g"))
    one = debugged(local, heedless, CALLS, functions=functions)
    assert (await one.seen.at(1)).frames[0].name == "g"
    assert one.seen.breakpoints["f"] == Verification("f", verified=False, message=NO_CONDITIONS)
    assert sandboxes.opened[0].debugged.functions == [{"name": "g"}]


async def test_it_runs_up_to_the_cursor_once(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    await one.session.run_to(1, "main.py", [3], "ada")
    stop = await one.seen.at(2)
    assert (stop.frames[0].line, stop.reason, stop.breakpoints) == (3, "goto", ())
    assert set(one.seen.breakpoints) == {"b1"}
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_a_cursor_on_a_line_without_code_is_run_to_after_it(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.traits = {"moved": {2: 1}}  # as debugpy moves what is on a comment: up
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    await one.session.run_to(1, "main.py", [2, 3], "ada")
    assert (await one.seen.at(2)).frames[0].line == 3


async def test_a_cursor_that_no_line_is_at_moves_nothing(
    runner: Runs, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.traits = {"moved": {2: 1}}
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    for lines in ([2], [98, 99]):
        run = partial(one.session.run_to, 1, "main.py", lines, "ada")
        why = await refused(run, AdapterRefused)
        assert why == f"there is no code on line {lines[0]} of main.py, or just after it"
    assert sandboxes.opened[0].debugged.breakpoints == {"main.py": [{"line": 1}]}
    assert one.seen.resumed == []
    await one.step("next")


async def test_a_debugger_that_says_nothing_of_a_cursor_is_asked_only_so_long(
    runner: Runner,
    sandboxes: FakeSandboxes,
    python: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("executor.debug_breakpoints.ANSWER_SECONDS", 0.05)
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    adapter = sandboxes.opened[0].debugged
    adapter.silent = frozenset({"setBreakpoints"})
    asked = asyncio.create_task(one.session.run_to(1, "main.py", [3, 4], "ada"))
    await adapter.until_asked("setBreakpoints", 3)  # with the place, and without it again
    adapter.speak()
    with pytest.raises(AdapterSilent):
        await asked
    assert (one.session.state, one.seen.resumed) == (DebugState.STOPPED, [])


async def test_a_cursor_in_what_is_not_loaded_yet_is_run_to(
    local: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    assert python.debugging is not None
    debugger = replace(python.debugging.debugger, verifies_late=True)
    late = replace(python, debugging=replace(python.debugging, debugger=debugger))
    sandboxes.traits = {"moved": {3: 0, 4: 0}}
    one = debugged(local, late, LINES, TWO[:1])
    await one.seen.at(1)
    await one.session.run_to(1, "main.py", [3, 4], "ada")
    assert (await one.seen.at(2)).frames[0].line == 3


async def test_of_two_who_run_to_a_cursor_at_once_one_gets_there(
    runner: Runs, python: Runtime
) -> None:
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    first = asyncio.create_task(one.session.run_to(1, "main.py", [3], "ada"))
    second = asyncio.create_task(one.session.run_to(1, "main.py", [4], "bob"))
    await first
    with pytest.raises(WrongState):
        await second
    assert (await one.seen.at(2)).frames[0].line == 3
    assert one.seen.resumed == [(1, "ada")]


async def test_exceptions_that_there_are_not_are_refused(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO[:1])
    await one.seen.at(1)
    why = await refused(lambda: one.session.set_exceptions(["raised", "zzz"]), AdapterRefused)
    assert why == "there are no exceptions 'zzz' to stop at, but: raised"
    assert one.session.chosen_exceptions == []


async def test_exceptions_are_stopped_at_when_somebody_wants_that(
    runner: Runs, python: Runtime
) -> None:
    code = {"main.py": "one\nraise\nraise\nfour"}
    one = debugged(runner, python, code, TWO[:1], exceptions=("raised", "unheard-of"))
    await one.seen.at(1)
    assert one.session.chosen_exceptions == ["raised"]
    stop = await one.step("continue")
    assert (stop.reason, stop.text) == ("exception", "raised")
    await one.session.set_exceptions([])
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_a_refusal_comes_in_the_debuggers_words(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    stop = await one.seen.at(1)
    frame = stop.frames[0].id
    bad = await refused(
        lambda: one.session.evaluate(1, "bad", frame, "watch", "Ada"), AdapterRefused
    )
    assert bad == "no such name"
    back = await refused(lambda: one.session.resume("stepBack", 1, None, "ada"), AdapterRefused)
    assert back == "debugpy can't do this (stepBack)"
    assert one.seen.stop is stop


async def test_commands_of_the_debuggers_own_pass_by_no_driver(
    local: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    assert python.debugging is not None
    debugger = replace(python.debugging.debugger, commands=r"\s*,", console="watch")
    commanded = replace(python, debugging=replace(python.debugging, debugger=debugger))
    one = debugged(local, commanded, LINES, TWO)
    frame = (await one.seen.at(1)).frames[0].id
    for context in ("repl", "watch", "hover"):
        words = await refused(
            partial(one.session.evaluate, 1, " ,continue", frame, context, "ada"), AdapterRefused
        )
        assert words.startswith("that is a command of the debugger's own")
    [sandbox] = sandboxes.opened
    assert "evaluate" not in sandbox.debugged.asked
    await one.session.evaluate(1, "x", frame, "repl", "ada")
    assert sandbox.debugged.contexts == ["watch"]


async def test_an_exit_code_is_the_programs(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, {"main.py": "exit 3"})
    assert await one.seen.outcome() == "exited(3)"


async def test_an_adapter_that_crashes_ends_the_session(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, {"main.py": "one\ncrash\nthree"}, TWO[:1])
    await one.seen.at(1)
    await one.go_on()
    assert await one.seen.outcome() == "the debugger failed: the debugger has ended"
    over = await refused(lambda: one.session.resume("next", 1, None, "ada"), WrongState)
    assert over == "the debug session is over"


async def test_it_can_be_stopped(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO)
    await one.seen.at(1)
    one.handle.stop("Ada")
    assert await one.seen.outcome() == "stopped by Ada"
    assert one.session.state is DebugState.TERMINATED


async def test_one_that_nobody_uses_ends(runner: Runs, python: Runtime) -> None:
    one = debugged(runner, python, LINES, TWO, limits=DebugLimits(idle_seconds=0.05))
    assert await one.seen.outcome() == "nobody did anything for 0.05 s"


async def test_a_server_has_only_so_many(runner: Runs, python: Runtime) -> None:
    few = DebugLimits(sessions=1)
    one = debugged(runner, python, LINES, TWO, limits=few)
    with pytest.raises(QueueFull, match="1 debug sessions are going on"):
        debugged(runner, python, LINES, TWO, limits=few)
    one.handle.stop("Ada")
    await one.seen.outcome()
    two = debugged(runner, python, LINES, TWO, limits=few)
    await two.seen.at(1)


async def test_a_new_session_refuses_before_it_is_anywhere(
    sandboxes: FakeSandboxes, runner: Runs, python: Runtime
) -> None:
    sandboxes.may_open.clear()
    one = debugged(runner, python, LINES, TWO)
    session = one.session
    assert session.state is DebugState.INITIALIZING
    early = await refused(lambda: session.resume("next", 1, None, "ada"), WrongState)
    assert early == "the program has not begun"
    await session.set_breakpoints([TWO[1]])
    sandboxes.may_open.set()
    assert (await one.seen.at(1)).frames[0].line == 3
