import asyncio

import pytest
from pycrdt import Doc, Text

from collab import protocol, ticker
from collab.budget import MAX_MESSAGES
from collab.errors import CloseCode
from collab.hub import Hub
from collab.participant import Role
from collab.room import Room
from collab.session import MAX_COMMANDS
from collab.varint import block, varuint
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import Visitors, person
from tests.collab.poison import POISON


async def test_two_people_see_each_others_text(room: Room, visitors: Visitors) -> None:
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    ada.sync()
    bob.sync()
    await ada.until(lambda: ada.files == {"main.py": "print('hi')\n"})
    await bob.until(lambda: bob.files == ada.files)
    ada.type("Grüße 😀 ")
    await bob.until(lambda: str(bob.text) == "Grüße 😀 ")
    bob.type("back")
    await ada.until(lambda: str(ada.text) == "Grüße 😀 back")


async def test_edits_made_offline_come_back(room: Room, visitors: Visitors) -> None:
    offline = Doc[Text]()
    offline.get("text", type=Text).insert(0, "written on the train")
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    ada.doc = offline
    await bob.until(lambda: "hello" in bob.types_of_events())
    ada.sync()
    await ada.until(lambda: ada.files)
    await bob.until(lambda: str(bob.text) == "written on the train")


async def test_a_newcomer_sees_everything_at_once(room: Room, visitors: Visitors) -> None:
    room.stage.output = [(1, 1, 0, b"so far")]  # type: ignore[attr-defined]
    ada = visitors.join(room, person("Ada"))
    ada.show(1, {"cursor": 5, "user": {"name": "Mallory"}})
    await ada.until(lambda: ada.presence)
    bob = visitors.join(room, person("Bob"))
    await bob.until(lambda: bob.outputs)
    (hello,) = bob.events
    assert hello["type"] == "hello"
    assert hello["you"]["name"] == "Bob"
    assert [one["name"] for one in hello["participants"]] == ["Ada", "Bob"]
    assert hello["seq"] == room.event_seq
    assert bob.outputs == [protocol.output(1, 1, 0, b"so far")]
    assert bob.presence[ada.doc.client_id] == {
        "cursor": 5,
        "user": {"id": "ada", "name": "Ada", "role": "editor", "color": "#123456"},
    }


async def test_a_stock_client_gets_nothing_it_does_not_know(room: Room, visitors: Visitors) -> None:
    bob = visitors.join(room, person("Bob"), events=False)
    bob.sync()
    await bob.until(lambda: bob.files)
    room.publish("notice", level="info", text="hi")
    room.send_output(1, 1, 0, b"hi")
    bob.type("x")
    bob.sync()
    await bob.until(lambda: str(bob.text) == "x")
    assert not bob.events
    assert not bob.outputs
    bob.send(protocol.saved(1))
    assert await bob.closed() is CloseCode.BAD_FRAME


async def test_events_are_numbered_without_holes_and_outlive_a_restart(
    hub: Hub, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    for number in range(3):
        room.publish("notice", level="info", text=str(number))
    await ada.until(lambda: len(ada.events) == 4)
    numbers = [event["seq"] for event in ada.events]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    ada.leave()
    await ada.closed()
    last = room.event_seq
    await hub.tidy()
    reopened = await hub.open("room")
    assert reopened is not room
    assert reopened.publish("notice", level="info", text="again") == last + 1


async def test_an_event_that_can_not_be_told_leaves_no_hole(room: Room) -> None:
    last = room.event_seq
    with pytest.raises(TypeError):
        room.publish("notice", text="half of a character: \ud83d")
    assert room.publish("notice", text="whole") == last + 1


async def test_what_is_noted_goes_with_what_comes_next(
    room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = visitors.join(room, person("Ada"))
    room.publish("notice", level="info", text="after which all is quiet")
    await ada.until(lambda: len(ada.events) == 2)
    writes: list[bytes] = []
    monkeypatch.setattr(ada.peer, "write", writes.append)
    room.note("debug.continued", stop=1)
    await room.durable()
    assert writes == []
    room.publish("debug.stopped", stop=2)
    room.flush()
    [write] = writes
    assert write.index(b"debug.continued") < write.index(b"debug.stopped")


async def test_output_and_events_keep_their_order(room: Room, visitors: Visitors) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    room.send_output(1, 1, 0, b"one ")
    room.send_output(1, 1, 4, b"two")
    room.publish("run.finished", run={})
    frames = []
    while b"run.finished" not in (frame := await ada.peer.to_client.get()):
        frames.append(frame)
    assert frames[-1] == protocol.output(1, 1, 0, b"one two")


async def test_saved_is_answered_when_it_is_true(
    room: Room, visitors: Visitors, store: MemoryStore
) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    store.failure = OSError("disk full")
    update = ada.type("precious")
    ada.send(protocol.saved(41))
    ada.send(protocol.saved(42))
    await ada.until(lambda: "notice" in ada.types_of_events())
    assert "Not saved" in ada.events[-1]["text"]
    assert ada.saved == []
    store.failure = None
    await ada.until(lambda: ada.saved == [41, 42])
    assert update in [row.data for row in store.updates["room"].values()]


async def test_presence_goes_with_its_session(room: Room, visitors: Visitors) -> None:
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    ada.show(1, {"cursor": 1})
    await bob.until(lambda: bob.presence)
    ada.leave()
    await bob.until(lambda: not bob.presence)
    await bob.until(lambda: "participant.left" in bob.types_of_events())
    assert bob.events[-1]["participant"]["name"] == "Ada"
    room.awareness.check_invariants()


async def test_a_second_tab_is_the_same_person(room: Room, visitors: Visitors) -> None:
    bob = visitors.join(room, person("Bob"))
    await bob.until(lambda: bob.events)
    first, second = visitors.join(room, person("Ada")), visitors.join(room, person("Ada"))
    await second.until(lambda: second.events)
    first.leave()
    await first.closed()
    second.leave()
    await bob.until(lambda: "participant.left" in bob.types_of_events())
    assert bob.types_of_events().count("participant.joined") == 1
    assert bob.types_of_events().count("participant.left") == 1


async def test_nobody_shows_presence_for_another(room: Room, visitors: Visitors) -> None:
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    ada.show(1, {"cursor": "Ada's"})
    await bob.until(lambda: bob.presence)
    bob.show(9, {"cursor": "forged"}, client=ada.doc.client_id)
    bob.show(1, {"cursor": "Bob's"})
    await ada.until(lambda: bob.doc.client_id in ada.presence)
    assert ada.presence[ada.doc.client_id]["cursor"] == "Ada's"


async def test_ones_own_presence_comes_back_with_what_is_sent_next(
    room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "LATE_SECONDS", 60.0)
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    await ada.until(lambda: "participant.joined" in ada.types_of_events())
    ada.show(1, {"cursor": 1})
    ada.type("a")
    await bob.until(lambda: bob.presence)
    assert ada.peer.to_client.empty()
    bob.type("b")
    await ada.until(lambda: "b" in str(ada.text))
    assert ada.presence[ada.doc.client_id]["user"]["name"] == "Ada"


async def test_ones_own_presence_comes_back_soon_where_nothing_else_is_sent(
    room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "LATE_SECONDS", 0.01)
    ada = visitors.join(room, person("Ada"))
    ada.show(1, {"cursor": 1})
    await ada.until(lambda: ada.presence)
    ada.show(2, {"cursor": 2})
    await ada.until(lambda: ada.presence[ada.doc.client_id]["cursor"] == 2)


async def test_who_is_owed_an_echo_and_falls_behind_gets_it_when_caught_up(
    room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "LATE_SECONDS", 0.01)
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    await ada.until(lambda: ada.events)
    ada.peer.stop_reading()
    while not ada.peer.is_congested:
        bob.type("x" * 4096)
        room.flush()
    ada.show(1, {"cursor": 1})
    await bob.until(lambda: bob.presence)
    ada.peer.read_on()
    await ada.until(lambda: ada.presence)
    await ada.until(lambda: str(ada.text) == str(bob.text))


async def test_who_returns_with_the_same_clock_is_seen_again(
    room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.show(3, {"cursor": 1})
    await ada.until(lambda: ada.presence)
    ada.leave()
    await ada.closed()
    again = visitors.join(room, person("Ada"))
    again.show(3, {"cursor": 1}, client=ada.doc.client_id)
    await again.until(lambda: again.presence)


async def test_a_viewer_changes_nothing(room: Room, visitors: Visitors) -> None:
    viewer = visitors.join(room, person("Vic", Role.VIEWER))
    viewer.sync()
    await viewer.until(lambda: viewer.files)
    before = room.document.encoded()
    viewer.type("graffiti")
    viewer.send(protocol.saved(1))
    await viewer.until(lambda: viewer.denials)
    assert room.document.encoded() == before
    viewer.sync()  # the server asks back, and the answer holds the graffiti too
    await viewer.until(lambda: len(viewer.denials) == 2)
    assert room.document.encoded() == before
    assert viewer.saved == []


async def test_a_viewer_deletes_nothing_offline(room: Room, visitors: Visitors) -> None:
    ada, viewer = visitors.join(room, person("Ada")), visitors.join(room, person("V", Role.VIEWER))
    ada.type("hello world")
    del ada.text[2:4]
    ada.send(protocol.sync_update(ada.doc.get_update()))
    viewer.sync()
    await viewer.until(lambda: str(viewer.text) == "heo world")
    viewer.sync()  # its answer repeats the deletion that everybody knows
    viewer.send(protocol.saved(1))
    await viewer.until(lambda: viewer.saved == [1])
    assert not viewer.denials
    del viewer.text[0:3]  # deleted, but not sent
    viewer.sync()
    await viewer.until(lambda: viewer.denials)
    viewer.send(protocol.saved(2))
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved)
    assert viewer.saved == [1]
    assert str(room.document._doc.get("text", type=Text)) == "heo world"


async def test_a_new_role_holds_from_the_next_frame(room: Room, visitors: Visitors) -> None:
    vic = visitors.join(room, person("Vic", Role.VIEWER))
    vic.type("patience")
    vic.send(protocol.saved(5))
    await vic.until(lambda: vic.denials)
    room.grant(person("Vic", Role.EDITOR))
    await vic.until(lambda: vic.saved == [5])
    assert str(room.document._doc.get("text", type=Text)) == "patience"
    room.grant(person("Vic", Role.VIEWER))
    vic.type("too late")
    await vic.until(lambda: len(vic.denials) == 2)


async def test_who_is_ejected_is_out(room: Room, visitors: Visitors) -> None:
    ada = visitors.join(room, person("Ada"))
    await ada.until(lambda: ada.events)
    room.eject("ada", CloseCode.REVOKED, "the link was revoked")
    assert await ada.closed() is CloseCode.REVOKED
    late = visitors.join(room, person("Ada"))  # whose token was checked a moment before
    assert await late.closed() is CloseCode.REVOKED


@pytest.mark.parametrize("name", POISON)
async def test_poison_costs_its_sender_only(name: str, room: Room, visitors: Visitors) -> None:
    ada, mallory = visitors.join(room, person("Ada")), visitors.join(room, person("Mallory"))
    await ada.until(lambda: ada.events)
    mallory.send(protocol.sync_update(POISON[name]))
    assert await mallory.closed() is CloseCode.POISONED_UPDATE
    ada.type("undisturbed")
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved == [1])
    eve = visitors.join(room, person("Eve"))
    eve.sync()
    await eve.until(lambda: str(eve.text) == "undisturbed")


async def test_editing_as_somebody_else_is_refused(room: Room, visitors: Visitors) -> None:
    ada, mallory = visitors.join(room, person("Ada")), visitors.join(room, person("Mallory"))
    ada.type("mine")
    mallory.sync()
    await mallory.until(lambda: str(mallory.text) == "mine")
    mallory.doc = Doc(client_id=ada.doc.client_id)
    mallory.doc.apply_update(ada.doc.get_update())
    mallory.type(" EVIL")
    assert await mallory.closed() is CloseCode.CLIENT_ID_TAKEN
    ada.type(" and mine")
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved)
    assert str(room.document._doc.get("text", type=Text)) == "mine and mine"


async def test_a_gap_is_closed_by_a_sync(room: Room, visitors: Visitors) -> None:
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    await ada.until(lambda: ada.events)
    ada.text.insert(0, "lost on the way, ")  # edited, but never sent
    ada.type("arrived")
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved == [1])
    await bob.until(lambda: str(bob.text) == "lost on the way, arrived")


async def test_a_slow_reader_gets_what_it_missed_in_one_update(
    room: Room, visitors: Visitors
) -> None:
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    slow = visitors.join(room, person("Sloan"))
    await slow.until(lambda: slow.events)
    slow.peer.stop_reading()
    for _ in range(50):
        ada.type("x" * 4096)
        await bob.until(lambda: str(bob.text) == str(ada.text))
    ada.show(1, {"cursor": 1})
    await bob.until(lambda: bob.presence)
    assert slow.peer.waiting_bytes < 40 << 10, "the rest is held back"
    slow.peer.read_on()
    await slow.until(lambda: str(slow.text) == str(ada.text))
    await slow.until(lambda: slow.presence)
    ada.type("!")
    await slow.until(lambda: str(slow.text).endswith("!"))


async def test_a_peer_that_reads_nothing_is_closed_and_others_go_on(
    room: Room, visitors: Visitors
) -> None:
    bob = visitors.join(room, person("Bob"))
    stalled = visitors.join(room, person("Stan"), outbox=64 << 10)
    await stalled.until(lambda: stalled.events)
    stalled.peer.stop_reading()
    for offset in range(0, 200 << 10, 10 << 10):
        room.send_output(1, 1, offset, b"x" * (10 << 10))
        room.flush()
    assert await stalled.closed() is CloseCode.SLOW_CONSUMER
    await bob.until(lambda: len(bob.outputs) == 20)


async def test_who_sends_too_much_has_to_pause(room: Room, visitors: Visitors) -> None:
    ada, flood = visitors.join(room, person("Ada")), visitors.join(room, person("Flood"))
    await flood.until(lambda: flood.events)
    for _ in range(MAX_MESSAGES // 2):
        flood.send(b"\x03")
    assert flood.peer.paused_for == 0
    while not flood.peer.paused_for:
        flood.send(b"\x03")
    ada.type("unhindered")
    ada.send(protocol.saved(1))
    await ada.until(lambda: ada.saved)


async def test_commands_are_answered_each_once(room: Room, visitors: Visitors) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.command(id=1, type="echo", text="hé")
    ada.command(id=2, type="refuse")
    ada.command(id=3, type="break")
    ada.command(type="echo")
    ada.send(protocol.json_message(b"no json"))
    await ada.until(lambda: len(ada.replies) == 5)
    assert ada.replies[0] == {"reply": 1, "ok": {"by": "Ada", "text": "hé"}}
    assert ada.replies[1] == {"reply": 2, "error": {"code": "forbidden", "message": "not now"}}
    assert ada.replies[2]["error"]["code"] == "internal"
    assert [reply["error"]["code"] for reply in ada.replies[3:]] == ["invalid", "invalid"]


async def test_a_command_that_takes_its_time_holds_up_no_other(
    room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.command(id=1, type="wait")
    ada.command(id=2, type="echo", text="meanwhile")
    await ada.until(lambda: ada.replies)
    assert ada.replies == [{"reply": 2, "ok": {"by": "Ada", "text": "meanwhile"}}]
    room.stage.may_go_on.set()  # type: ignore[attr-defined]
    await ada.until(lambda: len(ada.replies) == 2)
    assert ada.replies[1] == {"reply": 1, "ok": {}}


async def test_a_session_has_only_so_many_commands_that_are_not_answered(
    room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    for number in range(MAX_COMMANDS + 1):
        ada.command(id=number, type="wait")
    assert await ada.closed() is CloseCode.OVERLOADED


async def test_a_socket_does_not_outlive_its_token(room: Room, visitors: Visitors) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.session.expire_at(0)
    assert await ada.closed() is CloseCode.UNAUTHORISED


async def test_many_edits_at_once_are_one_frame(room: Room, visitors: Visitors) -> None:
    writers = [visitors.join(room, person(f"W{number}")) for number in range(5)]
    reader = visitors.join(room, person("Reader"))
    await asyncio.gather(*(writer.until(lambda w=writer: w.events) for writer in writers))
    await reader.until(lambda: reader.events)
    for writer in writers:
        writer.type("word ")
    frames = 0
    while len(str(reader.text)) < 25:
        frame = await reader.peer.to_client.get()
        frames += frame[:2] == bytes([0, 2])
        reader.take(frame)
    assert frames < 5


async def test_the_servers_own_edits_reach_everybody_and_are_kept(
    hub: Hub, room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.sync()
    await ada.until(lambda: ada.files)
    with room.edit(by="ada") as document:
        document.write_file("main.py", "print('hello')\nprint('more')\n")
        document.write_file("b/ü.py", "x = 1\r\n")
    expected = {"main.py": "print('hello')\nprint('more')\n", "b/ü.py": "x = 1\n"}
    await ada.until(lambda: ada.files == expected)
    ada.leave()
    await ada.closed()
    await hub.tidy()
    reopened = await hub.open("room")
    assert {file.path: file.text for file in reopened.document.files()} == expected


async def test_presence_nested_without_end_costs_its_sender_only(
    room: Room, visitors: Visitors
) -> None:
    ada, mallory = visitors.join(room, person("Ada")), visitors.join(room, person("Mallory"))
    await mallory.until(lambda: mallory.events)
    for depth in (500, 3000):
        nested = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
        entry = varuint(mallory.doc.client_id) + b"\x05" + block(nested)
        mallory.send(protocol.awareness_update(b"\x01" + entry))
    assert await mallory.closed() is CloseCode.BAD_FRAME
    ada.show(1, {"cursor": 1})
    await ada.until(lambda: ada.presence)
