"""Files that programs wrote, as stored: each belongs to a run, and goes with its output."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

from sqlalchemy import ColumnElement, delete, select, update

from server import ids
from server.db import Database
from server.models import RunArtefactRecord
from server.runs.media_types import media_type


@dataclass(frozen=True, slots=True)
class Artefact:
    """What people are told of one.

    Attributes:
        bytes: its size.
        kept: whether somebody has put it into the room's files.
    """

    id: str
    path: str
    bytes: int
    media_type: str
    kept: bool = False

    def as_json(self) -> dict[str, object]:
        """The form that clients see, in events and over HTTP."""
        return asdict(self)


class Artefacts:
    """The artefacts of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, room_id: str, number: int, files: Iterable[tuple[str, bytes]]
    ) -> tuple[Artefact, ...]:
        """Stores a run's, by path and content; all or nothing."""
        rows = [
            RunArtefactRecord(
                id=ids.short_id(),
                room_id=room_id,
                number=number,
                path=path,
                media_type=media_type(path, data),
                size=len(data),
                is_kept=False,
                data=data,
            )
            for path, data in sorted(files)
        ]
        async with self._database.write() as session:
            session.add_all(rows)
        return tuple(Artefact(row.id, row.path, row.size, row.media_type) for row in rows)

    async def of_runs(
        self, room_id: str, numbers: Sequence[int]
    ) -> Mapping[int, Sequence[Artefact]]:
        """The artefacts of these runs, each one's by path; runs without any are left out."""
        record = RunArtefactRecord
        query = (
            select(
                record.number,
                record.id,
                record.path,
                record.size,
                record.media_type,
                record.is_kept,
            )
            .where(record.room_id == room_id, record.number.in_(numbers))
            .order_by(record.number, record.path)
        )
        found: dict[int, list[Artefact]] = {}
        async with self._database.read() as session:
            for number, *fields in await session.execute(query):
                artefact = Artefact(*cast("tuple[str, str, int, str, bool]", fields))
                found.setdefault(number, []).append(artefact)
        return found

    async def content(
        self, room_id: str, number: int, artefact_id: str
    ) -> RunArtefactRecord | None:
        """One with its content, if it is there."""
        query = select(RunArtefactRecord).where(*_one(room_id, number, artefact_id))
        async with self._database.read() as session:
            return (await session.scalars(query)).one_or_none()

    async def mark_kept(self, room_id: str, number: int, artefact_id: str) -> None:
        """Notes that one was put into the room's files."""
        change = update(RunArtefactRecord).where(*_one(room_id, number, artefact_id))
        async with self._database.write() as session:
            await session.execute(change.values(is_kept=True))

    async def remove(self, room_id: str, number: int, artefact_id: str) -> bool:
        """Removes one; whether it was there."""
        removal = delete(RunArtefactRecord).where(*_one(room_id, number, artefact_id))
        async with self._database.write() as session:
            removed = await session.execute(removal.returning(RunArtefactRecord.id))
            return bool(removed.all())


def _one(room_id: str, number: int, artefact_id: str) -> tuple[ColumnElement[bool], ...]:
    record = RunArtefactRecord
    return record.id == artefact_id, record.room_id == room_id, record.number == number
