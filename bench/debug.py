"""``python -m bench.debug``: from a press on Step to everybody's stack, against the bare adapter.

The bare adapter is asked for the same in the same kind of sandbox, with nothing of ours between but
the sandbox's stream, on the event loop that the server has. All take turns, so that a busy machine
is busy for all of them, and all press at the same pace, one step after another.

The people are a process of their own (loadgen/stepping.c), as browsers are: the driver's socket is
written to, and the time is taken until the last of all the sockets, the driver's among them, has
been read to the end of the stop with its stack. What a browser makes of that is not in it. Who
reads thirty sockets one after another is in it, and the same two cores serve all.
"""

import argparse
import asyncio
import itertools
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import uvloop

from bench import machine
from bench.generator import send_as_equals
from bench.peers.peer import Seat
from collab.protocol import SUBPROTOCOL
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
from executor.surroundings import STACK_LEVELS
from tests.live import LiveRoom, LiveServer

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
TURNS = 12
WARM_UP = 3  # steps of each turn, as in loadgen/stepping.c
PACES = {"pressed": 1 / 4, "held down": 1 / 30}
"""Seconds from one press to the next: of somebody who looks at each stop, and of a held key."""
LIMIT_SECONDS = 60.0

Turn = Callable[[int, float], Awaitable[list[float]]]
"""Makes so many steps at that pace; how many seconds each took."""


@asynccontextmanager
async def bare(sandbox: Sandbox, runtime: Runtime) -> AsyncGenerator[Turn]:
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

        async def step() -> float:
            began = time.perf_counter()
            await connection.request("next", {"threadId": thread})
            await stopped.get()
            levels = {"threadId": thread, "startFrame": 0, "levels": STACK_LEVELS}
            await connection.request("stackTrace", levels)
            return time.perf_counter() - began

        async def turn(steps: int, pace: float) -> list[float]:
            return [await _paced(step, pace) for _ in range(WARM_UP + steps)][WARM_UP:]

        yield turn
        await sandbox.finish()


async def _paced(step: Callable[[], Awaitable[float]], pace: float) -> float:
    pause = asyncio.create_task(asyncio.sleep(pace))
    took = await step()
    await pause
    return took


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


@contextmanager
def together(server: LiveServer, runtime: str, people: int) -> Iterator[Turn]:
    """A room with so many people at a stop, and what steps until all have the new stack."""
    path, text = PROGRAMS[runtime]
    room = server.create_room(runtime=runtime, files=[{"path": path, "text": text}])
    members = [room.owner, *(room.join(f"P{number}") for number in range(1, people))]
    protocols = (f"{SUBPROTOCOL},codlab.bearer.{member.access_token}" for member in members)
    seats = [Seat(0, f"/collab/{room.id}", None, protocol) for protocol in protocols]
    debugger = Debugger(room)
    debugger.command("start", stopOnEntry=True)
    stop = debugger.await_stop(1)
    for _ in range(5):
        debugger.command("stepIn", stop=stop)  # into the loop
        stop = debugger.await_stop(stop + 1)

    def step(steps: int, pace: float) -> list[float]:
        nonlocal stop
        options = {"mode": "stepping", "steps": steps, "stop": stop, "pace": pace}
        measured = send_as_equals(server.port, seats, options)
        stop = measured["stop"]
        seconds: list[float] = measured["seconds"]
        return seconds

    async def turn(steps: int, pace: float) -> list[float]:
        return await asyncio.to_thread(step, steps, pace)

    yield turn
    debugger.command("stop")


class Debugger:
    """A room's debugger over HTTP, to bring a program to where it is to be measured."""

    def __init__(self, room: LiveRoom) -> None:
        self._url = f"{room.server.url}/api/rooms/{room.id}/debug"
        self._headers = {"Authorization": f"Bearer {room.owner.access_token}"}

    def command(self, name: str, **fields: object) -> None:
        """Has it do something, as the room's owner."""
        url = f"{self._url}/{name}"
        httpx2.post(url, json=fields, headers=self._headers, timeout=30).raise_for_status()

    def await_stop(self, number: int) -> int:
        """Asks until the program stands at a stop; returns its number."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < deadline:
            told = httpx2.get(self._url, headers=self._headers).raise_for_status().json()
            if told and told.get("stop", 0) >= number:
                return int(told["stop"])
            time.sleep(0.05)
        raise TimeoutError(f"there is no stop {number}")


async def measure(runtime: Runtime, steps: int, data: Path) -> None:
    """Prints a table for one language."""
    seconds: dict[str, dict[str, list[float]]] = {pace: {} for pace in PACES}
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(DockerEngine())
        images = await stack.enter_async_context(DockerImages(engine, RECIPES))
        await images.ensure(runtime)
        sandboxes = DockerSandboxes(engine, images, f"bench-{secrets.token_hex(4)}")
        spec = SandboxSpec(runtime, RunLimits().covering(runtime.needs).sandbox)
        sandbox = await sandboxes.open(spec)
        stack.push_async_callback(sandbox.close)
        server = stack.enter_context(LiveServer(data))
        ways: dict[str, Turn] = {
            "the bare adapter": await stack.enter_async_context(bare(sandbox, runtime)),
            "2 people": stack.enter_context(together(server, runtime.id, 2)),
            "30 people": stack.enter_context(together(server, runtime.id, 30)),
        }
        for _ in range(TURNS):
            for (pace, pause), (name, turn) in itertools.product(PACES.items(), ways.items()):
                seconds[pace].setdefault(name, []).extend(await turn(steps // TURNS, pause))
    _print(runtime, seconds)


def _print(runtime: Runtime, seconds: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    print(f"\n{runtime.name} {runtime.version}, step to everybody's new stack:\n")
    print("| | p50 ms | p99 ms | of the bare adapter's p50 |\n|---|--:|--:|--:|")
    for pace, ways in seconds.items():
        base = statistics.median(next(iter(ways.values())))
        for name, values in ways.items():
            p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
            row = f"| {pace}, {name} | {p50 * 1e3:.1f} | {p99 * 1e3:.1f} | {p50 / base:.2f} |"
            print(row, flush=True)


def main() -> int:
    """Measures each language."""
    parser = argparse.ArgumentParser(prog="python -m bench.debug", description=__doc__)
    parser.add_argument("--steps", type=int, default=120, help="of each kind")
    parser.add_argument("--runtimes", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    options = parser.parse_args()
    print(machine.described())
    catalogue = load_catalogue()
    for runtime in options.runtimes:
        with tempfile.TemporaryDirectory() as data:
            uvloop.run(measure(catalogue.resolve(runtime), options.steps, Path(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
