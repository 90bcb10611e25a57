"""Who gets a free place, and who is told what while waiting."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from executor.turns import Turns


class Crowd:
    """Runs that hold places until they are told to end, called by room, person, number."""

    def __init__(self, turns: Turns, tasks: asyncio.TaskGroup) -> None:
        self._turns = turns
        self._tasks = tasks
        self._ends: dict[str, asyncio.Event] = {}
        self.going: list[str] = []
        self.positions: dict[str, list[int]] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        for name in names:
            self._ends[name], self.positions[name] = asyncio.Event(), []
            self.tasks[name] = self._tasks.create_task(self._take(name))
            await settle()

    async def _take(self, name: str) -> None:
        room, by, _ = name.split(".")
        async with self._turns.turn(room, by, self.positions[name].append):
            self.going.append(name)
            await self._ends[name].wait()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settle()

    async def all_in_turn(self) -> list[str]:
        """End one after the other; return the order in which they had got their places."""
        for number in range(len(self._ends)):
            await self.end(self.going[number])
        return self.going


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def crowd() -> AsyncGenerator[Crowd]:
    async with asyncio.TaskGroup() as tasks:
        yield Crowd(Turns(1), tasks)


async def test_rooms_take_turns_whoever_came_first(crowd: Crowd) -> None:
    await crowd.come("A.ada.1", "A.ada.2", "A.ada.3", "B.bob.1", "C.cy.1", "B.bob.2")
    order = await crowd.all_in_turn()
    assert order == ["A.ada.1", "A.ada.2", "B.bob.1", "C.cy.1", "A.ada.3", "B.bob.2"]


async def test_in_a_room_people_take_turns(crowd: Crowd) -> None:
    await crowd.come("A.ada.1", "A.ada.2", "A.ada.3", "A.bob.1", "A.bob.2")
    order = await crowd.all_in_turn()
    assert order == ["A.ada.1", "A.ada.2", "A.bob.1", "A.ada.3", "A.bob.2"]


async def test_who_waits_is_told_every_new_position_and_no_other(crowd: Crowd) -> None:
    await crowd.come("A.ada.1", "A.ada.2", "A.ada.3", "B.bob.1")
    assert crowd.positions["A.ada.1"] == []
    assert crowd.positions["A.ada.3"] == [2, 3]
    assert crowd.positions["B.bob.1"] == [2]
    await crowd.all_in_turn()
    assert crowd.positions["A.ada.3"] == [2, 3, 2, 1]


async def test_who_gives_up_makes_room_for_those_behind(crowd: Crowd) -> None:
    await crowd.come("A.ada.1", "B.bob.1", "C.cy.1")
    crowd.tasks["B.bob.1"].cancel()
    await settle()
    assert crowd.positions["C.cy.1"] == [2, 1]
    await crowd.end("A.ada.1")
    assert crowd.going == ["A.ada.1", "C.cy.1"]
    await crowd.end("C.cy.1")


async def test_a_room_that_never_stops_asking_keeps_nobody_waiting(crowd: Crowd) -> None:
    await crowd.come("A.ada.0", "A.ada.1", "B.bob.1")
    for number in range(2, 4):
        await crowd.come(f"A.ada.{number}")
        await crowd.end(crowd.going[-1])
    assert "B.bob.1" in crowd.going
    for name in crowd.tasks:
        await crowd.end(name)
