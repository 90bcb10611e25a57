"""What a room is told of its debug session."""

from types import SimpleNamespace
from typing import Any, cast

from collab.room import Room
from executor.handle import RunHandle
from server.debug_view import DebugView


class Told:
    """A room that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def publish(self, kind: str, **fields: Any) -> None:
        self.events.append((kind, fields))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [fields for told, fields in self.events if told == kind]


def view_of(room: Told, handle: SimpleNamespace) -> DebugView:
    view = DebugView(cast("Room", room), "ada", lambda: "ada")
    view.begin(1, cast("RunHandle", handle))
    view.running({}, ())
    return view


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
