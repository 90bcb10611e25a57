"""Runs programs: takes turns, feeds input, passes output on within limits, ends what must end."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from types import TracebackType
from typing import Protocol, Self

from executor.admission import check_request
from executor.builds import BuildCache
from executor.debug_execution import Debug
from executor.debug_session import DebugSession
from executor.errors import EngineUnavailable, ExecutorError, QueueFull
from executor.execution import Execution
from executor.handle import SERVER_RESTARTED, RunHandle
from executor.languages import Runtime
from executor.packages.sets import Lock
from executor.run import (
    Outcome,
    RunLimits,
    RunListener,
    RunRequest,
    RunState,
    failed_to_start,
)
from executor.sandbox import Sandboxes, SandboxSpec
from executor.service import Adopted, DebugRequest
from executor.turns import Turns

__all__ = ["RunHandle", "Runner"]

log = logging.getLogger(__name__)

BUILD_CACHE_BYTES = 64 << 20
LEAVE_SECONDS = 3.0  # for what a program wrote; the run's place is taken as long


class PackageSource(Protocol):
    """Where installed packages come from."""

    async def ensure(self, runtime: Runtime, lock: Lock, room: str, by: str) -> None:
        """Have what is locked in a layer; this may take minutes.

        Raises:
            ExecutorError: it can't be had.
        """


class Runner:
    """Runs up to `concurrent_runs` programs at once and keeps up to `queued_runs` more waiting.

    See executor.service.Runs. Use it as an async context manager: it removes what a dead server
    left over when it is entered, and ends all runs when it is left.
    """

    def __init__(
        self,
        sandboxes: Sandboxes,
        limits: RunLimits,
        *,
        concurrent_runs: int,
        queued_runs: int,
        build_cache_bytes: int = BUILD_CACHE_BYTES,
    ) -> None:
        self.packages: PackageSource | None = None
        """To be set before the first run that has any."""
        self.on_change: Callable[[], None] = lambda: None
        """Is told when there are more runs, or fewer."""
        self.on_outliving: Callable[[], None] = lambda: None
        """See Runs.on_outliving: it is known from the beginning."""
        self._sandboxes = sandboxes
        self._limits = limits
        self._builds = BuildCache(build_cache_bytes)
        self.max_runs = concurrent_runs + queued_runs
        self._turns = Turns(concurrent_runs)
        self._debug_sessions = 0
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

    def submit(
        self, request: RunRequest, listener: RunListener, debug: DebugRequest | None = None
    ) -> RunHandle:
        """See Runs.submit.

        A debug session waits for no turn: people are at it, for long, and mostly it stands still.
        """
        check_request(request, self._limits_of(request))
        if len(self._handles) >= self.max_runs:
            raise QueueFull(f"{len(self._handles)} runs are going or waiting; try again later")
        if debug is not None and self._debug_sessions >= debug.limits.sessions:
            raise QueueFull(f"{self._debug_sessions} debug sessions are going on; try again later")
        wanted = None if debug is None else _debug(debug)
        handle = RunHandle(request, listener, None if wanted is None else wanted.session)
        self._debug_sessions += debug is not None
        self._handles.add(handle)
        self._tasks.create_task(self._see_through(handle, wanted))
        self.on_change()
        return handle

    @property
    def run_count(self) -> int:
        """How many are going or waiting."""
        return len(self._handles)

    @property
    def debug_count(self) -> int:
        """How many of them are debug sessions."""
        return self._debug_sessions

    def expect(
        self, runtime: Runtime, limits: RunLimits | None = None, packages: Lock | None = None
    ) -> None:
        """See Runs.expect."""
        covering = (limits or self._limits).within(self._limits).covering(runtime.needs)
        self._sandboxes.expect(_spec(runtime, covering, packages))

    @property
    def outliving(self) -> Mapping[str, Sequence[str]]:
        """See Runs.outliving: no run outlives a server in whose process it is."""
        return {}

    @property
    def interrupted(self) -> Outcome:
        """See Runs.interrupted."""
        return SERVER_RESTARTED

    def abandon(self, key: str) -> None:
        """See Runs.abandon."""

    async def adopt(self, key: str) -> Adopted | None:
        """See Runs.adopt."""
        return None

    def _limits_of(self, request: RunRequest) -> RunLimits:
        asked = request.limits or self._limits
        return asked.within(self._limits).covering(request.runtime.needs)

    async def _see_through(self, handle: RunHandle, debug: Debug | None) -> None:
        """Bring a run to its end, whatever happens: no run's failure is another's."""
        try:
            handle.finish(await self._outcome(handle, debug))
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
            handle.go()
            self._handles.discard(handle)
            self._debug_sessions -= debug is not None
            self.on_change()

    async def _outcome(self, handle: RunHandle, debug: Debug | None) -> Outcome:
        deadline = asyncio.timeout(None)
        try:
            async with deadline:
                handle.ends_with(deadline)
                return await self._run(handle, deadline, debug)
        except TimeoutError:
            if not deadline.expired():
                raise
            return handle.verdict or handle.overdue

    async def _run(
        self, handle: RunHandle, deadline: asyncio.Timeout, debug: Debug | None
    ) -> Outcome:
        request = handle.request
        limits = self._limits_of(request)
        await self._sandboxes.ensure(request.runtime)
        await self._ensure_packages(request)
        turn = self._turns.turn(request.room, request.by, handle.wait)
        async with turn if debug is None else nullcontext():
            handle.prepare()
            await self._remove_leftovers()
            sandbox = await self._sandboxes.open(_spec(request.runtime, limits, request.packages))
            try:
                execution = Execution(sandbox, handle, limits, self._builds, debug)
                outcome = await execution.outcome()
                handle.finish(outcome)  # before what follows: nobody waits for that
                if not deadline.expired():
                    deadline.reschedule(None)  # it was the program's
                await _leave(execution, handle)
                handle.go()
            finally:
                await sandbox.close()
        return outcome

    async def _ensure_packages(self, request: RunRequest) -> None:
        if request.packages is not None and self.packages is not None:
            await self.packages.ensure(request.runtime, request.packages, request.room, request.by)

    async def _remove_leftovers(self) -> None:
        """Once an engine answers, and before the first sandbox of our own."""
        async with self._clearing:
            if not self._is_cleared:
                count = await self._sandboxes.remove_leftovers()
                self._is_cleared = True
                log.info("removed %d leftover sandboxes", count)


async def _leave(execution: Execution, handle: RunHandle) -> None:
    """Pass on what the program has written; where that fails, its run is over all the same."""
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            leftovers = await execution.leftovers()
    except (ExecutorError, TimeoutError) as error:
        log.warning("what a run in room %s wrote is lost: %r", handle.request.room, error)
        return
    if leftovers.files or leftovers.missed:
        handle.leave(leftovers)


def _debug(wanted: DebugRequest) -> Debug:
    session = DebugSession(wanted.start, wanted.listener)
    return Debug(session, wanted.start.debugger, wanted.limits)


def _spec(runtime: Runtime, limits: RunLimits, packages: Lock | None) -> SandboxSpec:
    return SandboxSpec(runtime, limits.sandbox, packages.digest if packages else "")
