"""Clients and a hub that live through a plan, and must all agree when it is over.

`python -m tests.collab.swarm --plans 1000` tries many plans; `--replay PATH` one that failed.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from pycrdt import Doc, Map, Text

import collab.hub
from collab.document import Document
from collab.errors import CloseCode
from collab.hub import Hub
from collab.limits import HubLimits
from collab.participant import Participant
from collab.protocol import saved, sync_update
from collab.room import Room
from tests.collab import peers
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import QuietStage, Replica, Visitors, person
from tests.collab.plan import ACTORS, Step, load_plan, make_plan, save_plan

ROOM, PATH = "room", "main.py"
OUTBOX_BYTES = 24 << 10
STEPS = 120
DRAIN_SECONDS = 20.0
TRANSIENT = {CloseCode.GOING_AWAY, *(code for code in CloseCode if code >= 4500)}


@dataclass
class Actor:
    """Somebody whose document outlives the connections."""

    participant: Participant
    doc: Doc[Any] = field(default_factory=Doc)
    replica: Replica | None = None
    barriers: int = 0

    @property
    def online(self) -> Replica | None:
        """The connection, if there is one; an honest client is never closed for good."""
        if self.replica is not None and self.replica.peer.closed.done():
            code, reason = self.replica.peer.closed.result()
            assert code in TRANSIENT, f"{self.participant.name} was closed: {code} {reason}"
            self.replica = None
        return self.replica

    @property
    def text(self) -> Text | None:
        """The file's text, once it is here."""
        for file in self.doc.get("files", type=Map).values():
            if file["path"] == PATH:
                text: Text = file["text"]
                return text
        return None

    def edit(self, at: int, count: int, insert: str) -> None:
        """Replaces `count` characters at `at`, both within bounds, and sends that if online."""
        text = self.text
        if text is None:
            return
        present, before = str(text), self.doc.get_state()
        at %= len(present) + 1
        start = len(present[:at].encode())
        end = len(present[: at + count].encode())
        with self.doc.transaction():
            if end > start:
                del text[start:end]
            text.insert(start, insert)
        if self.online is not None:
            self.online.send(sync_update(self.doc.get_update(before)))

    def read(self, count: int) -> int:
        """Takes up to so many frames that wait; returns how many there were."""
        replica, taken = self.online, 0
        while replica is not None and taken < count and not replica.peer.to_client.empty():
            replica.take(replica.peer.to_client.get_nowait())
            taken += 1
        return taken


class Swarm:
    """The actors of one plan around one room."""

    def __init__(
        self, hub: Hub, store: MemoryStore, visitors: Visitors, actors: list[Actor] | None
    ) -> None:
        self._hub = hub
        self._store = store
        self._visitors = visitors
        self.actors = actors or [Actor(person(f"Actor{number}")) for number in range(ACTORS)]

    async def take(self, step: Step) -> None:
        """Lives through one step."""
        actor = self.actors[step["who"]] if "who" in step else None
        match step["do"], actor:
            case "edit", Actor():
                actor.edit(step["at"], step["count"], step["insert"])
            case "read", Actor():
                actor.read(step["frames"])
            case "connect", Actor():
                await self._connect(actor)
            case ("drop" | "stall" | "read on") as change, Actor(online=Replica() as replica):
                {
                    "drop": replica.leave,
                    "stall": replica.peer.stop_reading,
                    "read on": replica.peer.read_on,
                }[change]()
            case "rewrite", None:
                await self._rewrite(step["at"], step["insert"])
            case "flush", None:
                (await self._hub.open(ROOM)).flush()
            case "tidy", None:
                await self._hub.tidy()
            case _:
                pass
        await asyncio.sleep(0)

    async def settle(self) -> None:
        """Connects everybody and lets everything arrive."""
        for actor in self.actors:
            if actor.online is not None:
                actor.online.peer.read_on()
        for actor in self.actors:
            while not await self._is_saved(actor):
                pass
        (await self._hub.open(ROOM)).flush()
        for actor in self.actors:
            actor.read(sys.maxsize)

    async def assert_agreed(self) -> None:
        """Holds all replicas, the server's and what the store gives back, to the same state."""
        room = await self._hub.open(ROOM)
        await self._hub.journal.barrier()
        stored = await self._store.load(ROOM)
        assert stored is not None
        (file,) = room.document.files()
        for actor in self.actors:
            assert str(actor.text) == file.text, f"{actor.participant.name} has another text"
            clocks = Document([actor.doc.get_update()]).guard.clocks
            assert clocks == room.document.guard.clocks
        for updates in (stored.updates, [room.document.encoded()]):
            reloaded = Document(updates)
            assert reloaded.text_hash() == room.document.text_hash()
            assert reloaded.guard.clocks == room.document.guard.clocks

    async def _connect(self, actor: Actor) -> None:
        if actor.online is None:
            room = await self._hub.open(ROOM)
            actor.replica = self._visitors.join(room, actor.participant, outbox=OUTBOX_BYTES)
            actor.replica.doc = actor.doc
            actor.replica.sync()

    async def _rewrite(self, at: int, insert: str) -> None:
        room: Room = await self._hub.open(ROOM)
        with room.edit() as document:
            (file,) = document.files()
            at %= len(file.text) + 1
            document.write_file(PATH, file.text[:at] + insert + file.text[at:])

    async def _is_saved(self, actor: Actor) -> bool:
        """Waits until all that an actor did is durable; False: the connection ended before."""
        await self._connect(actor)
        replica = actor.online
        assert replica is not None
        actor.barriers += 1
        replica.send(saved(actor.barriers))
        reading = asyncio.create_task(replica.until(lambda: actor.barriers in replica.saved))
        replica.peer.closed.add_done_callback(lambda _: reading.cancel())
        await asyncio.wait([reading])
        return not reading.cancelled() and reading.exception() is None


@asynccontextmanager
async def open_hub(store: MemoryStore) -> AsyncGenerator[tuple[Hub, Visitors]]:
    """A hub and a way into it; both end with the context, as in a restart of the server."""

    async def attach(_: Room) -> QuietStage:
        return QuietStage()

    visitors = Visitors()
    limits = HubLimits(linger_seconds=0, drain_seconds=DRAIN_SECONDS)
    async with Hub(store, attach, limits) as hub:
        yield hub, visitors
    visitors.all_leave()


async def live_through(plan: Iterable[Step]) -> None:
    """Raises AssertionError when not all agree in the end."""
    lives: list[list[Step]] = [[]]
    for step in plan:
        if step["do"] == "restart":
            lives.append([])
        else:
            lives[-1].append(step)
    with (
        mock.patch.object(collab.hub, "COMPACT_AFTER_UPDATES", 10),
        mock.patch.object(peers, "HIGH_WATER_BYTES", 1024),
    ):
        await _live(lives)


async def _live(lives: list[list[Step]]) -> None:
    store, actors = MemoryStore(), None
    complaint: AssertionError | None = None  # raised outside, where no task group wraps it
    for number, steps in enumerate(lives, start=1):
        async with open_hub(store) as (hub, visitors):
            if actors is None:
                await hub.create(ROOM, [(PATH, "print('hi') 😀\n")], {})
            swarm = Swarm(hub, store, visitors, actors)
            try:
                for step in steps:
                    await swarm.take(step)
                if number == len(lives):
                    await swarm.settle()
                    await swarm.assert_agreed()
            except AssertionError as error:
                complaint = error
        if complaint is not None:
            raise complaint
        actors = swarm.actors
        for actor in actors:
            actor.replica = None


async def try_plan(plan: list[Step], path: Path) -> None:
    """Lives through a plan, and keeps it at `path` if that fails."""
    try:
        await live_through(plan)
    except BaseException as error:
        save_plan(plan, path)
        error.add_note(f"replay: python -m tests.collab.swarm --replay {path}")
        raise


def main() -> None:
    """Tries many plans, or one."""
    parser = argparse.ArgumentParser(prog="python -m tests.collab.swarm", description=__doc__)
    parser.add_argument("--plans", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if options.replay:
        asyncio.run(live_through(load_plan(options.replay)))
        return
    for seed in range(options.first_seed, options.first_seed + options.plans):
        plan = make_plan(seed, steps=options.steps)
        asyncio.run(try_plan(plan, Path(f"plan-{seed}.jsonl")))
    sys.stdout.write(f"{options.plans} plans: all agreed\n")


if __name__ == "__main__":
    main()
