"""Runtime images on a Docker engine: the base pulled or made from packages, recipes built on it."""

import asyncio
import contextlib
import re
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from executor.engine_docker import DockerEngine
from executor.errors import BuildFailed, EngineRefused, EngineUnavailable, ExecutorError
from executor.images import BASE_RECIPE, BuildProgress, ImageState, content_tag
from executor.languages import Runtime

ProgressListener = Callable[[BuildProgress], None]

ERROR_LINES = 12  # of a failed build's log, to be told
BASE_PERCENT = 50  # a base takes about as long as the first recipe on it
BASE_LINES = 8  # half of what mmdebstrap writes
STEP_LINES = 40  # after so many lines a step of a recipe counts as half done
_FROM = re.compile(r"^FROM\s+([^\s:]+):(\S+)", re.MULTILINE)
_STEP = re.compile(r"Step (\d+)/(\d+) :")


class Build:
    """A build under way: its log turned into progress, for everybody who follows it."""

    def __init__(self) -> None:
        self.last_lines: deque[str] = deque(maxlen=ERROR_LINES)
        self._listeners: list[ProgressListener] = []
        self._floor = 0.0  # what is done for certain, in percent
        self._part = 0.0  # what the part under way is of the whole, in percent
        self._half_lines = 1
        self._part_lines = 0

    @contextlib.contextmanager
    def followed_by(self, listener: ProgressListener) -> Iterator[None]:
        """Tell this listener too, within the block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def enter(self, floor: float, part: float, half_lines: int) -> None:
        """Begin a part: `floor` percent are done, it makes `part` more."""
        self._floor, self._part, self._half_lines = floor, part, half_lines
        self._part_lines = 0

    def tell(self, line: str) -> None:
        """Take a line of the log. How long a part will be nobody knows: it gets ever slower."""
        if not (line := line.strip()):
            return
        self.last_lines.append(line)
        self._part_lines += 1
        share = self._part_lines / (self._part_lines + self._half_lines)
        progress = BuildProgress(int(self._floor + self._part * share), line)
        for listener in self._listeners:
            listener(progress)

    def step(self, line: str, floor: float) -> None:
        """Take a line of an image build's log, which is all that comes after `floor` percent."""
        if found := _STEP.match(line):
            number, total = int(found[1]), int(found[2])
            share = (100 - floor) / total
            self.enter(floor + share * (number - 1), share, STEP_LINES)
        self.tell(line)


class DockerImages:
    """See executor.images.Images. A context manager: leaving it gives up what is being built.

    Args:
        recipes: the directory deploy/runtimes/.
    """

    def __init__(self, engine: DockerEngine, recipes: Path) -> None:
        self._engine = engine
        self._recipes = recipes
        self._tasks = asyncio.TaskGroup()
        self._builds: dict[str, tuple[Build, asyncio.Task[ExecutorError | None]]] = {}
        self._failed: set[str] = set()
        self._tags: dict[str, str] = {}  # recipes don't change under a running server

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for _, task in self._builds.values():
            task.cancel()
        await self._tasks.__aexit__(None, None, None)

    async def tag(self, runtime: Runtime) -> str:
        """See Images.tag."""
        if runtime.id not in self._tags:
            made = await asyncio.to_thread(content_tag, self._recipes, runtime)
            self._tags[runtime.id] = made
        return self._tags[runtime.id]

    async def state(self, runtime: Runtime) -> ImageState:
        """See Images.state."""
        tag = await self.tag(runtime)
        if tag in self._builds:
            return ImageState.BUILDING
        if await self._engine.has_image(tag):
            return ImageState.READY
        return ImageState.FAILED if tag in self._failed else ImageState.MISSING

    async def build(self, runtime: Runtime, progress: ProgressListener) -> None:
        """See Images.build."""
        tag = await self.tag(runtime)
        if tag not in self._builds and await self._engine.has_image(tag):
            return
        if tag not in self._builds:
            build = Build()
            self._builds[tag] = build, self._tasks.create_task(self._make(runtime, tag, build))
        build, task = self._builds[tag]
        with build.followed_by(progress):
            error = await asyncio.shield(task)
        if error is not None:
            raise error

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""
        await self.build(runtime, lambda _: None)

    async def _make(self, runtime: Runtime, tag: str, build: Build) -> ExecutorError | None:
        """Build to the end; an error is returned, since it is its followers', not the group's."""
        try:
            await self._make_image(tag, self._recipes / runtime.image, build)
        except ExecutorError as error:
            self._failed.add(tag)
            return error
        finally:
            del self._builds[tag]
        self._failed.discard(tag)
        return None

    async def _make_image(self, tag: str, recipe: Path, build: Build) -> None:
        found = _FROM.search(await asyncio.to_thread((recipe / "Dockerfile").read_text))
        if found is None:
            raise BuildFailed(f"{recipe.name}/Dockerfile has no line FROM <name>:<tag>")
        floor = 0 if await self._has_base(found[1], found[2]) else BASE_PERCENT
        if floor:
            build.enter(0, BASE_PERCENT, BASE_LINES)
            await self._make_base(found[1], found[2], build)
        build.enter(floor, 0, 1)
        error = await self._engine.build(recipe, tag, lambda line: build.step(line, floor))
        if error is not None:
            raise _failure(recipe.name, build, error)

    async def _has_base(self, repository: str, tag: str) -> bool:
        base = f"{repository}:{tag}"
        if await self._engine.has_image(base):
            return True
        # A registry that doesn't answer, or not in time, is no error: the base can be made here.
        with contextlib.suppress(EngineRefused, EngineUnavailable):
            await self._engine.pull(repository, tag)
        return await self._engine.has_image(base)

    async def _make_base(self, repository: str, tag: str, build: Build) -> None:
        script = str(self._recipes / BASE_RECIPE)
        suite = tag.removesuffix("-slim")
        directory = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="codlab-base-")
        try:
            root_tar = Path(directory.name) / "root.tar"
            code = await _run(script, suite, str(root_tar), on_line=build.tell)
            if code != 0:
                raise _failure(f"{repository}:{tag}", build, f"{script} ended with {code}")
            await self._engine.import_image(root_tar, repository, tag)
        finally:
            await asyncio.to_thread(directory.cleanup)


async def _run(*command: str, on_line: Callable[[str], None]) -> int:
    """Run a command, which is ended if the caller is cancelled; return its exit code."""
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    output = cast("asyncio.StreamReader", process.stdout)  # it is a pipe
    try:
        while line := await output.readline():
            on_line(line.decode(errors="replace"))
    except asyncio.CancelledError:
        process.terminate()
        raise
    finally:
        code = await process.wait()
    return code


def _failure(what: str, build: Build, error: str) -> BuildFailed:
    return BuildFailed("\n".join([f"{what} could not be built: {error}", *build.last_lines]))
