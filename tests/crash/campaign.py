"""Kills a server again and again under typists, and holds what it kept to what it had vouched for.

The clients' memory dies with each kill, so nothing can come back from them. Rooms are left after a
while, and read once more at the end, when they have been closed and compacted meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from anyio import to_thread

from tests.crash.faults import Circumstances
from tests.crash.forked_server import ForkedServer
from tests.crash.ledger import Findings, audit
from tests.crash.typist import PATH, Typist, read_text
from tests.live import LiveRoom, Member

KILLS_PER_ROOM = 20
WAIT_SECONDS = 60.0
SETTINGS = {
    "CODLAB_ACCESS_TOKEN_SECONDS": "86400",
    "CODLAB_ROOM_LINGER_SECONDS": "1",
    "CODLAB_DOCKER_HOST": "unix:///nonexistent",  # nothing is run here, so no engine is waited for
    "CODLAB_LOG_LEVEL": "warning",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is typed between kills."""

    kills: int
    seed: int
    rooms: int = 2
    typists: int = 3
    """In each room."""
    pace: float = 25.0
    """Edits per second of each typist."""
    fault: str | None = None
    restart_database: Callable[[], None] | None = None
    """Called before each kill while everybody types; blocks until the database is back."""


@dataclass(slots=True)
class Result:
    """What came of it."""

    kills: int = 0
    edits: int = 0
    acknowledged: int = 0
    findings: Findings = field(default_factory=Findings)
    ack_seconds: list[float] = field(default_factory=list)
    resume_seconds: list[float] = field(default_factory=list)
    """After each restart of the database: until everybody had an edit acknowledged again."""


@dataclass(slots=True)
class _Scene:
    """A room, who types in it, and the tokens that are known to be durable."""

    room: LiveRoom
    members: list[Member]
    settled: set[str] = field(default_factory=set)
    typists: list[Typist] = field(default_factory=list)


class Campaign:
    """See the module; `progress` is called after each kill."""

    def __init__(
        self,
        plan: Plan,
        data_dir: Path,
        settings: dict[str, str] | None = None,
        progress: Callable[[Result], None] = lambda _: None,
    ) -> None:
        self.result = Result()
        self._plan = plan
        self._server = ForkedServer(data_dir, settings=SETTINGS | (settings or {}))
        self._progress = progress
        self._rng = random.Random(plan.seed)
        self._left: list[_Scene] = []

    async def run(self) -> Result:
        """Carries the plan out; stops at the first finding."""
        await self._start_server()
        try:
            scenes: list[_Scene] = []
            while self.result.kills < self._plan.kills and not self.result.findings:
                if self.result.kills % KILLS_PER_ROOM == 0:
                    self._left += scenes
                    scenes = [await self._set_scene() for _ in range(self._plan.rooms)]
                await self._type_and_kill(scenes)
                await self._start_server()
                await self._read(scenes)
                self._progress(self.result)
            await self._read(self._left)
        finally:
            await to_thread.run_sync(self._server.stop)
        return self.result

    async def _start_server(self) -> None:
        self._server.circumstances = self._circumstances()
        await to_thread.run_sync(self._server.start)

    def _circumstances(self) -> Circumstances:
        if self._plan.fault is not None:
            return Circumstances(
                0.05,
                compact_after=20,
                tidy_seconds=0.1,
                forget_seconds=0.1,
                fault=self._plan.fault,
            )
        return Circumstances(
            commit_seconds=self._rng.choice((0.0, 0.0, 0.03)),
            compact_after=self._rng.choice((20, 100, 500)),
            tidy_seconds=self._rng.choice((0.05, 1.0)),
            forget_seconds=self._rng.choice((None, None, 0.1)),
        )

    async def _set_scene(self) -> _Scene:
        def create() -> _Scene:
            room = self._server.create_room(files=[{"path": PATH, "text": ""}])
            return _Scene(room, [room.join(f"Typist {n}") for n in range(self._plan.typists)])

        return await to_thread.run_sync(create)

    async def _type_and_kill(self, scenes: list[_Scene]) -> None:
        async with asyncio.timeout(WAIT_SECONDS), asyncio.TaskGroup() as tasks:
            working = [
                tasks.create_task(typist.work(scene.room, member))
                for scene in scenes
                for typist, member in self._cast(scene)
            ]
            await self._until_the_moment(scenes)
            if gone := [task for task in working if task.done()]:
                raise RuntimeError(f"{len(gone)} typists lost a server that was not killed")
            await to_thread.run_sync(self._server.kill)
        self.result.kills += 1

    def _cast(self, scene: _Scene) -> list[tuple[Typist, Member]]:
        owned: list[list[str]] = [[] for _ in scene.members]
        for token in sorted(scene.settled):
            self._rng.choice(owned).append(token)
        scene.typists = [
            Typist(
                self.result.kills,
                number,
                random.Random(self._rng.random()),
                own=own,
                pace=self._plan.pace,
            )
            for number, own in enumerate(owned)
        ]
        return list(zip(scene.typists, scene.members, strict=True))

    async def _until_the_moment(self, scenes: list[_Scene]) -> None:
        typists = [typist for scene in scenes for typist in scene.typists]
        for typist in typists:
            await typist.ready.wait()
        await asyncio.sleep(self._rng.uniform(0.05, 1.0))
        if self._plan.restart_database is not None:
            await to_thread.run_sync(self._plan.restart_database)
            started = time.monotonic()
            await asyncio.gather(*(typist.resumed() for typist in typists))
            self.result.resume_seconds.append(time.monotonic() - started)
            await asyncio.sleep(self._rng.uniform(0.0, 0.5))

    async def _read(self, scenes: list[_Scene]) -> None:
        for scene in scenes:
            async with asyncio.timeout(WAIT_SECONDS):
                text = await read_text(scene.room, scene.room.owner)
            ledgers = [typist.ledger for typist in scene.typists]
            found = audit(text, scene.settled, ledgers)
            self._count(scene.typists, found)
            scene.settled = {
                token
                for token in scene.settled.union(*(ledger.inserted for ledger in ledgers))
                if token in text
            }
            scene.typists = []

    def _count(self, typists: list[Typist], found: Findings) -> None:
        result = self.result
        for typist in typists:
            result.edits += typist.ledger.sent
            result.acknowledged += typist.ledger.acknowledged_edits()
            result.ack_seconds += typist.ack_seconds
        result.findings.lost += found.lost
        result.findings.resurrected += found.resurrected
        result.findings.torn += found.torn
        result.findings.twice += found.twice
