"""Runs and their kept output, as stored."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from server.clock import milliseconds
from server.db import Database
from server.models import RunOutputRecord, RunRecord

FINISHED = "finished"
SERVER_RESTARTED = "server restarted"
_TOLD = (
    "number", "state", "runtime", "entry", "args", "tty", "by", "by_name", "queued_at",
    "started_at", "finished_at", "outcome", "exit_code", "text_hash", "output_bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutputChunk:
    """A piece of a run's kept output."""

    offset: int
    """Position of its first byte in the whole."""
    stream: int
    data: bytes


def as_json(run: RunRecord, position: int | None = None) -> dict[str, object]:
    """A run as clients see it, in events and over HTTP; `position` in the queue, if it waits."""
    told = {name: getattr(run, name) for name in _TOLD}
    state_vector = base64.b64encode(run.state_vector).decode()
    return told | {"state_vector": state_vector, "position": position}


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
        """Adds to a run's kept output; all of `chunks` or nothing."""
        rows = [
            RunOutputRecord(
                room_id=room_id,
                number=number,
                offset=chunk.offset,
                stream=chunk.stream,
                data=chunk.data,
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
        """A run's kept output, in order."""
        async with self._database.read() as session:
            found = await session.scalars(
                select(RunOutputRecord)
                .where(RunOutputRecord.room_id == room_id, RunOutputRecord.number == number)
                .order_by(RunOutputRecord.offset)
            )
            return [OutputChunk(row.offset, row.stream, row.data) for row in found]

    async def finish_interrupted(self) -> int:
        """Marks the runs that a stopped server left unfinished; returns how many there were."""
        async with self._database.write() as session:
            finished = await session.scalars(
                update(RunRecord)
                .where(RunRecord.state != FINISHED)
                .values(state=FINISHED, outcome=SERVER_RESTARTED, finished_at=milliseconds())
                .returning(RunRecord.number)
            )
            return len(finished.all())
