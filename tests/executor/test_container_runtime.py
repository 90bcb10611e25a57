"""What the engine runs sandboxes with, by its own name for it."""

import logging
import secrets

import pytest

from executor.engine_docker import DockerEngine
from executor.errors import EngineRefused
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import RunLimits
from executor.sandbox import Program, SandboxSpec
from executor.sandbox_docker import DockerSandboxes


def sandboxes_with(engine: DockerEngine, images: DockerImages, runtime: str) -> DockerSandboxes:
    return DockerSandboxes(engine, images, f"test-{secrets.token_hex(4)}", runtime=runtime)


async def test_a_runtime_that_the_engine_lists_runs_programs(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    assert "runc" in (await engine.version()).runtimes
    sandbox = await sandboxes_with(engine, images, "runc").open(SandboxSpec(python, RunLimits()))
    await sandbox.begin(Program(argv=("echo", "hi"), env={}, wall_seconds=60, cpu_seconds=60))
    chunk = await sandbox.read()
    assert chunk is not None
    assert chunk.data == b"hi\n"
    await sandbox.close()


async def test_one_that_it_does_not_know_is_told_at_the_start_and_to_who_runs(
    engine: DockerEngine,
    images: DockerImages,
    python: Runtime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sandboxes = sandboxes_with(engine, images, "no-such-runtime")
    with caplog.at_level(logging.WARNING):
        await sandboxes.remove_leftovers()
    assert "The engine knows no runtime no-such-runtime." in caplog.text
    with pytest.raises(EngineRefused, match="CODLAB_SANDBOX_RUNTIME"):
        await sandboxes.open(SandboxSpec(python, RunLimits()))
