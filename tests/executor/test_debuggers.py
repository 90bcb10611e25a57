"""Every debugger as it is, in real sandboxes: one scripted session each."""

import time
from collections.abc import Callable

import pytest

from executor.breakpoints import Breakpoint, FunctionBreakpoint
from executor.debug_breakpoints import NO_CONDITIONS, NO_FUNCTIONS
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.runner import Runner
from tests.executor import debug_programs as programs
from tests.executor.debug_programs import DebugProgram
from tests.executor.debugging import Debugged, debugged

CATALOGUE = load_catalogue()
BUILD_SECONDS = 900  # of an image that `codlab runtimes build` has not made before
STEPS = 6
LOOP_STEPS = 10  # to where a loop calls the function again, in whatever language
DELAYED_SECONDS = 0.04  # in which TCP acknowledges what it need not at once
COMMON = [("python-3.13", programs.PYTHON), ("c-gcc-14", programs.C)]


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), COMMON, ids=[name for name, _ in COMMON])
async def test_a_scripted_session(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await scripted_session(docker_runner, runtime, program)


async def scripted_session(runner: Runner, runtime: str, program: DebugProgram) -> None:
    """Break, inspect, change, step, log, type, fail, end: what holds of every debugger."""
    inside, total = program.line(programs.INSIDE), program.line(programs.TOTAL)
    later = [
        Breakpoint("log", program.path, total, log_message=program.log),
        Breakpoint("late", program.path, program.line(programs.GREETING)),
    ]
    one = debugged(
        runner,
        CATALOGUE.resolve(runtime),
        {program.path: program.text},
        [Breakpoint("inside", program.path, inside, condition=program.condition), *later],
        exceptions=(program.exception,) if program.exception else (),
    )
    stop = await one.seen.at(1)
    assert (stop.frames[0].file, stop.frames[0].line) == (program.path, inside)
    assert is_add(stop.frames[0].name)
    assert program.outermost in {"", stop.frames[-1].name}
    assert all(one.seen.breakpoints[name].verified for name in ("inside", "log", "late"))
    await look(one, program)
    await step_around(one, inside)
    await one.session.set_breakpoints(later)
    await one.go_on()
    await one.seen.until(lambda: "total is" in one.seen.log or one.seen.is_finished)
    assert one.seen.stop is None
    one.handle.write(b"Ada\r")
    number = len(one.seen.stops)
    stop = await one.seen.at(number + 1)
    assert stop.frames[0].line == program.line(programs.GREETING)
    await end(one, program, number + 1)
    expected = 20 if program.can_set and program.is_set_heeded else 10
    assert f"total is {expected}" in one.seen.log
    assert f"total {expected}" in one.seen.text
    assert "Hello Ada" in one.seen.text


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), COMMON, ids=[name for name, _ in COMMON])
async def test_functions_are_stopped_at(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await function_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), COMMON, ids=[name for name, _ in COMMON])
async def test_a_step_waits_for_no_acknowledgement(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await swift_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), COMMON, ids=[name for name, _ in COMMON])
async def test_a_breakpoint_ends_the_step_that_it_cuts_short(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await interrupted_session(docker_runner, runtime, program)


async def interrupted_session(runner: Runner, runtime: str, program: DebugProgram) -> None:
    """Step over a call with a breakpoint in it; step and go on from there."""
    inside = program.line(programs.INSIDE)
    place = Breakpoint("b", program.path, inside)
    one = debugged(runner, CATALOGUE.resolve(runtime), {program.path: program.text}, [place])
    await one.seen.at(1)
    for _ in range(LOOP_STEPS):
        if (await one.step("next")).frames[0].line == inside:
            break
    assert one.here.frames[0].line == inside
    await one.step("next")  # Ruby's debugger stays for once
    assert (await one.step("next")).frames[0].line != inside
    assert (await one.step("continue")).frames[0].line == inside
    one.handle.stop("Ada")
    await one.seen.outcome()


async def swift_session(runner: Runner, runtime: str, program: DebugProgram) -> None:
    """Step, now and then at least, in less time than the kernel takes over a delayed one."""
    place = Breakpoint("b", program.path, program.line(programs.INSIDE))
    files = {program.path: program.text}
    one = debugged(runner, CATALOGUE.resolve(runtime), files, [place])
    await one.seen.at(1)
    await one.session.set_breakpoints([])
    one.handle.write(b"Ada\r")  # for a debugger that steps over a loop at once
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        await one.step("next")
        took.append(time.perf_counter() - began)
    assert min(took) < DELAYED_SECONDS
    one.handle.stop("Ada")
    await one.seen.outcome()


async def entry_session(runner: Runner, runtime: str, program: DebugProgram) -> None:
    """Stop where the program begins, in its own file; go on to a breakpoint."""
    total = program.line(programs.TOTAL)
    one = debugged(
        runner,
        CATALOGUE.resolve(runtime),
        {program.path: program.text},
        [Breakpoint("total", program.path, total)],
        stop_on_entry=True,
    )
    first = await one.seen.at(1)
    assert (first.reason, first.frames[0].file) == ("entry", program.path)
    assert first.frames[0].line != total
    await one.go_on()
    assert (await one.seen.at(2)).frames[0].line == total


async def function_session(runner: Runner, runtime: str, program: DebugProgram) -> None:
    """Stop where a function is called, under a condition, at a hit, and no more."""
    late = [Breakpoint("late", program.path, program.line(programs.TOTAL))]
    name = program.function or "add"
    third = FunctionBreakpoint("third", name, hit_condition="== 3")
    conditional = FunctionBreakpoint("conditional", name, program.condition)
    one = debugged(
        runner,
        CATALOGUE.resolve(runtime),
        {program.path: program.text},
        late,
        functions=(conditional if program.has_function_conditions else third,),
    )
    stop = await one.seen.at(1)
    if not program.function:
        assert stop.frames[0].line == program.line(programs.TOTAL)
        assert one.seen.breakpoints["conditional"].message == NO_FUNCTIONS
        return
    assert ("breakpoint" in stop.reason, is_add(stop.frames[0].name)) == (True, True)
    assert (await one.local(program.argument))["value"].strip('"') == "2"
    second = FunctionBreakpoint("second", name, hit_condition="== 2")
    unknown = FunctionBreakpoint("unknown", "no_such_function", program.condition)
    await one.session.set_breakpoints(late, [second, unknown])
    assert set(one.seen.breakpoints) == {"late", "second", "unknown"}
    assert one.seen.breakpoints["second"].verified
    if not program.has_function_conditions:
        assert one.seen.breakpoints["unknown"].message == NO_CONDITIONS
    await one.go_on()
    assert is_add((await one.seen.at(2)).frames[0].name)
    assert (await one.local(program.argument))["value"].strip('"') == "4"
    await one.session.set_breakpoints(late, [unknown])
    await one.go_on()
    assert (await one.seen.at(3)).frames[0].line == program.line(programs.TOTAL)


async def look(one: Debugged, program: DebugProgram) -> None:
    offered = one.seen.capabilities.get("exceptionBreakpointFilters", [])
    assert bool(offered) == bool(program.exception)
    assert [(await one.local(name))["value"] for name in program.names] == ["1", "2"]
    assert (await one.value(program.expression)).strip('"') == "102"
    assert (await one.value(program.expression, "repl")).strip('"') == "102"
    if program.has_structure:
        structure = await one.local("p", depth=1)
        told = await one.session.variables(one.here.number, structure["variablesReference"], 0, 0)
        assert any("1" in str(each["value"]) for each in told["variables"]), told
        assert "special variables" not in {each["name"] for each in told["variables"]}
    if program.can_set:
        b = await one.local(program.names[1])
        told = await one.session.set_variable(one.here.number, b["scope"], b["name"], "12", "Ada")
        assert told["value"] == "12"
        assert (await one.local(program.names[1]))["value"] == "12"


async def step_around(one: Debugged, inside: int) -> None:
    stop = await one.step("next")
    assert stop.frames[0].line in {inside + 1, inside + 2}
    await steps(one, "stepOut", lambda frame: not is_add(frame))  # some show the return
    await steps(one, "stepIn", is_add)  # to the call, then into it


def is_add(frame: str) -> bool:
    """Whether a frame's name is that of the function, whatever it says of where that is."""
    return "add" in frame.casefold()


async def steps(one: Debugged, command: str, reached: Callable[[str], bool]) -> None:
    """Steps some times, until this holds of the innermost frame."""
    names = []
    for _ in range(LOOP_STEPS):
        names.append((await one.step(command)).frames[0].name)
        if reached(names[-1]):
            return
    raise AssertionError(f"{command} leads to {names}")


async def end(one: Debugged, program: DebugProgram, number: int) -> None:
    await one.go_on()
    if program.crash:
        stop = await one.seen.at(number + 1)
        assert program.crash in f"{stop.reason} {stop.description} {stop.text}"
        await one.go_on()
        await one.seen.until(lambda: one.seen.stop is not None or one.seen.is_finished)
    if one.seen.stop is not None:  # an exception that nobody catches is a signal in the end
        await one.go_on()
    outcome = await one.seen.outcome()
    assert outcome == program.outcome, outcome
