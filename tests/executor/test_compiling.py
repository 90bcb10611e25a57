"""Runs of compiled languages: over the fake for what happens when, and for real."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import Exit, RunLimits, RunRequest, RunState, SourceFile, Stream, TerminalSize
from executor.runner import RunHandle, Runner
from executor.sandbox import Sandboxes
from executor.sandbox_docker import DockerSandboxes
from tests.executor import programs
from tests.executor.fake_sandbox import Behaviour, FakeProcess, FakeSandboxes
from tests.executor.recorder import Recorder

COMPILE = """
    import sys
    text = open(sys.argv[1]).read()
    print('warning: careless', file=sys.stderr)
    if sys.stdin.read(): raise SystemExit('there is input')
    if 'error' in text: raise SystemExit(2)
    open(sys.argv[2], 'w').write(text)
    open('/tmp/touched', 'w').close()
"""
NOTES = "print('made', __file__)\n"


class Workshop:
    """Runs texts of a language that a Python script compiles."""

    def __init__(self, sandboxes: Sandboxes, runtime: Runtime, stack: AsyncExitStack) -> None:
        self.sandboxes = sandboxes
        self.runtime = runtime
        self.stack = stack
        self.runner: Runner | None = None

    async def open(self, limits: RunLimits | None = None, cache_bytes: int = 1 << 20) -> None:
        runner = Runner(
            self.sandboxes,
            limits or RunLimits(wall_seconds=60),
            concurrent_runs=2,
            queued_runs=2,
            build_cache_bytes=cache_bytes,
        )
        self.runner = await self.stack.enter_async_context(runner)

    def submit(
        self, source: str, room: str = "room", terminal: TerminalSize | None = None
    ) -> tuple[RunHandle, Recorder]:
        assert self.runner is not None
        recorder = Recorder()
        files = (SourceFile("main.py", source.encode()),)
        request = RunRequest(room, self.runtime, files, "main.py", terminal=terminal)
        return self.runner.submit(request, recorder), recorder

    async def run(
        self, source: str, room: str = "room", terminal: TerminalSize | None = None
    ) -> tuple[str, Recorder]:
        _, recorder = self.submit(source, room, terminal)
        return await recorder.outcome(), recorder


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def real(
    engine: DockerEngine, images: DockerImages, python: Runtime, stack: AsyncExitStack
) -> AsyncGenerator[Workshop]:
    server = f"test-{secrets.token_hex(4)}"
    script = "\n".join(line[4:] for line in COMPILE.splitlines())
    runtime = replace(
        python,
        compile=("python3", "-c", script, "{entry}", "{build}/main.py"),
        run=("python3", "-u", "{build}/main.py"),
    )
    workshop = Workshop(DockerSandboxes(engine, images, server), runtime, stack)
    await workshop.open()
    yield workshop
    await stack.aclose()
    assert await engine.names(f"codlab.server={server}") == []


class Toolchain:
    """A scripted compiler, and how often it was called."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, process: FakeProcess) -> Exit:
        self.calls += 1
        await process.print(b"warning: careless\n", Stream.STDERR)
        assert await process.input() == b""
        source = process.program.files[0].content
        process.built.append(SourceFile("main", source))
        return Exit(2 if source == b"error" else 0, out_of_memory=False)


async def run_built(process: FakeProcess) -> Exit:
    await process.print(b"ran " + process.built[0].content + b"\n")
    return programs.DONE


@pytest.fixture
async def toolchain() -> Toolchain:
    return Toolchain()


@pytest.fixture
async def fake(toolchain: Toolchain, python: Runtime, stack: AsyncExitStack) -> Workshop:
    behaviours: dict[str, Behaviour] = {
        "cc": toolchain,
        "/tmp/build/main": run_built,
        **programs.BEHAVIOURS,
    }
    runtime = replace(python, compile=("cc", "{entry}"), run=("{build}/main",))
    return Workshop(FakeSandboxes(behaviours), runtime, stack)


@pytest.mark.parametrize("terminal", [None, TerminalSize(80, 24)])
async def test_a_program_is_compiled_and_run_and_the_next_time_only_run(
    real: Workshop, terminal: TerminalSize | None
) -> None:
    for source in ("import os; print(os.path.exists('/tmp/touched'))", NOTES):
        texts = set()
        for attempt in range(2):
            outcome, recorder = await real.run(source, terminal=terminal)
            assert outcome == "exited(0)"
            assert "warning: careless" in recorder.text
            was_touched = attempt == 0
            texts.add(recorder.text.replace(str(was_touched), "?"))
            assert recorder.states[-2:] == [RunState.RUNNING, RunState.FINISHED]
        assert len(texts) == 1


async def test_a_compiler_that_fails_is_the_outcome(real: Workshop) -> None:
    for _ in range(2):
        outcome, recorder = await real.run("error")
        assert outcome == "compile failed: exited(2)"
        assert recorder.text == "warning: careless\n"
        assert RunState.RUNNING not in recorder.states


async def test_only_the_same_text_in_the_same_room_is_not_compiled_again(
    fake: Workshop, toolchain: Toolchain
) -> None:
    await fake.open()
    for source, room, calls in (
        ("one", "room", 1),
        ("one", "room", 1),
        ("two", "room", 2),
        ("one", "room", 2),
        ("one", "other room", 3),
        ("error", "room", 4),
        ("error", "room", 5),
    ):
        outcome, recorder = await fake.run(source, room)
        assert toolchain.calls == calls
        if source != "error":
            assert outcome == "exited(0)"
            assert bytes(recorder.streams[Stream.STDOUT]) == f"ran {source}\n".encode()
        assert recorder.streams[Stream.STDERR] == b"warning: careless\n"


async def test_without_a_cache_every_run_compiles(fake: Workshop, toolchain: Toolchain) -> None:
    await fake.open(cache_bytes=0)
    for calls in (1, 2):
        assert (await fake.run("one"))[0] == "exited(0)"
        assert toolchain.calls == calls


async def test_compiling_has_a_time_limit_of_its_own_and_can_be_stopped(
    fake: Workshop, python: Runtime
) -> None:
    fake.runtime = replace(python, compile=(programs.WAIT_FOR_EVER, "{entry}"))
    await fake.open(RunLimits(compile_seconds=0.05, wall_seconds=60))
    outcome, recorder = await fake.run("one")
    assert outcome == "compile failed: timed out after 0.05 s"
    assert recorder.text == "waiting\n"
    await fake.open(RunLimits(compile_seconds=60, wall_seconds=0.05))
    handle, recorder = fake.submit("one")
    await recorder.says("waiting")
    handle.stop("Ada")
    assert await recorder.outcome() == "stopped by Ada"
    assert RunState.RUNNING not in recorder.states
