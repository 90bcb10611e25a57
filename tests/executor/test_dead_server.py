"""What becomes of a run whose server was killed."""

import asyncio
import secrets
import signal
import sys
from asyncio.subprocess import PIPE

from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import RunLimits
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes
from tests.executor.conftest import RECIPES

SERVER = """
import asyncio, sys
from pathlib import Path
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.run import RunLimits, SourceFile
from executor.sandbox import Program, SandboxSpec
from executor.sandbox_docker import DockerSandboxes

async def serve(server, recipes, backstop_seconds):
    python = load_catalogue().resolve("python")
    async with DockerEngine() as engine, DockerImages(engine, recipes) as images:
        sandboxes = DockerSandboxes(engine, images, server, backstop_seconds=backstop_seconds)
        spec = SandboxSpec(python, "room", RunLimits(wall_seconds=1), has_terminal=False)
        sandbox = await sandboxes.open(spec)
        main = SourceFile("main.py", b"import time; print('up'); time.sleep(1000)")
        await sandbox.begin(Program((main,), python.commands("main.py").run, {}, None))
        print((await sandbox.read()).data.decode(), flush=True)
        await asyncio.Event().wait()

asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
"""


async def killed_server(backstop_seconds: int) -> str:
    """Starts a server with one run, kills it, and returns its name."""
    server = f"test-{secrets.token_hex(4)}"
    words = ("-c", SERVER, server, str(RECIPES), str(backstop_seconds))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    return server


async def test_a_run_ends_by_itself(engine: DockerEngine, images: DockerImages) -> None:
    server = await killed_server(backstop_seconds=2)
    [name] = await engine.names(f"codlab.server={server}")
    assert (await engine.end(name)).code == 128 + signal.SIGKILL
    await engine.remove(name)


async def test_the_next_server_removes_what_is_left_and_nothing_else(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    server = await killed_server(backstop_seconds=100)
    other = DockerSandboxes(engine, images, f"{server}-other")
    async with Runner(other, RunLimits(), concurrent_runs=1, queued_runs=1):
        assert len(await engine.names(f"codlab.server={server}")) == 1
    same = DockerSandboxes(engine, images, server)
    async with Runner(same, RunLimits(), concurrent_runs=1, queued_runs=1):
        assert await engine.names(f"codlab.server={server}") == []
