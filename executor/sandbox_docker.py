"""Sandboxes that are Docker containers: one container each, attached before it starts."""

import asyncio
import contextlib
import logging
import secrets
from typing import Protocol, Self

from executor.container import (
    FAULT,
    GO,
    READY,
    SERVER_LABEL,
    ContainerSpec,
    container_config,
    environment,
    preamble,
)
from executor.engine_docker import DockerEngine
from executor.errors import ExecutorError, StartFailed
from executor.frames import Chunk, FrameDecoder
from executor.languages import Runtime
from executor.run import Exit, Stream, TerminalSize
from executor.sandbox import Program, Sandbox, SandboxSpec
from executor.workspace import pack

log = logging.getLogger(__name__)

READ_BYTES = 64 << 10
BACKSTOP_SECONDS = 20  # a sandbox may wait this long for its engine's start and its program


class ImageSource(Protocol):
    """Where the runtimes' images come from."""

    async def tag(self, runtime: Runtime) -> str:
        """Return the tag of the runtime's image."""

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""


class DockerSandboxes:
    """See executor.sandbox.Sandboxes.

    Args:
        server: names the data directory's server for good: what has this label is its own.
        backstop_seconds: if its server is gone, a sandbox ends itself this long after its run
            should have ended.
    """

    def __init__(
        self,
        engine: DockerEngine,
        images: ImageSource,
        server: str,
        *,
        backstop_seconds: float = BACKSTOP_SECONDS,
    ) -> None:
        self._engine = engine
        self._images = images
        self._server = server
        self._backstop_seconds = backstop_seconds

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""
        await self._images.ensure(runtime)

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """See Sandboxes.open."""
        name = f"codlab-{secrets.token_hex(8)}"
        config = container_config(
            ContainerSpec(
                image=await self._images.tag(spec.runtime),
                server=self._server,
                room=spec.room,
                run=name,
                has_terminal=spec.has_terminal,
                limits=spec.limits,
                lifetime_seconds=spec.limits.wall_seconds + self._backstop_seconds,
            )
        )
        async with contextlib.AsyncExitStack() as undo:
            undo.push_async_callback(self._engine.remove, name)
            await self._engine.create(config, name)
            connection = await Connection.open(self._engine, name, spec.has_terminal)
            undo.callback(connection.abort)
            await self._engine.start(name)
            undo.pop_all()
        return DockerSandbox(self._engine, name, connection)

    async def remove_leftovers(self) -> int:
        """See Sandboxes.remove_leftovers."""
        names = await self._engine.names(f"{SERVER_LABEL}={self._server}")
        await asyncio.gather(*(self._engine.remove(name) for name in names))
        return len(names)


class Connection:
    """The attached streams of one container, read with back-pressure down to the program's pipe."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, has_terminal: bool
    ) -> None:
        self.has_terminal = has_terminal
        self._reader = reader
        self._writer = writer
        self._frames = FrameDecoder()
        self._chunks: list[Chunk] = []

    @classmethod
    async def open(cls, engine: DockerEngine, name: str, has_terminal: bool) -> Self:
        """Attach to a container that has not been started yet."""
        attached = await engine.attach(name)
        reader, writer = await asyncio.open_connection(sock=attached, limit=READ_BYTES)
        return cls(reader, writer, has_terminal)

    async def read(self) -> Chunk | None:
        """See Sandbox.read."""
        while not self._chunks:
            try:
                data = await self._reader.read(READ_BYTES)
            except ConnectionError:  # as good as its end: the container tells how it ended
                return None
            if not data:
                return None
            if self.has_terminal:
                return Chunk(Stream.TERMINAL, data)
            self._chunks = self._frames.feed(data)[::-1]
        return self._chunks.pop()

    def unread(self, chunk: Chunk) -> None:
        """Have `read` return this next."""
        if chunk.data:
            self._chunks.append(chunk)

    async def write(self, data: bytes) -> None:
        """See Sandbox.write."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:  # the program has ended; its reader is told
            return

    def end_input(self) -> None:
        """Close our half; nothing can be written any more."""
        if not self._reader.at_eof():
            self._writer.write_eof()

    def abort(self) -> None:
        """Drop the connection with all that is still in it."""
        self._writer.transport.abort()


class DockerSandbox:
    """See executor.sandbox.Sandbox."""

    def __init__(self, engine: DockerEngine, name: str, connection: Connection) -> None:
        self._engine = engine
        self._name = name
        self._connection = connection

    async def begin(self, program: Program) -> None:
        """See Sandbox.begin."""
        size = program.terminal or TerminalSize(80, 24)
        env = environment(self._connection.has_terminal) | dict(program.env)
        tar = pack(program.files)
        await self._expect(READY)
        await self._connection.write(
            preamble(len(tar), program.argv, env, (size.cols, size.rows)) + tar
        )
        await self._expect(GO)

    async def _expect(self, mark: bytes) -> None:
        chunk = await self._connection.read()
        if chunk is not None and chunk.data.startswith(mark):
            self._connection.unread(Chunk(chunk.stream, chunk.data.removeprefix(mark)))
            return
        said = b""
        while chunk is not None and len(said) < READ_BYTES:
            said += chunk.data
            chunk = await self._connection.read()
        if said.startswith(FAULT):
            reason = said.removeprefix(FAULT).decode(errors="replace").strip()
            raise StartFailed(f"the files could not be put into the sandbox: {reason}")
        raise StartFailed("the sandbox ended before the program began")

    async def read(self) -> Chunk | None:
        """See Sandbox.read."""
        return await self._connection.read()

    async def write(self, data: bytes) -> None:
        """See Sandbox.write."""
        await self._connection.write(data)

    async def end_input(self) -> None:
        """See Sandbox.end_input."""
        self._connection.end_input()

    async def resize(self, size: TerminalSize) -> None:
        """See Sandbox.resize."""
        try:
            await self._engine.resize(self._name, size)
        except (
            ExecutorError
        ) as error:  # most likely it has ended; a wrong size is no reason to end it
            log.info("a terminal was not resized: %s", error)

    async def end(self) -> Exit:
        """See Sandbox.end."""
        return await self._engine.end(self._name)

    async def close(self) -> None:
        """See Sandbox.close."""
        self._connection.abort()
        await self._engine.remove(self._name)
