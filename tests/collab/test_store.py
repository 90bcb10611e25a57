"""The store's contract, for the twin in memory, SQLite and PostgreSQL alike."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from collab.errors import RoomNotFound
from collab.generation import Generation
from collab.history_sql import SqlHistory
from collab.snapshot import DamagedSnapshot
from collab.store import EventRow, RenewalRow, Snapshot, Store, StoredRoom, UpdateRow
from collab.store_sql import SqlStore
from collab.store_tables import snapshots
from tests.collab.databases import DATABASES, database_url, sql_engine
from tests.collab.memory_store import MemoryStore

History = Callable[[str], Awaitable[list[UpdateRow]]]


@pytest.fixture(params=["memory", *DATABASES])
async def store_and_history(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[tuple[Store, History]]:
    """A store, and what reads the whole of a room's history."""
    if request.param == "memory":
        memory = MemoryStore()
        yield memory, memory.history
        return
    async with sql_engine(database_url(request, request.param, tmp_path)) as engine:
        history = SqlHistory(engine)

        async def all_updates(room_id: str) -> list[UpdateRow]:
            rows: list[UpdateRow] = []
            position = (await history.span(room_id)).oldest
            while page := await history.updates(room_id, position):
                rows += page
                position = rows[-1].seq
            return rows

        yield SqlStore(engine), all_updates


@pytest.fixture
def store(store_and_history: tuple[Store, History]) -> Store:
    return store_and_history[0]


@pytest.fixture
def history(store_and_history: tuple[Store, History]) -> History:
    return store_and_history[1]


START = 1_700_000_000_000


def row(seq: int, data: bytes, room_id: str = "room", by: str | None = "ada") -> UpdateRow:
    return UpdateRow(room_id, seq, START + seq, by, data)


async def test_an_unknown_room_is_none_and_not_empty(store: Store) -> None:
    assert await store.load("room") is None


async def test_updates_come_back_in_order_each_once(store: Store) -> None:
    await store.append([row(2, b"two"), row(1, b"one")])
    await store.append([row(2, b"two"), row(3, b"three")])
    assert await store.load("room") == StoredRoom([b"one", b"two", b"three"], 3, 0)


async def test_rooms_are_kept_apart(store: Store) -> None:
    await store.append([row(1, b"a"), row(1, b"b", room_id="other")])
    stored = await store.load("other")
    assert stored is not None
    assert stored.updates == [b"b"]


async def test_the_log_of_events_goes_on_where_it_ended(store: Store) -> None:
    await store.append([row(1, b"a"), EventRow("room", 7, 5, "notice", '{"text":"é"}')])
    await store.append([EventRow("room", 8, 6, "notice", "{}")])
    stored = await store.load("room")
    assert stored is not None
    assert stored.event_seq == 8


async def test_a_snapshot_stands_for_what_it_covers(store: Store, history: History) -> None:
    rows = [row(1, b"one"), row(2, b"two", by=None), row(3, b"three")]
    await store.append(rows)
    await store.compact(Snapshot("room", 2, 99, b"one+two"))
    assert await store.load("room") == StoredRoom([b"one+two", b"three"], 3, 0)
    assert await history("room") == rows
    await store.compact(Snapshot("room", 3, 100, b"all"))
    assert await store.load("room") == StoredRoom([b"all"], 3, 0)
    assert await history("room") == rows


async def test_a_renewed_document_begins_where_it_was_written(
    store: Store, history: History
) -> None:
    await store.append([row(1, b"one"), row(2, b"two")])
    await store.compact(Snapshot("room", 2, 99, b"one+two"))
    renewals = [
        RenewalRow("room", 3, 5, None, "g1", bytes([1, 7, 9]), b"anew"),
        RenewalRow("room", 5, 6, None, "g2", bytes([2, 8, 4, 6, 1]), b"again"),
    ]
    await store.append([renewals[0], row(4, b"four")])
    first = Generation("g1", frozenset({7}))
    assert await store.load("room") == StoredRoom([b"anew", b"four"], 4, 0, first)
    await store.append([renewals[1]])
    await store.append([renewals[1], row(6, b"six")])
    second = Generation("g2", frozenset({6, 7, 8}))
    assert await store.load("room") == StoredRoom([b"again", b"six"], 6, 0, second)
    # A snapshot of the old document, which was being made when the new one was written, is none.
    await store.compact(Snapshot("room", 4, 99, b"anew+four"))
    assert await store.load("room") == StoredRoom([b"again", b"six"], 6, 0, second)
    await store.compact(Snapshot("room", 6, 99, b"again+six"))
    assert await store.load("room") == StoredRoom([b"again+six"], 6, 0, second)
    assert [entry.seq for entry in await history("room")] == [1, 2, 3, 4, 5, 6]
    await store.erase("room")
    await store.append([row(1, b"one")])
    assert await store.load("room") == StoredRoom([b"one"], 1, 0)


async def test_a_compaction_whose_answer_was_lost_can_be_repeated(
    store: Store, history: History
) -> None:
    await store.append([row(1, b"one"), row(2, b"two")])
    for _ in range(2):
        await store.compact(Snapshot("room", 2, 99, b"one+two"))
    assert await store.load("room") == StoredRoom([b"one+two"], 2, 0)
    assert len(await history("room")) == 2


async def test_logs_of_old_updates_are_found_unless_nobody_has_entered_yet(store: Store) -> None:
    await store.append([row(1, b"one"), row(2, b"two"), row(1, b"one", room_id="other")])
    assert await store.uncompacted(START + 2) == []
    assert await store.uncompacted(START + 3) == ["room"]
    await store.compact(Snapshot("room", 2, 99, b"one+two"))
    assert await store.uncompacted(START + 3) == []


async def test_forgetting_leaves_what_a_room_is_loaded_from(store: Store, history: History) -> None:
    await store.append([row(1, b"one"), row(2, b"two"), EventRow("room", 7, START, "notice", "{}")])
    await store.compact(Snapshot("room", 2, START, b"one+two"))
    await store.append([row(3, b"three")])
    assert not await store.forget(START + 2)
    assert len(await history("room")) == 3
    assert await store.forget(START + 100)
    assert not await store.forget(START + 100)
    assert await history("room") == [row(3, b"three")]
    assert await store.load("room") == StoredRoom([b"one+two", b"three"], 3, 7)


async def test_erasing_leaves_nothing_of_a_room(store: Store, history: History) -> None:
    await store.append([row(1, b"one"), row(1, b"b", room_id="other")])
    await store.compact(Snapshot("room", 1, 99, b"one"))
    await store.erase("room")
    assert await store.load("room") is None
    with pytest.raises(RoomNotFound):
        await history("room")
    assert await store.load("other") is not None


async def test_a_batch_is_stored_whole_or_not_at_all(postgres_database: str) -> None:
    async with sql_engine(postgres_database) as engine:
        store = SqlStore(engine)
        unstorable = EventRow("room", 1, 5, "notice", "no NUL in PostgreSQL's texts: \0")
        with pytest.raises(Exception, match="0x00"):
            await store.append([row(1, b"one"), unstorable])
        assert await store.load("room") is None


async def test_a_damaged_snapshot_is_an_error_and_not_an_empty_room(tmp_path: Path) -> None:
    async with sql_engine(f"sqlite:///{tmp_path}/rooms.sqlite3") as engine:
        store = SqlStore(engine)
        await store.append([row(1, b"one")])
        await store.compact(Snapshot("room", 1, 99, b"one"))
        async with engine.begin() as connection:
            await connection.execute(update(snapshots).values(data=b"onE"))
        with pytest.raises(DamagedSnapshot):
            await store.load("room")
