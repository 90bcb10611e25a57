"""The past of rooms, for those who operate the server: list it, get a workspace as it was."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from collab.errors import PositionForgotten, RoomNotFound
from collab.history import History, Span, document_at
from collab.history_sql import SqlHistory
from collab.store import UpdateRow
from server import migrations
from server.auth import participants
from server.clock import milliseconds
from server.db import Database, create_engine
from server.rooms import archive
from server.settings import Settings

PAUSE_MS = 10 * 60_000  # without an edit: what follows is listed as another sitting
SERVER = "(server)"


class Refused(Exception):
    """What was asked for can't be done; the message says why."""


@dataclass(slots=True)
class Sitting:
    """Edits without a longer pause."""

    first_at: int
    last_at: int
    updates: int = 0
    by: set[str | None] = field(default_factory=set)


def show(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab room history``."""
    return _tell_errors(options.room, lambda: asyncio.run(_show(_open(settings), options.room)))


def export(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab room export``."""
    now = milliseconds()
    at = now if options.at is None else round(options.at.timestamp() * 1000)
    if at > now:
        print(f"{_shown(at)} is in the future.", file=sys.stderr)
        return 1
    output: Path = options.output or Path(f"{options.room}.zip")

    def write() -> None:
        files = asyncio.run(_files_at(_open(settings), options.room, at))
        try:
            with output.open("xb") as file:
                file.write(archive.packed(files))
        except OSError as error:
            raise Refused(f"{output} can't be written: {error.strerror}.") from error
        print(f"{output}: room {options.room} at {_shown(at)}, {len(files)} files.")

    return _tell_errors(options.room, write)


def parse_time(text: str) -> datetime:
    """A time in ISO 8601; UTC where it does not say. Raises `ValueError`."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


async def _show(database: Database, room_id: str) -> None:
    async with _history(database) as history:
        span = await history.span(room_id)
        sittings = await _sittings(history, room_id, span)
        async with database.read() as session:
            names = await participants.names(session, room_id)
    if span.oldest:
        print(f"What was before {_shown(span.oldest_at)} is not kept any more.")
    for sitting in sittings:
        people = sorted(SERVER if by is None else names.get(by, by) for by in sitting.by)
        period = f"{_shown(sitting.first_at)} to {_shown(sitting.last_at)}"
        print(f"{period}  {sitting.updates:>7} edits  {', '.join(people)}")


async def _sittings(history: History, room_id: str, span: Span) -> list[Sitting]:
    found: list[Sitting] = []
    position = span.oldest
    while rows := await history.updates(room_id, position):
        for row in rows:
            if not found or row.at - found[-1].last_at > PAUSE_MS:
                found.append(Sitting(row.at, row.at))
            _count(found[-1], row)
        position = rows[-1].seq
    return found


def _count(sitting: Sitting, row: UpdateRow) -> None:
    sitting.last_at = row.at
    sitting.updates += 1
    sitting.by.add(row.by)


async def _files_at(database: Database, room_id: str, at: int) -> list[tuple[str, str]]:
    async with _history(database) as history:
        try:
            position = await history.position_at(room_id, at)
        except PositionForgotten:
            kept_from = (await history.span(room_id)).oldest_at + 999  # in whole seconds
            raise Refused(f"Room {room_id} is kept from {_shown(kept_from)} on.") from None
        document = await document_at(history, room_id, position)
    return [(file.path, file.text) for file in document.files()]


def _open(settings: Settings) -> Database:
    migrations.upgrade(settings.database)
    return Database(create_engine(settings.database))


@asynccontextmanager
async def _history(database: Database) -> AsyncGenerator[History]:
    try:
        yield SqlHistory(database.engine)
    finally:
        await database.engine.dispose()


def _tell_errors(room_id: str, work: Callable[[], None]) -> int:
    try:
        work()
    except RoomNotFound:
        print(f"There is no room {room_id}.", file=sys.stderr)
    except Refused as error:
        print(error, file=sys.stderr)
    else:
        return 0
    return 1


def _shown(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
