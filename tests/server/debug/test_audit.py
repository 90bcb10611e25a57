"""What the server's log keeps of what is done by way of the debugger."""

import json
import logging
from typing import Any

import pytest

from server.debug.audit import SHOWN_CHARACTERS
from server.logs import JsonFormatter, TextFormatter
from tests.server.debug.table import Table, table
from tests.server.debug.test_debug_interleavings import Hand

TYPED = 'get("https://ada:hunter2@host/?token=s3cret", "Bearer abc.def")\n12:00:00 INFO forged'


async def at_stop(at: Table) -> Hand:
    at.room.mark(1, is_there=True)
    await at.command(0, "start")
    await at.room.told("debug.stopped")
    return Hand(at, 1, 0)


def audited(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = [record for record in caplog.records if record.name == "server.audit"]
    return [json.loads(JsonFormatter().format(record)) for record in records]


async def test_who_evaluates_and_sets_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server.audit")
    async with table() as at:
        bob = await at_stop(at)
        await bob.command("evaluate", stop=1, expression="bad", frameId=bob.frame)
        await bob.change()
        await bob.look()
        await at.command(0, "stop")
        await at.room.told("debug.ended")
    evaluated, changed = audited(caplog)
    told = ("room", "run", "participant", "participant_name")
    for line in (evaluated, changed):
        assert [line[field] for field in told] == ["room", 1, "bob", "Bob"]
    assert (evaluated["message"], evaluated["context"], evaluated["expression"]) == (
        "debug.evaluate",
        "repl",
        "bad",
    )
    assert (changed["message"], changed["variable"], changed["value"]) == (
        "debug.setVariable",
        "x",
        "9",
    )


async def test_each_watch_is_logged_once_in_a_session(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server.audit")
    async with table() as at:
        at.room.watch("a + 1")
        await at_stop(at)
        await at.room.told("debug.watches")
        await at.command(0, "next", stop=1)
        await at.room.until(lambda: len(at.room.all("debug.watches")) == 2)
        await at.command(0, "stop")
        await at.room.told("debug.ended")
    [line] = audited(caplog)
    assert (line["message"], line["room"], line["run"]) == ("debug.watch", "room", 1)
    assert line["expression"] == "a + 1"


async def test_neither_secrets_nor_novels_nor_forged_lines_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "server.audit")
    async with table() as at:
        bob = await at_stop(at)
        for expression in (TYPED, "x" * 4000):
            await bob.command("evaluate", stop=1, expression=expression, context="hover")
        await at.command(0, "stop")
        await at.room.told("debug.ended")
    secret, long = audited(caplog)
    assert all(each not in secret["expression"] for each in ("hunter2", "s3cret", "abc.def"))
    assert len(long["expression"]) == SHOWN_CHARACTERS + 1
    [record, _] = [each for each in caplog.records if each.name == "server.audit"]
    assert len(TextFormatter().format(record).splitlines()) == 1


async def test_what_is_under_a_pointer_concerns_nobody_else() -> None:
    async with table() as at:
        bob = await at_stop(at)
        fields = {"stop": 1, "expression": "x", "frameId": bob.frame}
        await bob.command("evaluate", **fields, context="hover")
        told = [event["type"] for event in at.room.events]
        await bob.command("evaluate", **fields, context="watch")
        assert "debug.evaluated" not in told
        assert at.room.events[-1]["type"] == "debug.evaluated"
        await at.command(0, "stop")
        await at.room.told("debug.ended")


async def test_an_expression_without_a_frame_is_one_of_where_the_program_stands() -> None:
    async with table() as at:
        bob = await at_stop(at)
        await bob.command("evaluate", expression="x", context="watch")
        told = at.room.events[-1]
        assert (told["type"], told["stop"], told["frameId"]) == ("debug.evaluated", 1, bob.frame)
        await at.command(0, "stop")
        await at.room.told("debug.ended")
