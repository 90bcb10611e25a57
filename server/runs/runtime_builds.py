"""Which runtimes can be used at once, and the builds of those that can't, as rooms are told."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence

from collab.room import Room
from executor.errors import EngineUnavailable, ExecutorError
from executor.images import BuildProgress, Images, ImageState
from executor.languages import Catalogue, Runtime
from server import schemas

logger = logging.getLogger(__name__)

LINE_SECONDS = 0.5  # a build that gets no further shows a line of its log this often


class RuntimeBuilds:
    """Remembers the states last seen; a build tells every room that waits for it."""

    def __init__(self, images: Images, catalogue: Catalogue, tasks: asyncio.TaskGroup) -> None:
        self._images = images
        self._catalogue = catalogue
        self._tasks = tasks
        self._states: dict[str, ImageState] = {}
        self._listed: list[dict[str, object]] | None = None  # made once for all who come
        self._builds: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, set[Room]] = {}

    async def look(self) -> None:
        """Asks the engine what is there."""
        seen = await image_states(self._images, self._catalogue.runtimes)
        if seen != self._states:
            self._states, self._listed = dict(seen), None

    def listed(self) -> list[dict[str, object]]:
        """The runtimes as clients see them; not to be changed."""
        if self._listed is None:
            self._listed = [self._shown(runtime) for runtime in self._catalogue.runtimes]
        return self._listed

    def ensure(self, runtime: Runtime, room: Room) -> None:
        """Builds a runtime's image unless it is there, and tells the room how far it is."""
        if self._states.get(runtime.id) is ImageState.READY:
            return
        self._waiting.setdefault(runtime.id, set()).add(room)
        if runtime.id not in self._builds:
            self._builds[runtime.id] = self._tasks.create_task(self._build(runtime))

    def cancel(self) -> None:
        """Ends all builds."""
        for build in self._builds.values():
            build.cancel()

    async def _build(self, runtime: Runtime) -> None:
        last = BuildProgress(-1, "", "")
        told_at = 0.0

        def progress(step: BuildProgress) -> None:
            nonlocal last, told_at
            now = time.monotonic()
            is_further = (step.percent, step.layer) != (last.percent, last.layer)
            if is_further or now - told_at >= LINE_SECONDS:
                last, told_at = step, now
                self._tell(runtime, [runtime], ImageState.BUILDING, step)

        try:
            await self._images.build(runtime, progress)
        except ExecutorError as error:
            logger.warning("the image of %s can't be built: %s", runtime.id, error)
            self._tell(runtime, [runtime], ImageState.FAILED, BuildProgress(0, "", str(error)))
        else:
            siblings = [one for one in self._catalogue.runtimes if one.image == runtime.image]
            self._tell(runtime, siblings, ImageState.READY, BuildProgress(100, "", ""))
        finally:
            del self._builds[runtime.id]
            self._waiting.pop(runtime.id, None)

    def _tell(
        self,
        awaited: Runtime,
        changed: Iterable[Runtime],
        state: ImageState,
        progress: BuildProgress,
    ) -> None:
        """Tells the rooms that wait for one runtime what is new about it, and those like it."""
        for runtime in changed:
            self._states[runtime.id], self._listed = state, None
            for room in self._waiting.get(awaited.id, ()):
                room.publish(
                    "runtime.changed",
                    runtime=self._shown(runtime),
                    state=state.value,
                    percent=progress.percent,
                    layer=progress.layer,
                    line=progress.line,
                )

    def _shown(self, runtime: Runtime) -> dict[str, object]:
        state = self._states.get(runtime.id, ImageState.MISSING)
        return as_schema(runtime, state).model_dump()


async def image_states(images: Images, runtimes: Sequence[Runtime]) -> Mapping[str, ImageState]:
    """Which runtimes can be used at once, by id; without an engine none can."""
    try:
        return await images.states(runtimes)
    except EngineUnavailable:
        return {runtime.id: ImageState.MISSING for runtime in runtimes}


def as_schema(runtime: Runtime, state: ImageState) -> schemas.Runtime:
    """A runtime as clients see it."""
    return schemas.Runtime.model_validate(
        {
            "id": runtime.id,
            "language": runtime.language,
            "name": runtime.name,
            "version": runtime.version,
            "extensions": runtime.extensions,
            "entry": runtime.entry,
            "monaco": runtime.monaco,
            "debug": runtime.debugging is not None,
            "packages": bool(runtime.packages_directory),
            "lsp": False,
            "state": state.value,
        }
    )
