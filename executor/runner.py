"""Runs programs: takes turns, feeds input, passes output on within limits, ends what must end."""

import asyncio
import logging
from types import TracebackType
from typing import Self, assert_never

from executor.admission import check_request
from executor.errors import EngineUnavailable, ExecutorError, QueueFull
from executor.frames import Chunk
from executor.handle import RunHandle
from executor.input import EndOfInput, Inbox
from executor.languages import Runtime
from executor.output import DISCARD_SPEEDUP, OutputLimit, Throttle, mark
from executor.run import (
    OUT_OF_MEMORY_MARK,
    Outcome,
    RunLimits,
    RunListener,
    RunRequest,
    RunState,
    TerminalSize,
    exited,
    failed_to_start,
    timed_out,
)
from executor.sandbox import Program, Sandbox, Sandboxes, SandboxSpec

__all__ = ["RunHandle", "Runner"]

log = logging.getLogger(__name__)

# Output is passed on at once, then what comes within this time in one piece: a program that writes
# byte by byte must not cost the room a message for each.
GATHER_SECONDS = 0.004
SERVER_RESTARTED = Outcome("server restarted", None)


class Runner:
    """Runs up to `concurrent_runs` programs at once and keeps up to `queued_runs` more waiting.

    Use it as an async context manager: it removes what a dead server left over when it is entered,
    and ends all runs when it is left.
    """

    def __init__(
        self,
        sandboxes: Sandboxes,
        limits: RunLimits,
        *,
        concurrent_runs: int,
        queued_runs: int,
    ) -> None:
        self._sandboxes = sandboxes
        self._limits = limits
        self._max_runs = concurrent_runs + queued_runs
        self._places = asyncio.Semaphore(concurrent_runs)
        self._tasks = asyncio.TaskGroup()
        self._handles: set[RunHandle] = set()
        self._clearing = asyncio.Lock()
        self._is_cleared = False

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        try:
            await self._remove_leftovers()
        except EngineUnavailable as error:
            log.warning("runs are off: %s", error)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for handle in self._handles:
            handle.end_as(SERVER_RESTARTED)
        # None: whatever ended the block, the runs are to end in order, not to be cancelled.
        await self._tasks.__aexit__(None, None, None)

    def submit(self, request: RunRequest, listener: RunListener) -> RunHandle:
        """Take a run in; it is QUEUED when this returns.

        Raises:
            InvalidRun: it can't be run as it is.
            QueueFull: there are too many already.
        """
        check_request(request, self._limits)
        if len(self._handles) >= self._max_runs:
            raise QueueFull(f"{len(self._handles)} runs are going or waiting; try again later")
        handle = RunHandle(request, listener)
        self._handles.add(handle)
        self._tasks.create_task(self._see_through(handle))
        return handle

    def expect(self, runtime: Runtime) -> None:
        """Be told that a run in this runtime may soon be wanted."""
        self._sandboxes.expect(self._spec(runtime))

    def _spec(self, runtime: Runtime) -> SandboxSpec:
        return SandboxSpec(runtime, self._limits.covering(runtime.needs))

    async def _see_through(self, handle: RunHandle) -> None:
        """Bring a run to its end, whatever happens: no run's failure is another's."""
        try:
            handle.finish(await self._outcome(handle))
        except ExecutorError as error:
            has_started = handle.state is RunState.RUNNING
            log.warning("run in room %s failed: %s", handle.request.room, error)
            handle.finish(
                Outcome(f"lost: {error}", None) if has_started else failed_to_start(str(error))
            )
        except Exception:
            log.exception("run in room %s failed", handle.request.room)
            handle.finish(Outcome("failed: internal error", None))
        finally:
            self._handles.discard(handle)

    async def _outcome(self, handle: RunHandle) -> Outcome:
        deadline = asyncio.timeout(None)
        try:
            async with deadline:
                handle.ends_with(deadline)
                return await self._run(handle)
        except TimeoutError:
            if not deadline.expired():
                raise
            return handle.verdict or timed_out(self._limits)

    async def _run(self, handle: RunHandle) -> Outcome:
        request = handle.request
        spec = self._spec(request.runtime)
        await self._sandboxes.ensure(request.runtime)
        async with self._places:
            handle.prepare()
            await self._remove_leftovers()
            sandbox = await self._sandboxes.open(spec)
            try:
                outcome = await self._run_in(sandbox, handle, spec.limits)
                handle.finish(outcome)  # before the sandbox is cleared away: nobody waits for that
            finally:
                await sandbox.close()
        return outcome

    async def _run_in(self, sandbox: Sandbox, handle: RunHandle, limits: RunLimits) -> Outcome:
        request = handle.request
        paths = [file.path for file in request.files]
        commands = request.runtime.commands(request.entry, paths, request.args)
        program = Program(
            argv=commands.in_one(),
            env={**request.runtime.env, **request.env},
            files=request.files,
            terminal=request.terminal,
        )
        await sandbox.begin(program)
        handle.start(limits.wall_seconds)
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(_feed(sandbox, handle.inbox))
            await self._pass_on(sandbox, handle)
            feeding.cancel()
        end = await sandbox.end()
        outcome = exited(end, limits)
        if end.out_of_memory and outcome.exit_code is not None:
            handle.say(mark(OUT_OF_MEMORY_MARK))
        return outcome

    async def _pass_on(self, sandbox: Sandbox, handle: RunHandle) -> None:
        now = asyncio.get_running_loop().time
        limit = OutputLimit(self._limits.output_bytes)
        throttle = Throttle(self._limits.output_bytes_per_second, now())
        try:
            while (chunk := await sandbox.read()) is not None:
                speedup = DISCARD_SPEEDUP if limit.is_reached else 1
                _say(handle, limit.take(chunk))
                delay = throttle.delay(len(chunk.data), now(), speedup)
                await asyncio.sleep(max(delay, GATHER_SECONDS))
        finally:
            _say(handle, limit.finish())

    async def _remove_leftovers(self) -> None:
        """Once an engine answers, and before the first sandbox of our own."""
        async with self._clearing:
            if not self._is_cleared:
                count = await self._sandboxes.remove_leftovers()
                self._is_cleared = True
                log.info("removed %d leftover sandboxes", count)


def _say(handle: RunHandle, chunks: list[Chunk]) -> None:
    for chunk in chunks:
        handle.say(chunk)


async def _feed(sandbox: Sandbox, inbox: Inbox) -> None:
    while True:
        match await inbox.next():
            case bytes() as typed:
                await sandbox.write(typed)
            case TerminalSize() as size:
                await sandbox.resize(size)
            case EndOfInput():
                await sandbox.end_input()
            case event:
                assert_never(event)
