import asyncio

import pytest

from collab.document import Document
from collab.errors import CloseCode, RoomNotFound, RoomUnavailable
from collab.hub import COMPACT_AFTER_BYTES, COMPACT_AFTER_UPDATES, Hub
from collab.keyframes import DAY_MS
from collab.limits import HubLimits
from collab.room import Room
from collab.store import StoredRoom, UpdateRow
from tests.collab.conftest import attach
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import QuietStage, Visitors, person


def update_of(path: str) -> bytes:
    updates: list[bytes] = []
    document = Document()
    with document.edit(updates.append):
        document.write_file(path, "text")
    return updates[0]


async def test_a_room_that_was_never_made_is_not_found(hub: Hub) -> None:
    with pytest.raises(RoomNotFound):
        await hub.open("nowhere")
    assert hub.live("nowhere") is None


async def test_a_room_that_begins_with_nothing_can_be_opened(hub: Hub) -> None:
    await hub.create("empty", [], {})
    room = await hub.open("empty")
    assert room.document.files() == []
    with room.edit() as document:
        document.write_file("first.py", "1")
    await hub.tidy()
    assert [file.path for file in (await hub.open("empty")).document.files()] == ["first.py"]


async def test_all_who_come_at_once_share_one_load(hub: Hub, store: MemoryStore) -> None:
    await hub.create("room", [("a.py", "1")], {})
    rooms = await asyncio.gather(*(hub.open("room") for _ in range(20)))
    assert len(set(map(id, rooms))) == 1
    assert store.loads == 1


async def test_a_failed_load_is_no_empty_room(hub: Hub, store: MemoryStore) -> None:
    await hub.create("room", [("a.py", "precious")], {})
    store.failure = OSError("the database is away")
    with pytest.raises(RoomUnavailable):
        await hub.open("room")
    store.failure = None
    assert (await hub.open("room")).document.files()[0].text == "precious"


async def test_a_room_that_does_not_load_is_left_as_it_is(hub: Hub, store: MemoryStore) -> None:
    await hub.create("room", [("a.py", "1")], {})
    stored = await store.load("room")
    assert isinstance(stored, StoredRoom)
    row = store.updates["room"][1]
    store.updates["room"][1] = type(row)("room", 1, row.at, row.by, row.data[:-3])
    with pytest.raises(RoomUnavailable):
        await hub.open("room")
    assert "room" not in store.snapshots


async def test_an_empty_room_closes_and_opens_as_it_was(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.type("kept")
    await ada.until(lambda: ada.events)
    await hub.tidy()
    assert hub.live("room") is room
    ada.leave()
    await ada.closed()
    await hub.tidy()
    assert hub.live("room") is None
    again = await hub.open("room")
    assert again is not room
    assert again.document.guard.clocks == room.document.guard.clocks
    assert isinstance(room.stage, QuietStage)
    assert room.stage.is_closed
    assert store.snapshots["room"].seq == 2
    assert [row.by for row in await store.history("room")] == [None, "ada"]


async def test_a_room_stays_open_while_something_runs_or_somebody_uses_it(
    hub: Hub, room: Room
) -> None:
    async with hub.using("room"):
        await hub.tidy()
        assert hub.live("room") is room
    assert isinstance(room.stage, QuietStage)
    room.stage.is_busy = True
    await hub.tidy()
    assert hub.live("room") is room
    room.stage.is_busy = False
    await hub.tidy()
    assert hub.live("room") is None


async def test_who_comes_while_a_room_closes_gets_it_opened_anew(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    with room.edit() as document:
        document.write_file("a.py", "last words")
    await hub.tidy()
    late = visitors.join(room, person("Late"))
    assert await late.closed() is CloseCode.TRY_AGAIN
    again = await hub.open("room")
    assert [file.path for file in again.document.files()] == ["a.py", "main.py"]


async def test_a_long_log_is_compacted_while_people_type(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    for number in range(COMPACT_AFTER_UPDATES):
        with room.edit() as document:
            document.set_setting("entry", f"{number}.py")
    await hub.tidy()
    assert store.snapshots["room"].seq == room.update_seq
    assert store.updates["room"] == {}
    ada.type("on")
    await hub.journal.barrier()
    stored = await store.load("room")
    assert stored is not None
    assert stored.update_seq == room.update_seq


async def test_a_log_of_many_bytes_is_compacted_while_people_type(
    hub: Hub, store: MemoryStore, room: Room
) -> None:
    async with hub.using("room"):
        for number in range(COMPACT_AFTER_BYTES >> 20):
            await hub.tidy()
            assert "room" not in store.snapshots
            with room.edit() as document:
                document.write_file("big.txt", chr(ord("a") + number) * (1 << 20))
        await hub.tidy()
        assert store.snapshots["room"].seq == room.update_seq
        assert room.logged_bytes == 0


async def test_old_history_is_forgotten_in_open_rooms_and_in_those_that_a_crash_ended(
    store: MemoryStore,
) -> None:
    now = 1_700_000_000_000
    async with Hub(store, attach, HubLimits(), clock=lambda: now) as hub:
        for room_id in ("open", "ended", "fresh"):
            await hub.create(room_id, [("a.py", "1")], {})
        room = await hub.open("open")
        with room.edit() as document:
            document.write_file("a.py", "2")
        for seq, update in ((2, update_of("b.py")), (3, update_of("c.py"))):
            hub.journal.put(UpdateRow("ended", seq, now, None, update))
        await hub.journal.barrier()
        now += 100 * DAY_MS
        await hub.forget()
        assert [len(store.segments[room_id]) for room_id in ("open", "ended")] == [1, 1]
        with room.edit() as document:
            document.write_file("a.py", "3")
        now += 300 * DAY_MS
        await hub.forget()
        assert [row.seq for row in await store.history("open")] == [3]
        assert await store.history("ended") == []
        assert [row.seq for row in await store.history("fresh")] == [1]
    async with Hub(store, attach) as hub:
        files = {name: (await hub.open(name)).document.files() for name in ("open", "ended")}
    assert [file.text for file in files["open"]] == ["3"]
    assert [file.path for file in files["ended"]] == ["a.py", "b.py", "c.py"]


async def test_a_room_that_cannot_be_opened_holds_up_no_other_ones_forgetting(
    hub: Hub, store: MemoryStore
) -> None:
    for room_id in ("broken", "sound"):
        for seq in (1, 2):
            hub.journal.put(UpdateRow(room_id, seq, 1, None, update_of(f"{seq}.py")))
    await hub.journal.barrier()
    row = store.updates["broken"][2]
    store.updates["broken"][2] = row._replace(data=row.data[:-3])
    await hub.forget()
    assert await store.history("sound") == []
    assert len(await store.history("broken")) == 2


async def test_a_shutdown_saves_all_and_tells_everybody(store: MemoryStore) -> None:
    async with Hub(store, attach) as hub:
        await hub.create("room", [], {"runtime": "python"})
        ada = Visitors().join(await hub.open("room"), person("Ada"))
        ada.type("to the end")
        await ada.until(lambda: ada.events)
    assert await ada.closed() is CloseCode.DRAINING
    ada.leave()
    with pytest.raises(RoomUnavailable):
        await hub.open("room")
    assert store.snapshots["room"].seq == 2


async def test_an_erased_room_is_gone(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    await hub.erase("room")
    assert await ada.closed() is CloseCode.ROOM_GONE
    with pytest.raises(RoomNotFound):
        await hub.open("room")


async def test_a_damaged_document_is_loaded_again_from_its_log(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.type("sound")
    await ada.until(lambda: ada.events)
    room.fail()
    assert await ada.closed() is CloseCode.TRY_AGAIN
    again = await hub.open("room")
    assert again is not room
    assert "room" not in store.snapshots
    bob = visitors.join(again, person("Bob"))
    bob.sync()
    await bob.until(lambda: str(bob.text) == "sound")
