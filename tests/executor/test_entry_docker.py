"""The first process of real sandboxes, against files that are not what they seem."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from executor.engine_docker import DockerEngine
from executor.errors import StartFailed
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import ArtefactLimits, Leftovers, RunLimits, SourceFile
from executor.sandbox import Program, Sandbox, SandboxSpec
from executor.sandbox_docker import DockerSandboxes

MIB = 1 << 20
NOTHING = Program(argv=("true",), env={}, wall_seconds=60, cpu_seconds=60)


@pytest.fixture
async def sandbox(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> AsyncGenerator[Sandbox]:
    sandboxes = DockerSandboxes(engine, images, f"test-{secrets.token_hex(4)}")
    sandbox = await sandboxes.open(SandboxSpec(python, RunLimits()))
    yield sandbox
    await sandbox.close()


async def run(sandbox: Sandbox, script: str) -> None:
    await sandbox.begin(replace(NOTHING, argv=("sh", "-c", script), built=()))
    while await sandbox.read() is not None:
        pass
    assert (await sandbox.end()).code == 0


@pytest.mark.parametrize(
    "script",
    [
        "ln -s /etc/passwd /tmp/build/link",
        "ln -s / /tmp/build/link",
        "mkfifo /tmp/build/pipe",
        "truncate -s 60M /tmp/build/sparse",
        "cd /tmp/build; for n in $(seq 20); do mkdir d; cd d; done",
        "touch /tmp/build/hidden; chmod 0 /tmp/build/hidden",
        "for n in $(seq 1100); do > /tmp/build/$n; done",
        "rmdir /tmp/build; ln -s /etc /tmp/build",
        "rmdir /tmp/build",
    ],
    ids=["link", "root", "fifo", "huge", "deep", "unreadable", "many", "elsewhere", "gone"],
)
async def test_what_is_not_plainly_built_is_not_taken(sandbox: Sandbox, script: str) -> None:
    await run(sandbox, script)
    assert await sandbox.collect(MIB) is None


@pytest.mark.parametrize(
    ("script", "missed"),
    [
        ("ln -s /etc/passwd /room/link", 0),
        ("ln -s /etc /room/directory", 0),
        ("mkfifo /room/pipe", 0),
        ("python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('/room/socket')\"", 0),
        ("touch /room/unreadable; chmod 0 /room/unreadable", 0),
        ("touch /room/.hidden; mkdir /room/__pycache__; touch /room/__pycache__/a", 0),
        ("truncate -s 60M /room/sparse", 1),
        ("cd /room; for n in $(seq 20); do mkdir d; cd d; done; touch deep", 1),
        ("for n in $(seq 30); do > /room/$n; done", 22),
        ("mkdir /room/shut; touch /room/shut/x; chmod 0 /room/shut", 1),
        (f"touch /room/{'x' * 255}; cd /room; mkdir {'y' * 255}; touch {'y' * 255}/{'x' * 255}", 0),
    ],
    ids=[
        "link",
        "linked directory",
        "fifo",
        "socket",
        "unreadable",
        "hidden",
        "huge",
        "deep",
        "many",
        "shut",
        "long",
    ],
)
async def test_of_what_a_program_wrote_only_plain_files_within_limits_are_taken(
    sandbox: Sandbox, script: str, missed: int
) -> None:
    await run(sandbox, f"echo x > /room/plain; {script}")
    found = await sandbox.gather(ArtefactLimits(9, MIB, MIB))
    contents = {file.path: file.content for file in found.files}
    others = [content for path, content in contents.items() if path != "plain"]
    assert set(others) <= {b""}
    assert found.missed == missed
    assert missed == 22 or contents["plain"] == b"x\n"


async def test_all_that_a_program_wrote_is_no_more_than_may_be(sandbox: Sandbox) -> None:
    await run(sandbox, "for n in 1 2 3 4 5; do head -c 300000 /dev/zero > /room/$n; done")
    found = await sandbox.gather(ArtefactLimits(9, MIB, MIB))
    assert ([len(file.content) for file in found.files], found.missed) == ([300_000] * 3, 2)


async def test_a_workspace_that_is_gone_has_nothing(sandbox: Sandbox) -> None:
    await run(sandbox, "chmod 0 /room")
    assert await sandbox.gather(ArtefactLimits(9, MIB, MIB)) == Leftovers((), 1)


@pytest.mark.parametrize(
    "path", ["../tmp/x", "a/../../tmp/x", "./x", "a//x", "..", "a/..", "", "a/"]
)
async def test_a_path_that_leads_elsewhere_is_refused_here_too(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(StartFailed, match="could not be put into the sandbox"):
        await sandbox.begin(replace(NOTHING, files=(SourceFile(path, b"x"),)))


@pytest.mark.parametrize("path", ["file", "directory/file"])
async def test_files_do_not_follow_what_an_earlier_program_left(
    sandbox: Sandbox, path: str
) -> None:
    await run(sandbox, "ln -s /tmp/target /room/file; ln -s /tmp /room/directory")
    with pytest.raises(StartFailed, match="could not be put into the sandbox"):
        await sandbox.begin(replace(NOTHING, files=(SourceFile(path, b"x"),)))
    assert not sandbox.is_alive


@pytest.mark.parametrize(
    ("argv", "code"), [(("no-such-program",), 127), (("/etc/passwd",), 126), (("/tmp",), 126)]
)
async def test_a_command_that_cannot_run_says_so_as_a_shell_would(
    sandbox: Sandbox, argv: tuple[str, ...], code: int
) -> None:
    await sandbox.begin(replace(NOTHING, argv=argv))
    chunk = await sandbox.read()
    assert chunk is not None
    assert chunk.data.startswith(argv[0].encode() + b": ")
    assert await sandbox.read() is None
    assert (await sandbox.end()).code == code


async def test_programs_find_no_stream_of_the_sandbox(sandbox: Sandbox) -> None:
    script = "ls -l /proc/self/fd | wc -l; ls /proc/1/fd /proc/1/cwd 2>&1 | grep -c denied"
    await sandbox.begin(replace(NOTHING, argv=("sh", "-c", script)))
    said = b""
    while (chunk := await sandbox.read()) is not None:
        said += chunk.data
    assert said.split() == [b"5", b"2"]
