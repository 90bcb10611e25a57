"""Migrations, transactions and run records, on SQLite and on a real PostgreSQL."""

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from anyio import create_task_group, to_thread
from sqlalchemy import URL, Connection, MetaData, inspect, select, text
from sqlalchemy.exc import IntegrityError

from collab.participant import Role
from collab.snapshot import DamagedSnapshot
from collab.store import StoredRoom
from collab.store_sql import SqlStore
from collab.store_tables import metadata as collab_metadata
from executor.run import Place
from server import migrations
from server.auth import links, participants
from server.auth.links import LinkTerms
from server.db import Database, create_engine
from server.errors import RoomGone
from server.models import NAMES, Base, LinkRecord, ParticipantRecord, RoomRecord, RunRecord
from server.rooms import records as rooms
from server.runs.artefacts import Artefacts
from server.runs.records import OutputChunk, RunRecords, as_json
from server.settings import async_url

ROOM = "a" * 20


@pytest.fixture
async def records(database: Database) -> RunRecords:
    async with database.write() as session:
        session.add(room())
    return RunRecords(database)


def all_tables() -> MetaData:
    tables = MetaData(naming_convention=NAMES)
    for part in (Base.metadata, collab_metadata):
        for table in part.tables.values():
            table.to_metadata(tables)
    return tables


def room(room_id: str = ROOM) -> RoomRecord:
    return RoomRecord(id=room_id, title="Room", runtime="python-3.13", created_at=1)


def run(number: int, **changes: Any) -> RunRecord:
    facts: dict[str, Any] = {
        "room_id": ROOM,
        "number": number,
        "state": "running",
        "runtime": "python-3.13",
        "entry": "main.py",
        "args": ["a", "ä"],
        "tty": True,
        "by": "p",
        "by_name": "Ada",
        "queued_at": 1,
        "text_hash": "0" * 64,
        "state_vector": b"\x01\x02",
        "output_bytes": 0,
    }
    return RunRecord(**facts | changes)


async def test_the_migrations_arrive_at_the_models(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[Any] = compare_metadata(context, all_tables())
        return found

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_migration_changes_nothing(database: Database, url: URL) -> None:
    await to_thread.run_sync(migrations.upgrade, url)


async def test_snapshots_of_before_there_were_keyframes_are_taken_over(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0003"))
        await to_thread.run_sync(migrations.upgrade, url)
    engine = await to_thread.run_sync(create_engine, url)
    sound = {"room_id": "sound", "data": b"kept", "sha256": hashlib.sha256(b"kept").digest()}
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO snapshots VALUES (:room_id, 7, 1, :data, :sha256)"),
            [sound, {**sound, "room_id": "damaged", "data": b"kep?"}],
        )
    await engine.dispose()
    await to_thread.run_sync(migrations.upgrade, url)
    store = SqlStore(engine)
    assert await store.load("sound") == StoredRoom([b"kept"], 7, 0)
    with pytest.raises(DamagedSnapshot):
        await store.load("damaged")
    await engine.dispose()


async def test_nodes_that_start_together_migrate_one_after_another(url: URL) -> None:
    async with create_task_group() as nodes:
        for _ in range(3):
            nodes.start_soon(to_thread.run_sync, migrations.upgrade, url)
    engine = await to_thread.run_sync(create_engine, url)
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    assert "rooms" in tables


async def test_sqlite_keeps_what_was_committed(tmp_path: Path) -> None:
    url = async_url(f"sqlite:///{tmp_path}/codlab.sqlite3")
    engine = await to_thread.run_sync(create_engine, url)
    async with engine.connect() as connection:
        pragmas = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await engine.dispose()
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000
    }  # fmt: skip


async def test_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    async with database.write() as session:
        session.add(room())

    async def rename() -> None:
        async with database.write() as session:
            record = await session.get(RoomRecord, ROOM, with_for_update=True)
            assert record is not None
            record.title += "."

    async with create_task_group() as writers:
        for _ in range(20):
            writers.start_soon(rename)
    async with database.read() as session:
        assert (await rooms.get(session, ROOM)).title == "Room" + 20 * "."


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def write() -> None:
        async with database.write() as session:
            session.add(room())
            await session.flush()
            session.add(
                LinkRecord(id="x", room_id="none", role="owner", secret_hash=b"", created_at=1)
            )

    with pytest.raises(IntegrityError):
        await write()
    async with database.read() as session:
        assert (await session.scalars(select(RoomRecord))).all() == []


async def test_runs_are_numbered_per_room_and_listed_in_order(records: RunRecords) -> None:
    assert await records.next_number(ROOM) == 1
    for number in (1, 2, 3):
        await records.save(run(number))
    assert await records.next_number(ROOM) == 4
    assert await records.next_number("b" * 20) == 1
    assert [one.number for one in await records.newest(ROOM, limit=2)] == [2, 3]
    assert [one.number for one in await records.newest(ROOM, before=3)] == [1, 2]


async def test_a_saved_run_can_be_changed_and_told(records: RunRecords) -> None:
    await records.save(run(1))
    await records.save(run(1, state="finished", outcome="exited(0)", exit_code=0, finished_at=9))
    found = await records.get(ROOM, 1)
    assert found is not None
    told = as_json(found)
    assert told["outcome"] == "exited(0)"
    assert told["args"] == ["a", "ä"]
    assert told["state_vector"] == "AQI="
    assert await records.get(ROOM, 2) is None


async def test_output_is_kept_byte_by_byte_in_order(records: RunRecords) -> None:
    await records.save(run(1))
    chunks = [OutputChunk(0, 1, b"\x00\xff"), OutputChunk(2, 2, b"err"), OutputChunk(5, 4, b"!")]
    await records.append_output(ROOM, 1, chunks[:1])
    await records.append_output(ROOM, 1, chunks[1:])
    assert await records.output(ROOM, 1) == chunks
    assert await records.output(ROOM, 2) == []


async def test_output_that_is_not_shown_is_kept_in_its_place(records: RunRecords) -> None:
    await records.save(run(1))
    chunks = [
        OutputChunk(0, 1, b"head "),
        OutputChunk(5, 4, b"[cut]", Place.SHOWN),
        *(OutputChunk(10 + at, 1, bytes([at]), Place.KEPT) for at in range(10)),
        OutputChunk(20, 1, b" tail"),
    ]
    await records.append_output(ROOM, 1, chunks)
    assert await records.output(ROOM, 1) == [
        OutputChunk(0, 1, b"head "),
        OutputChunk(5, 4, b"[cut]"),
        OutputChunk(10, 1, b" tail"),
    ]
    kept = [data async for data in records.kept_output(ROOM, 1)]
    assert b"".join(kept) == b"head " + bytes(range(10)) + b" tail"
    first = [data async for data in records.kept_output(ROOM, 1, until=12)]
    assert b"".join(first) == b"head " + bytes(range(2))


async def test_a_chunk_is_stored_once_or_not_at_all(records: RunRecords) -> None:
    await records.save(run(1))
    await records.append_output(ROOM, 1, [OutputChunk(0, 1, b"a")])
    with pytest.raises(IntegrityError):
        await records.append_output(ROOM, 1, [OutputChunk(1, 1, b"b"), OutputChunk(0, 1, b"a")])
    assert len(await records.output(ROOM, 1)) == 1


async def test_runs_that_a_stopped_server_left_are_finished(records: RunRecords) -> None:
    await records.save(run(1, state="finished", outcome="exited(0)"))
    for number, state in ((2, "queued"), (3, "preparing"), (4, "running")):
        await records.save(run(number, state=state))
    assert await records.finish_interrupted("server restarted") == 3
    outcomes = [one.outcome for one in await records.newest(ROOM)]
    assert outcomes == ["exited(0)"] + 3 * ["server restarted"]
    assert await records.finish_interrupted("server restarted") == 0


async def test_a_removed_room_takes_everything_with_it(
    database: Database, records: RunRecords
) -> None:
    await records.save(run(1))
    await records.append_output(ROOM, 1, [OutputChunk(0, 1, b"a")])
    async with database.write() as session:
        await rooms.remove(session, ROOM)
    assert await records.newest(ROOM) == []
    assert await records.output(ROOM, 1) == []


async def test_a_rush_uses_a_link_no_oftener_than_allowed(database: Database) -> None:
    async with database.write() as session:
        session.add(room())
        await session.flush()
        _link, secret = links.create(session, ROOM, LinkTerms(Role.EDITOR, max_uses=10), 1)
    refused, guests = [], []

    def join(connection: Connection) -> ParticipantRecord:
        grant = links.redeem(connection, ROOM, secret, 2)
        guest = ParticipantRecord(
            room_id=ROOM, link_id=grant.link_id, name="Guest", role=grant.role.value, created_at=2
        )
        participants.add(connection, guest)
        return guest

    async def try_it() -> None:
        try:
            guests.append(await database.transact(join))
        except RoomGone as error:
            refused.append(error)

    async with create_task_group() as tasks:
        for _ in range(30):
            tasks.start_soon(try_it)
    assert (len(guests), len(refused)) == (10, 20)
    async with database.read() as session:
        stored = await participants.of_room(session, ROOM)
    assert {guest.id for guest in guests} == {guest.id for guest in stored}
    assert (await database.look_up(partial(rooms.find, room_id=ROOM))).title == "Room"


async def test_artefacts_are_stored_marked_and_removed_one_by_one(
    database: Database, records: RunRecords
) -> None:
    await records.save(run(1))
    await records.save(run(2))
    artefacts = Artefacts(database)
    added = await artefacts.add(ROOM, 1, [("b.txt", b"text"), ("a.bin", b"\0\xff")])
    assert [(one.path, one.bytes, one.media_type) for one in added] == [
        ("a.bin", 2, "application/octet-stream"),
        ("b.txt", 4, "text/plain"),
    ]
    assert await artefacts.of_runs(ROOM, [1, 2]) == {1: list(added)}
    binary, text = added
    assert await artefacts.content(ROOM, 2, text.id) is None, "it is another run's"
    found = await artefacts.content(ROOM, 1, text.id)
    assert found is not None
    assert found.data == b"text"
    await artefacts.mark_kept(ROOM, 1, text.id)
    assert await artefacts.remove(ROOM, 1, binary.id)
    assert not await artefacts.remove(ROOM, 1, binary.id)
    assert await artefacts.of_runs(ROOM, [1]) == {1: [replace(text, kept=True)]}


async def test_results_of_the_oldest_runs_make_room(
    database: Database, records: RunRecords
) -> None:
    artefacts = Artefacts(database)
    for number in range(1, 5):
        await records.save(run(number, kept_bytes=100))
        await records.append_output(ROOM, number, [OutputChunk(0, 1, b"x" * 100)])
        await artefacts.add(ROOM, number, [("file", b"y" * 50)])
    assert await records.drop_results(ROOM, 600) == ()
    assert await records.drop_results(ROOM, 599) == [1]
    assert await records.drop_results(ROOM, 300) == [2]
    assert await records.output(ROOM, 2) == []
    assert set(await artefacts.of_runs(ROOM, [1, 2, 3, 4])) == {3, 4}
    assert await records.drop_results(ROOM, 0) == [3], "the newest run's stay"
    assert len(await records.output(ROOM, 4)) == 1
    assert len(await records.newest(ROOM)) == 4
