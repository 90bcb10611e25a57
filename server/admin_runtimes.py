"""Runtime images for those who operate the server."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial

from executor.engine_docker import DockerEngine
from executor.errors import ExecutorError, UnknownRuntime
from executor.images import BuildProgress
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from server.recipes import RECIPES
from server.settings import Settings


def show(settings: Settings, _options: argparse.Namespace) -> int:
    """``codlab runtimes list``."""
    return _report(_show(settings, load_catalogue().runtimes))


def build(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab runtimes build``."""
    catalogue = load_catalogue()
    try:
        runtimes = [catalogue.resolve(name) for name in options.runtimes]
    except UnknownRuntime as error:
        print(error, file=sys.stderr)
        return 1
    return _report(_build(settings, runtimes or catalogue.runtimes))


def _report(work: Coroutine[None, None, None]) -> int:
    try:
        asyncio.run(work)
    except ExecutorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _show(settings: Settings, runtimes: Sequence[Runtime]) -> None:
    async with _images(settings) as images:
        for runtime in runtimes:
            state = await images.state(runtime)
            print(f"{runtime.id:<16} {runtime.name} {runtime.version:<8} {state.value}")


async def _build(settings: Settings, runtimes: Sequence[Runtime]) -> None:
    async with _images(settings) as images:
        for runtime in runtimes:
            await images.build(runtime, partial(_print, runtime))
            print(f"{runtime.id} is ready")


@asynccontextmanager
async def _images(settings: Settings) -> AsyncGenerator[DockerImages]:
    async with (
        DockerEngine(settings.docker_host) as engine,
        DockerImages(engine, RECIPES) as images,
    ):
        yield images


def _print(runtime: Runtime, step: BuildProgress) -> None:
    print(f"{runtime.id} {step.percent:3d} %  {step.line}", file=sys.stderr)
