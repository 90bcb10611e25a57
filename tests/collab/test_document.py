import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from collab.document import Document
from collab.errors import BadFrame, PoisonedUpdate
from collab.update import parse_update

# pieces that share beginnings and ends, in one, two, three and four bytes of UTF-8
pieces = st.lists(
    st.sampled_from(["a", "b\n", "é", "日", "😀", "👩‍👩‍👧", "x = 1\n", "\n"]), max_size=12
)
texts = pieces.map("".join)


@given(texts, texts)
def test_a_rewrite_arrives_exactly_and_everywhere(before: str, after: str) -> None:
    updates: list[bytes] = []
    document = Document()
    for text in (before, after):
        with document.edit(updates.append):
            document.write_file("f", text)
    assert document.files()[0].text == after
    assert Document(updates).files() == document.files()
    assert Document([document.encoded()]).text_hash() == document.text_hash()


def test_a_rewrite_keeps_what_stays() -> None:
    updates: list[bytes] = []
    document = Document()
    lines = [f"line {number} ü\n" for number in range(200)]
    with document.edit(updates.append):
        document.write_file("f", "".join(lines))
    lines[100] = "line 100 changed ü\n"
    del lines[150]
    with document.edit(updates.append):
        document.write_file("f", "".join(lines))
    assert len(updates[-1]) < 100


def test_an_edit_without_effect_sends_nothing() -> None:
    updates: list[bytes] = []
    document = Document()
    with document.edit(updates.append):
        document.write_file("f", "same\r\nlines")
    with document.edit(updates.append):
        document.write_file("f", "same\nlines")
    assert len(updates) == 1


def test_files_can_be_deleted() -> None:
    document = Document()
    with document.edit(lambda _: None):
        document.write_file("a", "1")
        document.write_file("b", "2")
    with document.edit(lambda _: None):
        assert document.delete_file("a")
        assert not document.delete_file("c")
    assert [file.path for file in document.files()] == ["b"]


def test_entries_of_another_shape_are_passed_over() -> None:
    doc: Doc[Map[object]] = Doc()
    files = doc.get("files", type=Map)
    settings = doc.get("settings", type=Map)
    files["good"] = Map({"path": "a.py", "text": Text("1")})
    files["number"] = 1
    files["no text"] = Map({"path": "b.py"})
    files["odd path"] = Map({"path": 7, "text": Text("")})
    settings["entry"] = "a.py"
    settings["shared"] = Array(["x"])
    document = Document([doc.get_update()])
    assert [(file.id, file.path) for file in document.files()] == [("good", "a.py")]
    assert document.settings() == {"entry": "a.py"}


def test_run_configurations_are_read_by_id() -> None:
    doc: Doc[Map[object]] = Doc()
    configurations = doc.get("configurations", type=Map)
    configurations["c1"] = Map({"name": "Tests", "args": ["-v"], "shared": Text("x")})
    configurations["c2"] = "of another shape"
    document = Document([doc.get_update()])
    assert document.configurations() == {"c1": {"name": "Tests", "args": ["-v"]}}
    assert Document().configurations() == {}


def test_the_hash_is_the_one_that_is_documented() -> None:
    document = Document()
    with document.edit(lambda _: None):
        document.write_file("b.py", "2")
        document.write_file("a.py", "é")
    assert document.text_hash() == hashlib.sha256("a.py\0é\0b.py\x002\0".encode()).hexdigest()


def test_a_replica_gets_just_what_it_lacks() -> None:
    document = Document()
    with document.edit(lambda _: None):
        document.write_file("a", "x" * 1000)
    replica: Doc[Text] = Doc()
    replica.apply_update(document.diff(b"\x00"))
    assert document.diff(replica.get_state()) == b"\x00\x00"
    with pytest.raises(BadFrame):
        document.diff(b"\x05\x01")


def test_what_pycrdt_refuses_leaves_the_document_as_it_was() -> None:
    document = Document()
    with document.edit(lambda _: None):
        document.write_file("a", "kept")
    before = document.encoded()
    with pytest.raises(PoisonedUpdate):
        document.apply(b"\x01\x01\x05", parse_update(b"\x00\x00"), is_news=True)
    assert document.encoded() == before


def test_repeated_deletions_are_no_change() -> None:
    document, replica = Document(), Doc[Text]()
    text = replica.get("text", type=Text)
    text += "hello"
    del text[0:2]
    update = replica.get_update()
    assert document.apply(update, parse_update(update), is_news=True)
    deletions = replica.get_update(replica.get_state())
    parsed = parse_update(deletions)
    assert parsed.deletions
    assert not document.apply(deletions, parsed, is_news=False)
