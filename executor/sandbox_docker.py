"""Sandboxes that are Docker containers: one container each, attached before it starts."""

import asyncio
import contextlib
import itertools
import logging
import random
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from executor.attached_sandbox import AttachedSandbox
from executor.connection import Connection
from executor.container import (
    SERVER_LABEL,
    USERS,
    ContainerSpec,
    Volume,
    container_config,
)
from executor.engine_docker import DockerEngine
from executor.engine_version import unknown_runtime
from executor.errors import EngineRefused, StartFailed
from executor.images import BuildProgress, ImageSource
from executor.languages import Runtime
from executor.packages.installation import LAYER
from executor.packages.layers import Layers
from executor.run import (
    SandboxLimits,
)
from executor.sandbox import Sandbox, SandboxSpec

log = logging.getLogger(__name__)

BACKSTOP_SECONDS = 20


class DockerSandboxes:
    """See executor.sandbox.Sandboxes and executor.packages.installer.InstallSandboxes.

    Args:
        server: names the data directory's server for good: what has this label is its own.
        backstop_seconds: if its server hangs, a sandbox ends itself this long after its run should
            have ended; if its server is gone, at once.
        runtime: see ContainerSpec.
    """

    def __init__(
        self,
        engine: DockerEngine,
        images: ImageSource,
        server: str,
        *,
        backstop_seconds: float = BACKSTOP_SECONDS,
        runtime: str = "",
    ) -> None:
        self._engine = engine
        self._images = images
        self._runtime = runtime
        self._server = server
        self.layers: Layers | None = None
        """Where runs have their packages from; to be set before the first that has any."""
        self._backstop_seconds = backstop_seconds
        self._clearing = asyncio.Lock()
        self._is_cleared = False
        # From anywhere: other servers on this engine have sandboxes too.
        self._users = itertools.cycle(random.sample(USERS, len(USERS)))

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""
        await self._images.ensure(runtime)

    def expect(self, spec: SandboxSpec) -> None:
        """See Sandboxes.expect. Each is made when it is opened."""

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """See Sandboxes.open."""
        volumes = (await self._packages(spec),) if spec.packages else ()
        image = await self._images.tag(spec.runtime)
        return await self._open(self._spec(image, spec.limits, volumes))

    async def ensure_installer(
        self, runtime: Runtime, progress: Callable[[BuildProgress], None]
    ) -> None:
        """See InstallSandboxes.ensure_installer."""
        await self.remove_leftovers()  # or the new ones would be taken for such
        await self._images.build_installer(runtime, progress)

    async def open_installer(self, runtime: Runtime, limits: SandboxLimits, volume: str) -> Sandbox:
        """See InstallSandboxes.open_installer."""
        image = await self._images.installer_tag(runtime)
        spec = self._spec(image, limits, (Volume(volume, LAYER, is_writable=True),))
        return await self._open(spec)

    async def _packages(self, spec: SandboxSpec) -> Volume:
        volume = await self.layers.volume(spec.packages) if self.layers else None
        if volume is None:  # the engine would make an empty one
            raise StartFailed("the packages are not installed any more; run it again")
        return Volume(volume, spec.runtime.packages_directory)

    def _spec(
        self, image: str, limits: SandboxLimits, volumes: tuple[Volume, ...]
    ) -> ContainerSpec:
        user = next(self._users)
        return ContainerSpec(image, self._server, user, limits, self._runtime, volumes)

    async def _open(self, spec: ContainerSpec) -> Sandbox:
        name = f"codlab-{secrets.token_hex(8)}"
        config = container_config(spec)
        async with contextlib.AsyncExitStack() as undo:
            undo.push_async_callback(self._engine.remove, name)
            await self._create(config, name)
            connection = await Connection.over(await self._engine.attach(name))
            undo.callback(connection.abort)
            await self._engine.start(name)
            sandbox = AttachedSandbox(self._engine, name, connection, self._backstop_seconds)
            await sandbox.come_up()
            undo.pop_all()
        return sandbox

    async def _create(self, config: Mapping[str, Any], name: str) -> None:
        try:
            await self._engine.create(config, name)
        except EngineRefused as error:
            if self._runtime and "runtime" in str(error).lower():
                raise EngineRefused(unknown_runtime(self._runtime), error.status) from error
            raise

    async def remove_leftovers(self) -> int:
        """See Sandboxes.remove_leftovers; only the first time is there anything to remove.

        Also warns, then, of what is amiss with the engine.
        """
        async with self._clearing:
            if self._is_cleared:
                return 0
            version = await self._engine.version()
            for warning in version.warnings_for(self._runtime):
                log.warning("the container engine: %s", warning)
            names = await self._engine.names(f"{SERVER_LABEL}={self._server}")
            await asyncio.gather(*(self._engine.remove(name) for name in names))
            if self.layers is not None:
                await self.layers.remove_leftovers()
            self._is_cleared = True
            return len(names)
