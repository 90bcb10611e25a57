"""Stores runs of one open room as they go on."""

import asyncio
import logging
from collections.abc import Callable

from collab.room import Room
from server.runs.live_output import joined
from server.runs.live_run import LiveRun
from server.runs.records import RunRecords
from server.runs.room_artefacts import RoomArtefacts

logger = logging.getLogger(__name__)

SAVE_SECONDS = 0.5  # output of a running program is stored at most this often
RETRY_SECONDS = 2.0


class RunSaver:
    """See the module; each run is stored by a task of its own, up to its end.

    Args:
        on_done: is called when one is stored to its end.
    """

    def __init__(
        self,
        room: Room,
        records: RunRecords,
        artefacts: RoomArtefacts,
        tasks: asyncio.TaskGroup,
        on_done: Callable[[], None],
    ) -> None:
        self._room = room
        self._records = records
        self._artefacts = artefacts
        self._tasks = tasks
        self._on_done = on_done
        self._saving: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be stored."""
        return bool(self._saving)

    def keep(self, run: LiveRun) -> None:
        """Stores a run from now on."""
        saving = self._tasks.create_task(self._save(run))
        self._saving.add(saving)
        saving.add_done_callback(self._saving.discard)
        saving.add_done_callback(lambda _: self._on_done())

    async def finish(self) -> None:
        """Returns when all is stored."""
        if self._saving:
            await asyncio.wait(self._saving)

    async def _save(self, run: LiveRun) -> None:
        """Stores a run as it goes on; a failed try is repeated."""
        while True:
            await run.changed.wait()
            run.changed.clear()
            is_last = run.is_gone
            try:
                await self._store(run)
            except Exception:
                logger.exception(
                    "run %d of room %s is not stored", run.record.number, self._room.id
                )
                run.changed.set()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            run.is_stored = not run.changed.is_set()
            if run.handle is not None:
                is_all = is_last and run.is_finished
                run.handle.stored(run.printed.stored_bytes, is_all=is_all)
            if is_last:
                run.handle = None
                return
            if not run.is_gone:
                await run.printed.until_due(SAVE_SECONDS)

    async def _store(self, run: LiveRun) -> None:
        """Stores what is new of a run; each part once, however often this is tried."""
        fresh, leftovers = list(run.printed.unstored), run.leftovers
        await self._records.save(run.record)
        await self._records.append_output(self._room.id, run.record.number, joined(fresh))
        run.printed.stored(len(fresh))
        if leftovers is not None:
            if not run.artefacts:  # they may be stored, and the executor not know it yet
                await self._artefacts.take_in(run, leftovers)
            run.leftovers = None
        if run.is_gone:
            await self._artefacts.make_room()
