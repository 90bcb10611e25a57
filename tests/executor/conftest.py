from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime

RECIPES = Path(__file__).parents[2] / "deploy" / "runtimes"


@pytest.fixture(scope="session")
def python() -> Runtime:
    return load_catalogue().resolve("python")


@pytest.fixture(scope="session")
async def engine() -> AsyncGenerator[DockerEngine]:
    async with DockerEngine() as engine:
        yield engine


@pytest.fixture(scope="session")
async def images(engine: DockerEngine, python: Runtime) -> DockerImages:
    """Images with Python's there: built, unless an earlier run has done it."""
    async with DockerImages(engine, RECIPES) as images:
        await images.ensure(python)
    return images
