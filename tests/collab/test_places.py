"""What the guard knows of the places of units, and asks pycrdt where that does not do."""

from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from collab.document import Document
from collab.encoded import read_document
from collab.errors import CollabError, PoisonedUpdate, TooLarge
from collab.order import MAX_WORK, are_in_order
from collab.places import COLLECTED, Kind, Places, kind_of
from collab.structs import Id
from collab.varint import block, varuint
from tests.collab.acceptance import accept

AUTHOR, OTHER, THIRD = 1, 2, 3


def text_between(client: int, left: Id | None, right: Id | None, text: str = "x") -> bytes:
    """The first text that a client writes."""
    info = 0x04 | (left is not None) << 7 | (right is not None) << 6
    units = b"".join(varuint(number) for unit in (left, right) if unit for number in unit)
    return bytes((1, 1, client, 0, info)) + units + block(text.encode()) + b"\x00"


def root_text(client: int, text: str) -> bytes:
    """The first text that a client writes, in a root that was empty for it."""
    return bytes((1, 1, client, 0, 4, 1)) + block(b"t") + block(text.encode()) + b"\x00"


def deletion(client: int, clock: int, length: int) -> bytes:
    return bytes((0, 1, client, 1, clock, length))


class TestOrder:
    """Two people wrote in the same spot at once: `ab` by one, then `cd` by the other."""

    TEXTS = (root_text(AUTHOR, "ab"), root_text(OTHER, "cd"))

    @pytest.mark.parametrize("gone", [(), (AUTHOR,), (OTHER,), (AUTHOR, OTHER)])
    def test_a_third_may_write_between_them_but_not_around(self, gone: tuple[int, ...]) -> None:
        deletions = [deletion(client, 0, 2) for client in gone]
        document = Document([*self.TEXTS, *deletions])
        with pytest.raises(PoisonedUpdate, match="wrong order"):
            accept(document, text_between(THIRD, (OTHER, 1), (AUTHOR, 0)))
        assert accept(document, text_between(THIRD, (AUTHOR, 1), (OTHER, 0)))

    @pytest.mark.parametrize(
        ("left", "right"), [((AUTHOR, 0), (OTHER, 1)), ((AUTHOR, 0), (OTHER, 0))]
    )
    def test_what_was_never_beside_each_other_is_refused(self, left: Id, right: Id) -> None:
        document = Document([*self.TEXTS, text_between(THIRD, (AUTHOR, 0), (AUTHOR, 1))])
        if right == (OTHER, 0):
            assert accept(document, text_between(4, left, right))  # the rest came later
        else:
            with pytest.raises(PoisonedUpdate):
                accept(document, text_between(4, left, right))

    def test_nobody_writes_before_what_was_not_the_first(self) -> None:
        with pytest.raises(PoisonedUpdate):
            accept(Document(self.TEXTS), text_between(THIRD, None, (AUTHOR, 1)))
        assert accept(Document(self.TEXTS), text_between(THIRD, None, (AUTHOR, 0)))

    def test_too_many_questions_at_once_are_refused(self) -> None:
        pairs = [((AUTHOR, 1), (OTHER, 0))] * 2
        with pytest.raises(TooLarge):
            are_in_order(bytes(MAX_WORK), b"", pairs)


def test_who_writes_in_what_was_deleted_meanwhile_is_not_refused() -> None:
    """A text grows, by one client that deletes it then, and by another that saw it grow."""
    first: Doc[Any] = Doc(client_id=AUTHOR)
    first.get("m", type=Map)["text"] = Text("x")
    document = Document([first.get_update()])
    assert accept(document, root_text(9, "makes the guard look at the document"))
    deleting: Doc[Any] = Doc(client_id=OTHER)
    deleting.apply_update(first.get_update())
    deleting.get("m", type=Map)["text"].insert(1, "y")
    growing: Doc[Any] = Doc(client_id=THIRD)
    growing.apply_update(deleting.get_update())
    grown = growing.get_state()
    growing.get("m", type=Map)["text"].insert(1, "z")
    del deleting.get("m", type=Map)["text"]
    assert accept(document, deleting.get_update(first.get_state()))
    assert accept(document, growing.get_update(grown))
    assert Document([document.encoded()]).guard.clocks == document.guard.clocks


def test_of_what_repeats_known_content_only_the_news_are_taken() -> None:
    """A tick's updates are merged for the others, who might take the repeated version instead."""
    document = Document([root_text(AUTHOR, "ab")])
    assert not accept(document, root_text(AUTHOR, "ab"))
    assert accept(document, root_text(AUTHOR, "evil")) == bytes.fromhex("0101010284010102696c00")
    repeated = root_text(AUTHOR, "EVIL")[:-1] + deletion(AUTHOR, 0, 1)[1:]
    assert accept(document, repeated) == deletion(AUTHOR, 0, 1)
    assert not accept(document, repeated)


def test_what_is_known_must_not_end_within_a_character() -> None:
    with pytest.raises(PoisonedUpdate):
        accept(Document([root_text(AUTHOR, "ab")]), root_text(AUTHOR, "a😀"))


def test_a_refused_update_leaves_no_trace() -> None:
    document = Document([root_text(AUTHOR, "ab")])
    assert accept(document, text_between(OTHER, (AUTHOR, 0), (AUTHOR, 1)))
    two_blocks = bytes((1, 2, THIRD, 0)) + b"".join(
        bytes((0xC4, *left, *right, 1)) + b"x"
        for left, right in (((AUTHOR, 0), (AUTHOR, 1)), ((AUTHOR, 1), (AUTHOR, 0)))
    )
    with pytest.raises(PoisonedUpdate):
        accept(document, two_blocks + b"\x00")
    with pytest.raises(CollabError):
        accept(document, text_between(4, (THIRD, 0), (AUTHOR, 1)))
    assert accept(document, text_between(THIRD, (AUTHOR, 0), (AUTHOR, 1), "other"))


@pytest.mark.parametrize(
    ("content", "is_taken"),
    [
        (b"\x04" + block(b"text"), {"text"}),
        (b"\x05" + block(b"{}"), {"text"}),
        (b"\x06" + block(b"bold") + block(b"true"), {"text"}),
        (b"\x08\x01\x7e", {"list", "key"}),
        (b"\x03" + block(b"bytes"), {"list", "key"}),
        (b"\x07\x02", {"text", "list", "key", "xml"}),
        (b"\x01\x01", {"text", "list", "key", "xml"}),
    ],
)
def test_content_is_only_where_its_like_can_be(content: bytes, is_taken: set[str]) -> None:
    # One type of each kind, as the values of four keys of a root.
    types = {"text": 2, "list": 0, "map": 1, "xml": 4}
    base = bytes((1, 4, AUTHOR, 0)) + b"".join(
        b"\x27\x01" + block(b"m") + block(name.encode()) + bytes((kind,))
        for name, kind in types.items()
    )
    parents = {name: bytes((0, AUTHOR, clock)) for clock, name in enumerate(types)}
    for place, parent in {**parents, "key": parents["map"]}.items():
        info = content[0] | (0x20 if place == "key" else 0)
        key = block(b"k") if place == "key" else b""
        update = bytes((1, 1, OTHER, 0, info)) + parent + key + content[1:] + b"\x00"
        document = Document([base + b"\x00"])
        if place in is_taken:
            assert accept(document, update), place
        else:
            with pytest.raises(PoisonedUpdate):
                accept(document, update)


def test_places_are_found_through_neighbours() -> None:
    doc: Doc[Any] = Doc(client_id=AUTHOR)
    text = doc.get("t", type=Text)
    for _ in range(2000):
        text.insert(0, "a")
        text.insert(1, "b")
    doc.get("m", type=Map)["gone"] = Map({"k": 1})
    del doc.get("m", type=Map)["gone"]
    places = Places()
    for client, run in read_document(doc.get_update()):
        places.load(client, run)
    for _ in places.settle():
        pass
    assert {places.place((AUTHOR, clock)) for clock in range(4000)} == {places.inside("t", None)}
    assert kind_of(places.place((AUTHOR, 4000))) is Kind.ENTRY
    assert places.place((AUTHOR, 4001)) == COLLECTED
    assert places.inside((AUTHOR, 4000), "k") == COLLECTED
    with pytest.raises(PoisonedUpdate):
        places.inside((AUTHOR, 0), None)
