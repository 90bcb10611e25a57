"""Installs packages for rooms: takes turns, builds each layer once, leaves nothing of a failure."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from executor.errors import InstallFailed
from executor.images import BuildProgress
from executor.languages import Runtime
from executor.packages.egress import Egress, Host
from executor.packages.installation import Installation
from executor.packages.layers import Layers
from executor.packages.manager import PackageManager
from executor.packages.policy import InstallPolicy
from executor.packages.sets import Installed, InstallState, Lock, Progress, Wanted
from executor.packages.telling import Telling, Watch
from executor.run import SandboxLimits
from executor.sandbox import Sandbox
from executor.turns import Turns


class InstallSandboxes(Protocol):
    """Makes sandboxes in which packages are installed."""

    async def ensure_installer(
        self, runtime: Runtime, progress: Callable[[BuildProgress], None]
    ) -> None:
        """Have the image for it; see Images.build."""

    async def open_installer(self, runtime: Runtime, limits: SandboxLimits, volume: str) -> Sandbox:
        """Return a sandbox with this volume to be filled; otherwise as Sandboxes.open."""


class Installer:
    """One for the server.

    Args:
        managers: by their ids.
        concurrent: how many installations go on at the same time.
    """

    def __init__(
        self,
        sandboxes: InstallSandboxes,
        layers: Layers,
        managers: Mapping[str, PackageManager],
        policy: InstallPolicy,
        *,
        concurrent: int = 1,
    ) -> None:
        self._sandboxes = sandboxes
        self._layers = layers
        self._managers = managers
        self._policy = policy
        self._turns = Turns(concurrent)
        self._sources: dict[str, frozenset[Host]] = {}

    def manager(self, runtime: Runtime) -> PackageManager | None:
        """Return what installs packages for a runtime; None if nothing does."""
        if not runtime.packages_directory:
            return None
        return self._managers.get(runtime.tools.packages)

    async def install(self, runtime: Runtime, wanted: Wanted, watch: Watch) -> Installed:
        """Resolve and install; nothing is changed if that fails.

        Raises:
            InstallFailed: it can't be had; the message says why.
            ExecutorError: there is no engine, or no image.
        """
        async with self._working(runtime, wanted.room, wanted.by, watch) as work:
            lock = await work.installation.resolve(wanted, work.egress)
            return Installed(lock, await self._layer(lock, work))

    async def ensure(self, runtime: Runtime, lock: Lock, room: str, by: str) -> None:
        """Have the layer of a lock, which may have been removed for want of space.

        Raises:
            InstallFailed, ExecutorError: as `install`.
        """
        if await self._layers.volume(lock.digest) is None:
            async with self._working(runtime, room, by, lambda _: None) as work:
                await self._layer(lock, work)

    async def _layer(self, lock: Lock, work: "_Work") -> int:
        """Have a lock's layer; return its size."""
        size = await self._layers.size(lock.digest)
        if size is None:
            size = await work.installation.install(lock, work.egress)
            await self._layers.finish(work.volume, lock.digest, size)
        return size

    @asynccontextmanager
    async def _working(
        self, runtime: Runtime, room: str, by: str, watch: Watch
    ) -> AsyncGenerator["_Work"]:
        """Hold a place, a sandbox and an empty volume; what is not finished is removed."""

        def wait(position: int) -> None:
            watch(Progress(InstallState.QUEUED, line=f"number {position} in the queue"))

        def build(step: BuildProgress) -> None:
            watch(Progress(InstallState.PREPARING, line=f"{step.layer}: {step.line}"))

        await self._sandboxes.ensure_installer(runtime, build)
        async with self._turns.turn(room, by, wait), self._in_time(), self._volume() as volume:
            sandbox = await self._sandboxes.open_installer(runtime, self._policy.limits(), volume)
            try:
                yield await self._work(sandbox, volume, runtime, room, watch)
            finally:
                await sandbox.close()

    async def _work(
        self, sandbox: Sandbox, volume: str, runtime: Runtime, room: str, watch: Watch
    ) -> "_Work":
        manager = self._managers[runtime.tools.packages]
        telling = Telling(watch, manager.news)
        installation = Installation(sandbox, manager, runtime, self._policy, telling)
        if manager.id not in self._sources:
            self._sources[manager.id] = await installation.sources()
        hosts = self._sources[manager.id] | self._policy.hosts
        egress = Egress(hosts, self._policy.layer_bytes, room, telling.received)
        return _Work(installation, egress, volume)

    @asynccontextmanager
    async def _volume(self) -> AsyncGenerator[str]:
        volume = await self._layers.begin()
        try:
            yield volume
        finally:
            await self._layers.discard(volume)

    @asynccontextmanager
    async def _in_time(self) -> AsyncGenerator[None]:
        deadline = asyncio.timeout(self._policy.seconds)
        try:
            async with deadline:
                yield
        except TimeoutError:
            if not deadline.expired():
                raise
            raise InstallFailed(f"it took longer than {self._policy.seconds:g} s") from None


@dataclass(frozen=True, slots=True)
class _Work:
    """What one installation works with."""

    installation: Installation
    egress: Egress
    volume: str
