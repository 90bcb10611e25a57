from collections.abc import AsyncGenerator

import pytest

from collab.hub import Hub
from collab.limits import HubLimits
from collab.room import Room
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import QuietStage, Visitors


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


async def attach(_: Room) -> QuietStage:
    return QuietStage()


@pytest.fixture
async def hub(store: MemoryStore) -> AsyncGenerator[Hub]:
    async with Hub(store, attach, HubLimits(linger_seconds=0, drain_seconds=2)) as hub:
        yield hub


@pytest.fixture
async def visitors(hub: Hub) -> AsyncGenerator[Visitors]:
    visitors = Visitors()
    yield visitors
    visitors.all_leave()


@pytest.fixture
async def room(hub: Hub) -> Room:
    await hub.create("room", [("main.py", "print('hi')\n")], {"runtime": "python-3.13"})
    return await hub.open("room")
