"""An executor that is told and asked over a socket, in the test's own event loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from executor.debug_clock import DebugLimits
from executor.engine_version import EngineVersion
from executor.errors import BuildFailed, EngineUnavailable, InstallFailed
from executor.images import BuildProgress, ImageState
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.packages.manager import PackageManager
from executor.packages.sets import Installed, InstallState, Lock, Package, Progress, Wanted
from executor.packages.telling import Watch
from executor.remote.address import Address
from executor.remote.caller import Caller
from executor.remote.host import Host
from executor.remote.remote_runs import RemoteRuns
from executor.remote.services import Services
from executor.run import RunLimits
from executor.runner import Runner

LIMITS = RunLimits(wall_seconds=60)
CATALOGUE = load_catalogue()
SECRET = "what both of them know"
LOCK = Lock("pip", "python-3.13", "six==1", (Package("six", "1", "sha256:00", is_direct=True),))


class FakeEngine:
    """An engine's images, packages and health, as the test wants them."""

    def __init__(self) -> None:
        self.is_there = True
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.swept: list[set[str]] = []
        self.wanted: list[Wanted] = []

    async def version(self) -> EngineVersion:
        await self.may_answer.wait()
        if not self.is_there:
            raise EngineUnavailable("no engine")
        return EngineVersion("Fake 1", "1.41", "1.2.8", "2", frozenset(), ("be careful",))

    async def states(self, runtimes: Iterable[Runtime]) -> Mapping[str, ImageState]:
        return {runtime.id: ImageState.READY for runtime in runtimes}

    async def build(self, runtime: Runtime, progress: Callable[[BuildProgress], None]) -> None:
        progress(BuildProgress(50, "python-3.13 1/2", "half"))
        if not self.is_there:
            raise BuildFailed("no recipe")

    def manager(self, runtime: Runtime) -> PackageManager | None:
        return None

    async def install(self, runtime: Runtime, wanted: Wanted, watch: Watch) -> Installed:
        self.wanted.append(wanted)
        watch(Progress(InstallState.RESOLVING, 10, 3, "six"))
        if not self.is_there:
            raise InstallFailed("there is no six")
        return Installed(LOCK, 7)

    async def sweep(self, wanted: Collection[str]) -> int:
        self.swept.append(set(wanted))
        return 2


class Separate:
    """A runner behind a socket, and servers that come and go."""

    host: Host
    caller: Caller
    """The latest server's connection."""

    def __init__(self, runner: Runner, directory: Path, engine: FakeEngine) -> None:
        self.address = Address(path=str(directory / "executor.sock"))
        self.engine = engine
        self.services = Services(
            runner=runner,
            catalogue=CATALOGUE,
            debug_limits=DebugLimits(),
            images=engine,
            installing=engine,
            upkeep=engine,
            engine=engine,
            sandbox_runtime="",
            warm_count=lambda: 3,
        )

    @asynccontextmanager
    async def listening(
        self, abandon_seconds: float = 600.0, silence_seconds: float = 20.0
    ) -> AsyncGenerator[Host]:
        async with Host(
            self.services,
            self.address,
            SECRET,
            abandon_seconds=abandon_seconds,
            silence_seconds=silence_seconds,
        ) as self.host:
            yield self.host

    def cut(self) -> None:
        """Break all connections, as a network may."""
        for writer in self.host._links.values():
            writer.transport.abort()

    @asynccontextmanager
    async def server(
        self, instance: str = "one", limits: RunLimits = LIMITS, **changes: float
    ) -> AsyncGenerator[RemoteRuns]:
        """A server that is connected; leaving this is as if its process were killed."""
        self.caller = Caller(self.address, instance, SECRET, **changes)
        runs = RemoteRuns(self.caller, limits)
        async with self.caller:
            yield runs


@asynccontextmanager
async def separated(runner: Runner, **changes: float) -> AsyncGenerator[Separate]:
    """A runner behind a socket that is listened at."""
    with TemporaryDirectory() as directory:
        separate = Separate(runner, Path(directory), FakeEngine())
        async with separate.listening(**changes):
            yield separate


@asynccontextmanager
async def beside(runner: Runner, limits: RunLimits) -> AsyncGenerator[RemoteRuns]:
    """The runner as one server has it that is in another process."""
    async with separated(runner) as separate, separate.server(limits=limits) as runs:
        yield runs
