"""What every kind of sandbox must do: one suite, run on the real one and on its fake."""

import json
import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from executor.engine_docker import DockerEngine
from executor.errors import StartFailed
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.pool import SandboxPool
from executor.run import ArtefactLimits, RunLimits, SourceFile, Stream, TerminalSize
from executor.sandbox import Program, Sandbox, Sandboxes, SandboxSpec
from executor.sandbox_docker import DockerSandboxes
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes

TERMINAL = TerminalSize(80, 24)
MIB = 1 << 20


@pytest.fixture(params=["fake", "docker"])
def maker(request: pytest.FixtureRequest, engine: DockerEngine, images: DockerImages) -> Sandboxes:
    if request.param == "fake":
        return FakeSandboxes(programs.BEHAVIOURS)
    return DockerSandboxes(engine, images, f"test-{secrets.token_hex(4)}")


@pytest.fixture(params=["made when opened", "made ahead"])
async def sandboxes(
    request: pytest.FixtureRequest, maker: Sandboxes, python: Runtime
) -> AsyncGenerator[Sandboxes]:
    if request.param == "made when opened":
        yield maker
        return
    async with SandboxPool(maker, 1) as pool:
        await pool.remove_leftovers()
        pool.expect(SandboxSpec(python, RunLimits()))
        await pool.until_ready()
        assert pool.idle_count == 1
        yield pool


def plain(*argv: str) -> Program:
    return Program(argv=argv, env={}, wall_seconds=60, cpu_seconds=60)


class Place:
    """Opens sandboxes and starts programs in them."""

    def __init__(self, sandboxes: Sandboxes, python: Runtime) -> None:
        self.sandboxes = sandboxes
        self.python = python
        self.opened: list[Sandbox] = []

    async def open(self, limits: RunLimits) -> Sandbox:
        self.opened.append(await self.sandboxes.open(SandboxSpec(self.python, limits)))
        return self.opened[-1]

    async def begin(self, source: str, terminal: TerminalSize | None = None) -> Sandbox:
        sandbox = await self.open(RunLimits())
        await sandbox.begin(self.program(source, terminal=terminal))
        return sandbox

    def program(
        self,
        source: str,
        *files: SourceFile,
        args: tuple[str, ...] = (),
        terminal: TerminalSize | None = None,
    ) -> Program:
        main = SourceFile("main.py", source.encode())
        argv = self.python.commands("main.py", args=args).run
        env = {"GREETING": "hé llo\n$HOME"}
        return replace(plain(*argv), env=env, files=(main, *files), terminal=terminal)


@pytest.fixture
async def place(sandboxes: Sandboxes, python: Runtime) -> AsyncGenerator[Place]:
    place = Place(sandboxes, python)
    yield place
    for sandbox in place.opened:
        await sandbox.close()


async def until(sandbox: Sandbox, text: bytes) -> bytes:
    """Reads on until the text has come."""
    said = b""
    while text not in said:
        chunk = await sandbox.read()
        assert chunk is not None, said
        said += chunk.data
    return said


async def rest(sandbox: Sandbox) -> dict[Stream, bytes]:
    """Reads to the end."""
    said: dict[Stream, bytes] = {}
    while (chunk := await sandbox.read()) is not None:
        said[chunk.stream] = said.get(chunk.stream, b"") + chunk.data
    return said


async def test_output_and_exit_code_come_back(place: Place) -> None:
    sandbox = await place.begin(programs.HELLO)
    assert await rest(sandbox) == {Stream.STDOUT: b"hello\n"}
    assert (await sandbox.end()).code == 0
    sandbox = await place.begin(programs.EXIT_3)
    assert await rest(sandbox) == {}
    assert (await sandbox.end()).code == 3


async def test_the_streams_are_apart_on_pipes(place: Place) -> None:
    sandbox = await place.begin(programs.BOTH_STREAMS)
    assert await rest(sandbox) == {Stream.STDOUT: b"out\n", Stream.STDERR: b"err\n"}


async def test_a_terminal_has_one_stream(place: Place) -> None:
    sandbox = await place.begin(programs.BOTH_STREAMS, TERMINAL)
    said = await rest(sandbox)
    assert list(said) == [Stream.TERMINAL]
    assert said[Stream.TERMINAL].split() == [b"out", b"err"]


@pytest.mark.parametrize("terminal", [None, TERMINAL])
async def test_output_comes_while_the_program_waits_for_input(
    place: Place, terminal: TerminalSize | None
) -> None:
    sandbox = await place.begin(programs.GREET, terminal)
    await until(sandbox, b"name? ")
    await sandbox.write(b"Ada\n")
    await until(sandbox, b"Hello, Ada!")
    await rest(sandbox)
    assert (await sandbox.end()).code == 0


async def test_the_end_of_input_reaches_the_program_on_pipes(place: Place) -> None:
    sandbox = await place.begin(programs.COUNT_INPUT)
    await sandbox.write(b"one\n" * 20_000)
    await sandbox.end_input()
    assert await rest(sandbox) == {Stream.STDOUT: b"80000\n"}


async def test_the_end_of_input_is_typed_on_a_terminal(place: Place) -> None:
    sandbox = await place.begin(programs.COUNT_INPUT, TERMINAL)
    await sandbox.write(b"one\n\x04")
    assert (await rest(sandbox))[Stream.TERMINAL].split()[-1] == b"4"


@pytest.mark.parametrize("terminal", [None, TERMINAL])
async def test_files_arguments_and_variables_arrive_as_they_are(
    place: Place, terminal: TerminalSize | None
) -> None:
    files = {
        "a b/ü/日本.txt": "text",
        "-rf": "option",
        "$(id)'\".txt": "quotes",
        "deep/" + "d/" * 20 + "x": "deep",
        "control/\x10\x11": "\x10\x11\x03\x04\r\n",
    }
    args = ("a b", "", "$(id)", "`id`", "--", "-c", "*", "\\n", "line\nfeed\r", "'\"", "é日")
    sources = (SourceFile(path, text.encode()) for path, text in files.items())
    sandbox = await place.open(RunLimits())
    await sandbox.begin(place.program(programs.DESCRIBE, *sources, args=args, terminal=terminal))
    said = b"".join((await rest(sandbox)).values())
    assert json.loads(said) == [files, list(args), "hé llo\n$HOME"]


async def test_the_terminal_has_the_size_it_is_given(place: Place) -> None:
    sandbox = await place.begin(programs.WATCH_SIZE, TerminalSize(101, 31))
    await until(sandbox, b"size 101 31")
    await sandbox.resize(TerminalSize(120, 40))
    await until(sandbox, b"size 120 40")


@pytest.mark.parametrize("program", [programs.WAIT_FOR_EVER, programs.FLOOD])
async def test_closing_ends_a_program_and_its_output(place: Place, program: str) -> None:
    sandbox = await place.begin(program)
    assert await sandbox.read() is not None
    await sandbox.close()
    await rest(sandbox)
    await sandbox.close()


async def test_a_program_that_has_ended_can_be_written_to(place: Place) -> None:
    sandbox = await place.begin(programs.HELLO, TERMINAL)
    await rest(sandbox)
    await sandbox.write(b"more\n")
    await sandbox.resize(TerminalSize(10, 10))


async def test_files_that_do_not_fit_are_an_error_at_the_start(place: Place) -> None:
    sandbox = await place.open(RunLimits(workspace_bytes=1 << 20))
    with pytest.raises(StartFailed, match="the files could not be put into the sandbox"):
        await sandbox.begin(place.program(programs.HELLO, SourceFile("big", bytes(2 << 20))))


async def test_a_run_out_of_memory_says_so(place: Place) -> None:
    sandbox = await place.begin(programs.EAT_MEMORY)
    await rest(sandbox)
    end = await sandbox.end()
    assert end.out_of_memory
    assert end.code == 137


async def test_a_second_program_finds_the_files_of_the_first_and_none_of_its_processes(
    place: Place,
) -> None:
    sandbox = await place.begin(programs.LEAVE_A_DAEMON)
    assert await rest(sandbox) == {Stream.STDOUT: b"left\n"}
    assert (await sandbox.end()).code == 0
    await sandbox.write(b"typed too late\n")
    source = SourceFile("second.py", programs.LOOK_AROUND.encode())
    second = plain(*place.python.commands("second.py").run)
    await sandbox.begin(replace(second, files=(source,), terminal=TERMINAL))
    said = (await rest(sandbox))[Stream.TERMINAL]
    assert said.split() == [b"kept", b"2"]
    assert (await sandbox.end()).code == 0


async def test_what_was_built_comes_back_and_serves_in_another_sandbox(place: Place) -> None:
    first = await place.open(RunLimits())
    await first.begin(replace(place.program(programs.BUILD), built=()))
    assert await rest(first) == {}
    assert (await first.end()).code == 0
    assert await first.collect(1000) is None
    built = await first.collect(MIB)
    assert built is not None
    assert sorted(built, key=lambda file: file.path) == list(programs.BUILT)
    await first.begin(plain(programs.TOOL))
    assert (await rest(first))[Stream.STDOUT] == b"made ./lib/data ./tool\n"
    second = await place.open(RunLimits())
    await second.begin(replace(plain(programs.TOOL), built=built))
    assert (await rest(second))[Stream.STDOUT] == b"made ./lib/data ./tool\n"
    assert (await second.end()).code == 0


async def test_what_a_program_wrote_comes_back_and_what_it_was_given_does_not(
    place: Place,
) -> None:
    sandbox = await place.open(RunLimits())
    given = (SourceFile("given.txt", b"given"), SourceFile("same.txt", b"same"))
    await sandbox.begin(place.program(programs.WRITE_FILES, *given))
    assert await rest(sandbox) == {}
    assert (await sandbox.end()).code == 0
    everything = await sandbox.gather(ArtefactLimits(10, MIB, MIB))
    assert sorted(everything.files, key=lambda file: file.path) == list(programs.WRITTEN)
    assert everything.missed == 0
    small = await sandbox.gather(ArtefactLimits(10, 1000, MIB))
    assert {file.path for file in small.files} == {"given.txt", "made.txt"}
    assert small.missed == 1


async def test_a_sandbox_is_alive_until_it_is_closed(place: Place) -> None:
    sandbox = await place.open(RunLimits())
    assert sandbox.is_alive
    await sandbox.close()
    assert not sandbox.is_alive


async def test_leftovers_are_removed(maker: Sandboxes, python: Runtime) -> None:
    place = Place(maker, python)
    waiting = await place.begin(programs.WAIT_FOR_EVER)
    await place.open(RunLimits())
    assert await maker.remove_leftovers() == 2
    await rest(waiting)
    assert await maker.remove_leftovers() == 0
    for sandbox in place.opened:
        await sandbox.close()
