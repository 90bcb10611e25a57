"""Runs and their output, as stored."""

import base64
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import Select, delete, func, select, update

from executor.run import Place
from server.clock import milliseconds
from server.db import Database
from server.models import RunArtefactRecord, RunOutputRecord, RunRecord
from server.runs.artefacts import Artefact

FINISHED = "finished"
ROWS_AT_ONCE = 4  # each with up to some megabytes
_TOLD = (
    "number", "state", "runtime", "entry", "args", "tty", "cols", "rows", "by", "by_name",
    "queued_at", "started_at", "finished_at", "outcome", "exit_code", "text_hash", "output_bytes",
    "kept_bytes", "missed_files", "debug",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutputChunk:
    """A piece of a run's output."""

    offset: int
    """Position of its first byte: in what is shown, or, to be stored, in all that was recorded."""
    stream: int
    data: bytes
    place: Place = Place.BOTH


@dataclass(frozen=True, slots=True)
class Recorded:
    """How much of a run's output is stored: in all, of what is shown, of what can be downloaded."""

    recorded_bytes: int = 0
    shown_bytes: int = 0
    kept_bytes: int = 0


def as_json(
    run: RunRecord,
    position: int | None = None,
    artefacts: Sequence[Artefact] = (),
    *,
    is_open: bool = False,
) -> dict[str, object]:
    """A run as clients see it, in events and over HTTP.

    `position` is its place in the queue, if it waits; `is_open` says that it takes input.
    """
    told = {name: getattr(run, name) for name in _TOLD}
    return told | {
        "state_vector": base64.b64encode(run.state_vector).decode(),
        "position": position,
        "input_open": is_open,
        "artefacts": [artefact.as_json() for artefact in artefacts],
    }


def _output(room_id: str, number: int) -> Select[RunOutputRecord]:
    return (
        select(RunOutputRecord)
        .where(RunOutputRecord.room_id == room_id, RunOutputRecord.number == number)
        .order_by(RunOutputRecord.offset)
    )


class RunRecords:
    """The runs of all rooms, numbered 1, 2, … in each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_number(self, room_id: str) -> int:
        """The number that the room's next run gets; only the room's owner process may ask."""
        async with self._database.read() as session:
            last = await session.scalar(
                select(func.max(RunRecord.number)).where(RunRecord.room_id == room_id)
            )
        return (last or 0) + 1

    async def save(self, run: RunRecord) -> None:
        """Stores a run, new or changed. The record stays the caller's."""
        async with self._database.write() as session:
            await session.merge(run)

    async def append_output(self, room_id: str, number: int, chunks: Sequence[OutputChunk]) -> None:
        """Adds to a run's recorded output; all of `chunks` or nothing."""
        rows = [
            RunOutputRecord(
                room_id=room_id,
                number=number,
                offset=chunk.offset,
                stream=chunk.stream,
                data=chunk.data,
                place=chunk.place,
            )
            for chunk in chunks
        ]
        async with self._database.write() as session:
            session.add_all(rows)

    async def get(self, room_id: str, number: int) -> RunRecord | None:
        """One run, if there is one of that number."""
        async with self._database.read() as session:
            return await session.get(RunRecord, (room_id, number))

    async def newest(
        self, room_id: str, before: int | None = None, limit: int = 50
    ) -> Sequence[RunRecord]:
        """The newest runs with lower numbers than `before`, in ascending order."""
        query = select(RunRecord).where(RunRecord.room_id == room_id)
        if before is not None:
            query = query.where(RunRecord.number < before)
        async with self._database.read() as session:
            found = await session.scalars(query.order_by(RunRecord.number.desc()).limit(limit))
            return found.all()[::-1]

    async def output(self, room_id: str, number: int) -> Sequence[OutputChunk]:
        """What is shown of a run's output, in order."""
        query = _output(room_id, number).where(RunOutputRecord.place != Place.KEPT)
        async with self._database.read() as session:
            rows = (await session.scalars(query)).all()
        offsets = accumulate((len(row.data) for row in rows), initial=0)
        return [
            OutputChunk(offset, row.stream, row.data)
            for offset, row in zip(offsets, rows, strict=False)
        ]

    async def kept_output(
        self, room_id: str, number: int, until: int | None = None
    ) -> AsyncGenerator[bytes]:
        """What can be downloaded of a run's output, read piece by piece, up to an offset."""
        query = _output(room_id, number).where(RunOutputRecord.place != Place.SHOWN)
        if until is not None:
            query = query.where(RunOutputRecord.offset < until)
        after = -1
        while True:
            page = query.where(RunOutputRecord.offset > after).limit(ROWS_AT_ONCE)
            async with self._database.read() as session:
                rows = (await session.scalars(page)).all()
            for row in rows:
                yield row.data
            if len(rows) < ROWS_AT_ONCE:
                return
            after = rows[-1].offset

    async def recorded(self, room_id: str, number: int) -> Recorded:
        """How much of a run's output is stored."""
        output = RunOutputRecord
        query = (
            select(output.place, func.sum(func.length(output.data)))
            .where(output.room_id == room_id, output.number == number)
            .group_by(output.place)
        )
        async with self._database.read() as session:
            sizes = {place: int(size) for place, size in await session.execute(query)}
        total = sum(sizes.values())
        return Recorded(total, total - sizes.get(Place.KEPT, 0), total - sizes.get(Place.SHOWN, 0))

    async def drop_results(self, room_id: str, most_bytes: int) -> Sequence[int]:
        """Removes output and artefacts of a room's oldest runs, if all have more than that.

        The newest run's stay in any case. Returns the runs whose artefacts are gone.
        """
        run, artefact, output = RunRecord, RunArtefactRecord, RunOutputRecord
        in_artefacts = (
            select(func.coalesce(func.sum(artefact.size), 0))
            .where(artefact.room_id == run.room_id, artefact.number == run.number)
            .scalar_subquery()
        )
        sizes = select(run.number, run.kept_bytes + in_artefacts).where(run.room_id == room_id)
        async with self._database.read() as session:
            rows = (await session.execute(sizes.order_by(run.number.desc()))).all()
        totals = accumulate(size for _, size in rows)
        sums = list(zip(rows, totals, strict=True))[1:]
        last = next((row.number for row, total in sums if total > most_bytes), None)
        if last is None:
            return ()
        async with self._database.write() as session:
            await session.execute(
                delete(output).where(output.room_id == room_id, output.number <= last)
            )
            removed = await session.scalars(
                delete(artefact)
                .where(artefact.room_id == room_id, artefact.number <= last)
                .returning(artefact.number)
            )
            return sorted(set(removed))

    async def finish_interrupted(self, outcome: str, spared: Collection[str] = ()) -> int:
        """Marks the runs that a stopped server left unfinished; returns how many there were.

        Those of `spared` rooms are left as they are: some may go on.
        """
        async with self._database.write() as session:
            finished = await session.scalars(
                update(RunRecord)
                .where(RunRecord.state != FINISHED, RunRecord.room_id.not_in(spared))
                .values(state=FINISHED, outcome=outcome, finished_at=milliseconds())
                .returning(RunRecord.number)
            )
            return len(finished.all())
