"""What a debugged program says in its debugger's name is no other room's affair."""

import pytest

from tests.server.debug.table import table


@pytest.mark.parametrize("answer", [[7], 7, [{"message": "\ud83d"}]])
async def test_an_answer_that_is_none_does_not_end_the_tasks_of_all_rooms(answer: object) -> None:
    async with table() as at:
        await at.command(0, "start")
        await at.room.told("debug.started")
        at.sandboxes.opened[0].debugged.answers["setBreakpoints"] = {"breakpoints": answer}
        at.room.mark(4, is_there=True)
        at.debug.edited()
        told = await at.room.told("debug.breakpoints")
        assert [each["verified"] for each in told["breakpoints"]] == [False]
        await at.command(0, "stop")
        assert (await at.room.told("debug.ended"))["outcome"] == "stopped by Ada"
