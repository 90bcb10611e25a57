"""Sandboxes that are Docker containers: one container each, attached before it starts."""

import asyncio
import contextlib
import itertools
import logging
import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from executor import entry
from executor.connection import Connection
from executor.container import (
    ROOM_DIRECTORY,
    SERVER_LABEL,
    USERS,
    ContainerSpec,
    Volume,
    container_config,
    environment,
)
from executor.engine_docker import DockerEngine
from executor.engine_version import unknown_runtime
from executor.entry import Frame, FromSandbox
from executor.errors import EngineRefused, SandboxBroke, StartFailed
from executor.frames import Chunk
from executor.images import BuildProgress, ImageSource
from executor.languages import BUILD_DIRECTORY, Runtime
from executor.news import News, news_of
from executor.packages.installation import LAYER
from executor.packages.layers import Layers
from executor.run import (
    SIGNAL_EXIT_BASE,
    ArtefactLimits,
    Exit,
    Leftovers,
    SandboxLimits,
    SourceFile,
    Stream,
    TerminalSize,
)
from executor.sandbox import Adapter, Program, Sandbox, SandboxSpec

log = logging.getLogger(__name__)

BACKSTOP_SECONDS = 20
ANSWER_SECONDS = 60  # to take the files; far too long, but for a machine under load
OUTPUT = {
    FromSandbox.OUT: Stream.STDOUT,
    FromSandbox.ERR: Stream.STDERR,
    FromSandbox.TERMINAL: Stream.TERMINAL,
}


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
            sandbox = DockerSandbox(self._engine, name, connection, self._backstop_seconds)
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


class DockerSandbox:
    """See executor.sandbox.Sandbox."""

    def __init__(
        self,
        engine: DockerEngine,
        name: str,
        connection: Connection,
        backstop_seconds: float,
    ) -> None:
        self._engine = engine
        self._name = name
        self._connection = connection
        self._backstop_seconds = backstop_seconds
        self._last: Frame | None = None  # ENDED, or a FAULT

    @property
    def is_alive(self) -> bool:
        """See Sandbox.is_alive."""
        has_failed = self._last is not None and self._last.kind is FromSandbox.FAULT
        return self._connection.is_open and not has_failed

    async def come_up(self) -> None:
        """Wait until the first process says that it is ready.

        Raises:
            StartFailed: it does not.
        """
        await self._expect(FromSandbox.READY)

    async def begin(self, program: Program) -> None:
        """See Sandbox.begin."""
        self._last = None
        begin = entry.begin(
            program.argv,
            environment(has_terminal=program.terminal is not None) | dict(program.env),
            program.terminal,
            self._budget(program),
        )
        await self._connection.send([*_put(program), begin])
        await self._expect(FromSandbox.BEGUN)

    async def debug(self, adapter: Adapter) -> str:
        """See Sandbox.debug."""
        self._last = None
        begin = entry.debug(
            adapter.argv,
            environment(has_terminal=adapter.is_on_terminal) | dict(adapter.env),
            adapter.terminal,
            self._budget(adapter),
            is_on_terminal=adapter.is_on_terminal,
        )
        await self._connection.send([*_put(adapter), begin])
        return (await self._expect(FromSandbox.BEGUN)).words()[0]

    def _budget(self, program: Program | Adapter) -> entry.Budget:
        return entry.Budget(program.cpu_seconds, program.wall_seconds + self._backstop_seconds)

    async def hear(self) -> News | None:
        """See Sandbox.hear."""
        if self._last is not None:
            return None
        frame = await self._connection.next()
        news = None if frame is None else news_of(frame)
        if news is None:
            self._last = frame
        return news

    async def grant(self, count: int) -> None:
        """See Sandbox.grant."""
        await self._connection.send([entry.grant(count)])

    async def connect(self, channel: int, address: str, seconds: float) -> None:
        """See Sandbox.connect."""
        await self._connection.send([entry.connect(channel, address, seconds)])

    async def say(self, channel: int, data: bytes) -> None:
        """See Sandbox.say."""
        await self._connection.send(entry.say(channel, data))

    async def spawn(self, argv: tuple[str, ...], env: Mapping[str, str]) -> None:
        """See Sandbox.spawn."""
        try:
            frame = entry.spawn(argv, environment(has_terminal=True) | dict(env))
        except ValueError as error:
            raise StartFailed(f"the program can't be begun with {error}") from error
        await self._connection.send([frame])

    async def finish(self) -> None:
        """See Sandbox.finish."""
        await self._connection.send([entry.finish()])

    async def _expect(self, kind: FromSandbox) -> Frame:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                frame = await self._connection.next()
        except TimeoutError:
            raise StartFailed(f"the sandbox said nothing for {ANSWER_SECONDS} s") from None
        if frame is None:
            raise StartFailed("the sandbox ended before the program began")
        if frame.kind is FromSandbox.FAULT:
            self._last = frame
            reason = frame.content.decode(errors="replace")
            raise StartFailed(f"the files could not be put into the sandbox: {reason}")
        if frame.kind is not kind:
            raise StartFailed(f"the sandbox said {frame.kind.name} instead of {kind.name}")
        return frame

    async def read(self) -> Chunk | None:
        """See Sandbox.read."""
        if self._last is not None:
            return None
        frame = await self._connection.next()
        if frame is not None and frame.kind in OUTPUT:
            more = (frame.content for frame in self._connection.more(frame.kind))
            return Chunk(OUTPUT[frame.kind], b"".join([frame.content, *more]))
        self._last = frame
        return None

    async def write(self, data: bytes) -> None:
        """See Sandbox.write."""
        await self._connection.send(entry.typed(data))

    async def end_input(self) -> None:
        """See Sandbox.end_input."""
        await self._connection.send([entry.end_input()])

    async def resize(self, size: TerminalSize) -> None:
        """See Sandbox.resize."""
        await self._connection.send([entry.resize(size)])

    async def end(self) -> Exit:
        """See Sandbox.end."""
        if self._last is None:  # most likely, the first process was what had to go
            end = await self._engine.end(self._name)
            if end.out_of_memory:
                return Exit(SIGNAL_EXIT_BASE + 9, out_of_memory=True)
            raise SandboxBroke(f"the sandbox ended before its program ({end.code})")
        if self._last.kind is FromSandbox.FAULT:
            raise SandboxBroke(self._last.content.decode(errors="replace"))
        code, killed, refused = self._last.words()
        return Exit(int(code), out_of_memory=killed != "0", out_of_processes=refused != "0")

    async def collect(self, max_bytes: int) -> tuple[SourceFile, ...] | None:
        """See Sandbox.collect."""
        found = await self._fetch(entry.collect(BUILD_DIRECTORY, max_bytes))
        return None if found.missed else found.files

    async def gather(self, limits: ArtefactLimits) -> Leftovers:
        """See Sandbox.gather."""
        return await self._fetch(entry.gather(ROOM_DIRECTORY, limits))

    async def _fetch(self, question: bytes) -> Leftovers:
        await self._connection.send([question])
        files: list[SourceFile] = []
        while frame := await self._connection.next():
            if frame.kind is FromSandbox.COLLECTED:
                [missed] = frame.words()
                return Leftovers(tuple(files), int(missed))
            if frame.kind is FromSandbox.FAULT:
                raise SandboxBroke(frame.content.decode(errors="replace"))
            files.append(frame.file())
        raise SandboxBroke("the sandbox ended before it gave its files back")

    async def close(self) -> None:
        """See Sandbox.close."""
        self._connection.abort()
        await self._engine.remove(self._name)


def _put(program: Program | Adapter) -> Iterator[bytes]:
    yield from entry.put(ROOM_DIRECTORY, program.files)
    if program.built is not None:
        yield from entry.put(BUILD_DIRECTORY, program.built)
