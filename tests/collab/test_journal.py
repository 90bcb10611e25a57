import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from collab.journal import Journal
from collab.store import EventRow, Row
from tests.collab.memory_store import MemoryStore


class Batches(MemoryStore):
    """Keeps what was stored at once, by the numbers of events."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[int]] = []
        self.has_stored = asyncio.Event()

    async def append(self, rows: Sequence[Row]) -> None:
        self.batches.append([row.seq for row in rows])
        self.has_stored.set()


@asynccontextmanager
async def writing(store: Batches) -> AsyncGenerator[Journal]:
    journal = Journal(store, max_waiting_bytes=1 << 20)
    writer = asyncio.create_task(journal.write())
    yield journal
    writer.cancel()


def event(number: int) -> EventRow:
    return EventRow("room", number, 0, "notice", "{}")


async def test_what_nobody_waits_for_is_stored_later_and_in_bulk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("collab.journal.UNASKED_SECONDS", 60)
    store = Batches()
    async with writing(store) as journal:
        for number in range(1, 4):
            journal.put(event(number))
            await asyncio.wait([asyncio.create_task(store.has_stored.wait())], timeout=0.01)
        assert store.batches == []
        await journal.barrier()
        assert store.batches == [[1, 2, 3]]


async def test_what_nobody_waits_for_is_stored_all_the_same() -> None:
    store = Batches()
    async with writing(store) as journal:
        journal.put(event(1))
        await store.has_stored.wait()
    assert store.batches == [[1]]


async def test_who_waits_is_answered_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collab.journal.UNASKED_SECONDS", 60)
    store = Batches()
    async with writing(store) as journal:
        for number in range(1, 4):
            journal.put(event(number))
            await journal.barrier()
        assert store.batches == [[1], [2], [3]]
