"""Runtime images for those who operate the server."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from executor.engine_docker import DockerEngine
from executor.errors import BuildFailed, ExecutorError, UnknownRuntime
from executor.images import BuildProgress
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Catalogue, Runtime
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes
from executor.self_test import Report, prove
from server.admin.runtime_table import Row, language_page
from server.recipes import RECIPES
from server.runs.policy import run_limits
from server.settings import Settings

Work = Callable[[Settings, Sequence[Runtime]], Coroutine[None, None, bool]]


def show(settings: Settings, _options: argparse.Namespace) -> int:
    """``codlab runtimes list``."""
    return _carry_out(settings, [], _show)


def build(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab runtimes build``."""
    return _carry_out(settings, options.runtimes, partial(_build, packages=options.packages))


def test(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab runtimes test``."""
    return _carry_out(settings, options.runtimes, partial(_test, page=options.page))


def _carry_out(settings: Settings, names: Sequence[str], work: Work) -> int:
    catalogue = load_catalogue()
    try:
        runtimes = [runtime for name in names for runtime in _meant(catalogue, name)]
        return 0 if asyncio.run(work(settings, runtimes or catalogue.runtimes)) else 1
    except ExecutorError as error:
        print(error, file=sys.stderr)
        return 1


def _meant(catalogue: Catalogue, name: str) -> list[Runtime]:
    """The runtimes that a name on the command line means: one, or all that share an image.

    Raises:
        UnknownRuntime: it means nothing.
    """
    sharing = [runtime for runtime in catalogue.runtimes if runtime.image == name]
    try:
        return [catalogue.resolve(name)]
    except UnknownRuntime:
        if not sharing:
            raise
        return sharing


async def _show(settings: Settings, runtimes: Sequence[Runtime]) -> bool:
    async with _images(settings) as (_, images):
        states = await images.states(runtimes)
    for runtime in runtimes:
        name = f"{runtime.name} {runtime.version}"
        print(f"{runtime.id:<24} {name:<32} {runtime.image:<16} {states[runtime.id].value}")
    return True


async def _build(settings: Settings, runtimes: Sequence[Runtime], *, packages: bool) -> bool:
    async with _images(settings) as (_, images):
        return all([await _is_built(images, runtime, packages=packages) for runtime in runtimes])


async def _is_built(images: DockerImages, runtime: Runtime, *, packages: bool = False) -> bool:
    try:
        await images.build(runtime, partial(_print_progress, runtime))
        if packages and runtime.packages_directory:
            await images.build_installer(runtime, partial(_print_progress, runtime))
    except BuildFailed as error:
        print(error, file=sys.stderr)
        return False
    print(f"{runtime.id} is ready")
    return True


async def _test(settings: Settings, runtimes: Sequence[Runtime], page: Path | None) -> bool:
    rows = []
    async with _images(settings) as (engine, images):
        sandboxes = DockerSandboxes(engine, images, f"self-test-{secrets.token_hex(4)}")
        limits = run_limits(settings)
        async with Runner(sandboxes, limits, concurrent_runs=1, queued_runs=2) as runner:
            for runtime in runtimes:
                if await _is_built(images, runtime):
                    report = await prove(runner, runtime)
                    _print_report(report)
                    rows.append(Row(report, await engine.image_bytes(await images.tag(runtime))))
    if page is not None:
        await asyncio.to_thread(page.write_text, language_page(rows), encoding="utf-8")
    return len(rows) == len(runtimes) and not any(row.report.fault for row in rows)


@asynccontextmanager
async def _images(settings: Settings) -> AsyncGenerator[tuple[DockerEngine, DockerImages]]:
    async with (
        DockerEngine(settings.docker_host) as engine,
        DockerImages(engine, RECIPES) as images,
    ):
        yield engine, images


def _print_progress(runtime: Runtime, step: BuildProgress) -> None:
    print(f"{runtime.id} {step.percent:3d} %  {step.layer}: {step.line}", file=sys.stderr)


def _print_report(report: Report) -> None:
    times = f"compile {report.compile_seconds:.1f} s, run {report.run_seconds:.1f} s"
    print(f"{report.runtime.id}: {report.fault or f'passed, {report.toolchain}, {times}'}")
