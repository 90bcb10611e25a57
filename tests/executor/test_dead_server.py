"""What becomes of the sandboxes of a server that was killed, or hangs."""

import asyncio
import secrets
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing

from docker import APIClient

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
        spec = SandboxSpec(python, RunLimits(wall_seconds=1))
        idle = await sandboxes.open(spec)
        sandbox = await sandboxes.open(spec)
        main = SourceFile("main.py", b"import time; print('up'); time.sleep(1000)")
        argv = python.commands("main.py").run
        await sandbox.begin(
            Program(argv=argv, env={}, files=(main,), wall_seconds=1, cpu_seconds=1)
        )
        print((await sandbox.read()).data.decode(), flush=True)
        await asyncio.Event().wait()

asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
"""


async def start_server(name: str, backstop_seconds: int) -> Process:
    """Starts a server with one idle sandbox and one run."""
    words = ("-c", SERVER, name, str(RECIPES), str(backstop_seconds))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


def volumes_of(server: str) -> list[str]:
    """The names of the volumes that a server's containers have."""
    with closing(APIClient(version="auto")) as client:
        containers = client.containers(all=True, filters={"label": f"codlab.server={server}"})
        mounts = [mount for container in containers for mount in container["Mounts"]]
    return [mount["Name"] for mount in mounts if mount["Type"] == "volume"]


def that_exist(volumes: list[str]) -> list[str]:
    with closing(APIClient(version="auto")) as client:
        known = {volume["Name"] for volume in client.volumes()["Volumes"] or ()}
    return [name for name in volumes if name in known]


async def kill(process: Process) -> None:
    process.kill()
    assert await process.wait() == -signal.SIGKILL


async def test_what_a_killed_server_had_ends_with_it(
    engine: DockerEngine, images: DockerImages
) -> None:
    server = f"test-{secrets.token_hex(4)}"
    process = await start_server(server, backstop_seconds=1000)
    names = await engine.names(f"codlab.server={server}")
    assert len(names) == 2
    await kill(process)
    for name in names:
        await engine.end(name)
        await engine.remove(name)


async def test_a_run_of_a_server_that_hangs_ends_by_itself(
    engine: DockerEngine, images: DockerImages
) -> None:
    server = f"test-{secrets.token_hex(4)}"
    process = await start_server(server, backstop_seconds=1)
    process.send_signal(signal.SIGSTOP)
    names = await engine.names(f"codlab.server={server}")
    ends = [asyncio.ensure_future(engine.end(name)) for name in names]
    [done], [idle] = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    assert (await done).code == 1
    await kill(process)
    await idle
    for name in names:
        await engine.remove(name)


async def test_the_next_server_removes_what_is_left_and_nothing_else(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    server = f"test-{secrets.token_hex(4)}"
    process = await start_server(server, backstop_seconds=1000)
    volumes = await asyncio.to_thread(volumes_of, server)
    assert len(volumes) == 2
    await kill(process)
    other = DockerSandboxes(engine, images, f"{server}-other")
    async with Runner(other, RunLimits(), concurrent_runs=1, queued_runs=1):
        assert len(await engine.names(f"codlab.server={server}")) == 2
    same = DockerSandboxes(engine, images, server)
    async with Runner(same, RunLimits(), concurrent_runs=1, queued_runs=1):
        assert await engine.names(f"codlab.server={server}") == []
        assert await asyncio.to_thread(that_exist, volumes) == []
