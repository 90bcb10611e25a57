"""Texts outside ASCII: what the document says is what yjs computes from the same bytes, exactly."""

import time
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from collab.document import Document
from collab.errors import CollabError
from collab.update import parse_update
from tests.collab.acceptance import accept
from tests.collab.surrogates import AUTHOR, BASE, EDITOR, LONE_HALVES, SPLITS, TEXT, Split
from tests.interop.yjs_oracle import YjsOracle, yjs_oracle

PATH = "f.txt"
# Neighbours that share bytes, units or halves; marks, joiners and line ends that come in parts.
PIECES = [
    *("a", "b", "\n", "\r\n", "\r", "\t", "\0", "x = 1\n", "\x0b", "\x0c", "\x85", "\u2028"),
    *("é", "e\u0301", "ß", "日", "本", "\ufffd", "\uffff", "\ud7ff", "\ue000", "\u202e"),
    *("😀", "😁", "🧮", "\U00010000", "\U0010ffff", "\u200d", "\ufe0f"),
    *("🏳️\u200d🌈", "👩\u200d👩\u200d👧", "👨🏽\u200d💻", "🇩🇪"),
]
pieces = st.sampled_from(PIECES)
texts = st.lists(pieces | st.characters(exclude_categories=["Cs"]), max_size=15).map("".join)


@pytest.fixture(scope="module")
def yjs() -> Generator[YjsOracle]:
    with yjs_oracle() as oracle:
        yield oracle


def as_stored(text: str) -> str:
    """Line ends are LF in every room."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=60)
@given(versions=st.lists(texts, min_size=1, max_size=5))
def test_a_rewrite_reads_the_same_in_yjs(yjs: YjsOracle, versions: list[str]) -> None:
    updates: list[bytes] = []
    document = Document()
    for text in versions:
        sent = len(updates)
        with document.edit(updates.append):
            document.write_file(PATH, text)
        if len(updates) == sent:  # nothing to change: keep one state per version
            updates.append(b"\x00\x00")
        assert document.files()[0].text == as_stored(text)
    state, after = yjs.load(updates)
    assert after == [[(PATH, as_stored(text))] for text in versions]
    assert state.complete
    reloaded, _ = yjs.load([document.encoded()])
    assert reloaded.files == state.files


step = st.fixed_dictionaries(
    {
        "client": st.integers(0, 2),
        "at": st.integers(0, 30),
        "count": st.integers(0, 4),
        "insert": st.lists(pieces, max_size=3).map("".join),
    }
)
steps = st.lists(step | st.just({"sync": True}), max_size=25)


@settings(max_examples=60)
@given(first=texts, steps=steps)
def test_what_yjs_clients_make_reads_the_same_here(
    yjs: YjsOracle, first: str, steps: list[dict[str, Any]]
) -> None:
    document = document_of(first)
    base = document.encoded()
    history = yjs.history([base], [11, 12, 13], steps)
    assert len(set(history.texts)) == 1
    for update in history.updates:
        accept(document, update)
    assert document.files()[0].text == history.texts[0]
    assert Document([document.encoded()]).text_hash() == document.text_hash()
    assert Document([base, *history.updates]).text_hash() == document.text_hash()
    assert Document([history.state.update]).text_hash() == document.text_hash()
    reloaded, _ = yjs.load([document.encoded()])
    assert reloaded.files == history.state.files
    assert reloaded.complete


@settings(max_examples=60)
@given(first=texts, rewritten=texts, steps=steps)
def test_a_rewrite_merges_with_what_yjs_clients_type_meanwhile(
    yjs: YjsOracle, first: str, rewritten: str, steps: list[dict[str, Any]]
) -> None:
    document = document_of(first)
    base = document.encoded()
    history = yjs.history([base], [11, 12], steps)
    own: list[bytes] = []
    with document.edit(own.append):
        document.write_file(PATH, rewritten)
    for update in history.updates:
        accept(document, update)
    merged, _ = yjs.load([base, *history.updates, *own])
    assert merged.files == [(PATH, document.files()[0].text)]
    assert Document([document.encoded()]).text_hash() == document.text_hash()


def test_a_rewrite_among_equal_lines_does_not_take_long() -> None:
    lines = ["same\n"] * 2000
    document = document_of("".join(lines))
    started = time.process_time()
    with document.edit(lambda _: None):
        document.write_file(PATH, "".join(["first\n", *lines[:1000], "mid\n", *lines[1000:]]))
    assert time.process_time() - started < 0.5


def test_a_characters_length_is_that_of_yjs(yjs: YjsOracle) -> None:
    text = "".join(PIECES)
    (update,), state = yjs.split([], 5, [[0, 0, text]])
    assert state.text == text
    (section,) = parse_update(update).sections
    assert section.end == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("split", SPLITS + LONE_HALVES, ids=lambda split: split.name)
def test_the_bytes_of_a_split_are_those_that_yjs_sends(yjs: YjsOracle, split: Split) -> None:
    assert yjs.split([], AUTHOR, [[0, 0, TEXT]])[0] == [BASE]
    updates, _ = yjs.split([BASE], EDITOR, split.edits)
    assert updates == split.updates
    seen, _ = yjs.load([BASE, *updates])
    assert seen.text == split.yjs


@pytest.mark.parametrize("split", SPLITS + LONE_HALVES, ids=lambda split: split.name)
def test_pycrdt_makes_of_a_split_what_is_written_down(split: Split) -> None:
    doc = doc_of(BASE, *split.updates)
    assert str(doc.get("text", type=Text)) == split.pycrdt
    assert str(doc_of(doc.get_update()).get("text", type=Text)) == split.pycrdt_reloaded


@pytest.mark.parametrize("split", LONE_HALVES, ids=lambda split: split.name)
def test_a_lone_half_harms_nobody(split: Split) -> None:
    document = Document([BASE])
    for update in split.updates:
        accept(document, update)
    assert split.yjs == split.pycrdt == split.pycrdt_reloaded


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split.name)
def test_a_split_character_is_never_taken(split: Split) -> None:
    document = Document([BASE])
    with pytest.raises(CollabError):
        accept(document, split.updates[0])


def document_of(text: str) -> Document:
    document = Document()
    with document.edit(lambda _: None):
        document.write_file(PATH, text)
    return document


def doc_of(*updates: bytes) -> "Doc[Text]":
    doc: Doc[Text] = Doc()
    for update in updates:
        doc.apply_update(update)
    return doc
