"""Typing that goes on is compared instead of read; both must come to the same."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from collab import protocol
from collab.continuation import Continuation, continuation
from collab.document import Document
from collab.errors import OutdatedCopy
from collab.hub import Hub
from collab.intake import Intake
from collab.participant import Role
from collab.room import Room
from collab.structs import Block, Content, ParsedUpdate, Section
from collab.update import parse_in_full, parse_update
from collab.varint import MAX_SAFE_INTEGER, varuint
from tests.collab.peers import Replica, Visitors, person

ids = st.tuples(st.integers(0, MAX_SAFE_INTEGER), st.integers(0, 2**31 - 1))
clocks = st.one_of(st.integers(1, 300), st.integers(2**31 - 130, 2**31 - 1))


def encoded(client: int, clock: int, right: tuple[int, int] | None, letters: bytes) -> bytes:
    """As yjs writes letters that are put after the unit before `clock`."""
    origin = varuint(client) + varuint(clock - 1)
    kind = b"\x84" if right is None else b"\xc4"
    beyond = b"" if right is None else varuint(right[0]) + varuint(right[1])
    head = b"\x01\x01" + varuint(client) + varuint(clock) + kind + origin + beyond
    return head + varuint(len(letters)) + letters + b"\x00"


@st.composite
def keystrokes(draw: st.DrawFn) -> tuple[Continuation, tuple[int, int] | None, bytes]:
    """A continuation, the unit before which it types, and what may come next, or nearly that."""
    client, clock = draw(st.integers(0, MAX_SAFE_INTEGER)), draw(clocks)
    # Never the unit that is gone on from: what is on the right was there before that was typed.
    right = draw(st.one_of(st.none(), ids.filter(lambda unit: unit != (client, clock - 1))))
    letters = draw(st.one_of(st.binary(max_size=3), st.just(b"x" * 127), st.just(b"x" * 128)))
    data = bytearray(encoded(client, clock, right, letters))
    if draw(st.booleans()):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return Continuation(client, clock, right), right, bytes(data)


@given(keystrokes())
def test_what_goes_on_means_what_reading_it_says(
    case: tuple[Continuation, tuple[int, int] | None, bytes],
) -> None:
    typing, right, data = case
    length = typing.length_of(data)
    if length:
        left = (typing.client, typing.clock - 1)
        block = Block(typing.clock, length, Content.STRING, left, right)
        (section,) = parse_in_full(data).sections
        assert section == Section(typing.client, typing.clock, typing.clock + length, [block])
        assert parse_in_full(data).deletions == []


@pytest.mark.parametrize("place", [0, 3, 11], ids=["begin", "middle", "end"])
def test_letter_after_letter_goes_on(place: int) -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("text", type=Text)
    text += "hello world"
    updates: list[bytes] = []
    for offset, letters in enumerate("abcdefgh"):
        before = doc.get_state()
        text.insert(place + offset, letters)
        updates.append(doc.get_update(before))
    for one, next_one in pairwise(updates):
        typing = continuation(parse_update(one))
        assert typing is not None
        assert typing.length_of(next_one) == 1


class Forgetful(dict[Any, Continuation]):
    """Remembers nobody's typing, so that every update is read."""

    def __setitem__(self, key: Any, value: Continuation) -> None:
        pass


class Twins:
    """Two rooms that are sent the same; in the second, every update is read."""

    def __init__(self, rooms: tuple[Room, Room], visitors: Visitors, seed: int) -> None:
        self.rooms = rooms
        self._visitors = visitors
        self._rng = random.Random(seed)
        self._docs: dict[str, Doc[Any]] = {}
        self._tabs: dict[str, tuple[Replica, Replica]] = {}
        self._carets: dict[str, int] = {}

    def live(self) -> None:
        """A few people who mostly type, and now and then do something else."""
        steps = {self.type: 30, self.move: 3, self.delete: 3, self.garble: 1, self.change_tab: 1}
        steps |= {self.change_role: 1, self.lose: 1, self.take_over: 1}
        for _ in range(60):
            (step,) = self._rng.choices([*steps], [*steps.values()])
            name = self._rng.choice(("Ada", "Bob"))
            if name not in self._tabs:
                self.enter(name)
            step(name)
            self.compare()

    def enter(self, name: str) -> None:
        doc = self._docs[name] = Doc()
        doc.apply_update(self.rooms[0].document.encoded())
        first, second = (
            self._visitors.join(room, person(name), events=False) for room in self.rooms
        )
        self._tabs[name] = first, second

    def type(self, name: str) -> None:
        at = min(self._carets.get(name, 0), len(self._text(name)))
        letters = self._rng.choice(("a", "a", "a", "bc", "é", "😀", "x" * 130))
        self._edit(name, lambda text: text.insert(at, letters))
        self._carets[name] = at + len(letters.encode())

    def move(self, name: str) -> None:
        boundaries = [len(str(self._text(name))[:at].encode()) for at in range(5)]
        self._carets[name] = self._rng.choice(boundaries)

    def delete(self, name: str) -> None:
        text = str(self._text(name))
        if text:
            self._carets[name] = len(text[:-1].encode())
            end = len(text.encode())
            self._edit(name, lambda text: text.__delitem__(slice(self._carets[name], end)))

    def garble(self, name: str) -> None:
        """The next keystroke, with a byte of it changed."""
        update = bytearray(self._update(name, lambda text: text.insert(0, "z")))
        update[self._rng.randrange(len(update))] ^= 1 << self._rng.randrange(8)
        self._send(name, bytes(update))
        self._leave(name)

    def change_tab(self, name: str) -> None:
        """Goes on under the same client id over another connection of the same person."""
        self._tabs[name] = tuple(  # type: ignore[assignment]
            self._visitors.join(room, person(name), events=False) for room in self.rooms
        )

    def change_role(self, name: str) -> None:
        role = self._rng.choice((Role.VIEWER, Role.EDITOR))
        for room in self.rooms:
            room.grant(person(name, role))

    def lose(self, name: str) -> None:
        """An edit that is never sent, so that the next rests on what is not here."""
        self._update(name, lambda text: text.insert(0, "l"))

    def take_over(self, name: str) -> None:
        """Writes under the client id of the other."""
        other = self._docs.get("Bob" if name == "Ada" else "Ada")
        if other is not None:
            before = self.rooms[0].document.state_vector()
            forger: Doc[Any] = Doc(client_id=other.client_id)
            forger.apply_update(self.rooms[0].document.encoded())
            forger.get("text", type=Text).insert(0, "f")
            self._send(name, forger.get_update(before))
            self._leave(name)

    def compare(self) -> None:
        quick, thorough = (room.document for room in self.rooms)
        assert contents(quick) == contents(thorough)
        assert quick.guard.clocks == thorough.guard.clocks
        assert columns(quick.guard._places) == columns(thorough.guard._places)
        seqs = [room.update_seq for room in self.rooms]
        assert seqs[0] == seqs[1]
        for first, second in self._tabs.values():
            assert first.session._is_over == second.session._is_over
            assert first.session.synced.is_set() == second.session.synced.is_set()

    def _leave(self, name: str) -> None:
        for replica in self._tabs.pop(name):
            replica.leave()

    def _edit(self, name: str, change: Any) -> None:
        self._send(name, self._update(name, change))

    def _update(self, name: str, change: Any) -> bytes:
        before = self._docs[name].get_state()
        change(self._text(name))
        return self._docs[name].get_update(before)

    def _send(self, name: str, update: bytes) -> None:
        for replica in self._tabs[name]:
            replica.send(protocol.sync_update(update))

    def _text(self, name: str) -> Text:
        text: Text = self._docs[name].get("text", type=Text)
        return text


def contents(document: Document) -> object:
    """What is in a document; pycrdt writes clients in any order."""
    parsed = parse_in_full(document.encoded())
    return sorted(map(repr, parsed.sections)), sorted(parsed.deletions)


def columns(places: Any) -> dict[int, object]:
    """All that a guard knows of the places of units."""
    if places is None:
        return {}
    return {
        client: (runs.end, runs.clocks, bytes(runs.contents), runs.places, runs.lefts, runs.rights)
        for client, runs in places._runs.items()
    }


@pytest.mark.parametrize("seed", range(40))
async def test_rooms_that_compare_keystrokes_are_as_rooms_that_read_them(
    hub: Hub, visitors: Visitors, seed: int
) -> None:
    await hub.create("quick", [], {})
    await hub.create("thorough", [], {})
    quick, thorough = await hub.open("quick"), await hub.open("thorough")
    thorough._intake._typing = Forgetful()
    Twins((quick, thorough), visitors, seed).live()


async def test_typing_is_mostly_compared(
    room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    original = Intake._read

    def note(intake: Intake, data: bytes) -> ParsedUpdate:
        read.append(data)
        return original(intake, data)

    monkeypatch.setattr(Intake, "_read", note)
    ada, bob = visitors.join(room, person("Ada")), visitors.join(room, person("Bob"))
    typed = [ada.type(letter) for letter in "letter after letter"]
    await bob.until(lambda: str(bob.text) == "letter after letter")
    assert [update for update in typed if update in read] == typed[:1]


async def test_a_role_holds_from_the_next_keystroke(room: Room, visitors: Visitors) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.type("a")
    ada.type("b")
    room.grant(person("Ada", Role.VIEWER))
    ada.type("c")
    await ada.until(lambda: ada.denials)
    assert str(room.document._doc.get("text", type=Text)) == "ab"


async def test_who_goes_on_typing_after_a_renewal_is_not_taken_for_who_they_were(
    room: Room, visitors: Visitors
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.sync()
    await ada.until(lambda: ada.files)
    (entry,) = ada.doc.get("files", type=Map).values()
    updates = []
    for letter in "ab":
        before = ada.doc.get_state()
        entry["text"].insert(0 if letter == "a" else 1, letter)
        updates.append(ada.doc.get_update(before))
    ada.send(protocol.sync_update(updates[0]))
    assert room._intake._typing[ada.session].length_of(updates[1]) == 1
    await room.renew()
    with pytest.raises(OutdatedCopy):
        room._intake.take(ada.session, updates[1])
