"""Holds the past that a killed server left to the document that its room opens with."""

from anyio import to_thread
from pycrdt import Doc, Map
from sqlalchemy import select

from collab.document import Document
from collab.history import document_at
from collab.history_sql import SqlHistory
from collab.store_sql import SqlStore
from collab.store_tables import snapshots
from server.db import create_engine
from server.settings import async_url


async def check_past(url: str) -> None:
    """Replays what is kept of every room by stock pycrdt, from its first position to its last."""
    engine = await to_thread.run_sync(create_engine, async_url(url))
    async with engine.connect() as connection:
        room_ids = (await connection.scalars(select(snapshots.c.room_id).distinct())).all()
    assert room_ids
    for room_id in room_ids:
        await _check_room(SqlStore(engine), SqlHistory(engine), room_id)
    await engine.dispose()


async def _check_room(store: SqlStore, history: SqlHistory, room_id: str) -> None:
    stored = await store.load(room_id)
    assert stored is not None
    span = await history.span(room_id)
    assert span.newest == stored.update_seq
    replica: Doc[Map[object]] = Doc()
    if span.oldest:
        replica.apply_update((await document_at(history, room_id, span.oldest)).encoded())
    position = span.oldest
    while rows := await history.updates(room_id, position):
        for row in rows:
            position += 1
            assert row.seq == position
            replica.apply_update(row.data)
        replayed = Document([replica.get_update()])
        assert (await document_at(history, room_id, position)).files() == replayed.files()
    assert Document(stored.updates).files() == Document([replica.get_update()]).files()
