"""``python -m bench.debug``: from a press on Step to everybody's stack, against the bare adapter.

The bare adapter is asked for the same in the same sandbox, with nothing of ours between but the
sandbox's stream. All take turns, so that a busy machine is busy for all of them.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench import machine
from executor import dap
from executor.adapter import AdapterConnection
from executor.adapters import Adapters
from executor.breakpoints import Breakpoint
from executor.debug_breakpoints import BreakpointTable
from executor.debug_start import Launch, Start
from executor.debuggee import Debuggee
from executor.debuggers import command
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import BUILD_DIRECTORY, Runtime
from executor.run import RunLimits, SourceFile, TerminalSize
from executor.sandbox import Adapter, Program, Sandbox, SandboxSpec
from executor.sandbox_docker import DockerSandboxes
from tests.live import LiveServer
from tests.socket_client import SocketClient, joined

RECIPES = Path(__file__).parents[1] / "deploy" / "runtimes"
PYTHON = """\
def work(n):
    while True:
        n += 1
        n *= 2
        n %= 1000

work(1)
"""
C = """\
int main(void) {
    volatile int n = 1;
    for (;;) {
        n += 1;
        n *= 2;
        n %= 1000;
    }
}
"""
PROGRAMS = {"python-3.13": ("main.py", PYTHON), "c-gcc-14": ("main.c", C)}
BREAK = {"python-3.13": 3, "c-gcc-14": 4}
TURNS = 3

Step = Callable[[], Awaitable[None]]


@asynccontextmanager
async def bare(sandbox: Sandbox, runtime: Runtime) -> AsyncGenerator[Step]:
    """A program at a stop, and what steps in it and asks for its stack."""
    stopped: asyncio.Queue[int] = asyncio.Queue()

    def hear(_: AdapterConnection, event: dap.Event) -> None:
        if event.name == "stopped":
            stopped.put_nowait(event.body["threadId"])

    start, launch = await _begin(sandbox, runtime)
    async with asyncio.TaskGroup() as tasks:
        debuggee = Debuggee(sandbox, lambda _: None, tasks)
        tasks.create_task(debuggee.listen())
        adapters = Adapters(start, BreakpointTable(start, lambda _: None), hear, lambda _: None)
        connection = await adapters.start(debuggee, launch, lambda: None)
        thread = await stopped.get()

        async def step() -> None:
            await connection.request("next", {"threadId": thread})
            await stopped.get()
            await connection.request(
                "stackTrace", {"threadId": thread, "startFrame": 0, "levels": 50}
            )

        yield step
        await sandbox.finish()


async def _begin(sandbox: Sandbox, runtime: Runtime) -> tuple[Start, Launch]:
    """Starts the adapter; what it is to be told."""
    path, text = PROGRAMS[runtime.id]
    debugging = runtime.debugging
    if debugging is None:
        raise ValueError(f"{runtime.id} can't be debugged")
    files: tuple[SourceFile, ...] = (SourceFile(path, text.encode()),)
    commands = runtime.for_debugging().commands(path, [path])
    if commands.compile:
        await _compile(sandbox, commands.compile, files)
        files = ()
    values: dict[str, object] = {"command": commands.run[0], "args": [], "env": {}}
    values |= {"entry": f"/room/{path}", "cwd": "/room"}
    adapter = Adapter(
        argv=command(debugging.debugger.adapter, values),
        env=debugging.debugger.env,
        files=files,
        terminal=TerminalSize(80, 24),
        wall_seconds=600,
        cpu_seconds=600,
    )
    terminal = await sandbox.debug(adapter)
    start = Start(debugging.debugger, (path,), (Breakpoint("b", path, BREAK[runtime.id]),))
    return start, Launch({**values, "terminal": terminal}, {})


async def _compile(sandbox: Sandbox, argv: tuple[str, ...], files: tuple[SourceFile, ...]) -> None:
    compiler = Program(argv=argv, env={}, files=files, built=(), wall_seconds=60, cpu_seconds=60)
    await sandbox.begin(compiler)
    while await sandbox.read() is not None:
        continue
    if (await sandbox.end()).code != 0:
        raise RuntimeError(f"{BUILD_DIRECTORY}: the program does not compile")


@asynccontextmanager
async def together(server: LiveServer, runtime: str, people: int) -> AsyncGenerator[Step]:
    """A room with so many people at a stop, and what steps until all have the new stack."""
    path, text = PROGRAMS[runtime]
    room = server.create_room(runtime=runtime, files=[{"path": path, "text": text}])
    async with AsyncExitStack() as stack:
        driver = await stack.enter_async_context(joined(room, room.owner))
        others = [
            await stack.enter_async_context(joined(room, room.join(f"P{number}")))
            for number in range(1, people)
        ]
        await driver.command("debug.start", stopOnEntry=True)
        everybody = [driver, *others]
        at = 1
        await _all_at(everybody, at)

        async def step(how: str = "debug.next") -> None:
            nonlocal at
            at += 1
            await asyncio.gather(driver.command(how, stop=at - 1), _all_at(others, at))
            await _all_at([driver], at)

        for _ in range(5):
            await step("debug.stepIn")  # into the loop
        yield step
        await driver.command("debug.stop")


async def _all_at(clients: list[SocketClient], stop: int) -> None:
    async def see(client: SocketClient) -> None:
        await client.until(
            lambda: any(event.get("stop") == stop and "frames" in event for event in client.events)
        )
        client.events.clear()

    await asyncio.gather(*map(see, clients))


def _is_at(event: Mapping[str, object], stop: int) -> bool:
    return event["type"] == "debug.stopped" and event["stop"] == stop


async def measure(runtime: Runtime, steps: int, data: Path) -> None:
    """Prints a table for one language."""
    seconds: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(DockerEngine())
        images = await stack.enter_async_context(DockerImages(engine, RECIPES))
        await images.ensure(runtime)
        sandboxes = DockerSandboxes(engine, images, f"bench-{secrets.token_hex(4)}")
        spec = SandboxSpec(runtime, RunLimits().covering(runtime.needs).sandbox)
        sandbox = await sandboxes.open(spec)
        stack.push_async_callback(sandbox.close)
        server = stack.enter_context(LiveServer(data))
        ways: dict[str, Step] = {
            "the bare adapter": await stack.enter_async_context(bare(sandbox, runtime)),
            "2 people": await stack.enter_async_context(together(server, runtime.id, 2)),
            "30 people": await stack.enter_async_context(together(server, runtime.id, 30)),
        }
        for _ in range(TURNS):
            for name, step in ways.items():
                for _ in range(steps // TURNS):
                    began = time.perf_counter()
                    await step()
                    seconds.setdefault(name, []).append(time.perf_counter() - began)
    _print(runtime, seconds)


def _print(runtime: Runtime, seconds: Mapping[str, list[float]]) -> None:
    print(f"\n{runtime.name} {runtime.version}, step to everybody's new stack:\n")
    print("| | p50 ms | p99 ms | of the bare adapter's p50 |\n|---|--:|--:|--:|")
    base = statistics.median(next(iter(seconds.values())))
    for name, values in seconds.items():
        p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
        print(f"| {name} | {p50 * 1e3:.1f} | {p99 * 1e3:.1f} | {p50 / base:.2f} |")


def main() -> int:
    """Measures each language."""
    parser = argparse.ArgumentParser(prog="python -m bench.debug", description=__doc__)
    parser.add_argument("--steps", type=int, default=90, help="of each kind")
    options = parser.parse_args()
    print(machine.described())
    catalogue = load_catalogue()
    for runtime in PROGRAMS:
        with tempfile.TemporaryDirectory() as data:
            asyncio.run(measure(catalogue.resolve(runtime), options.steps, Path(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
