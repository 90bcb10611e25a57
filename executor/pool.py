"""Sandboxes made ahead, so that a run finds one that waits for it. Each is used once.

Making one is what takes long in a run's start, and nothing of it depends on whose run it will be.
See docs/decisions/ on warm sandboxes.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from types import TracebackType
from typing import Self

from executor.demand import Demand
from executor.errors import ExecutorError
from executor.languages import Runtime
from executor.run import SandboxLimits
from executor.sandbox import Sandbox, Sandboxes, SandboxSpec

log = logging.getLogger(__name__)

Kind = tuple[str, SandboxLimits, str]  # a runtime's id, what its sandboxes may use, their packages

REVIEW_SECONDS = 5.0  # between two looks for idle ones that have died or are no longer wanted
SETTLE_SECONDS = 0.25  # a run just begun needs the machine more than its successor does
OPENED_AT_ONCE = 2


class SandboxPool:
    """See executor.sandbox.Sandboxes; keeps up to `most` sandboxes of another maker ready.

    Use it as an async context manager: leaving it closes those that are idle. Nothing is made ahead
    before `remove_leftovers`, which would take it for a leftover.
    """

    def __init__(
        self, sandboxes: Sandboxes, most: int, *, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._sandboxes = sandboxes
        self._settle_seconds = settle_seconds
        self._demand: Demand[Kind] = Demand(most)
        self._specs: dict[Kind, SandboxSpec] = {}
        self._idle: defaultdict[Kind, list[Sandbox]] = defaultdict(list)
        self._asked = asyncio.Event()
        self._is_ready = asyncio.Event()
        self._is_ready.set()
        self._is_cleared = asyncio.Event()
        self._places = asyncio.Semaphore(OPENED_AT_ONCE)
        self._tasks = asyncio.TaskGroup()
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._keeping = self._tasks.create_task(self._keep_ready())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        for sandboxes in self._idle.values():
            self._close(sandboxes)
        await self._tasks.__aexit__(None, None, None)

    @property
    def idle_count(self) -> int:
        """How many are ready."""
        return sum(len(sandboxes) for sandboxes in self._idle.values())

    async def until_ready(self) -> None:
        """Wait until all that was asked for is ready, or was tried."""
        await self._is_ready.wait()

    def expect(self, spec: SandboxSpec) -> None:
        """See Sandboxes.expect."""
        self._demand.expect(self._kind(spec), self._now())
        self._ask()

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure. The image of a sandbox that is alive is there."""
        for (runtime_id, *_), sandboxes in self._idle.items():
            if runtime_id == runtime.id and any(sandbox.is_alive for sandbox in sandboxes):
                return
        await self._sandboxes.ensure(runtime)

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """See Sandboxes.open."""
        kind = self._kind(spec)
        self._demand.use(kind, self._now())
        self._ask()
        while idle := self._idle[kind]:
            sandbox = idle.pop()
            if sandbox.is_alive:
                return sandbox
            self._close([sandbox])
        return await self._sandboxes.open(spec)

    async def forget_packages(self, wanted: Container[str]) -> None:
        """Have none ready with other packages than these."""
        for kind, sandboxes in self._idle.items():
            if kind[2] and kind[2] not in wanted:
                self._demand.forget(kind)
                dropped, self._idle[kind] = sandboxes, []
                await asyncio.gather(*map(_close, dropped))

    async def remove_leftovers(self) -> int:
        """See Sandboxes.remove_leftovers."""
        count = await self._sandboxes.remove_leftovers()
        self._is_cleared.set()
        return count

    async def _keep_ready(self) -> None:
        """Have as many idle as are wanted, for ever."""
        await self._is_cleared.wait()
        while True:
            await self._wait_for_news()
            await asyncio.sleep(self._settle_seconds)
            wanted = self._demand.wanted(self._now())
            self._drop_unwanted(wanted)
            missing = [
                kind for kind, count in wanted.items() for _ in range(count - len(self._idle[kind]))
            ]
            async with asyncio.TaskGroup() as tasks:
                for kind in missing:
                    tasks.create_task(self._add(kind))
            if not self._asked.is_set():
                self._is_ready.set()

    def _ask(self) -> None:
        self._asked.set()
        self._is_ready.clear()

    async def _wait_for_news(self) -> None:
        try:
            async with asyncio.timeout(REVIEW_SECONDS):
                await self._asked.wait()
        except TimeoutError:
            return
        self._asked.clear()

    def _drop_unwanted(self, wanted: Mapping[Kind, int]) -> None:
        for kind, sandboxes in self._idle.items():
            alive = [sandbox for sandbox in sandboxes if sandbox.is_alive]
            kept = alive[: wanted.get(kind, 0)]
            self._close([sandbox for sandbox in sandboxes if sandbox not in kept])
            self._idle[kind] = kept

    async def _add(self, kind: Kind) -> None:
        async with self._places:
            try:
                sandbox = await self._sandboxes.open(self._specs[kind])
            except ExecutorError as error:
                # No image yet, or no engine: a run will ask again, and be told.
                self._demand.forget(kind)
                log.info("no sandbox for %s is made ahead: %s", kind[0], error)
            except Exception:
                self._demand.forget(kind)
                log.exception("no sandbox for %s is made ahead", kind[0])
            else:
                self._idle[kind].append(sandbox)

    def _close(self, sandboxes: Iterable[Sandbox]) -> None:
        for sandbox in sandboxes:
            self._tasks.create_task(_close(sandbox))

    def _kind(self, spec: SandboxSpec) -> Kind:
        kind = spec.runtime.id, spec.limits, spec.packages
        self._specs[kind] = spec
        return kind

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _close(sandbox: Sandbox) -> None:
    try:
        await sandbox.close()
    except ExecutorError as error:
        log.warning("an idle sandbox was not removed: %s", error)
    except Exception:
        log.exception("an idle sandbox was not removed")
