"""A container as a sandbox, by the frames on its attached streams."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Protocol

from executor import entry
from executor.connection import Connection
from executor.container import ROOM_DIRECTORY, environment
from executor.entry import Frame, FromSandbox
from executor.errors import SandboxBroke, StartFailed
from executor.frames import Chunk
from executor.languages import BUILD_DIRECTORY
from executor.news import News, news_of
from executor.run import (
    SIGNAL_EXIT_BASE,
    ArtefactLimits,
    Exit,
    Leftovers,
    SourceFile,
    Stream,
    TerminalSize,
)
from executor.sandbox import Adapter, Program

ANSWER_SECONDS = 60  # to take the files; far too long, but for a machine under load
OUTPUT = {
    FromSandbox.OUT: Stream.STDOUT,
    FromSandbox.ERR: Stream.STDERR,
    FromSandbox.TERMINAL: Stream.TERMINAL,
}


class Engine(Protocol):
    """What has the container."""

    async def end(self, name: str) -> Exit:
        """Wait until a container has ended, and return how."""

    async def remove(self, name: str) -> None:
        """Kill a container with all its processes, and remove it; also if it is not there."""


class AttachedSandbox:
    """See executor.sandbox.Sandbox."""

    def __init__(
        self,
        engine: Engine,
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
