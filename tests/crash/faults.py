"""Circumstances and planted faults for a server about to start in this process.

A harness that can't fail proves nothing: each fault must be found by it. Circumstances are honest
and make rare moments common, such as a kill between a commit's first statement and its last.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, event
from sqlalchemy.engine import Engine
from sqlalchemy.util import await_only

import collab.hub
import collab.journal
import collab.room
import collab.store_sql
from collab.store import Row, Snapshot, UpdateRow
from collab.store_tables import updates
from collab.update import parse_update

NOTHING = b"\x00\x00"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a server is to run; all of them are legal."""

    commit_seconds: float = 0.0
    """How long every transaction stays open before it commits."""
    compact_after: int = collab.hub.COMPACT_AFTER_UPDATES
    tidy_seconds: float = collab.hub.TIDY_SECONDS
    forget_seconds: float | None = None
    """How often history is forgotten, then all of it; None: as usual."""
    fault: str | None = None
    """One of `FAULTS`; not legal at all."""

    def arrange(self) -> None:
        """Brings them about in this process, before the server starts."""
        collab.hub.COMPACT_AFTER_UPDATES = self.compact_after
        collab.hub.TIDY_SECONDS = self.tidy_seconds
        if self.forget_seconds is not None:
            os.environ["CODLAB_HISTORY_DAYS"] = "0"
            collab.hub.FIRST_FORGET_SECONDS = collab.hub.FORGET_SECONDS = self.forget_seconds
        if self.commit_seconds:
            event.listen(Engine, "commit", lambda _: hold(self.commit_seconds))
        if self.fault is not None:
            FAULTS[self.fault]()


def hold(seconds: float) -> None:
    """Waits within a transaction, which is one of the event loop or of a thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        time.sleep(seconds)
    else:
        await_only(asyncio.sleep(seconds))


def saved_before_commit() -> None:
    """Save barriers are answered at once."""

    async def at_once(_self: collab.room.Room) -> None:
        return

    replace_method(collab.room.Room, "durable", at_once)


def deletions_not_kept() -> None:
    """Updates that only delete never reach the log, as if they had fired no event."""
    put = collab.journal.Journal.put

    def forgetful_put(self: collab.journal.Journal, row: Row) -> None:
        if isinstance(row, UpdateRow) and not parse_update(row.data).sections:
            row = row._replace(data=NOTHING)
        put(self, row)

    replace_method(collab.journal.Journal, "put", forgetful_put)


def compaction_of_too_much() -> None:
    """A snapshot takes along updates that came after it was made."""
    compact = collab.store_sql.SqlStore.compact

    async def greedy(self: collab.store_sql.SqlStore, snapshot: Snapshot) -> None:
        await compact(self, replace(snapshot, seq=snapshot.seq + 20))

    replace_method(collab.store_sql.SqlStore, "compact", greedy)


def forgetting_of_too_much() -> None:
    """Old updates are forgotten whether they are in a snapshot or not."""
    forget = collab.store_sql.SqlStore.forget

    async def nothing(_self: collab.store_sql.SqlStore, _before: int) -> list[str]:
        return []

    async def greedy(self: collab.store_sql.SqlStore, before: int) -> bool:
        old = (updates.c.at < before) & (updates.c.seq > 1)
        async with self._engine.begin() as connection:
            await connection.execute(delete(updates).where(old))
        return await forget(self, before)

    replace_method(collab.store_sql.SqlStore, "uncompacted", nothing)
    replace_method(collab.store_sql.SqlStore, "forget", greedy)


def replace_method(owner: type, name: str, method: Callable[..., Any]) -> None:
    """Puts a method in another's place, which must be there."""
    getattr(owner, name)
    setattr(owner, name, method)


FAULTS: dict[str, Callable[[], None]] = {
    "saved before commit": saved_before_commit,
    "deletions not kept": deletions_not_kept,
    "compaction of too much": compaction_of_too_much,
    "forgetting of too much": forgetting_of_too_much,
}
