"""What a room watches, evaluated at each stop once for all."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from collab.participant import Role
from executor import looks, questions
from server.auth.permissions import Action, may
from server.debug import watches
from tests.server.debug.table import Client, Table, table


@asynccontextmanager
async def stopped(*expressions: str) -> AsyncGenerator[Table]:
    """A program that stands at its first line, in a room that watches these."""
    async with asyncio.timeout(30), table("\n" * 9) as at:
        at.room.watch(*expressions)
        at.room.mark(1, is_there=True)
        await at.command(0, "start")
        await at.room.told("debug.stopped")
        yield at
        await at.command(0, "stop")
        await at.room.told("debug.ended")


async def values(at: Table, *expressions: str) -> dict[str, Any]:
    """What is told of these, by expression, once it is."""
    await at.room.until(lambda: set(expressions) <= set(newcomer(at)))
    return newcomer(at)


async def step(at: Table, stop: int) -> None:
    """Goes on from a stop to the next."""
    await at.command(0, "next", stop=stop)
    await at.room.until(lambda: len(at.room.all("debug.stopped")) > stop)


def newcomer(at: Table) -> dict[str, Any]:
    """What somebody is told who comes now."""
    told = Client.joining(at.debug.as_json()).watches
    return {each: value.get("result", value.get("failure")) for each, value in told.items()}


def frame(at: Table) -> Any:
    return (at.debug.as_json() or {})["frameId"]


def asked(at: Table) -> int:
    return at.adapter.asked.count("evaluate")


async def test_each_watch_is_asked_for_once_at_a_stop_and_told_to_all_and_newcomers() -> None:
    async with stopped("a", "bad", "b") as at:
        at.room.clients += [Client.joining(at.debug.as_json()) for _ in range(3)]
        assert await values(at, "a", "b") == {"a": "a@1", "bad": "no such name", "b": "b@1"}
        told = await at.room.told("debug.watches")
        assert (told["stop"], told["frameId"]) == (1, frame(at))
        await step(at, 1)
        await at.room.until(lambda: newcomer(at).get("b") == "b@2")
        await at.room.until(lambda: at.room.clients[2].watches.get("b", {}).get("result") == "b@2")
        assert asked(at) == 6


async def test_a_watch_that_is_added_at_a_stop_is_evaluated_at_once() -> None:
    async with stopped("a") as at:
        await values(at, "a")
        at.room.watch("a", "b")
        at.debug.edited()
        assert await values(at, "b") == {"a": "a@1", "b": "b@1"}
        at.room.watch("b")
        at.debug.edited()
        await at.room.until(lambda: newcomer(at) == {"b": "b@1"})
        assert asked(at) == 2


async def test_what_may_have_changed_is_evaluated_again() -> None:
    async with stopped("a") as at:
        await values(at, "a")
        await at.command(1, "scopes", stop=1, frameId=frame(at))
        fields = {"variablesReference": frame(at), "name": "x", "value": "9"}
        await at.command(1, "setVariable", stop=1, **fields)
        await at.room.until(lambda: len(at.room.all("debug.watches")) == 2)
        await at.command(1, "evaluate", stop=1, expression="x = 3")
        await at.room.until(lambda: len(at.room.all("debug.watches")) == 3)


async def test_quick_steps_wait_for_no_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "QUICK_SECONDS", 10.0)
    monkeypatch.setattr(watches, "REST_SECONDS", 0.5)
    async with stopped("a") as at:
        await values(at, "a")
        for stop in (1, 2, 3):
            await step(at, stop)
        await at.room.until(lambda: newcomer(at).get("a") == "a@4")
        assert asked(at) == 2


async def test_one_that_hangs_holds_up_neither_steps_nor_later_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stopped("a", "hang", "b") as at:
        await values(at, "a")
        at.adapter.silent = frozenset({"hang"})
        await step(at, 1)
        await at.room.until(lambda: newcomer(at).get("a") == "a@2")
        await step(at, 2)  # while it hangs
        monkeypatch.setattr(looks, "WATCH_SECONDS", 0.05)
        await step(at, 3)
        found = await values(at, "a", "hang", "b")
        assert found == {"a": "a@4", "hang": watches.TOO_LONG, "b": watches.HELD_UP}
        before = asked(at)
        await step(at, 4)
        await at.room.until(lambda: newcomer(at).get("b") == "b@5")
        assert newcomer(at)["hang"] == watches.TOO_LONG
        assert asked(at) == before + 2


async def test_one_that_hung_is_evaluated_again_once_somebody_was_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stopped("hang", "b") as at:
        await values(at, "b")
        monkeypatch.setattr(looks, "WATCH_SECONDS", 0.05)
        at.adapter.silent = frozenset({"hang"})
        await step(at, 1)
        await at.room.until(lambda: newcomer(at).get("hang") == watches.TOO_LONG)
        at.adapter.speak()
        fields = {"expression": "hang", "frameId": frame(at), "context": "watch"}
        await at.command(1, "evaluate", stop=2, **fields)
        await at.room.until(lambda: newcomer(at).get("hang") == "hang@2")


async def test_while_somebody_keeps_the_debugger_busy_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(questions, "PATIENCE_SECONDS", 0.02)
    async with stopped("a") as at:
        await values(at, "a")
        at.adapter.silent = frozenset({"hang"})
        hung = asyncio.create_task(at.command(1, "evaluate", stop=1, expression="hang"))
        at.room.watch("b")
        at.debug.edited()
        assert "busy with Bob" in (await values(at, "b"))["b"]
        at.adapter.speak()
        await hung
        await at.room.until(lambda: newcomer(at).get("b") == "b@1")


async def test_values_are_bounded_in_number_and_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "MAX_EVALUATED", 3)
    monkeypatch.setattr(watches, "MAX_CHARACTERS", 3)
    async with stopped("abcdef", "b", "c", "d") as at:
        assert await values(at, "abcdef", "b", "c") == {"abcdef": "ab…", "b": "b@1", "c": "c@1"}


async def test_watches_tell_no_more_than_the_log_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "TOLD_CHARACTERS", 10)
    async with stopped("a") as at:
        assert await values(at, "a") == {"a": "a@1"}
        await step(at, 1)
        assert await values(at, "a") == {"a": watches.SPENT}
        assert asked(at) == 1


def test_who_may_write_a_watch_may_have_it_evaluated() -> None:
    assert all(may(role, Action.DEBUG) for role in Role if may(role, Action.EDIT))
