import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text, TransactionEvent

from collab.errors import CollabError
from collab.keystroke import parse_keystroke
from collab.structs import ParsedUpdate
from collab.update import parse_in_full, parse_update
from collab.varint import varuint


def meaning(update: ParsedUpdate) -> object:
    """All that the guard looks at."""
    return update.sections, update.deletions


def keystrokes() -> list[bytes]:
    """The updates of one edit each, in a text that was there before."""
    updates: list[bytes] = []

    def collect(event: TransactionEvent) -> None:
        updates.append(event.update)

    doc: Doc[Text] = Doc()
    text = doc.get("text", type=Text)
    text += "hello world"
    subscription = doc.observe(collect)
    text.insert(len(text), "x")
    text.insert(0, "x")
    text.insert(3, "several letters\n")
    del text[5:7]
    doc.unobserve(subscription)
    return updates


@pytest.mark.parametrize("update", keystrokes(), ids=["append", "prepend", "insert", "delete"])
def test_typing_and_deleting_take_the_short_way(update: bytes) -> None:
    parsed = parse_keystroke(update)
    assert parsed is not None, update.hex()
    assert meaning(parsed) == meaning(parse_in_full(update))


# Bytes that look like keystrokes, so that small deviations from their shape are tried.
numbers = st.one_of(
    st.integers(0, 300).map(varuint),
    st.integers(0, 2**60).map(varuint),
    st.sampled_from([b"\x80\x00", b"\xff\xff\xff\xff\x07", b"\xff" * 7 + b"\x7f"]),
)
heads = st.sampled_from([b"\x44", b"\x84", b"\xc4", b"\x04", b"\xa4"])
texts = st.binary(max_size=20)


@st.composite
def likely_keystrokes(draw: st.DrawFn) -> bytes:
    if draw(st.booleans()):
        return b"\x00\x01" + draw(numbers) + b"\x01" + draw(numbers) + draw(numbers)
    ids = b"".join(draw(st.lists(numbers, min_size=2, max_size=4)))
    text = draw(texts)
    size = draw(st.one_of(st.just(len(text)), st.integers(0, 127)))
    head = b"\x01\x01" + draw(numbers) + draw(numbers) + draw(heads) + ids
    return head + bytes([size]) + text + draw(st.sampled_from([b"\x00", b"", b"\x00\x00"]))


@given(st.one_of(likely_keystrokes(), st.binary(max_size=40)))
def test_the_short_way_says_what_the_long_way_says(data: bytes) -> None:
    parsed = parse_keystroke(data)
    if parsed is not None:
        assert meaning(parsed) == meaning(parse_in_full(data))
    try:
        parse_update(data)
    except CollabError:
        assert parsed is None
