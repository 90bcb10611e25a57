"""Answers about a room's runs: from memory while they go on, else from what is stored."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence

from collab.errors import CommandError
from executor.run import Place
from server.models import RunArtefactRecord, RunRecord
from server.runs.artefacts import Artefact, Artefacts
from server.runs.live_run import LiveRun
from server.runs.records import OutputChunk, RunRecords, as_json


class RunArchive:
    """The runs of all rooms, open or not. A run is told as `messages.Run`'s fields.

    What is asked of a run raises `CommandError` (``not_found``) if there is none of that number.

    Args:
        live: finds a run, by room and number, that is not stored to its end yet.
    """

    def __init__(
        self,
        records: RunRecords,
        artefacts: Artefacts,
        live: Callable[[str, int], LiveRun | None],
    ) -> None:
        self._records = records
        self._artefacts = artefacts
        self._live = live

    async def newest(
        self, room_id: str, before: int | None = None, limit: int = 50
    ) -> Sequence[Mapping[str, object]]:
        """The newest runs with lower numbers than `before`, in ascending order."""
        stored = await self._records.newest(room_id, before, limit)
        numbers = [record.number for record in stored]
        artefacts = await self._artefacts.of_runs(room_id, numbers)
        return [self._told(record, artefacts.get(record.number, ())) for record in stored]

    async def get(self, room_id: str, number: int) -> Mapping[str, object]:
        """One run."""
        live = self._live(room_id, number)
        if live:
            return live.as_json()
        record = await self._records.get(room_id, number)
        if record is None:
            raise CommandError("not_found", f"this room has no run {number}")
        return as_json(record, artefacts=await self.artefacts(room_id, number))

    def _told(self, record: RunRecord, artefacts: Sequence[Artefact]) -> Mapping[str, object]:
        live = self._live(record.room_id, record.number)
        return live.as_json() if live else as_json(record, artefacts=artefacts)

    async def artefacts(self, room_id: str, number: int) -> Sequence[Artefact]:
        """What a run's program wrote, by path."""
        return (await self._artefacts.of_runs(room_id, [number])).get(number, ())

    async def artefact(self, room_id: str, number: int, artefact_id: str) -> RunArtefactRecord:
        """One of them, with its content."""
        found = await self._artefacts.content(room_id, number, artefact_id)
        if found is None:
            raise CommandError("not_found", "there is no such file any more")
        return found

    async def output(self, room_id: str, number: int) -> bytes:
        """A run's output as it was shown."""
        told = await self.get(room_id, number)
        live = self._live(room_id, number)
        chunks = live.printed.shown if live else await self._records.output(room_id, number)
        if told["output_bytes"] and not chunks:
            raise _purged(number)
        return b"".join(chunk.data for chunk in chunks)

    async def whole_output(self, room_id: str, number: int) -> AsyncIterator[bytes]:
        """All that is kept of a run's output, piece by piece."""
        told = await self.get(room_id, number)
        live = self._live(room_id, number)
        # Before what is stored is looked at: each piece is in one of the two, or in both.
        rest = list(live.printed.unstored) if live else []
        until = rest[0].offset if rest else None
        stored = self._records.kept_output(room_id, number, until)
        first = await anext(stored, None)
        if told["kept_bytes"] and first is None and not rest:
            raise _purged(number)
        return _chained(first, stored, rest)


async def _chained(
    first: bytes | None, stored: AsyncIterator[bytes], rest: Sequence[OutputChunk]
) -> AsyncGenerator[bytes]:
    if first is not None:
        yield first
    async for data in stored:
        yield data
    for chunk in rest:
        if chunk.place is not Place.SHOWN:
            yield chunk.data


def _purged(number: int) -> CommandError:
    return CommandError("not_found", f"the output of run {number} is not kept any more")
