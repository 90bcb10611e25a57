"""What is removed from the database in time, and what stays, on SQLite and on PostgreSQL."""

import time
from typing import Any

import pytest
from anyio import create_task_group
from sqlalchemy import select

from server.db import Database
from server.models import (
    Base,
    LinkRecord,
    ParticipantRecord,
    RefreshTokenRecord,
    RunArtefactRecord,
    RunOutputRecord,
    RunRecord,
)
from server.rooms import purge
from server.rooms.purge import Keeping, Purge
from tests.server.house import House
from tests.server.test_database import ROOM, room, run

DAY_MS = 24 * 3600 * 1000
NOW = int(time.time() * 1000)
KEEPING = Keeping(link_days=30, output_days=90)


def days_ago(days: float) -> int:
    return NOW - int(days * DAY_MS)


def stay(family: str, *, expires_at: int, revoked_at: int | None = None) -> RefreshTokenRecord:
    return RefreshTokenRecord(
        family=family,
        participant_id="ada",
        current_hash=b"",
        rotated_at=0,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


def link(id_: str, **ends: int) -> LinkRecord:
    hashed = id_.encode()
    return LinkRecord(
        id=id_, room_id=ROOM, role="editor", secret_hash=hashed, created_at=0, uses=0, **ends
    )


async def store(database: Database, *records: Base) -> None:
    async with database.write() as session:
        for record in records:
            session.add(record)
            await session.flush()


async def left(database: Database, column: Any) -> set[Any]:
    async with database.read() as session:
        return set(await session.scalars(select(column)))


@pytest.fixture
async def ada(database: Database) -> ParticipantRecord:
    ada = ParticipantRecord(
        id="ada", room_id=ROOM, link_id="expired", name="Ada", role="editor", color="", created_at=0
    )
    await store(database, room(), link("expired", expires_at=days_ago(31)), ada)
    return ada


@pytest.mark.usefixtures("ada")
async def test_stays_that_have_ended_go(database: Database) -> None:
    await store(
        database,
        stay("expired long ago", expires_at=days_ago(1.1)),
        stay("expired just now", expires_at=days_ago(0.9)),
        stay("ended long ago", expires_at=days_ago(-9), revoked_at=days_ago(1.1)),
        stay("ended just now", expires_at=days_ago(-9), revoked_at=days_ago(0.9)),
        stay("goes on", expires_at=days_ago(-9)),
    )
    assert (await Purge(database, KEEPING).once())["stays"] == 2
    families = await left(database, RefreshTokenRecord.family)
    assert families == {"expired just now", "ended just now", "goes on"}


@pytest.mark.usefixtures("ada")
async def test_dead_links_go_and_who_came_by_them_stays(database: Database) -> None:
    await store(
        database,
        link("expired lately", expires_at=days_ago(29)),
        link("revoked", revoked_at=days_ago(31)),
        link("revoked lately", revoked_at=days_ago(29)),
        link("in force"),
    )
    assert (await Purge(database, KEEPING).once())["links"] == 2
    ids = await left(database, LinkRecord.id)
    assert ids == {"expired lately", "revoked lately", "in force"}
    assert await left(database, ParticipantRecord.id) == {"ada"}


def artefact(number: int) -> RunArtefactRecord:
    return RunArtefactRecord(
        id=f"artefact-{number}",
        room_id=ROOM,
        number=number,
        path="plot.png",
        media_type="image/png",
        size=1,
        is_kept=False,
        data=b"x",
    )


async def test_old_output_goes_and_its_runs_stay(database: Database) -> None:
    await store(
        database,
        room(),
        run(1, finished_at=days_ago(91)),
        run(2, finished_at=days_ago(89)),
        run(3, finished_at=None),
        *(
            RunOutputRecord(room_id=ROOM, number=number, offset=offset, stream=1, data=b"x")
            for number in (1, 2, 3)
            for offset in (0, 1)
        ),
        *(artefact(number) for number in (1, 2, 3)),
    )
    removed = await Purge(database, KEEPING).once()
    assert (removed["outputs"], removed["artefacts"]) == (2, 1)
    assert await left(database, RunOutputRecord.number) == {2, 3}
    assert await left(database, RunArtefactRecord.number) == {2, 3}
    assert await left(database, RunRecord.number) == {1, 2, 3}


@pytest.mark.usefixtures("ada")
async def test_much_goes_in_batches_also_where_two_servers_purge_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "BATCH_ROWS", 7)
    await store(database, *(stay(f"{number}", expires_at=0) for number in range(50)))
    async with create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(Purge(database, KEEPING).once)
    assert await left(database, RefreshTokenRecord.family) == set()


@pytest.mark.usefixtures("ada")
async def test_a_start_purges_in_the_background(database: Database) -> None:
    await store(database, stay("old", expires_at=0))
    async with Purge(database, KEEPING).running():
        while await left(database, RefreshTokenRecord.family):
            pass


async def test_output_that_went_is_not_told_as_none(house: House) -> None:
    ours = await house.create_room()
    await store(house.state["database"], run(1, room_id=ours.id, output_bytes=5, state="finished"))
    answer = await house.client.get(f"{ours.path}/runs/1/output", headers=ours.owner.headers)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "the output of run 1 is not kept any more"
