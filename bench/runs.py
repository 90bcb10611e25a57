"""``python -m bench.runs``: from the click on Run to the first byte of output, against other ways.

All ways run the same Python program and take turns, so that a busy machine is busy for all of them.
"""

import argparse
import asyncio
import statistics
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import machine
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.pool import SandboxPool
from executor.run import (
    Leftovers,
    Outcome,
    Place,
    RunLimits,
    RunRequest,
    SourceFile,
    Stream,
    TerminalSize,
)
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes

RECIPES = Path(__file__).parents[1] / "deploy" / "runtimes"
SOURCE = "print('hello')"
FILES = (
    SourceFile("main.py", SOURCE.encode()),
    *(SourceFile(f"package/module_{number}.py", b"x = 1\n" * 100) for number in range(20)),
)
AT_ONCE = 50
PAUSE_SECONDS = 0.2  # for what the run before leaves to be cleared away
READY = 8  # sandboxes, as a server has by default

Way = Callable[[], Awaitable[float]]


class Click:
    """A run's listener (`RunListener`) that notes how long the first output took to come."""

    def __init__(self) -> None:
        self.first_output_seconds: float | None = None
        self.is_finished = asyncio.Event()
        self._clicked = time.perf_counter()

    def waiting(self, _position: int) -> None:
        """See `RunListener`."""

    def preparing(self) -> None:
        """See `RunListener`."""

    def started(self) -> None:
        """See `RunListener`."""

    async def ready(self) -> None:
        """See `RunListener`."""

    def output(self, _stream: Stream, _data: bytes, _place: Place) -> None:
        """See `RunListener`."""
        if self.first_output_seconds is None:
            self.first_output_seconds = time.perf_counter() - self._clicked

    def finished(self, outcome: Outcome) -> None:
        """See `RunListener`."""
        assert outcome.exit_code == 0, outcome
        self.is_finished.set()

    def left(self, _leftovers: Leftovers) -> None:
        """See `RunListener`."""

    def gone(self) -> None:
        """See `RunListener`."""


class Ways:
    """The ways to run the program; each returns the seconds to its first output."""

    def __init__(
        self, cold: Runner, warm: Runner, pool: SandboxPool, runtime: Runtime, tag: str
    ) -> None:
        self._cold = cold
        self._warm = warm
        self._pool = pool
        self._runtime = runtime
        self._tag = tag

    async def settle(self) -> None:
        """Waits until what is to be ready is, and nothing else goes on."""
        self._warm.expect(self._runtime)
        await self._pool.until_ready()
        await asyncio.sleep(PAUSE_SECONDS)

    async def bare_process(self) -> float:
        return await _first_byte(sys.executable, "-u", "-c", SOURCE)

    async def docker_run(self) -> float:
        return await _first_byte("docker", "run", "--rm", self._tag, "python3", "-u", "-c", SOURCE)

    async def cold(self) -> float:
        return await self._run(self._cold, TerminalSize(80, 24))

    async def warm_terminal(self) -> float:
        return await self._run(self._warm, TerminalSize(80, 24))

    async def warm_pipes(self) -> float:
        return await self._run(self._warm, None)

    async def _run(self, runner: Runner, terminal: TerminalSize | None) -> float:
        click = Click()
        request = RunRequest("bench", self._runtime, FILES, "main.py", terminal=terminal)
        runner.submit(request, click)
        await click.is_finished.wait()
        assert click.first_output_seconds is not None
        return click.first_output_seconds


async def _first_byte(*command: str) -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.read(1), command
    seconds = time.perf_counter() - began
    await process.communicate()
    return seconds


async def measure(rounds: int) -> None:
    """Runs every way in turn, then many at once, and prints the tables."""
    python = load_catalogue().resolve("python")
    limits = RunLimits(wall_seconds=300)
    async with (
        DockerEngine() as engine,
        DockerImages(engine, RECIPES) as images,
        SandboxPool(DockerSandboxes(engine, images, "bench"), READY) as pool,
        Runner(
            DockerSandboxes(engine, images, "bench-cold"),
            limits,
            concurrent_runs=AT_ONCE,
            queued_runs=0,
        ) as cold,
        Runner(pool, limits, concurrent_runs=AT_ONCE, queued_runs=0) as warm,
    ):
        await images.ensure(python)
        await _measure(Ways(cold, warm, pool, python, await images.tag(python)), rounds)


async def _measure(ways: Ways, rounds: int) -> None:
    every_way: dict[str, Way] = {
        "bare process": ways.bare_process,
        "docker run (CLI, not hardened, no files)": ways.docker_run,
        "run, cold: none ready, terminal, 21 files": ways.cold,
        "run, warm, terminal, 21 files": ways.warm_terminal,
        "run, warm, pipes, 21 files": ways.warm_pipes,
    }
    seconds: dict[str, list[float]] = {name: [] for name in every_way}
    print(f"{machine.described()}; load {machine.load():.1f}\n")
    for _ in range(rounds + 1):
        for name, way in every_way.items():
            await ways.settle()
            seconds[name].append(await way())
    for times in seconds.values():
        del times[0]  # the first of each fills caches
    _print("one at a time", seconds)
    # A burst, so that from now on as many are kept ready as may be.
    await asyncio.gather(*(ways.warm_terminal() for _ in range(READY)))
    for name in seconds:
        await ways.settle()
        seconds[name] = await asyncio.gather(*(every_way[name]() for _ in range(AT_ONCE)))
    _print(f"{AT_ONCE} at once, {READY} ready", seconds)


def _print(title: str, seconds: dict[str, list[float]]) -> None:
    print(f"| {title}: click to first output | p50 ms | p90 ms | of bare | of docker run |")
    print("|---|--:|--:|--:|--:|")
    bare, docker, *_ = (statistics.median(times) for times in seconds.values())
    for name, times in seconds.items():
        p50, p90 = statistics.median(times), statistics.quantiles(times, n=10)[-1]
        row = [f"{p50 * 1000:.0f}", f"{p90 * 1000:.0f}", f"{p50 / bare:.2f}", f"{p50 / docker:.2f}"]
        print(f"| {name} | {' | '.join(row)} |")
    print(f"\nload {machine.load():.1f}\n")


def main() -> None:
    """Measures with the given number of rounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.runs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    asyncio.run(measure(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
