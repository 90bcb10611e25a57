"""Runs attacks as the product runs programs, in sandboxes from a warm pool, and watches."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from executor.container import SERVER_LABEL
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Catalogue, Runtime
from executor.pool import SandboxPool
from executor.run import RunRequest, SourceFile, TerminalSize
from executor.runner import Runner
from executor.sandbox import Sandbox, SandboxSpec
from executor.sandbox_docker import DockerSandboxes
from server.recipes import RECIPES
from tests.executor.attacks import neighbour
from tests.executor.attacks.attack import DONE, HELD, LIMITS, PATIENT, Attack
from tests.executor.attacks.host import Host, watched
from tests.executor.recorder import Recorder

READY = 3  # an attack's sandbox, its neighbour's, and one to spare


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attack.

    Attributes:
        broken: what it reached that it must not; empty if the sandbox held.
        seconds: from the program's start until nothing of its container was left.
        text: what it printed.
        neighbour_seconds: how long a run of another room took meanwhile, from click to end.
    """

    outcome: str
    broken: tuple[str, ...]
    text: str
    seconds: float
    neighbour_seconds: float


class WatchedSandbox:
    """Passes everything on to a sandbox, and tells when it was closed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.is_closed = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._sandbox, name)

    async def close(self) -> None:
        """See Sandbox.close."""
        try:
            await self._sandbox.close()
        finally:  # a deadline may come in between; what is removed is removed all the same
            self.is_closed.set()


class WatchedSandboxes:
    """Those of a pool; remembers all that it gave out."""

    def __init__(self, pool: SandboxPool) -> None:
        self._pool = pool
        self._opened: list[WatchedSandbox] = []
        self._changed = asyncio.Condition()

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""
        await self._pool.ensure(runtime)

    def expect(self, spec: SandboxSpec) -> None:
        """See Sandboxes.expect."""
        self._pool.expect(spec)

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """See Sandboxes.open."""
        sandbox = WatchedSandbox(await self._pool.open(spec))
        async with self._changed:
            self._opened.append(sandbox)
            self._changed.notify_all()
        return cast("Sandbox", sandbox)

    @property
    def count(self) -> int:
        """How many were opened."""
        return len(self._opened)

    async def opened(self, number: int) -> WatchedSandbox:
        """Return one by its number, from 0, as soon as it is open."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.count > number)
        return self._opened[number]

    async def remove_leftovers(self) -> int:
        """See Sandboxes.remove_leftovers."""
        return await self._pool.remove_leftovers()


class Siege:
    """A server's runs, under attack."""

    def __init__(self, catalogue: Catalogue, host: Host, pool: SandboxPool) -> None:
        self._catalogue = catalogue
        self._python = catalogue.resolve("python")
        self._host = host
        self._pool = pool
        self._sandboxes = WatchedSandboxes(pool)
        self.runners = {
            limits: Runner(self._sandboxes, limits, concurrent_runs=4, queued_runs=0)
            for limits in (LIMITS, PATIENT)
        }

    async def warm_up(self, attack: Attack) -> None:
        """Have what an attack and its neighbour need."""
        for limits in {attack.limits, LIMITS}:
            self.runners[limits].expect(self._python)
        runtime = self._catalogue.resolve(attack.runtime)
        await self._sandboxes.ensure(runtime)
        self.runners[attack.limits].expect(runtime)
        await self._pool.until_ready()

    async def run(self, attack: Attack) -> Result:
        """Run one attack, with a neighbour once it is at its worst."""
        await self.warm_up(attack)
        recorder, number = Recorder(), self._sandboxes.count
        source = attack.source.replace("{host_port}", str(self._host.port))
        source = source.replace("{host_name}", self._host.name)
        runtime = self._catalogue.resolve(attack.runtime)
        files = [_file(runtime.entry, source)]
        if runtime == self._python:
            files.append(_file("held.py", HELD))
        request = RunRequest("attack", runtime, tuple(files), runtime.entry)
        self.runners[attack.limits].submit(request, recorder)
        sandbox, began = await self._sandboxes.opened(number), time.monotonic()
        await recorder.until(lambda: attack.says in recorder.text or recorder.is_finished)
        neighbour_seconds, complaint = await self.neighbour()
        outcome = await recorder.outcome()
        await sandbox.is_closed.wait()
        seconds = time.monotonic() - began
        broken = [line for line in recorder.text.splitlines() if "BROKE" in line]
        if runtime == self._python:
            broken += [line for line in recorder.text.splitlines() if line.endswith("Error")]
        if self._host.look() != self._host.before:
            broken.append(f"the host noticed: {self._host.look()}")
        return Result(outcome, (*broken, *complaint), recorder.text, seconds, neighbour_seconds)

    async def neighbour(self) -> tuple[float, list[str]]:
        """Run the neighbour's program; return its seconds from click to end, and its complaints."""
        recorder, began = Recorder(), time.monotonic()
        files = (_file("main.py", neighbour.SOURCE),)
        terminal = TerminalSize(80, 24)
        request = RunRequest("neighbour", self._python, files, "main.py", terminal=terminal)
        self.runners[LIMITS].submit(request, recorder)
        outcome = await recorder.outcome()
        is_well = (outcome, recorder.text.strip()) == (DONE, neighbour.DONE)
        complaint = [] if is_well else [f"the neighbour {outcome}: {recorder.text.strip()}"]
        return time.monotonic() - began, complaint


def _file(path: str, source: str) -> SourceFile:
    return SourceFile(path, source.encode())


@asynccontextmanager
async def siege() -> AsyncGenerator[Siege]:
    """Put everything up, as server/app.py does, and see that nothing of it is left in the end.

    Raises:
        AssertionError: containers, descriptors or processes are left.
    """
    server = f"test-{secrets.token_hex(4)}"
    catalogue = load_catalogue()
    with TemporaryDirectory() as directory:
        async with watched(Path(directory)) as host:
            before = _held_by_us()
            async with DockerEngine() as engine, DockerImages(engine, RECIPES) as images:
                await images.ensure(catalogue.resolve("python"))
                maker = DockerSandboxes(engine, images, server)
                pool = SandboxPool(maker, READY, settle_seconds=0)
                siege = Siege(catalogue, host, pool)
                async with pool, siege.runners[LIMITS], siege.runners[PATIENT]:
                    yield siege
                assert await engine.names(f"{SERVER_LABEL}={server}") == []
            assert _held_by_us() == before


def _held_by_us() -> tuple[int, int]:
    """Return how many descriptors are open, and how many child processes there are."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return len(os.listdir("/proc/self/fd")), len(children)
