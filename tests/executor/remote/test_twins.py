"""Images, packages, the engine and debug sessions of an executor in another process."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from executor.breakpoints import Breakpoint
from executor.debug_clock import DebugLimits
from executor.debug_start import Start
from executor.debug_state import DebugState
from executor.errors import AdapterBroke, BuildFailed, EngineUnavailable, InstallFailed
from executor.images import BuildProgress, ImageState
from executor.languages import Runtime
from executor.packages.pip import Pip
from executor.packages.sets import Installed, InstallState, Progress, Wanted
from executor.remote.remote_images import (
    RemoteEngine,
    RemoteImages,
    RemoteInstalling,
    RemoteUpkeep,
)
from executor.run import RunState
from executor.runner import Runner
from executor.service import AdoptedDebug, DebugRequest, Looked
from tests.executor.debugging import Debugged, DebugRecorder, debugged
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.remote.desk import adopted, until
from tests.executor.remote.separate import LIMITS, LOCK, Separate, separated

LINES = {"main.py": "one\nprint hello\nthree\nfour"}
MARKS = [Breakpoint("b1", "main.py", 1)]


@pytest.fixture
async def separate() -> AsyncGenerator[Separate]:
    async with (
        Runner(FakeSandboxes({}), LIMITS, concurrent_runs=2, queued_runs=4) as runner,
        separated(runner) as separate,
    ):
        yield separate


async def test_images_are_built_there_with_their_progress_told_here(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server():
        images = RemoteImages(separate.caller)
        assert await images.states([python]) == {python.id: ImageState.READY}
        steps: list[BuildProgress] = []
        await images.build(python, steps.append)
        assert steps == [BuildProgress(50, "python-3.13 1/2", "half")]
        separate.engine.is_there = False
        with pytest.raises(BuildFailed, match="no recipe"):
            await images.build(python, steps.append)


async def test_packages_are_installed_there(separate: Separate, python: Runtime) -> None:
    async with separate.server():
        installing = RemoteInstalling(separate.caller, {"pip": Pip("")})
        manager = installing.manager(python)
        assert manager is not None
        assert manager.id == "pip"
        steps: list[Progress] = []
        wanted = Wanted("room", "ada", ("six",), LOCK)
        assert await installing.install(python, wanted, steps.append) == Installed(LOCK, 7)
        assert steps == [Progress(InstallState.RESOLVING, 10, 3, "six")]
        assert separate.engine.wanted == [wanted]
        separate.engine.is_there = False
        with pytest.raises(InstallFailed, match="there is no six"):
            await installing.install(python, wanted, steps.append)


async def test_who_stops_waiting_stops_the_work(separate: Separate) -> None:
    separate.engine.may_answer.clear()
    async with separate.server():
        engine = RemoteEngine(separate.caller)
        asked = asyncio.create_task(engine.version())
        [desk] = separate.host._links
        await until(lambda: desk.link._called)
        asked.cancel()
        await until(lambda: not desk.link._called)
        separate.engine.may_answer.set()
        assert await engine.version() == {"engine": "Fake 1", "warnings": ["be careful"]}
        separate.engine.is_there = False
        with pytest.raises(EngineUnavailable, match="no engine"):
            await engine.version()


async def test_a_server_does_not_sweep_what_another_has(separate: Separate) -> None:
    async with separate.server("one"):
        one = RemoteUpkeep(separate.caller)
        assert await one.sweep({"a", "b"}) == 2
        async with separate.server("two"):
            await RemoteUpkeep(separate.caller).sweep({"b", "c"})
        await one.sweep({"a"})
    assert separate.engine.swept == [{"a", "b"}, {"a", "b", "c"}, {"a", "b", "c"}]


async def test_a_server_knows_how_much_there_is_to_do(separate: Separate) -> None:
    async with separate.server() as runs:
        assert (runs.load["warm"], runs.load["most_runs"]) == (3, 6)


async def at_a_stop(separate: Separate, python: Runtime) -> Debugged:
    """A session of a server that is gone, at its first stop, where somebody has looked around."""
    async with separate.server() as runs:
        one = debugged(runs, python, LINES, MARKS)
        stop = await one.seen.at(1)
        await one.local("x")
        one.handle.note({"category": "repl", "output": "42", "by": "ada"})
        await separate.caller.call("engine")  # what was said before has arrived
        separate.services.runner._sandboxes.opened[0].debugged.tell(  # type: ignore[attr-defined]
            "output", {"category": "console", "output": "said"}
        )
        await one.seen.until(lambda: one.seen.said == [("console", "said")])
        assert stop.number == 1
    return one


class Recalling:
    """A server that comes later."""

    def __init__(self, python: Runtime) -> None:
        self.python = python.for_debugging()
        self.seen = DebugRecorder()
        self.console: list[Any] = []
        self.looks: list[Looked] = []

    def recall(self, console: Any, looks: Any) -> None:
        assert self.seen.stop is not None, "first it is told where the program stands"
        self.console += console
        self.looks += looks

    async def adopt(self, runs: Any) -> Debugged:
        assert self.python.debugging is not None
        start = Start(self.python.debugging.debugger, tuple(LINES))
        request = DebugRequest(start, self.seen, DebugLimits())
        found = await adopted(runs)
        debug = AdoptedDebug(request, self.recall)
        handle = found.follow(self.seen, RunState.RUNNING, 0, debug)
        assert handle.session is not None
        return Debugged(handle.session, handle, self.seen)


async def test_a_debug_session_stands_where_it_stood_for_the_server_that_comes(
    separate: Separate, python: Runtime
) -> None:
    before = await at_a_stop(separate, python)
    async with separate.server() as runs:
        later = Recalling(python)
        one = await later.adopt(runs)
        assert await later.seen.at(1) == before.seen.stops[0]
        assert later.seen.capabilities == before.seen.capabilities
        assert later.seen.breakpoints == before.seen.breakpoints
        assert [said["output"] for said in later.console] == ["42", "said"]
        assert [look.command for look in later.looks] == ["scopes", "variables"]
        assert (one.handle.seconds_left or 0) > 0
        assert (await one.step("next")).frames[0].line == 2
        assert await one.value("a") == "a@2"
        await one.go_on()
        assert await later.seen.outcome() == "exited(0)"
        assert later.seen.text == "hello\n"
        assert one.session.state is DebugState.TERMINATED


async def test_what_was_looked_at_is_forgotten_when_the_program_goes_on(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        one = debugged(runs, python, LINES, MARKS)
        await one.seen.at(1)
        await one.local("x")
        await one.step("next")
    async with separate.server() as runs:
        later = Recalling(python)
        await later.adopt(runs)
        await later.seen.until(lambda: later.seen.stop is not None)
        assert later.looks == []


async def test_breakpoints_that_are_set_without_a_connection_are_sent_with_the_next(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        one = debugged(runs, python, LINES, MARKS)
        await one.seen.at(1)
        separate.cut()
        await until(lambda: runs.link is None)
        with pytest.raises(AdapterBroke, match="no executor answers"):
            await one.session.set_breakpoints([Breakpoint("b4", "main.py", 4)])
        await one.seen.until(lambda: "b4" in one.seen.breakpoints)
        assert (await one.step("continue")).frames[0].line == 4


async def test_a_session_that_was_moved_on_while_the_connection_was_cut_is_told_so(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        one = debugged(runs, python, LINES, MARKS)
        await one.seen.at(1)
        session = separate.services.runner._handles.copy().pop().session
        assert session is not None
        separate.cut()
        await until(lambda: runs.link is None)
        await session.resume("next", 1, None, "ada")
        assert (await one.seen.at(2)).frames[0].line == 2
        assert one.seen.resumed == [(1, None)]
