"""What a room is told of its debug session."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from collab.commands import encode_json
from collab.room import Room
from executor.handle import RunHandle
from executor.inspection import Part
from executor.stops import Stop
from server.debug.answers import KEPT_BYTES, TOLD_BYTES
from server.debug.view import (
    CONSOLE_CHARACTERS,
    CUT,
    KEPT_CONSOLE_CHARACTERS,
    PIECE_CHARACTERS,
    DebugView,
)

STOP = Stop(1, "step", "", "", 1, (), ())


class Told:
    """A room that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.writes: list[list[str]] = []
        """What was sent at once, by their kinds."""
        self.is_sent = asyncio.Event()
        self._unsent: list[str] = []

    def publish(self, kind: str, **fields: Any) -> None:
        self.note(kind, **fields)

    def note(self, kind: str, **fields: Any) -> None:
        self.events.append((kind, fields))
        self._unsent.append(kind)

    def flush(self) -> None:
        self.writes.append(self._unsent)
        self._unsent = []
        self.is_sent.set()

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [fields for told, fields in self.events if told == kind]


def view_of(
    room: Told, handle: SimpleNamespace, capabilities: Mapping[str, Any] | None = None
) -> DebugView:
    view = DebugView(cast("Room", room), "ada", lambda: "ada")
    view.begin(1, cast("RunHandle", handle))
    view.running(capabilities or {}, ())
    return view


async def test_a_step_that_ends_at_once_is_one_write() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    view.stopped(STOP)
    view.continued(1, None, "ada")
    view.stopped(replace(STOP, number=2))
    assert room.writes == [["debug.started", "debug.stopped"], ["debug.continued", "debug.stopped"]]


async def test_that_a_program_runs_is_told_after_a_moment_whatever_comes() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    view.stopped(STOP)
    room.is_sent.clear()
    view.continued(1, None, "ada")
    await view.settle()
    await room.is_sent.wait()
    assert room.writes[1:] == [["debug.continued"]]


@pytest.mark.parametrize("end", ["stopped", "ended"])
async def test_who_waits_for_a_program_to_stand_still_waits_for_its_stop_or_end(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr("server.debug.view.MOMENT_SECONDS", 60)
    view = view_of(Told(), SimpleNamespace(seconds_left=900.0))
    view.stopped(STOP)
    await view.settle()
    view.continued(1, None, "ada")
    waiting = asyncio.create_task(view.settle())
    done, _ = await asyncio.wait([waiting], timeout=0)
    assert not done
    if end == "stopped":
        view.stopped(replace(STOP, number=2))
    else:
        view.ended("exited(0)")
    await waiting


def test_a_deadline_is_told_again_when_what_people_do_has_moved_it_far_enough() -> None:
    room, handle = Told(), SimpleNamespace(seconds_left=900.0)
    view = view_of(room, handle)
    handle.seconds_left = 920.0
    view.touched("bob")
    assert room.of("debug.extended") == []
    handle.seconds_left = 931.0
    view.touched("bob")
    view.touched("bob")
    [extended] = room.of("debug.extended")
    assert extended["by"] == "bob"
    assert extended["deadline"] - room.of("debug.started")[0]["deadline"] >= 30_000


def test_what_is_evaluated_is_told_with_its_type_beside_the_events() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    view.evaluated(1, 7, "x", {"result": "3", "type": "int", "variablesReference": 0}, "ada")
    [told] = room.of("debug.evaluated")
    assert (told["result"], told["valueType"]) == ("3", "int")
    assert "type" not in told


def test_scopes_are_told_once_to_all_and_kept_for_newcomers() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    scopes = [{"name": "Locals", "variablesReference": 3}]
    view.scoped(1, 7, scopes)
    view.scoped(1, 7, scopes)
    assert room.of("debug.scopes") == [{"run": 1, "stop": 1, "frameId": 7, "scopes": scopes}]
    view.state = "stopped"
    assert view.as_json()["scopes"] == {"7": scopes}


def test_pieces_without_text_are_not_told_and_small_ones_count() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    for _ in range(CONSOLE_CHARACTERS // PIECE_CHARACTERS):
        view.console("console", "")
        view.console("console", "x")
    told = room.of("debug.output")
    assert len(told) == CONSOLE_CHARACTERS // (PIECE_CHARACTERS + 1) + 1
    assert told[-1]["output"] == CUT
    kept = cast("list[object]", view.as_json()["console"])
    assert len(kept) <= KEPT_CONSOLE_CHARACTERS // PIECE_CHARACTERS


def test_what_people_do_is_told_however_much_the_debugger_has_said() -> None:
    room = Told()
    noted: list[object] = []
    view = view_of(room, SimpleNamespace(seconds_left=900.0, note=noted.append))
    for _ in range(3):
        view.console("console", "x" * CONSOLE_CHARACTERS)
    for _ in range(200):
        view.say("repl", "", by="ada", expression="y" * 4000)
    assert len(room.of("debug.output")) == 201
    kept = cast("list[object]", view.as_json()["console"])
    assert len(kept) <= KEPT_CONSOLE_CHARACTERS // 4000
    assert len(noted) == 200, "an executor of its own keeps what people said"


def test_an_answer_that_is_too_large_for_all_is_neither_told_nor_kept() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    large = [{"name": "x", "value": "x" * TOLD_BYTES}]
    view.opened(1, Part(3), large)
    view.opened(1, Part(3, 100, 100), large)
    view.scoped(1, 7, large)
    view.evaluated(1, 7, "x", {"result": "x" * TOLD_BYTES}, "ada")
    assert [kind for kind, _ in room.events] == ["debug.started"]
    assert view.evaluation(1, 7, "x") is None


def test_a_newcomer_is_sent_no_more_than_so_much() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    for reference in range(1, 101):
        view.opened(1, Part(reference), [{"name": "x", "value": "x" * (TOLD_BYTES // 10)}])
    assert len(room.of("debug.variables")) == 100
    view.state = "stopped"
    assert len(encode_json(view.as_json()["variables"])) <= KEPT_BYTES + 2000
    assert list(view.variables)[-1] == Part(100)


def test_capabilities_that_change_later_do_not_change_what_was_told() -> None:
    room = Told()
    claimed: dict[str, Any] = {"supportsStepBack": True}
    view = view_of(room, SimpleNamespace(seconds_left=900.0), claimed)
    claimed["more"] = "x" * TOLD_BYTES
    assert view.as_json()["capabilities"] == {"supportsStepBack": True}


def test_pages_are_told_and_kept_beside_each_other() -> None:
    room = Told()
    view = view_of(room, SimpleNamespace(seconds_left=900.0))
    one, two = [{"name": "0", "value": "a"}], [{"name": "100", "value": "b"}]
    view.opened(1, Part(3, 0, 100), one)
    view.opened(1, Part(3, 100, 100), two)
    view.opened(1, Part(3, 100, 100), two)
    view.opened(1, Part(3, kind="named"), [])
    told = room.of("debug.variables")
    assert [(each["start"], each["count"], each.get("filter")) for each in told] == [
        (0, 100, None),
        (100, 100, None),
        (0, 0, "named"),
    ]
    view.state = "stopped"
    assert view.as_json()["variables"] == {"3@0+100": one, "3@100+100": two, "3@named": []}
