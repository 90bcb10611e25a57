"""Updates that crash, hang or poison an unguarded server, and honest ones that must pass."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from collab.document import Document
from collab.errors import BadFrame, CollabError, PoisonedUpdate, TooLarge, UpdateGap
from collab.guard import Guard
from collab.update import parse_state_vector, parse_update
from collab.varint import varuint
from tests.collab.acceptance import accept
from tests.collab.poison import (
    GAPS,
    HARMFUL,
    POISON,
    STATE_VECTORS,
    honest_document,
)


@pytest.mark.parametrize("name", POISON)
def test_poison_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    with pytest.raises(PoisonedUpdate):
        parse_update(POISON[name])
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("name", GAPS)
def test_what_rests_on_missing_content_is_asked_for(name: str) -> None:
    with pytest.raises(UpdateGap):
        accept(Document(), GAPS[name])


@pytest.mark.parametrize("name", STATE_VECTORS)
def test_a_poisoned_state_vector_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    with pytest.raises(BadFrame):
        parse_state_vector(STATE_VECTORS[name])
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("name", HARMFUL)
def test_what_harms_only_in_a_certain_document_is_refused(name: str) -> None:
    with pytest.raises(CollabError):
        accept_all(Document(honest_document()), HARMFUL[name])


def accept_all(document: Document, updates: Sequence[str]) -> None:
    for update in updates:
        accept(document, bytes.fromhex(update))


def test_a_huge_number_of_blocks_is_refused() -> None:
    count = 400_001
    update = b"\x01" + varuint(count) + b"\x01\x00" + b"\x00\x01" * count + b"\x00"
    with pytest.raises(TooLarge):
        parse_update(update)


def test_what_editors_send_passes_and_is_understood() -> None:
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=Text)
    with doc.transaction():
        text += "añb😀c"
        del text[0:1]
        text.insert(0, "x", {"bold": True})
        doc.get("map", type=Map)["nested"] = Map(
            {"list": Array([1, 2.5, None, True, "s", {"k": [b"bytes"]}]), "n": 2**60}
        )
    parsed = parse_update(doc.get_update())
    assert Document([doc.get_update()]).guard.new_clients(parsed) == set()
    assert parsed.deletions


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 255))
def test_mutants_of_an_honest_update_never_harm(noise: bytes, place: int, value: int) -> None:
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("text", type=Text)
    text += "hello 😀 world"
    del text[2:4]
    update = bytearray(doc.get_update() + noise)
    update[place % len(update)] = value
    try:
        accept(Document(), bytes(update))
    except CollabError:
        return
    fresh: Doc[Text] = Doc()
    fresh.apply_update(bytes(update))
    Doc().apply_update(fresh.get_update())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_lengths_are_counted_as_yjs_does(text: str) -> None:
    encoded = text.encode()
    update = b"\x01\x01\x05\x00\x04\x01\x01t" + varuint(len(encoded)) + encoded + b"\x00"
    (section,) = parse_update(update).sections
    assert section.end == len(text.encode("utf-16-le")) // 2


class TestGuard:
    def update(
        self, start: int, content: bytes = b"a", origin: bytes = b"", client: int = 5
    ) -> bytes:
        """One string block of a client at clock `start`, in root text `t` or after `origin`."""
        head = b"\x84" + origin if origin else b"\x04\x01\x01t"
        return (
            bytes((1, 1, client))
            + varuint(start)
            + head
            + varuint(len(content))
            + content
            + b"\x00"
        )

    def test_content_after_a_gap_waits_for_a_sync(self) -> None:
        with pytest.raises(UpdateGap):
            accept(Document(), self.update(3))
        assert accept(Document([self.update(0, b"abc")]), self.update(3))

    def test_content_on_something_unknown_waits_for_a_sync(self) -> None:
        update = self.update(0, origin=b"\x09\x00")
        with pytest.raises(UpdateGap):
            accept(Document(), update)
        assert accept(Document([self.update(0, client=9)]), update)

    def test_content_on_itself_is_poison(self) -> None:
        with pytest.raises(PoisonedUpdate):
            accept(Document(), self.update(0, origin=b"\x05\x00"))

    def test_nobody_deletes_what_is_still_to_be_written(self) -> None:
        deletion = bytes.fromhex("000105010064")
        with pytest.raises(UpdateGap):
            accept(Document([self.update(0, b"a" * 50)]), deletion)
        assert accept(Document([self.update(0, b"a" * 100)]), deletion)

    def test_known_content_is_no_news(self) -> None:
        guard = Document().guard
        parsed = parse_update(self.update(0, b"abc"))
        assert guard.new_clients(parsed) == {5}
        guard.advance(parsed)
        assert guard.new_clients(parsed) == set()
        assert guard.clocks == {5: 3}


class TestCharacters:
    """Client 5 wrote `a😀b`: the halves of the middle character are its clocks 1 and 2."""

    UPDATE = b"\x01\x01\x05\x00\x04\x01\x01t\x06a\xf0\x9f\x98\x80b\x00"

    def guard(self) -> Guard:
        guard = Document().guard
        parsed = parse_update(self.UPDATE)
        guard.check(parsed)
        guard.advance(parsed)
        return guard

    @pytest.mark.parametrize(("left", "right"), [(1, 2), (1, None), (None, 2)])
    def test_nothing_is_put_into_a_character(self, left: int | None, right: int | None) -> None:
        with pytest.raises(PoisonedUpdate):
            self.guard().check(parse_update(insertion(left, right)))

    @pytest.mark.parametrize(("left", "right"), [(0, 1), (2, 3), (2, None), (None, 0)])
    def test_text_goes_before_and_after_it(self, left: int | None, right: int | None) -> None:
        self.guard().check(parse_update(insertion(left, right)))

    @pytest.mark.parametrize(("clock", "length"), [(1, 1), (2, 1), (0, 2), (2, 2)])
    def test_no_half_of_it_is_deleted(self, clock: int, length: int) -> None:
        with pytest.raises(PoisonedUpdate):
            self.guard().check(parse_update(b"\x00\x01\x05\x01" + bytes([clock, length])))

    @pytest.mark.parametrize(("clock", "length"), [(1, 2), (0, 4), (0, 1), (3, 1)])
    def test_all_of_it_may_be_deleted(self, clock: int, length: int) -> None:
        self.guard().check(parse_update(b"\x00\x01\x05\x01" + bytes([clock, length])))

    def test_a_loaded_document_knows_its_characters(self) -> None:
        document = Document([self.UPDATE])
        with pytest.raises(PoisonedUpdate):
            document.guard.check(parse_update(insertion(1, 2)))


def insertion(left: int | None, right: int | None) -> bytes:
    """An `x` of client 6 between units of client 5."""
    info = 0x04 | (left is not None) << 7 | (right is not None) << 6
    units = b"".join(bytes([5, clock]) for clock in (left, right) if clock is not None)
    return b"\x01\x01\x06\x00" + bytes([info]) + units + b"\x01x\x00"
