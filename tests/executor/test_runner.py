import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest

from executor.errors import (
    BuildFailed,
    EngineRefused,
    EngineUnavailable,
    ExecutorError,
    InputFull,
    InvalidRun,
    QueueFull,
    SandboxBroke,
)
from executor.input import MAX_PENDING_BYTES
from executor.languages import Runtime
from executor.run import (
    Exit,
    Leftovers,
    RunLimits,
    RunRequest,
    RunState,
    SourceFile,
    Stream,
    TerminalSize,
)
from executor.runner import Runner
from executor.service import Handle, Runs
from tests.executor import programs
from tests.executor.fake_sandbox import FakeProcess, FakeSandboxes
from tests.executor.recorder import Recorder
from tests.executor.remote.separate import beside

ALL_STATES = [RunState.QUEUED, RunState.PREPARING, RunState.RUNNING, RunState.FINISHED]
LIMITS = RunLimits(wall_seconds=60)


class Desk:
    """Submits runs to a runner over fake sandboxes."""

    runs: Runs

    def __init__(self, python: Runtime, limits: RunLimits = LIMITS) -> None:
        self.python = python
        self.behaviours = dict(programs.BEHAVIOURS)
        self.sandboxes = FakeSandboxes(self.behaviours)
        self.runner = Runner(self.sandboxes, limits, concurrent_runs=2, queued_runs=1)

    def submit(
        self, source: str, stdin: bytes | None = None, terminal: TerminalSize | None = None
    ) -> tuple[Handle, Recorder]:
        recorder = Recorder()
        request = RunRequest(
            room="room",
            runtime=self.python,
            files=(SourceFile("main.py", source.encode()),),
            entry="main.py",
            stdin=stdin,
            terminal=terminal,
        )
        return self.runs.submit(request, recorder), recorder


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


@asynccontextmanager
async def in_process(python: Runtime, limits: RunLimits = LIMITS) -> AsyncGenerator[Desk]:
    desk = Desk(python, limits)
    async with desk.runner:
        desk.runs = desk.runner
        yield desk
    assert all(sandbox.is_closed for sandbox in desk.sandboxes.opened)


@asynccontextmanager
async def in_another(python: Runtime, limits: RunLimits = LIMITS) -> AsyncGenerator[Desk]:
    desk = Desk(python, limits)
    async with desk.runner, beside(desk.runner, limits) as desk.runs:
        yield desk
    assert all(sandbox.is_closed for sandbox in desk.sandboxes.opened)


@pytest.fixture(params=[in_process, in_another], name="opening")
def opening_of(request: pytest.FixtureRequest) -> Opening:
    opening: Opening = request.param
    return opening


@pytest.fixture
async def desk(opening: Opening, python: Runtime) -> AsyncGenerator[Desk]:
    async with opening(python) as desk:
        yield desk


async def test_a_run_goes_through_its_states_to_its_outcome(desk: Desk) -> None:
    handle, recorder = desk.submit(programs.HELLO)
    assert recorder.states == [RunState.QUEUED]
    assert await recorder.outcome() == "exited(0)"
    assert recorder.states == ALL_STATES
    assert recorder.text == "hello\n"
    assert handle.state is RunState.FINISHED


async def test_input_can_be_typed_before_and_while_it_runs(desk: Desk) -> None:
    handle, recorder = desk.submit(programs.GREET)
    handle.write(b"Ad")
    await recorder.says("name? ")
    handle.write(b"a\n")
    assert await recorder.outcome() == "exited(0)"
    assert recorder.text == "name? Hello, Ada!\n"


async def test_input_given_with_the_request_has_an_end(desk: Desk) -> None:
    _, recorder = desk.submit(programs.COUNT_INPUT, stdin=b"one\ntwo\n")
    assert await recorder.outcome() == "exited(0)"
    assert recorder.text == "8\n"


async def test_the_end_of_input_is_passed_on(desk: Desk) -> None:
    for terminal in (None, TerminalSize(80, 24)):
        handle, recorder = desk.submit(programs.COUNT_INPUT, terminal=terminal)
        handle.write(b"one\n")
        handle.end_input()
        await recorder.outcome()
        assert recorder.text == "4\n"


async def test_a_terminal_is_resized_and_pipes_are_not(desk: Desk) -> None:
    handle, recorder = desk.submit(programs.WATCH_SIZE, terminal=TerminalSize(80, 24))
    handle.resize(TerminalSize(100, 30))
    await recorder.says("size 100 30")
    handle, recorder = desk.submit(programs.HELLO)
    handle.resize(TerminalSize(100, 30))
    assert await recorder.outcome() == "exited(0)"


async def test_typing_ahead_is_bounded(desk: Desk) -> None:
    desk.sandboxes.may_open.clear()
    handle, _ = desk.submit(programs.GREET)
    handle.write(b"x" * MAX_PENDING_BYTES)
    with pytest.raises(InputFull):
        handle.write(b"x")


async def test_a_run_is_stopped_in_every_state(desk: Desk) -> None:
    desk.sandboxes.may_open.clear()
    handle, queued = desk.submit(programs.WAIT_FOR_EVER)
    handle.stop("Ada")
    assert await queued.outcome() == "stopped by Ada"

    handle, preparing = desk.submit(programs.WAIT_FOR_EVER)
    await preparing.until(lambda: RunState.PREPARING in preparing.states)
    handle.stop("Bob")
    assert await preparing.outcome() == "stopped by Bob"
    assert RunState.RUNNING not in preparing.states

    desk.sandboxes.may_open.set()
    handle, running = desk.submit(programs.WAIT_FOR_EVER)
    await running.says("waiting")
    handle.stop("Cy")
    handle.stop("Di")
    assert await running.outcome() == "stopped by Cy"
    handle.stop("Ed")


async def test_a_run_ends_at_its_deadline(opening: Opening, python: Runtime) -> None:
    async with opening(python, replace(LIMITS, wall_seconds=0.05)) as desk:
        _, recorder = desk.submit(programs.WAIT_FOR_EVER)
        assert await recorder.outcome() == "timed out after 0.05 s"


async def test_a_verdict_before_the_start_is_not_undone_by_it(
    opening: Opening, python: Runtime
) -> None:
    async def stop_itself(process: FakeProcess) -> Exit:
        handle.stop("itself")
        return await programs.BEHAVIOURS[programs.WAIT_FOR_EVER](process)

    async with opening(python) as desk:
        desk.behaviours["itself"] = stop_itself
        handle, recorder = desk.submit("itself")
        assert await recorder.outcome() == "stopped by itself"


async def test_runs_take_turns_and_the_queue_is_bounded(desk: Desk) -> None:
    running = [desk.submit(programs.WAIT_FOR_EVER) for _ in range(2)]
    _, waiting = desk.submit(programs.HELLO)
    with pytest.raises(QueueFull):
        desk.submit(programs.HELLO)
    for _, recorder in running:
        await recorder.says("waiting")
    assert (waiting.states, waiting.positions) == ([RunState.QUEUED], [1])
    running[0][0].stop("Ada")
    assert await waiting.outcome() == "exited(0)"
    desk.submit(programs.HELLO)


async def test_a_request_that_cannot_be_run_is_refused_at_once(desk: Desk) -> None:
    request = RunRequest("room", desk.python, (), "main.py")
    with pytest.raises(InvalidRun):
        desk.runs.submit(request, Recorder())


async def test_a_flood_is_cut_and_its_end_follows(opening: Opening, python: Runtime) -> None:
    async def shout(process: FakeProcess) -> Exit:
        for number in range(200):
            await process.print(f"{number:06}".encode() + b"." * 994)
        await process.print(b"the end")
        return Exit(1, out_of_memory=False)

    limits = replace(LIMITS, output_bytes=20_000, output_bytes_per_second=10_000_000)
    async with opening(python, limits) as desk:
        desk.behaviours["shout"] = shout
        _, recorder = desk.submit("shout")
        assert await recorder.outcome() == "exited(1)"
    assert recorder.text.startswith("000000.")
    assert recorder.text.endswith("the end")
    assert len(recorder.text) == 20_000
    assert "180,007 bytes left out; the download has them" in recorder.marks
    assert len(recorder.kept) == 200_007


async def test_a_program_waits_while_its_output_can_not_be_taken(python: Runtime) -> None:
    async with in_process(
        python, replace(LIMITS, wall_seconds=0.3, output_bytes_per_second=10**9)
    ) as desk:
        _, recorder = desk.submit(programs.FLOOD)
        recorder.takes_more.clear()
        assert await recorder.outcome() == "timed out after 0.3 s"
    assert recorder.pieces == 1


async def test_what_a_program_wrote_is_told_after_its_end(desk: Desk) -> None:
    _, recorder = desk.submit(programs.WRITE_FILES)
    await recorder.until(lambda: recorder.is_gone)
    assert await recorder.outcome() == "exited(0)"
    assert recorder.leftovers == Leftovers(programs.WRITTEN)


async def test_files_that_cannot_be_had_change_nothing(desk: Desk) -> None:
    async def write(process: FakeProcess) -> Exit:
        desk.sandboxes.opened[-1].gather_error = SandboxBroke("it has gone")
        process.written += programs.WRITTEN
        return Exit(0, out_of_memory=False)

    desk.behaviours["write"] = write
    _, recorder = desk.submit("write")
    await recorder.until(lambda: recorder.is_gone)
    assert await recorder.outcome() == "exited(0)"
    assert recorder.leftovers == Leftovers()


async def test_a_program_that_was_stopped_leaves_nothing(desk: Desk) -> None:
    async def write(process: FakeProcess) -> Exit:
        process.written += programs.WRITTEN
        return await programs.BEHAVIOURS[programs.WAIT_FOR_EVER](process)

    desk.behaviours["write"] = write
    handle, recorder = desk.submit("write")
    await recorder.says("waiting")
    handle.stop("Ada")
    await recorder.until(lambda: recorder.is_gone)
    assert recorder.leftovers == Leftovers()


async def test_output_before_the_deadline_is_not_lost(opening: Opening, python: Runtime) -> None:
    limits = replace(LIMITS, wall_seconds=0.3, output_bytes=10_000, kept_output_bytes=10_000)
    async with opening(python, limits) as desk:
        _, recorder = desk.submit(programs.FLOOD)
        assert await recorder.outcome() == "timed out after 0.3 s"
    assert len(recorder.text) == 10_000
    assert "bytes cut" in recorder.marks


async def test_a_killed_child_is_told_of_when_the_program_goes_on(desk: Desk) -> None:
    async def lose_a_child(_process: FakeProcess) -> Exit:
        return Exit(0, out_of_memory=True)

    desk.behaviours["lose a child"] = lose_a_child
    _, recorder = desk.submit("lose a child")
    assert await recorder.outcome() == "exited(0)"
    assert "out of memory" in recorder.marks
    _, recorder = desk.submit(programs.EAT_MEMORY)
    assert await recorder.outcome() == "out of memory at 256 MiB"
    assert not recorder.marks


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("ensure_error", BuildFailed("no recipe")),
        ("open_error", EngineRefused("no space", 500)),
        ("open_error", EngineUnavailable("no engine")),
    ],
)
async def test_what_keeps_a_run_from_starting_is_its_outcome(
    desk: Desk, place: str, error: ExecutorError
) -> None:
    setattr(desk.sandboxes, place, error)
    _, recorder = desk.submit(programs.HELLO)
    assert await recorder.outcome() == f"failed to start: {error}"


async def test_a_fault_of_ours_ends_one_run_and_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    _, other = desk.submit(programs.WAIT_FOR_EVER)
    await other.says("waiting")
    _, recorder = desk.submit("unknown to the fake")
    assert await recorder.outcome() == "failed: internal error"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert other.states[-1] is RunState.RUNNING


async def test_leaving_the_runner_ends_its_runs(python: Runtime) -> None:
    async with in_process(python) as desk:
        _, running = desk.submit(programs.WAIT_FOR_EVER)
        await running.says("waiting")
        _, queued = desk.submit(programs.WAIT_FOR_EVER)
    assert await running.outcome() == "server restarted"
    assert await queued.outcome() == "server restarted"
    assert all(sandbox.is_closed for sandbox in desk.sandboxes.opened)


async def test_leftovers_are_removed_when_the_engine_comes_up_late(python: Runtime) -> None:
    desk = Desk(python)
    desk.sandboxes.leftovers_error = EngineUnavailable("no engine yet")
    async with desk.runner:
        desk.runs = desk.runner
        _, early = desk.submit(programs.HELLO)
        assert await early.outcome() == "failed to start: no engine yet"
        desk.sandboxes.leftovers_error = None
        for _ in range(2):
            _, late = desk.submit(programs.HELLO)
            assert await late.outcome() == "exited(0)"
    assert desk.sandboxes.leftovers_removed == 1


async def test_errors_stay_apart_from_output(desk: Desk) -> None:
    _, recorder = desk.submit(programs.BOTH_STREAMS)
    await recorder.outcome()
    assert recorder.streams[Stream.STDOUT] == b"out\n"
    assert recorder.streams[Stream.STDERR] == b"err\n"
