"""The past as it is kept, held to a replay of all updates by stock pycrdt."""

import asyncio
import random
from bisect import bisect_right
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, Map, Text
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from collab.document import Document
from collab.errors import PositionAhead, PositionForgotten, RoomNotFound
from collab.history import document_at
from collab.history_sql import SqlHistory
from collab.keyframes import DAY_MS, Retention, Spacing
from collab.store import RenewalRow, Snapshot, UpdateRow
from collab.store_sql import SqlStore
from collab.store_tables import segments, snapshots
from collab.update import parse_state_vector
from tests.collab.databases import DATABASES, database_url, sql_engine

ROOM = "room"
START = 1_700_000_000_000
RETENTION = Retention(days=32)
CHARACTERS = "ab é日😀\n"

State = tuple[dict[int, int], str]
"""A document's clocks and its text."""


@pytest.fixture(params=DATABASES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[AsyncEngine]:
    async with sql_engine(database_url(request, request.param, tmp_path)) as engine:
        yield engine


class Typists:
    """Stock Yjs replicas that edit one text, each behind the others by what it has not taken."""

    def __init__(self, rng: random.Random, text: str = "", count: int = 3) -> None:
        self._rng = rng
        self._docs = [Doc[Any]() for _ in range(count)]
        first = self._docs[0]
        first.get("files", type=Map)["f"] = Map[object]({"path": "a.py", "text": Text(text)})
        self.first = first.get_update()
        for doc in self._docs[1:]:
            doc.apply_update(self.first)

    def edit(self) -> bytes:
        """One replica's next update."""
        doc = self._rng.choice(self._docs)
        if self._rng.random() < 0.2:
            for other in self._docs:
                doc.apply_update(other.get_update(doc.get_state()))
        before = doc.get_state()
        text = text_of(doc)
        characters = str(text)
        at = self._rng.randrange(len(characters) + 1)
        index = len(characters[:at].encode())
        if at < len(characters) and self._rng.random() < 0.3:
            del text[index : index + len(characters[at].encode())]
        else:
            text.insert(index, self._rng.choice(CHARACTERS) * self._rng.choice((1, 1, 1, 40)))
        return doc.get_update(before)


class Life:
    """A room's life at random: edits, compactions, restarts and forgetting, as a hub does them."""

    def __init__(self, engine: AsyncEngine, seed: int, stretch_bytes: int = 1000) -> None:
        self.rng = random.Random(seed)
        self.now = START
        self.rows: list[UpdateRow] = []
        self.reference: Doc[Any] = Doc()
        self.states: list[State] = []
        """After each update."""
        self._typists = Typists(self.rng)
        self._engine = engine
        self._spacing = Spacing(stretch_bytes, RETENTION.spacing.milliseconds)
        self.store = SqlStore(engine, self._spacing)

    async def edit(self) -> None:
        count = self.rng.randrange(1, 12)
        first = [] if self.rows else [self._row(self._typists.first)]
        await self.store.append(first + [self._row(self._typists.edit()) for _ in range(count)])

    async def renew(self) -> None:
        """See `Room.renew`."""
        retired = self.reference.get_state()
        self._typists = Typists(self.rng, self.states[-1][1])
        self.reference = Doc()
        row = self._row(self._typists.first)
        generation = f"g{row.seq}"
        await self.store.append(
            [RenewalRow(ROOM, row.seq, row.at, row.by, generation, retired, row.data)]
        )

    async def compact(self) -> None:
        state = self.reference.get_update()
        await self.store.compact(Snapshot(ROOM, len(self.rows), self.now, state))

    async def restart(self) -> None:
        self.store = SqlStore(self._engine, self._spacing)
        stored = await self.store.load(ROOM)
        assert stored is not None
        assert stored.update_seq == len(self.rows)
        assert shown(Document(stored.updates)) == self.states[-1]

    async def sweep(self) -> None:
        """See `Hub.forget`; somebody compacts the room meanwhile."""
        if await self.store.uncompacted(self.now - self._spacing.milliseconds):
            await self.compact()
        if self.rng.random() < 0.5:
            await asyncio.gather(self.compact(), self.store.forget(RETENTION.horizon(self.now)))
        while await self.store.forget(RETENTION.horizon(self.now)):
            pass

    async def live(self, days: int) -> None:
        for _ in range(days):
            for _ in range(self.rng.randrange(3)):
                await self.edit()
                if self.rng.random() < 0.4:
                    await self.compact()
            if self.rng.random() < 0.2:
                await self.restart()
            if self.rng.random() < 0.1:
                await self.renew()
            self.now += DAY_MS
            await self.sweep()
            assert_kept_as_long_as_said(self, (await SqlHistory(self._engine).span(ROOM)).oldest)

    def _row(self, data: bytes) -> UpdateRow:
        self.now += self.rng.randrange(20_000)
        by = self.rng.choice((None, "ada", "grace"))
        row = UpdateRow(ROOM, len(self.rows) + 1, self.now, by, data)
        self.rows.append(row)
        self.reference.apply_update(data)
        clocks = parse_state_vector(self.reference.get_state())
        self.states.append((clocks, str(text_of(self.reference))))
        return row


def shown(document: Document) -> State:
    return document.guard.clocks, document.files()[0].text


def text_of(doc: Doc[Any]) -> Text:
    text: Text = doc.get("files", type=Map)["f"]["text"]
    return text


@pytest.mark.parametrize("stretch_bytes", [1000, 10**6])
async def test_what_is_kept_is_the_past_as_it_was(engine: AsyncEngine, stretch_bytes: int) -> None:
    life, history = Life(engine, stretch_bytes, stretch_bytes), SqlHistory(engine)
    await life.edit()
    for days in (40, 5, 5):
        await life.live(days)
        span = await history.span(ROOM)
        await assert_kept_as_it_was(life, history, span.oldest)
        life.now += 60 * DAY_MS
        await life.sweep()
    assert (await history.span(ROOM)).oldest > 0


async def assert_kept_as_it_was(life: Life, history: SqlHistory, oldest: int) -> None:
    newest = len(life.rows)
    for position in {
        max(oldest, 1),
        newest,
        *life.rng.choices(range(oldest + 1, newest + 1), k=20),
    }:
        document = await document_at(history, ROOM, position)
        assert shown(document) == life.states[position - 1]
    kept: list[UpdateRow] = []
    while page := await history.updates(ROOM, kept[-1].seq if kept else oldest):
        kept += page
    assert kept == life.rows[oldest:]


def assert_kept_as_long_as_said(life: Life, oldest: int) -> None:
    """There was a sweep each day."""
    horizon = RETENTION.horizon(life.now)
    assert all(row.at < horizon for row in life.rows[:oldest])
    latest = horizon - RETENTION.spacing.milliseconds - DAY_MS
    assert all(row.at >= latest for row in life.rows[oldest:])


async def test_a_time_has_the_last_update_before_it(engine: AsyncEngine) -> None:
    life, history = Life(engine, seed=7), SqlHistory(engine)
    for _ in range(6):
        await life.edit()
        await life.compact()
    await life.edit()
    times = [row.at for row in life.rows]
    between = life.rng.choices(range(times[0], times[-1]), k=30)
    for at in (times[0], times[-1], life.now + DAY_MS, *between):
        assert await history.position_at(ROOM, at) == bisect_right(times, at)
    with pytest.raises(PositionForgotten):
        await history.position_at(ROOM, times[0] - 1)


async def test_a_position_that_is_not_there_is_told_from_one_that_is_gone(
    engine: AsyncEngine,
) -> None:
    life, history = Life(engine, seed=8), SqlHistory(engine)
    await life.edit()
    newest = len(life.rows)
    for position in (newest + 1, 10**9):
        with pytest.raises(PositionAhead, match=str(newest)):
            await history.past(ROOM, position)
    with pytest.raises(PositionForgotten):
        await history.past(ROOM, 0)
    await life.compact()
    life.now += 60 * DAY_MS
    await life.sweep()
    with pytest.raises(PositionForgotten, match=str(newest)):
        await history.past(ROOM, newest - 1)
    with pytest.raises(PositionForgotten):
        await history.updates(ROOM, newest - 1)
    assert shown(await document_at(history, ROOM, newest)) == life.states[-1]
    assert await history.position_at(ROOM, life.now) == newest
    with pytest.raises(RoomNotFound):
        await history.span("nowhere")


async def test_every_position_is_near_a_keyframe_and_keyframes_cost_no_more_than_history(
    engine: AsyncEngine,
) -> None:
    life = Life(engine, seed=9)
    for _ in range(50):
        await life.edit()
        await life.compact()
    async with engine.connect() as connection:
        found = await connection.execute(
            select(snapshots.c.seq, func.length(snapshots.c.data)).order_by(snapshots.c.seq)
        )
        keyframes = [(0, 0), *((seq, size) for seq, size in found)]
        found = await connection.execute(select(segments.c.last_seq, func.length(segments.c.data)))
        pieces = {row[0]: row[1] for row in found}
    assert len(keyframes) > 3
    largest = max(pieces.values())
    for (start, _), (end, size) in pairwise(keyframes):
        stretch = sum(size for last, size in pieces.items() if start < last <= end)
        assert stretch <= max(1000, size) + largest
    assert sum(size for _, size in keyframes[:-1]) <= 2 * sum(pieces.values())
