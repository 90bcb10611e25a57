"""What the programs of one open room wrote: taken in, kept or dropped, and told to everybody."""

from collections.abc import Callable

from collab.errors import CommandError
from collab.room import Room
from executor.run import Leftovers
from server.runs.artefacts import Artefacts
from server.runs.live_run import LiveRun
from server.runs.records import RunRecords, as_json
from server.texts import workspace_path


class RoomArtefacts:
    """The artefacts of a room's runs.

    Args:
        live: finds a run that is held in memory.
        room_bytes: what all results of the room's runs may take together.
    """

    def __init__(
        self,
        room: Room,
        store: Artefacts,
        records: RunRecords,
        live: Callable[[int], LiveRun | None],
        *,
        room_bytes: int,
    ) -> None:
        self._room = room
        self._store = store
        self._records = records
        self._live = live
        self._room_bytes = room_bytes

    async def take_in(self, run: LiveRun, leftovers: Leftovers) -> None:
        """Stores what a program wrote, and tells of it. May be tried again if it fails."""
        files = [
            (path, file.content)
            for file in leftovers.files
            if (path := _shown_path(file.path)) is not None
        ]
        run.record.missed_files = leftovers.missed + len(leftovers.files) - len(files)
        await self._records.save(run.record)
        run.artefacts = await self._store.add(self._room.id, run.record.number, files)
        self._publish(run.as_json())

    async def make_room(self) -> None:
        """Drops the results of the oldest runs, where all together take too much."""
        for number in await self._records.drop_results(self._room.id, self._room_bytes):
            await self._tell(number)

    async def drop(self, number: int, artefact_id: str) -> None:
        """Removes one. Raises `CommandError` (``not_found``)."""
        if not await self._store.remove(self._room.id, number, artefact_id):
            raise CommandError("not_found", "there is no such file any more")
        await self._tell(number)

    async def mark_kept(self, number: int, artefact_id: str) -> None:
        """Notes that one was put into the room's files."""
        await self._store.mark_kept(self._room.id, number, artefact_id)
        await self._tell(number)

    async def _tell(self, number: int) -> None:
        artefacts = (await self._store.of_runs(self._room.id, [number])).get(number, ())
        if (run := self._live(number)) is not None:
            run.artefacts = artefacts
            self._publish(run.as_json())
        elif (record := await self._records.get(self._room.id, number)) is not None:
            self._publish(as_json(record, artefacts=artefacts))

    def _publish(self, run: dict[str, object]) -> None:
        self._room.publish("run.artefacts", run=run, artefacts=run["artefacts"])


def _shown_path(path: str) -> str | None:
    """The path as a room has it; None for one that no file of a room can have."""
    try:
        return workspace_path(path)
    except ValueError:
        return None
