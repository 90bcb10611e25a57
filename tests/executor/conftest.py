import secrets
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

import pytest

from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.run import RunLimits
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes
from tests.executor.php import PHP, DebugPhp, debugged_php

RECIPES = Path(__file__).parents[2] / "deploy" / "runtimes"


@pytest.fixture(scope="session")
def python() -> Runtime:
    return load_catalogue().resolve("python")


@pytest.fixture(scope="session")
async def engine() -> AsyncGenerator[DockerEngine]:
    async with DockerEngine() as engine:
        yield engine


@pytest.fixture(scope="session")
async def images(engine: DockerEngine, python: Runtime) -> AsyncGenerator[DockerImages]:
    """Images with Python's there: built, unless an earlier run has done it."""
    async with DockerImages(engine, RECIPES) as images:
        await images.ensure(python)
        yield images


@pytest.fixture
async def docker_runner(engine: DockerEngine, images: DockerImages) -> AsyncGenerator[Runner]:
    """Runs in real containers."""
    sandboxes = DockerSandboxes(engine, images, f"test-{secrets.token_hex(4)}")
    async with Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=10) as runner:
        yield runner


@pytest.fixture
async def debug(docker_runner: Runner, images: DockerImages) -> DebugPhp:
    """Debugs PHP programs: see `debugged_php`."""
    await images.ensure(PHP)
    return partial(debugged_php, docker_runner)
