"""The registry of open rooms: opens each once, keeps it while needed, closes it without loss.

A room's life: opening (single-flight), open, then, when nobody needed it for the linger time,
closing: it stops taking sessions before the first await, is flushed and compacted, and forgotten.
Whoever asks for it meanwhile waits for the close and opens it anew.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Self

from collab.document import EMPTY_UPDATE, Document
from collab.errors import (
    CloseCode,
    CollabError,
    DocumentDamaged,
    RoomNotFound,
    RoomUnavailable,
)
from collab.journal import Journal
from collab.limits import HubLimits
from collab.proof import prove
from collab.room import Clock, Room
from collab.stage import Stage
from collab.store import Store, UpdateRow
from collab.ticker import Ticker

logger = logging.getLogger(__name__)

TIDY_SECONDS = 1.0
COMPACTIONS_AT_ONCE = 2  # a class that leaves closes many rooms; those who type must not notice
COMPACT_AFTER_UPDATES = 5000  # of an open room; replaying that many takes less than 0.1 s
COMPACT_AFTER_BYTES = 16 << 20  # a room that opens reads as much
FIRST_FORGET_SECONDS = 60.0  # after the start
FORGET_SECONDS = 3600.0
FORGET_SPACING_SECONDS = 0.05  # between two transactions, for those who type


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Hub:
    """All rooms of this process; an async context manager that owns their tasks."""

    def __init__(
        self,
        store: Store,
        attach: Callable[[Room], Awaitable[Stage]],
        limits: HubLimits | None = None,
        clock: Clock = now_ms,
    ) -> None:
        self._store = store
        self._attach = attach
        self._limits = limits or HubLimits()
        self._clock = clock
        self._ticker = Ticker()
        self.journal = Journal(store, max_waiting_bytes=self._limits.max_unsaved_bytes)
        self.journal.on_change = self._announce_saving
        self._rooms: dict[str, asyncio.Task[Room | CollabError]] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._unsaved: set[str] = set()
        """Rooms that are closing and have something that is not durable."""
        self.lost: Sequence[str] = ()
        """Rooms of which something was not durable when `drain` gave up."""
        self._compacting = asyncio.Semaphore(COMPACTIONS_AT_ONCE)
        self._tasks = asyncio.TaskGroup()
        self._is_draining = False

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._keepers = [
            self._tasks.create_task(self.journal.write()),
            self._tasks.create_task(self._keep_tidy()),
            self._tasks.create_task(self._keep_forgetting()),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.drain()
        for keeper in self._keepers:
            keeper.cancel()
        await self._tasks.__aexit__(kind, error, traceback)

    async def open(self, room_id: str) -> Room:
        """Gives the open room, loading it if need be; concurrent callers share one load.

        Raises:
            RoomNotFound: nothing is stored under that id.
            RoomUnavailable: it could not be loaded, or the server is shutting down.
        """
        while True:
            if self._is_draining:
                raise RoomUnavailable("the server is restarting; try again in a moment")
            if room_id in self._closing:
                await asyncio.shield(self._closing[room_id])
                continue
            opening = self._rooms.get(room_id)
            if opening is None:
                opening = self._tasks.create_task(self._load(room_id))
                self._rooms[room_id] = opening
            room = await asyncio.shield(opening)
            if isinstance(room, CollabError):
                if self._rooms.get(room_id) is opening:
                    del self._rooms[room_id]
                raise room
            if room.is_open:
                return room
            self._begin_close(room)

    @asynccontextmanager
    async def using(self, room_id: str) -> AsyncGenerator[Room]:
        """Keeps a room open meanwhile. Raises as `open` does."""
        room = await self.open(room_id)
        room.pins += 1
        try:
            yield room
        finally:
            room.pins -= 1

    def live(self, room_id: str) -> Room | None:
        """The room, if it is open now."""
        opening = self._rooms.get(room_id)
        opened = opening.result() if opening is not None and opening.done() else None
        return opened if isinstance(opened, Room) else None

    @property
    def rooms(self) -> list[Room]:
        """The rooms that are open now."""
        return [room for room_id in self._rooms if (room := self.live(room_id)) is not None]

    async def create(
        self, room_id: str, files: Sequence[tuple[str, str]], settings: Mapping[str, str]
    ) -> None:
        """Stores a new room's first document, durably on return; `files` are (path, text)."""
        updates: list[bytes] = []
        document = Document()
        with document.edit(updates.append):
            for path, text in files:
                document.write_file(path, text)
            for key, value in settings.items():
                document.set_setting(key, value)
        # A room that begins with nothing is stored too: what has no row was never made.
        for seq, update in enumerate(updates or [EMPTY_UPDATE], start=1):
            self.journal.put(UpdateRow(room_id, seq, self._clock(), None, update))
        await self.journal.barrier()

    async def erase(self, room_id: str) -> None:
        """Ends a room for good: its sessions, and all that is stored of it."""
        if (room := self.live(room_id)) is not None:
            room.end_all(CloseCode.ROOM_GONE, "the room was deleted")
            self._begin_close(room)
        if room_id in self._closing:
            await asyncio.shield(self._closing[room_id])
        await self._store.erase(room_id)

    async def drain(self) -> None:
        """Closes every room: sessions are told to come back later, everything is saved.

        What can't be saved in time is told in the log and by `lost`.
        """
        self._is_draining = True
        for room in self.rooms:
            room.end_all(CloseCode.DRAINING, "the server is restarting")
            self._begin_close(room)
        try:
            async with asyncio.timeout(self._limits.drain_seconds):
                await asyncio.gather(*self._closing.values())
                await self.journal.barrier()
        except TimeoutError:
            self.lost = sorted(self._unsaved | self.journal.unsaved_rooms())
            logger.critical(
                "not saved within %g s: %d edits and events, or runs, of the rooms %s",
                self._limits.drain_seconds,
                self.journal.status.waiting_rows,
                ", ".join(self.lost),
            )

    async def tidy(self) -> None:
        """Closes rooms that nobody needed for the linger time; compacts long logs of the others."""
        now = asyncio.get_running_loop().time()
        linger = self._limits.linger_seconds
        for room in self.rooms:
            if not room.is_open or (room.is_idle and now - room.empty_since >= linger):
                self._begin_close(room)
            elif (
                room.update_seq - room.snapshot_seq >= COMPACT_AFTER_UPDATES
                or room.logged_bytes >= COMPACT_AFTER_BYTES
            ):
                await self._compact(room)

    async def forget(self) -> None:
        """Removes history that is overdue, of open rooms and of all others.

        Only what is compacted can be forgotten, so old updates are: an open room may have too few
        of them for `tidy`, and one that a crash ended had none to close it.
        """
        now, retention = self._clock(), self._limits.retention
        for room_id in await self._store.uncompacted(now - retention.spacing.milliseconds):
            with suppress(RoomNotFound, RoomUnavailable):
                async with self.using(room_id) as room:
                    await self._compact(room)
        is_more = True
        while is_more:
            is_more = await self._store.forget(retention.horizon(now))
            await asyncio.sleep(FORGET_SPACING_SECONDS)

    async def _load(self, room_id: str) -> Room | CollabError:
        """Loads a room; returns what went wrong, since raising would end all tasks of the hub."""
        try:
            stored = await self._store.load(room_id)
            if stored is None:
                return RoomNotFound(f"there is no room {room_id}")
            room = Room(room_id, stored, self.journal, self._ticker, self._clock)
            room.stage = await self._attach(room)
        except Exception:
            logger.exception("room %s could not be opened", room_id)
            return RoomUnavailable("the room can't be loaded now; try again")
        return room

    def _begin_close(self, room: Room) -> None:
        room.is_open = False
        if self._rooms.pop(room.id, None) is not None:
            self._unsaved.add(room.id)
            self._closing[room.id] = self._tasks.create_task(self._close(room))

    async def _close(self, room: Room) -> None:
        try:
            await room.stage.close()
        except Exception:
            logger.exception("what ran in room %s could not be ended in order", room.id)
        room.flush()
        await self.journal.barrier()
        self._unsaved.discard(room.id)
        await self._compact(room)
        del self._closing[room.id]

    async def _compact(self, room: Room) -> None:
        """Saves a snapshot; a failure costs nothing but time, the log still holds everything."""
        try:
            async with room.compaction, self._compacting:
                if room.is_damaged or room.update_seq == room.snapshot_seq:
                    return
                (snapshot, expected), logged_bytes = room.snapshot(), room.logged_bytes
                await prove(snapshot.data, expected)
                await self.journal.barrier()
                await self._store.compact(snapshot)
                room.snapshot_seq = snapshot.seq
                room.logged_bytes -= logged_bytes
        except DocumentDamaged:
            logger.exception("room %s is kept as its log of updates", room.id)
            room.fail()
        except Exception:
            logger.exception("room %s could not be compacted; it will be tried again", room.id)

    async def _keep_tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self.tidy()
            except Exception:
                logger.exception("rooms could not be tidied; it will be tried again")

    async def _keep_forgetting(self) -> None:
        pause = FIRST_FORGET_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = FORGET_SECONDS
            try:
                await self.forget()
            except Exception:
                logger.exception("old history could not be forgotten; it will be tried again")

    def _announce_saving(self, works: bool) -> None:
        level, text = (
            ("info", "Saved again.")
            if works
            else ("warning", "Not saved, retrying. Keep this page open; your edits are kept here.")
        )
        for room in self.rooms:
            room.publish("notice", level=level, text=text)
