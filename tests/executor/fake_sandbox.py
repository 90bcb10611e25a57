"""A twin of the real sandboxes that runs scripted programs, for tests that need no engine."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from executor.errors import ExecutorError, StartFailed
from executor.frames import Chunk
from executor.languages import Runtime
from executor.news import News
from executor.run import ArtefactLimits, Exit, Leftovers, SourceFile, Stream, TerminalSize
from executor.sandbox import Adapter, Program, Sandbox, SandboxSpec
from tests.executor.fake_adapter import CAPABILITIES, ENDED, FakeAdapter

PIPE_BYTES = 64 << 10
END_OF_TRANSMISSION = b"\x04"
KILLED = Exit(137, out_of_memory=False)
OUT_OF_MEMORY = Exit(137, out_of_memory=True)


class FakeProcess:
    """What a scripted program sees of its world."""

    def __init__(self, program: Program, built: list[SourceFile]) -> None:
        self.program = program
        self.size = program.terminal
        self.built = built + list(program.built or ())
        self.written: list[SourceFile] = []
        self.end: Exit | None = None
        self._output: deque[Chunk] = deque()
        self._input = bytearray()
        self._has_input_ended = False
        self._changed = asyncio.Condition()

    async def live(self, behaviour: "Behaviour") -> None:
        await self.ended(await behaviour(self))

    async def ended(self, end: Exit) -> None:
        async with self._changed:
            self.end = self.end or end
            self._changed.notify_all()

    async def print(self, data: bytes, stream: Stream = Stream.STDOUT) -> None:
        """Writes; waits while a pipe's worth of output is unread."""
        async with self._changed:
            self._output.append(Chunk(Stream.TERMINAL if self.size else stream, data))
            self._changed.notify_all()
            await self._changed.wait_for(lambda: self.unread_bytes < PIPE_BYTES)

    async def input(self) -> bytes:
        """The next line of input; b"" at its end."""
        async with self._changed:
            await self._changed.wait_for(lambda: b"\n" in self._input or self._has_input_ended)
            line, end, rest = bytes(self._input).partition(b"\n")
            self._input[:] = rest
            return line + end

    async def resized(self) -> TerminalSize | None:
        """The size after the next change."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.size != self.program.terminal)
            return self.size

    async def take_output(self) -> Chunk | None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._output or self.end)
            self._changed.notify_all()
            return self._output.popleft() if self._output else None

    async def give_input(self, data: bytes, *, is_last: bool = False) -> None:
        async with self._changed:
            self._input += data.replace(END_OF_TRANSMISSION, b"")
            self._has_input_ended |= is_last or END_OF_TRANSMISSION in data
            self._changed.notify_all()

    async def resize(self, size: TerminalSize) -> None:
        async with self._changed:
            self.size = size
            self._changed.notify_all()

    @property
    def unread_bytes(self) -> int:
        return sum(len(chunk.data) for chunk in self._output)


Behaviour = Callable[[FakeProcess], Awaitable[Exit]]


class FakeSandbox:
    """See executor.sandbox.Sandbox. A word of the command or a file's text is its behaviour."""

    def __init__(
        self, spec: SandboxSpec, behaviours: Mapping[str, Behaviour], changed: asyncio.Condition
    ) -> None:
        self.spec = spec
        self.is_closed = False
        self.is_broken = False
        self.gather_error: ExecutorError | None = None
        self.capabilities: Mapping[str, object] = CAPABILITIES
        self.traits: Mapping[str, object] = {}
        """Attributes of the adapter, from its start on."""
        self._changed = changed
        self._behaviours = behaviours
        self.adapter: FakeAdapter | None = None
        self.granted_bytes = 0
        self._process: FakeProcess | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_alive(self) -> bool:
        return not (self.is_closed or self.is_broken)

    async def begin(self, program: Program) -> None:
        if sum(len(file.content) for file in program.files) > self.spec.limits.workspace_bytes:
            raise StartFailed("the files could not be put into the sandbox: they are too many")
        words = [*program.argv, *(file.content.decode() for file in program.files)]
        behaviour = next(self._behaviours[word] for word in words if word in self._behaviours)
        built = self._process.built if self._process else []
        self._process = FakeProcess(program, built)
        self._task = asyncio.create_task(self._process.live(behaviour))

    async def read(self) -> Chunk | None:
        return await self.process.take_output()

    async def debug(self, adapter: Adapter) -> str:
        self.adapter = FakeAdapter(adapter, self.capabilities)
        for name, value in self.traits.items():
            setattr(self.adapter, name, value)
        return "/dev/pts/0"

    async def hear(self) -> News | None:
        return await self.debugged.hear()

    async def grant(self, count: int) -> None:
        self.granted_bytes += count

    async def connect(self, channel: int, address: str, seconds: float) -> None:
        raise AssertionError("the fake adapter has its own streams")

    async def say(self, channel: int, data: bytes) -> None:
        self.debugged.say(data)

    async def spawn(self, argv: tuple[str, ...], env: Mapping[str, str]) -> None:
        self.debugged.spawn()

    async def finish(self) -> None:
        self.debugged.finish()

    @property
    def debugged(self) -> FakeAdapter:
        assert self.adapter is not None, "debug comes first"
        return self.adapter

    async def write(self, data: bytes) -> None:
        if self.adapter is not None:
            self.adapter.type()
            return
        await self.process.give_input(data)

    async def end_input(self) -> None:
        await self.process.give_input(b"", is_last=True)

    async def resize(self, size: TerminalSize) -> None:
        await self.process.resize(size)

    async def end(self) -> Exit:
        if self.adapter is not None:
            return ENDED
        assert self.process.end is not None
        return self.process.end

    async def collect(self, max_bytes: int) -> tuple[SourceFile, ...] | None:
        built = tuple(self.process.built)
        return built if sum(len(file.content) for file in built) <= max_bytes else None

    async def gather(self, limits: ArtefactLimits) -> Leftovers:
        if self.gather_error:
            raise self.gather_error
        written = self._process.written if self._process else []
        fitting = [file for file in written if len(file.content) <= limits.file_bytes]
        taken = fitting[: limits.files]
        return Leftovers(tuple(taken), len(written) - len(taken))

    async def close(self) -> None:
        async with self._changed:
            self.is_closed = True
            self._changed.notify_all()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            await self.process.ended(KILLED)

    @property
    def process(self) -> FakeProcess:
        assert self._process is not None, "begin comes first"
        return self._process


class FakeSandboxes:
    """See executor.sandbox.Sandboxes; `may_open` can be cleared to keep sandboxes from opening."""

    def __init__(self, behaviours: Mapping[str, Behaviour]) -> None:
        self.opened: list[FakeSandbox] = []
        self.expected: list[SandboxSpec] = []
        self.attempts = 0
        self.opening = asyncio.Event()
        self.may_open = asyncio.Event()
        self.may_open.set()
        self.open_error: Exception | None = None
        self.ensure_error: ExecutorError | None = None
        self.leftovers_error: ExecutorError | None = None
        self.leftovers_removed = 0
        self.capabilities: Mapping[str, object] = CAPABILITIES
        self.traits: Mapping[str, object] = {}
        """Attributes of the adapter, from its start on."""
        self._behaviours = behaviours
        self._changed = asyncio.Condition()

    async def ensure(self, runtime: Runtime) -> None:
        if self.ensure_error:
            raise self.ensure_error

    def expect(self, spec: SandboxSpec) -> None:
        self.expected.append(spec)

    async def open(self, spec: SandboxSpec) -> Sandbox:
        self.opening.set()
        await self.may_open.wait()
        async with self._changed:
            self.attempts += 1
            self._changed.notify_all()
            if self.open_error:
                raise self.open_error
            sandbox = FakeSandbox(spec, self._behaviours, self._changed)
            sandbox.capabilities, sandbox.traits = self.capabilities, self.traits
            self.opened.append(sandbox)
        return sandbox

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until this is so; looks whenever a sandbox was opened or closed."""
        async with self._changed:
            await self._changed.wait_for(holds)

    @property
    def open_ones(self) -> list[FakeSandbox]:
        return [sandbox for sandbox in self.opened if not sandbox.is_closed]

    async def remove_leftovers(self) -> int:
        if self.leftovers_error:
            raise self.leftovers_error
        left = [sandbox for sandbox in self.opened if not sandbox.is_closed]
        for sandbox in left:
            await sandbox.close()
        self.leftovers_removed += 1
        return len(left)
