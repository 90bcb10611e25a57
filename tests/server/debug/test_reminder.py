"""A room is told that its debug session is about to end."""

import asyncio

import pytest

from collab.errors import CommandError
from server.debug import commands
from server.debug.reminder import Reminder
from tests.server.debug.table import PEOPLE, table


class Session:
    """So many seconds are left, by the loop's clock."""

    def __init__(self, seconds: float | None) -> None:
        self.put_off(seconds)
        self.told: asyncio.Queue[float] = asyncio.Queue()

    def put_off(self, seconds: float | None) -> None:
        now = asyncio.get_running_loop().time()
        self.end = None if seconds is None else now + seconds

    def left(self) -> float | None:
        return None if self.end is None else self.end - asyncio.get_running_loop().time()


async def test_the_end_is_told_of_ahead_once_for_each_time_that_it_comes_near() -> None:
    session = Session(0.15)
    reminder = Reminder(session.left, session.told.put_nowait, ahead_seconds=0.1)
    assert 0 < await session.told.get() <= 0.1
    reminder.look()  # somebody did something that put nothing off
    assert session.told.empty()
    session.put_off(0.15)
    reminder.look()
    assert 0 < await session.told.get() <= 0.1
    reminder.close()


async def test_what_is_put_off_meanwhile_is_told_of_later() -> None:
    session = Session(None)  # it has not begun
    reminder = Reminder(session.left, session.told.put_nowait, ahead_seconds=0.1)
    session.put_off(0.3)
    assert 0 < await session.told.get() <= 0.1
    session.put_off(0.2)
    reminder.look()
    session.put_off(0.4)
    assert 0 < await session.told.get() <= 0.1
    reminder.close()


async def test_what_has_not_begun_has_no_time_to_extend() -> None:
    async with table() as at:
        at.sandboxes.may_open.clear()
        await at.command(0, "start")
        with pytest.raises(CommandError, match="the program has not begun"):
            await at.debug.command(PEOPLE[0], "extend", commands.Nothing())
        at.sandboxes.may_open.set()
        await at.room.told("debug.started")
        await at.debug.command(PEOPLE[0], "extend", commands.Nothing())
        await at.command(0, "stop")
        await at.room.told("debug.ended")


async def test_a_room_is_told_in_words() -> None:
    async with table() as at:
        at.room.mark(1, is_there=True)
        await at.command(0, "start")
        await at.room.told("debug.stopped")
        at.debug.remind(119.6)
        notice = await at.room.told("notice")
        assert (notice["level"], notice["text"]) == (
            "warning",
            "The debug session ends in 2 min unless somebody goes on with it or extends it.",
        )
        at.debug.remind(14.2)
        assert "ends in 14 s unless" in at.room.all("notice")[1]["text"]
        await at.command(0, "stop")
        await at.room.told("debug.ended")
