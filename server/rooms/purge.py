"""Removes what nobody can use any more, in small steps: ended stays, dead links, old output."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from server.clock import milliseconds
from server.db import Database
from server.models import (
    LinkRecord,
    RefreshTokenRecord,
    RunArtefactRecord,
    RunOutputRecord,
    RunRecord,
)

logger = logging.getLogger(__name__)

PERIOD_SECONDS = 3600.0
BATCH_ROWS = 500
BATCH_RUNS = 4  # each with 16 megabytes of output at most, if nobody has set more
STAY_DAYS = 1  # longer than any access token that was issued for the stay
_DAY_MS = 24 * 3600 * 1000

Step = Callable[[Connection], int]
"""Removes a batch; returns how many rows went, 0 when there is nothing left to remove."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days what is dead is kept."""

    link_days: int
    output_days: int


class Purge:
    """Purges a database: `once`, or every hour while `running`."""

    def __init__(self, database: Database, keeping: Keeping) -> None:
        self._database = database
        self._keeping = keeping

    async def once(self) -> dict[str, int]:
        """Removes all that is due; each batch is a transaction, so that others get their turn."""
        now = milliseconds()
        steps: dict[str, Step] = {
            "stays": _purge_stays(now - STAY_DAYS * _DAY_MS),
            "links": _purge_links(now - self._keeping.link_days * _DAY_MS),
            "outputs": _purge_results(RunOutputRecord, now - self._keeping.output_days * _DAY_MS),
            "artefacts": _purge_results(
                RunArtefactRecord, now - self._keeping.output_days * _DAY_MS
            ),
        }
        return {name: await self._repeat(step) for name, step in steps.items()}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Purges now and every hour, in the background."""
        task = asyncio.create_task(self._keep_going())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep_going(self) -> None:
        while True:
            try:
                removed = await self.once()
            except (SQLAlchemyError, OSError):
                logger.exception("nothing could be purged; it will be tried again")
            else:
                if any(removed.values()):
                    logger.info("purged", extra=removed)
            await asyncio.sleep(PERIOD_SECONDS)

    async def _repeat(self, step: Step) -> int:
        total = 0
        while removed := await self._database.transact(step):
            total += removed
        return total


def _purge_stays(before: int) -> Step:
    """Stays that expired, or were ended, before that time."""
    stay = RefreshTokenRecord
    due = select(stay.family).where(or_(stay.expires_at < before, stay.revoked_at < before))
    return _batches(stay, stay.family.in_(due.limit(BATCH_ROWS)))


def _purge_links(before: int) -> Step:
    """Links that expired, or were revoked, before that time; who came by them stays."""
    link = LinkRecord
    due = select(link.id).where(or_(link.expires_at < before, link.revoked_at < before))
    return _batches(link, link.id.in_(due.limit(BATCH_ROWS)))


def _purge_results(result: type[RunOutputRecord | RunArtefactRecord], before: int) -> Step:
    """What runs gave that finished before that time; the runs stay."""
    run = RunRecord
    has_some = exists().where(result.room_id == run.room_id, result.number == run.number)
    due = select(run.room_id, run.number).where(run.finished_at < before, has_some)
    return _batches(result, tuple_(result.room_id, result.number).in_(due.limit(BATCH_RUNS)))


def _batches(record: type[object], is_due: ColumnElement[bool]) -> Step:
    statement = delete(record).where(is_due)
    return lambda connection: connection.execute(statement).rowcount
