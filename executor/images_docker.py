"""Runtime images on a Docker engine: the base pulled or made from packages, recipes built on it."""

import asyncio
import contextlib
import logging
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from executor.build_log import BuildLog, ProgressListener
from executor.engine_docker import DockerEngine
from executor.errors import BuildFailed, EngineRefused, EngineUnavailable, ExecutorError
from executor.images import ImageState
from executor.languages import Runtime
from executor.recipes import BASE_SCRIPT, INSTALL, OWN, RUN, Base, Recipes

log = logging.getLogger(__name__)


class DockerImages:
    """See executor.images.Images. A context manager: leaving it gives up what is being built.

    Args:
        recipes: the directory deploy/runtimes/.
    """

    def __init__(self, engine: DockerEngine, recipes: Path) -> None:
        self._engine = engine
        self._recipes = Recipes(recipes)
        self._tasks = asyncio.TaskGroup()
        self._turn = asyncio.Lock()  # one build at a time: they share bases and a machine
        self._builds: dict[str, tuple[BuildLog, asyncio.Task[ExecutorError | None]]] = {}
        self._failed: set[str] = set()

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
        """See ImageSource.tag."""
        return await self._tag(_wanted(runtime))

    async def states(self, runtimes: Iterable[Runtime]) -> Mapping[str, ImageState]:
        """See Images.states."""
        present = await self._engine.image_tags()
        return {runtime.id: self._state(await self.tag(runtime), present) for runtime in runtimes}

    def _state(self, tag: str, present: set[str]) -> ImageState:
        if tag in self._builds:
            return ImageState.BUILDING
        if tag in present:
            return ImageState.READY
        return ImageState.FAILED if tag in self._failed else ImageState.MISSING

    async def build(self, runtime: Runtime, progress: ProgressListener) -> None:
        """See Images.build."""
        await self._have(_wanted(runtime), progress)

    async def installer_tag(self, runtime: Runtime) -> str:
        """Return the tag of the image in which packages for a runtime are installed."""
        return await self._tag(_installer(runtime))

    async def build_installer(self, runtime: Runtime, progress: ProgressListener) -> None:
        """Have that image; otherwise as `build`."""
        await self._have(_installer(runtime), progress)

    async def _have(self, wanted: Base, progress: ProgressListener) -> None:
        tag = await self._tag(wanted)
        if tag not in self._builds and await self._engine.has_image(tag):
            return
        if tag not in self._builds:
            build = BuildLog()
            task = self._tasks.create_task(self._make(wanted, tag, build))
            self._builds[tag] = build, task
        build, task = self._builds[tag]
        with build.followed_by(progress):
            error = await asyncio.shield(task)
        if error is not None:
            raise error

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""
        await self.build(runtime, lambda _: None)

    async def _tag(self, base: Base) -> str:
        return await asyncio.to_thread(self._recipes.tag, base)

    async def _make(self, wanted: Base, tag: str, build: BuildLog) -> ExecutorError | None:
        """Build to the end; an error is returned, since it is its followers', not the group's."""
        try:
            if self._turn.locked():
                build.tell("waiting for another image")
            async with self._turn:
                await self._make_with_bases(wanted, build)
        except ExecutorError as error:
            self._failed.add(tag)
            return error
        except Exception as error:
            self._failed.add(tag)
            log.exception("image %s could not be made", tag)
            return BuildFailed(f"{tag}: {error!r}")
        finally:
            del self._builds[tag]
        self._failed.discard(tag)
        return None

    async def _make_with_bases(self, wanted: Base, build: BuildLog) -> None:
        missing = await self._missing(wanted)
        for number, base in enumerate(missing):
            build.enter(base.recipe or base.name, number, len(missing))
            if base.recipe:
                await self._make_recipe(base, build)
            else:
                await self._get_base(base, build)

    async def _missing(self, wanted: Base) -> list[Base]:
        """Return what there is to be made for an image: first what others stand on, it last."""
        if await self._engine.has_image(await self._tag(wanted)):
            return []
        bases = []
        if wanted.recipe:
            for base in await asyncio.to_thread(self._recipes.bases, wanted.recipe):
                bases += await self._missing(base)
        return list(dict.fromkeys([*bases, wanted]))

    async def _make_recipe(self, base: Base, build: BuildLog) -> None:
        context = await asyncio.to_thread(self._recipes.context, base.recipe)
        try:
            error = await self._engine.build(context, await self._tag(base), build.tell)
        except EngineRefused as refusal:
            error = str(refusal)
        if error is not None:
            raise _failure(base.recipe, build, error)

    async def _get_base(self, base: Base, build: BuildLog) -> None:
        repository, _, tag = base.name.partition(":")
        # A registry that doesn't answer, or not in time, is no error: the base can be made here.
        with contextlib.suppress(EngineRefused, EngineUnavailable):
            await self._engine.pull(repository, tag)
        if not await self._engine.has_image(base.name):
            await self._make_base(repository, tag, build)

    async def _make_base(self, repository: str, tag: str, build: BuildLog) -> None:
        script = str(self._recipes.directory / BASE_SCRIPT)
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


def _wanted(runtime: Runtime) -> Base:
    return Base(f"{OWN}{RUN}{runtime.image}")


def _installer(runtime: Runtime) -> Base:
    return Base(f"{OWN}{INSTALL}{runtime.tools.packages}/{runtime.image}")


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


def _failure(what: str, build: BuildLog, error: str) -> BuildFailed:
    return BuildFailed("\n".join([f"{what} could not be built: {error}", *build.last_lines]))
