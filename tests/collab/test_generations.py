"""A room's document is written anew, and copies of the old one come back in every way."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment

from collab import protocol
from collab.anchors import lines_of
from collab.breakpoints import FunctionBreakpoint
from collab.document import Document
from collab.errors import CloseCode, NotRenewable
from collab.hub import Hub
from collab.participant import Role
from collab.room import Room
from collab.update import parse_state_vector
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import Replica, Visitors, person


async def synced(visitors: Visitors, room: Room, name: str, role: Role = Role.EDITOR) -> Replica:
    replica = visitors.join(room, person(name, role))
    replica.sync()
    await replica.until(lambda: "main.py" in replica.files)
    return replica


def shared_text(doc: Doc[Any]) -> Text:
    [entry] = doc.get("files", type=Map).values()
    text: Text = entry["text"]
    return text


def test_a_document_written_anew_reads_the_same_and_forgets_the_rest() -> None:
    doc: Doc[Any] = Doc()
    files = doc.get("files", type=Map)
    files["f"] = Map(
        {"path": "a.py", "text": Text("x = 1  # 👩‍👩‍👧\n"), "tags": Array(["x", {"y": 2}])}
    )
    files["g"] = Map({"path": "b.py", "text": Text("secret")})
    doc.get("settings", type=Map)["args"] = ["--fast", 1, 2.5, None, True]
    del files["g"]
    document = Document([doc.get_update()])

    renewed = document.written_anew()
    assert b"b.py" not in renewed
    assert Document([renewed]).files() == document.files()
    assert Document([renewed]).settings() == document.settings()
    copy: Doc[Any] = Doc()
    copy.apply_update(renewed)
    assert copy.get("files", type=Map)["f"]["tags"].to_py() == ["x", {"y": 2}]
    assert Document([renewed]).guard.clocks.keys().isdisjoint(document.guard.clocks)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.text("xé日😀\n", max_size=8)), max_size=12))
def test_any_history_of_files_is_written_anew(writes: list[tuple[str, str]]) -> None:
    document = Document()
    for path, text in writes:
        with document.edit(lambda _: None):
            document.write_file(path, text)
    assert Document([document.written_anew()]).files() == document.files()


def test_run_configurations_and_watches_are_carried_over() -> None:
    doc: Doc[Any] = Doc()
    doc.get("configurations", type=Map)["c"] = Map({"name": "Tests", "env": {"A": "1"}})
    doc.get("watches", type=Array).append({"id": "w", "expression": "x + 1"})
    renewed = Document([Document([doc.get_update()]).written_anew()])
    assert renewed.configurations() == {"c": {"name": "Tests", "env": {"A": "1"}}}
    assert [watch.expression for watch in renewed.watches()] == ["x + 1"]


def test_what_was_only_looked_for_is_in_nobodys_way() -> None:
    document = Document()
    assert (document.configurations(), document.breakpoints(), document.watches()) == ({}, [], [])
    assert Document([document.written_anew()]).files() == []


def test_breakpoints_are_anchored_anew_where_they_stand() -> None:
    doc: Doc[Any] = Doc()
    text, files = Text("é = '😀'\n"), doc.get("files", type=Map)
    files["f"] = Map({"path": "a.py", "text": text})
    client = doc.client_id
    start = parse_state_vector(doc.get_state())[client]
    text += "  日 = 1\n\tprint(日)"
    files["g"] = Map({"path": "b.py", "text": Text("gone = True")})
    last = parse_state_vector(doc.get_state())[client] - 1
    breakpoints = doc.get("breakpoints", type=Map)
    for name, clock in {"second": start + 2, "third": start + 10, "gone": last}.items():
        anchor = {"item": {"client": client, "clock": clock}, "assoc": 0}
        breakpoints[name] = Map({"file": "f", "anchor": anchor, "condition": "日 > 0"})
    del files["g"]
    text.insert(0, "# new\n")

    renewed = Document([Document([doc.get_update()]).written_anew()])
    found = {one.id: one for one in renewed.breakpoints()}
    lines = lines_of(renewed.encoded(), [one.anchor for one in found.values() if one.anchor])
    assert {name: lines[one.anchor].number for name, one in found.items() if one.anchor} == {
        "second": 3,
        "third": 4,
    }
    assert {one.condition for one in found.values()} == {"日 > 0"}
    assert {one.anchor[0] for one in found.values() if one.anchor} <= renewed.guard.clocks.keys()


def test_breakpoints_on_functions_are_carried_over() -> None:
    doc: Doc[Any] = Doc()
    entry = {"function": "add", "condition": "b > 1", "hitCondition": "2", "enabled": False}
    doc.get("breakpoints", type=Map)["f"] = Map({**entry, "by": "p1"})
    renewed = Document([Document([doc.get_update()]).written_anew()])
    assert renewed.breakpoints() == []
    assert renewed.function_breakpoints() == [
        FunctionBreakpoint("f", "add", "b > 1", "2", is_enabled=False)
    ]
    again: Doc[Any] = Doc()
    again.apply_update(renewed.encoded())
    assert again.get("breakpoints", type=Map)["f"]["by"] == "p1"


def test_a_breakpoint_on_no_character_is_left_out() -> None:
    doc: Doc[Any] = Doc()
    doc.get("files", type=Map)["f"] = Map({"path": "a.py", "text": Text("x = 1\n")})
    nowhere = Map({"file": "f", "anchor": {"type": {"client": 1, "clock": 0}, "assoc": 0}})
    doc.get("breakpoints", type=Map)["b"] = nowhere
    assert Document([Document([doc.get_update()]).written_anew()]).breakpoints() == []


def other_root(doc: Doc[Any]) -> None:
    doc.get("prosemirror", type=Text).insert(0, "of another program")


def marks(doc: Doc[Any]) -> None:
    shared_text(doc).format(0, 1, {"bold": True})


def element(doc: Doc[Any]) -> None:
    doc.get("files", type=Map)["x"] = XmlFragment([XmlElement("p")])


@pytest.mark.parametrize("put", [other_root, marks, element])
def test_what_cannot_be_carried_over_is_not_left_out(put: Callable[[Doc[Any]], None]) -> None:
    doc: Doc[Any] = Doc()
    doc.get("files", type=Map)["f"] = Map({"path": "a.py", "text": Text("x = 1\n")})
    put(doc)
    with pytest.raises(NotRenewable):
        Document([doc.get_update()]).written_anew()


async def test_everybody_is_told_to_join_afresh(room: Room, visitors: Visitors) -> None:
    ada, vi = await synced(visitors, room, "Ada"), await synced(visitors, room, "Vi", Role.VIEWER)
    before = room.generation.id
    await room.renew()
    assert await ada.closed() == await vi.closed() == CloseCode.OUTDATED_COPY
    fresh = await synced(visitors, room, "Ada")
    assert fresh.files == ada.files
    await fresh.until(lambda: fresh.events)
    assert ada.events[0]["generation"] == before
    assert fresh.events[0]["generation"] == room.generation.id != before


def with_its_state(old: Replica) -> bytes:
    return protocol.sync_step_1(old.doc.get_state())


def with_all_it_has(old: Replica) -> bytes:
    return protocol.sync_step_2(old.doc.get_update())


def with_an_edit(old: Replica) -> bytes:
    before = old.doc.get_state()
    shared_text(old.doc).insert(0, "from before\n")
    return protocol.sync_update(old.doc.get_update(before))


def with_an_edit_under_a_new_id(old: Replica) -> bytes:
    doc: Doc[Any] = Doc()
    doc.apply_update(old.doc.get_update())
    before = doc.get_state()
    shared_text(doc).insert(0, "from before\n")
    return protocol.sync_update(doc.get_update(before))


def with_a_deletion(old: Replica) -> bytes:
    updates: list[bytes] = []
    old.doc.observe(lambda event: updates.append(event.update))
    del shared_text(old.doc)[0:1]
    return protocol.sync_update(updates[0])


@pytest.mark.parametrize(
    "come_back",
    [
        with_its_state,
        with_all_it_has,
        with_an_edit,
        with_an_edit_under_a_new_id,
        with_a_deletion,
    ],
)
@pytest.mark.parametrize("renewals", [1, 2])
async def test_an_outdated_copy_is_refused_however_it_comes_back(
    room: Room, visitors: Visitors, come_back: Callable[[Replica], bytes], renewals: int
) -> None:
    old = await synced(visitors, room, "Ada")
    old.leave()
    for _ in range(renewals):
        await room.renew()
    clocks = dict(room.document.guard.clocks)

    stale = visitors.join(room, person("Ada"))
    stale.send(come_back(old))
    assert await stale.closed() == CloseCode.OUTDATED_COPY
    assert stale.files == {}
    assert room.document.guard.clocks == clocks


async def test_nobody_gets_a_new_document_that_a_crash_could_take_back(
    room: Room, store: MemoryStore, visitors: Visitors
) -> None:
    ada = await synced(visitors, room, "Ada")
    await room.durable()
    store.failure = OSError("the database is away")
    renewal = asyncio.create_task(room.renew())
    assert await ada.closed() == CloseCode.OUTDATED_COPY
    early = visitors.join(room, person("Bob"))
    assert await early.closed() == CloseCode.TRY_AGAIN
    assert early.files == {}
    store.failure = None
    await renewal
    assert (await synced(visitors, room, "Bob")).files == ada.files


async def test_an_outdated_viewer_gets_nothing_to_merge(room: Room, visitors: Visitors) -> None:
    old = await synced(visitors, room, "Vi", Role.VIEWER)
    await room.renew()
    stale = visitors.join(room, person("Vi", Role.VIEWER))
    stale.send(protocol.sync_step_1(old.doc.get_state()))
    assert await stale.closed() == CloseCode.OUTDATED_COPY
    assert stale.files == {}


async def test_a_renewed_room_goes_on_after_it_was_closed(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors
) -> None:
    old = await synced(visitors, room, "Ada")
    files = old.files
    await room.renew()
    with room.edit() as document:
        document.write_file("later.py", "2\n")
    await old.closed()
    generation = room.generation
    for _ in range(2):  # once from the log, once from the snapshot
        await hub.tidy()
        again = await hub.open("room")
        assert again is not room
        assert again.generation == generation
        assert {file.path: file.text for file in again.document.files()} == files | {
            "later.py": "2\n"
        }
        room = again
    assert store.snapshots["room"].seq == room.update_seq


async def test_a_room_that_cannot_be_renewed_stays_as_it_is(room: Room, visitors: Visitors) -> None:
    ada = await synced(visitors, room, "Ada")
    ada.type("in a root of another program")
    with pytest.raises(NotRenewable, match="text"):
        await room.renew()
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved == [1])
