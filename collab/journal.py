"""Group commit: rows of all rooms go to the store in batches, in order, and none is dropped.

Where somebody waits for the answer, an idle server saves at once, and a busy one after a moment, in
bulk. What nobody waits for is saved later: a commit takes time from who waits for other things.
A failed batch is kept and tried again until it succeeds.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from collab.store import EventRow, Row, Store

logger = logging.getLogger(__name__)

MAX_BATCH_ROWS = 1000  # 1,000 rows take tens of milliseconds; more would only delay their answers
SPACING_SECONDS = 0.02  # between the starts of two commits; each costs about a millisecond of CPU
UNASKED_SECONDS = 0.1  # until one, where no barrier waits
FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 5.0


@dataclass(slots=True)
class JournalStatus:
    """What there is to know from outside: how much waits, and since how many tries in vain."""

    waiting_rows: int = 0
    waiting_bytes: int = 0
    committed_rows: int = 0
    failed_tries: int = 0


class Journal:
    """The one writer of room data in this process; `write` is its task."""

    def __init__(self, store: Store, *, max_waiting_bytes: int) -> None:
        self._store = store
        self._max_waiting_bytes = max_waiting_bytes
        self._rows: deque[Row] = deque()
        self._put_count = 0
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._wake = asyncio.Event()
        self._asked = asyncio.Event()
        self.status = JournalStatus()
        self.on_change: Callable[[bool], None] = lambda _: None
        """Called with whether saving works, each time that changes."""

    @property
    def is_full(self) -> bool:
        """Whether documents must not take any more edits until something is committed."""
        return self.status.waiting_bytes > self._max_waiting_bytes

    def put(self, row: Row) -> None:
        """Queues a row; rows are stored in the order of these calls."""
        self._rows.append(row)
        self._put_count += 1
        self.status.waiting_rows += 1
        self.status.waiting_bytes += _size(row)
        self._wake.set()

    def unsaved_rooms(self) -> set[str]:
        """The rooms that have rows which are not durable."""
        return {row.room_id for row in self._rows}

    async def barrier(self) -> None:
        """Returns once every row put before this call is durable."""
        if self.status.committed_rows < self._put_count:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append((self._put_count, waiter))
            self._asked.set()
            await waiter

    async def write(self) -> None:
        """Stores what is put, until cancelled; call `barrier` before, or rows stay unwritten."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._until_asked(loop.time() + UNASKED_SECONDS)
            while self._rows:
                started = loop.time()
                batch = list(islice(self._rows, MAX_BATCH_ROWS))
                await self._store_batch(batch)
                self._finish(len(batch))
                if len(self._rows) < MAX_BATCH_ROWS:
                    await self._rest(started)

    async def _rest(self, started: float) -> None:
        """Waits until the next commit may begin, after one that began at `started`."""
        await self._until_asked(started + UNASKED_SECONDS)
        await asyncio.sleep(started + SPACING_SECONDS - asyncio.get_running_loop().time())

    async def _until_asked(self, moment: float) -> None:
        """Waits until a barrier waits, or until then, in the loop's time."""
        if not self._waiters:
            self._asked.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(moment):
                    await self._asked.wait()

    async def _store_batch(self, batch: list[Row]) -> None:
        delay = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._store.append(batch)
            except Exception:
                logger.exception("saving failed; %d rows are kept and tried again", len(batch))
                self._note_try(failed=True)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_RETRY_SECONDS)
            else:
                self._note_try(failed=False)
                return

    def _note_try(self, *, failed: bool) -> None:
        worked_before = self.status.failed_tries == 0
        self.status.failed_tries = self.status.failed_tries + 1 if failed else 0
        if worked_before == failed:
            self.on_change(not failed)

    def _finish(self, count: int) -> None:
        for _ in range(count):
            self.status.waiting_bytes -= _size(self._rows.popleft())
        self.status.waiting_rows -= count
        self.status.committed_rows += count
        while self._waiters and self._waiters[0][0] <= self.status.committed_rows:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)


def _size(row: Row) -> int:
    return len(row.body) if isinstance(row, EventRow) else len(row.data)
