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
from executor.run import Outcome, RunLimits, RunRequest, SourceFile, Stream, TerminalSize
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes

RECIPES = Path(__file__).parents[1] / "deploy" / "runtimes"
SOURCE = "print('hello')"
FILES = (
    SourceFile("main.py", SOURCE.encode()),
    *(SourceFile(f"package/module_{number}.py", b"x = 1\n" * 100) for number in range(20)),
)
AT_ONCE = 16

Way = Callable[[], Awaitable[float]]


class Click:
    """A run's listener (`RunListener`) that notes how long the first output took to come."""

    def __init__(self) -> None:
        self.first_output_seconds: float | None = None
        self.is_finished = asyncio.Event()
        self._clicked = time.perf_counter()

    def preparing(self) -> None:
        """See `RunListener`."""

    def started(self) -> None:
        """See `RunListener`."""

    def output(self, _stream: Stream, _data: bytes) -> None:
        """See `RunListener`."""
        if self.first_output_seconds is None:
            self.first_output_seconds = time.perf_counter() - self._clicked

    def finished(self, outcome: Outcome) -> None:
        """See `RunListener`."""
        assert outcome.exit_code == 0, outcome
        self.is_finished.set()


class Ways:
    """The ways to run the program; each returns the seconds to its first output."""

    def __init__(self, runner: Runner, runtime: Runtime, tag: str) -> None:
        self._runner = runner
        self._runtime = runtime
        self._tag = tag

    async def bare_process(self) -> float:
        return await _first_byte(sys.executable, "-u", "-c", SOURCE)

    async def docker_run(self) -> float:
        return await _first_byte("docker", "run", "--rm", self._tag, "python3", "-u", "-c", SOURCE)

    async def terminal(self) -> float:
        return await self._run(TerminalSize(80, 24))

    async def pipes(self) -> float:
        return await self._run(None)

    async def _run(self, terminal: TerminalSize | None) -> float:
        click = Click()
        request = RunRequest("bench", self._runtime, FILES, "main.py", terminal=terminal)
        self._runner.submit(request, click)
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
    """Runs every way in turn, and prints the table."""
    python = load_catalogue().resolve("python")
    async with DockerEngine() as engine, DockerImages(engine, RECIPES) as images:
        await images.ensure(python)
        sandboxes = DockerSandboxes(engine, images, "bench")
        runner = Runner(sandboxes, RunLimits(), concurrent_runs=AT_ONCE, queued_runs=AT_ONCE)
        async with runner:
            ways = Ways(runner, python, await images.tag(python))
            await _measure(ways, rounds)


async def _measure(ways: Ways, rounds: int) -> None:
    one_by_one: dict[str, Way] = {
        "bare process": ways.bare_process,
        "docker run (CLI, not hardened, no files)": ways.docker_run,
        "Runner, terminal, 21 files": ways.terminal,
        "Runner, pipes, 21 files": ways.pipes,
    }
    seconds: dict[str, list[float]] = {name: [] for name in one_by_one}
    for _ in range(rounds + 1):
        for name, way in one_by_one.items():
            seconds[name].append(await way())
    for times in seconds.values():
        del times[0]  # the first of each fills caches
    seconds[f"Runner, terminal, {AT_ONCE} at once"] = await asyncio.gather(
        *(ways.terminal() for _ in range(AT_ONCE))
    )
    _print(seconds)


def _print(seconds: dict[str, list[float]]) -> None:
    print(f"{machine.described()}; load {machine.load():.1f}\n")
    print("| click to first output | p50 ms | p90 ms | of docker run |")
    print("|---|---|---|---|")
    reference = statistics.median(seconds["docker run (CLI, not hardened, no files)"])
    for name, times in seconds.items():
        p50, p90 = statistics.median(times), statistics.quantiles(times, n=10)[-1]
        print(f"| {name} | {p50 * 1000:.0f} | {p90 * 1000:.0f} | {p50 / reference:.2f} |")


def main() -> None:
    """Measures with the given number of rounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.runs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    asyncio.run(measure(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
