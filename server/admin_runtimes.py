"""Runtime images for those who operate the server."""

import argparse
import asyncio
import sys
from functools import partial

from executor.engine_docker import DockerEngine
from executor.errors import ExecutorError
from executor.images import BuildProgress
from executor.images_docker import DockerImages
from executor.languages import Catalogue, Runtime
from server.recipes import RECIPES
from server.settings import Settings


def show(settings: Settings, _options: argparse.Namespace) -> int:
    """``codlab runtimes list``."""
    return asyncio.run(_show(settings))


def build(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab runtimes build``."""
    return asyncio.run(_build(settings, options.runtimes))


async def _show(settings: Settings) -> int:
    async with (
        DockerEngine(settings.docker_host) as engine,
        DockerImages(engine, RECIPES) as images,
    ):
        for runtime in Catalogue.load().runtimes:
            try:
                state = (await images.state(runtime)).value
            except ExecutorError as error:
                print(error, file=sys.stderr)
                return 1
            print(f"{runtime.id:<16} {runtime.name} {runtime.version:<8} {state}")
    return 0


async def _build(settings: Settings, wanted: list[str]) -> int:
    catalogue = Catalogue.load()
    async with (
        DockerEngine(settings.docker_host) as engine,
        DockerImages(engine, RECIPES) as images,
    ):
        try:
            runtimes = [catalogue.resolve(name) for name in wanted] or catalogue.runtimes
            for runtime in runtimes:
                await images.build(runtime, partial(_print, runtime))
                print(f"{runtime.id} is ready")
        except ExecutorError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _print(runtime: Runtime, step: BuildProgress) -> None:
    print(f"{runtime.id} {step.percent:3d} %  {step.line}", file=sys.stderr)
