"""Which runtimes can be used at once, and the builds of those that can't, as rooms are told."""

import asyncio
import logging

from collab.room import Room
from executor.errors import ExecutorError
from executor.images import BuildProgress, Images, ImageState
from executor.languages import Catalogue, Runtime
from server.routes.runtimes import as_schema, image_state

logger = logging.getLogger(__name__)


class RuntimeBuilds:
    """Remembers the states last seen; a build tells every room that waits for it."""

    def __init__(self, images: Images, catalogue: Catalogue, tasks: asyncio.TaskGroup) -> None:
        self._images = images
        self._catalogue = catalogue
        self._tasks = tasks
        self._states: dict[str, ImageState] = {}
        self._builds: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, set[Room]] = {}

    async def look(self) -> None:
        """Asks the engine what is there."""
        for runtime in self._catalogue.runtimes:
            if runtime.id not in self._builds:
                self._states[runtime.id] = await image_state(self._images, runtime)

    def listed(self) -> list[dict[str, object]]:
        """The runtimes as clients see them."""
        return [self._shown(runtime) for runtime in self._catalogue.runtimes]

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
        def progress(step: BuildProgress) -> None:
            self._tell(runtime, ImageState.BUILDING, step.percent, step.line)

        try:
            await self._images.build(runtime, progress)
        except ExecutorError as error:
            logger.warning("the image of %s can't be built: %s", runtime.id, error)
            self._tell(runtime, ImageState.FAILED, 0, str(error))
        else:
            self._tell(runtime, ImageState.READY, 100, "")
        finally:
            del self._builds[runtime.id]
            self._waiting.pop(runtime.id, None)

    def _tell(self, runtime: Runtime, state: ImageState, percent: int, line: str) -> None:
        self._states[runtime.id] = state
        for room in self._waiting.get(runtime.id, ()):
            room.publish(
                "runtime.changed",
                runtime=self._shown(runtime),
                state=state.value,
                percent=percent,
                line=line,
            )

    def _shown(self, runtime: Runtime) -> dict[str, object]:
        state = self._states.get(runtime.id, ImageState.MISSING)
        return as_schema(runtime, state).model_dump()
